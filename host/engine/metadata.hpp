// Reading what .vkgan files say in their metadata, and tensors of one integer. Everything is hostile.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/io/safetensors.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace vkgan {

struct Metadata {
    const std::map<std::string, std::string>& entries;
    std::string path;  // for messages

    Result<std::string> text(const std::string& key) const;
    Result<int64_t> integer(const std::string& key, int64_t least) const;  // at most 10^15
    Result<uint64_t> unsigned_integer(const std::string& key, int base) const;
};

StoredTensor stored_integer(int64_t value);  // I64, rank 0, as PyTorch stores num_batches_tracked
// 0 to 10^15.
Result<int64_t> integer_of(const StoredTensor& tensor, const std::string& name, const std::string& path);

Status check_tensor_shape(const std::string& path, std::string_view name, const Shape& had,
                          const Shape& wanted);

}  // namespace vkgan
