// Whole files in and out; writing replaces a file in one step, so that a reader sees the old one or the new
// one.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace vkgan {

// Refuses folders, pipes and devices, and any file above `max_bytes` before it takes memory for it.
Result<std::vector<std::byte>> read_file(const std::filesystem::path& path, uint64_t max_bytes);

// Writes `path`.part beside it, syncs, renames. On failure the old file stands and no temporary file is left.
// One that a killed process left is overwritten. A symbolic link keeps pointing at the file that is replaced;
// a device or pipe is written to as it is.
Status write_file_atomic(const std::filesystem::path& path, std::span<const std::byte> bytes);

// The same for bytes that lie in several places, in order.
Status write_file_atomic(const std::filesystem::path& path,
                         std::span<const std::span<const std::byte>> parts);

// Makes the folder and its parents where they are missing; fails when files could not be made in it.
Status ensure_folder(const std::filesystem::path& path);

}  // namespace vkgan
