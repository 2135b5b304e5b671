// The SPIR-V of every shader variant, embedded by the build from shaders/ops and shaders/view.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

struct EmbeddedShader {
    std::string_view name;              // file stem ':' variant, e.g. "conv2d:texel"
    std::span<const std::byte> packed;  // a zstd frame, of several shaders
    size_t bundle_bytes = 0;            // of these, unpacked
    size_t offset = 0;                  // of this one's code, in bytes
    size_t words = 0;                   // of the code
    uint64_t hash = 0;                  // fnv1a64 of the code's bytes
};

// Sorted by name.
std::span<const EmbeddedShader> embedded_shaders();

// Null when the build holds no such variant.
const EmbeddedShader* find_shader(std::string_view name);

// The SPIR-V.
Result<std::vector<uint32_t>> unpack(const EmbeddedShader& shader);

}  // namespace vkgan
