// NumPy's .npy: one array in a file.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace vkgan {

struct NpyFile {
    Tensor tensor;      // in C order, whatever the file's
    std::string dtype;  // as the file names it: "<f4", "|u1", ...
};

// Versions 1 to 3; f2, f4, f8, u1, i1, i4, i8 and b1, little-endian; C or Fortran order. u1 keeps its 0..255.
// Both treat their input as hostile. `file_name` serves the messages only.
Result<NpyFile> read_npy(const std::filesystem::path& path);
Result<NpyFile> parse_npy(std::span<const std::byte> bytes, std::string_view file_name);

// Images for training: as read_npy, but u1 is scaled from 0..255 to [-1, 1].
Result<Tensor> read_npy_images(const std::filesystem::path& path);

// Version 1.0, '<f4', C order; replaces `path` atomically.
std::vector<std::byte> serialize_npy(const Tensor& tensor);
Status write_npy(const std::filesystem::path& path, const Tensor& tensor);

}  // namespace vkgan
