// The SPIR-V of every shader variant, embedded by the build from shaders/ops and shaders/view.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vkgan {

struct EmbeddedShader {
    std::string_view name;  // file stem ':' variant, e.g. "conv2d:texel"
    std::span<const uint32_t> code;
    uint64_t hash = 0;  // fnv1a64 of the code's bytes
};

// Sorted by name.
std::span<const EmbeddedShader> embedded_shaders();

// Null when the build holds no such variant.
const EmbeddedShader* find_shader(std::string_view name);

}  // namespace vkgan
