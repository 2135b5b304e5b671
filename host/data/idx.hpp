// IDX: the format of MNIST's files, plain or gzipped.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

struct IdxArray {
    std::vector<int64_t> extents;  // outermost first
    std::vector<uint8_t> values;
};

// An array of unsigned bytes with `rank` dimensions; treats its input as hostile. `file_name` serves the
// messages only.
Result<IdxArray> parse_idx(std::span<const std::byte> bytes, int rank, std::string_view file_name);

// Unpacks a file whose name ends in .gz.
Result<IdxArray> read_idx(const std::filesystem::path& path, int rank);

// Refuses what unpacks to more than `max_bytes`.
Result<std::vector<std::byte>> gunzip(std::span<const std::byte> bytes, uint64_t max_bytes,
                                      std::string_view file_name);

}  // namespace vkgan
