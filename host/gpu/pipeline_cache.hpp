// The pipeline cache's file: one for each device and driver, checked before use.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/capabilities.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vkgan {

// $XDG_CACHE_HOME/vkgan, else $HOME/.cache/vkgan, else empty.
std::string user_cache_folder();
// Of all shaders in this build: what was measured with others does not count.
uint64_t kernel_version();
// Empty if the folder is.
std::string pipeline_cache_file(const PhysicalRecord& record, const std::string& folder);
// Empty when there is no file, or it is damaged, or was written for another device or driver. `ignored` then
// says why a file that is there does not count.
std::vector<std::byte> read_pipeline_cache(const std::string& file, const PhysicalRecord& record,
                                           std::string* ignored = nullptr);
// Makes the folder. Failing to write costs time at the next start and nothing else.
void write_pipeline_cache(const std::string& file, const PhysicalRecord& record,
                          std::span<const std::byte> blob);

}  // namespace vkgan
