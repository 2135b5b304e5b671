// The tuning file: what was found by measuring on one device and driver, and by checking what it claims.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/capabilities.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace vkgan {

struct TuningRecord {
    bool checked = false;                                          // the capabilities, by check_capabilities
    std::map<std::string, std::string, std::less<>> switched_off;  // capability -> what was wrong
    TuningTable choices;
};

// One for each device, driver version and subgroup size, which on CPU drivers follows the vectors' width.
std::filesystem::path tuning_file(const PhysicalRecord& record, const std::string& folder);

// Strict. Code::not_found: there is none; any other error: it is damaged, or was written on another device,
// by another driver or for other kernels, and what it holds must not be used.
Result<TuningRecord> read_tuning(const std::filesystem::path& file, const PhysicalRecord& record);
// Makes the folder; replaces the file in one step.
Status write_tuning(const std::filesystem::path& file, const PhysicalRecord& record,
                    const TuningRecord& tuning);

}  // namespace vkgan
