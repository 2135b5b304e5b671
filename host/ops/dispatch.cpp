// Group counts, shader variants and binding limits, the same for all kernel rules.
// SPDX-License-Identifier: MIT
#include "host/ops/dispatch.hpp"

#include "host/graph/layout.hpp"

#include <algorithm>

namespace vkgan {

bool use_texels(const DeviceTraits& device, std::span<const Shape> read) {
    const auto fits = [&](const Shape& shape) { return quad_count(shape) <= device.max_texel_quads; };
    return device.texel_loads && std::all_of(read.begin(), read.end(), fits);
}

std::string shader_variant(std::string_view stem, bool texel) {
    return std::string(stem) + (texel ? ":texel" : ":ssbo");
}

Status check_bindings(std::string_view what, std::span<const Shape> shapes, const DeviceTraits& device) {
    for (const Shape& shape : shapes)
        if (byte_count(shape) > device.max_binding_bytes)
            return Error{Code::unsupported,
                         std::string(what) + ": a tensor " + shape.to_string() + " takes " +
                             std::to_string(byte_count(shape)) + " bytes but the device binds at most " +
                             std::to_string(device.max_binding_bytes) + "; use a smaller batch or image"};
    return {};
}

}  // namespace vkgan
