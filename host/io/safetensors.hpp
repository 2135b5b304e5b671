// safetensors: named tensors and string metadata in one file, readable by any Python user.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"
#include "host/io/stored_type.hpp"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// One tensor as the file holds it. Invariant: bytes.size() == shape.element_count() * element_bytes(type).
struct StoredTensor {
    StoredType type = StoredType::f32;
    Shape shape;
    std::vector<std::byte> bytes;  // little-endian, row-major

    Result<Tensor> to_f32() const;
    static StoredTensor from(const Tensor& tensor);
};

struct TensorFile {
    std::map<std::string, StoredTensor, std::less<>> tensors;
    std::map<std::string, std::string> metadata;
};

// Both treat their input as hostile: every size is checked before it is used, and an error (Code::malformed)
// names the file, the tensor and both values. `file_name` serves the messages only.
Result<TensorFile> read_safetensors(const std::filesystem::path& path);
Result<TensorFile> parse_safetensors(std::span<const std::byte> bytes, std::string_view file_name);

// The same file gives the same bytes: tensors lie by falling element size and then by name, so that each is
// aligned.
std::vector<std::byte> serialize_safetensors(const TensorFile& file);
// Replaces `path` atomically: on failure the old file stands.
Status write_safetensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace vkgan
