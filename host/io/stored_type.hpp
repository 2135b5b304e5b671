// StoredType: the element types that files hold, and their conversion to the engine's float32.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

enum class StoredType { boolean, u8, i8, u16, i16, f16, bf16, u32, i32, f32, u64, i64, f64 };

uint64_t element_bytes(StoredType type);
// The name in safetensors headers: "F32", "BOOL", ...
std::string_view safetensors_name(StoredType type);
std::optional<StoredType> stored_type_from_safetensors(std::string_view name);

float half_to_float(uint16_t bits);

// Little-endian elements to float32. F64 rounds; an integer that float32 cannot hold exactly is an error.
Result<std::vector<float>> elements_to_float(StoredType type, std::span<const std::byte> bytes);

}  // namespace vkgan
