// Tuning a device for use: what was found on it before is read, and what it claims is tried at its first use.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/capability_check.hpp"
#include "host/engine/tuner.hpp"

#include <string>

namespace vkgan {

struct TuningOptions {
    bool fixed = false;       // no choices from the disk; what is switched off stays so
    std::string folder;       // of the tuning file; empty: none is read or written
    AlterPlan alter_check{};  // for tests: see check_capabilities
};
// The user's folder; `fixed`: also VKGAN_TUNING=fixed. An error if that variable holds anything else but
// "found", which is the default.
Result<TuningOptions> tuning_options(bool fixed);

// Before anything is planned for the device. What is wrong with the file, the folder or a capability becomes
// a notice of the device and costs speed only.
void prepare_tuning(Device& device, const TuningOptions& options);

// tune(), with the device by the built-in rules meanwhile; then what was found joins the file and the device.
Result<TuneReport> tune_and_keep(Device& device, const Model& model, const TuneQuery& query,
                                 const std::string& folder);

}  // namespace vkgan
