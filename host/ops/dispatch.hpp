// Dispatch: what every kernel rule needs to say about operands and group counts.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/kernel.hpp"
#include "host/graph/shape.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vkgan {

// True if the device wants texel loads and every one of these tensors fits into a texel buffer.
bool use_texels(const DeviceTraits& device, std::span<const Shape> read);

// "stem:texel" or "stem:ssbo".
std::string shader_variant(std::string_view stem, bool texel);

// An error that names `what` and both sizes if a tensor is larger than one binding may be on this device.
Status check_bindings(std::string_view what, std::span<const Shape> shapes, const DeviceTraits& device);

inline Operand read_operand(Operand::Kind kind, int index, int binding, bool texel) {
    return {.kind = kind, .index = index, .binding = binding, .access = Access::read, .texel = texel};
}
inline Operand write_operand(Operand::Kind kind, int index, int binding) {
    return {.kind = kind, .index = index, .binding = binding, .access = Access::write};
}

}  // namespace vkgan
