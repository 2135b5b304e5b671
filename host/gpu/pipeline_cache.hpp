// The pipeline cache, as a file or kept by a host: one for each device and driver, checked before use.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/capabilities.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// Keeps blobs by key instead of a folder; read gives an empty one where there is none. From any thread.
struct CacheFunctions {
    std::function<std::vector<std::byte>(std::string_view key)> read;
    std::function<void(std::string_view key, std::span<const std::byte>)> write;
};

// $XDG_CACHE_HOME/vkgan, else $HOME/.cache/vkgan, else empty.
std::string user_cache_folder();
// Of all shaders in this build: what was measured with others does not count.
uint64_t kernel_version();
std::string pipeline_cache_name(const PhysicalRecord& record);  // of the file, and key of CacheFunctions
// Empty if the folder is.
std::string pipeline_cache_file(const PhysicalRecord& record, const std::string& folder);
// Empty when there is no file, or it is damaged, or was written for another device or driver. `ignored` then
// says why a file that is there does not count.
std::vector<std::byte> read_pipeline_cache(const std::string& file, const PhysicalRecord& record,
                                           std::string* ignored = nullptr);
// The same of bytes that somebody else has kept; no bytes are none.
std::vector<std::byte> open_pipeline_cache(std::span<const std::byte> kept, const PhysicalRecord& record,
                                           std::string* ignored = nullptr);
// What somebody else is to keep of it; empty if it is too large.
std::vector<std::byte> close_pipeline_cache(const PhysicalRecord& record, std::span<const std::byte> blob);
// Makes the folder. Failing to write costs time at the next start and nothing else.
void write_pipeline_cache(const std::string& file, const PhysicalRecord& record,
                          std::span<const std::byte> blob);

}  // namespace vkgan
