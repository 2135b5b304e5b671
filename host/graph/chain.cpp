// How a chain of pointwise ops is handed to a shader: specialisation constants and input operands.
// SPDX-License-Identifier: MIT
#include "host/graph/kernel.hpp"
#include "host/graph/layout.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <bit>

namespace vkgan {

namespace {

// Of the input's buffer, up to the last quad that is read.
int64_t bytes_read(const ChainInput& input, int64_t result_quads) {
    const int64_t blocks = std::max<int64_t>(1, (result_quads + input.span - 1) / input.span);
    const int64_t inner = std::min(input.inner, std::max<int64_t>(1, result_quads));
    return 16 * (input.base + (blocks - 1) * input.stride + (input.terms - 1) * input.term_stride + inner);
}

}  // namespace

void attach_chain(Kernel& kernel, const Chain& chain, const DeviceTraits& device) {
    kernel.shader += chain.slots.size() <= 4 ? "_s4" : chain.slots.size() <= 12 ? "_s12" : "_s24";
    const auto set = [&](int id, int64_t value) {
        kernel.constants.emplace_back(static_cast<uint32_t>(id), static_cast<uint32_t>(value));
    };
    set(VKGAN_ID_CHAIN_SLOT_COUNT, static_cast<int64_t>(chain.slots.size()));
    set(VKGAN_ID_CHAIN_INPUT_COUNT, static_cast<int64_t>(chain.inputs.size()));
    const int inner = inner_axis(chain.shape);
    set(VKGAN_ID_TAIL_QUADS, inner_quads(chain.shape));
    set(VKGAN_ID_TAIL_COUNT, inner < 0 ? 1 : chain.shape[inner] % 4);
    for (size_t i = 0; i < chain.inputs.size(); ++i) {
        const ChainInput& input = chain.inputs[i];
        const int id = VKGAN_ID_CHAIN_INPUT + 7 * static_cast<int>(i);
        set(id, input.span);
        set(id + 1, input.inner);
        set(id + 2, input.splat);
        set(id + 3, input.stride);
        set(id + 4, input.base);
        if (input.terms > 1) {
            set(id + 5, input.terms);
            set(id + 6, input.term_stride);
        }
        kernel.operands.push_back({.kind = Operand::Kind::chain_input,
                                   .index = static_cast<int>(i),
                                   .binding = VKGAN_BIND_CHAIN0 + static_cast<int>(i),
                                   .access = Access::read,
                                   .texel = device.texel_loads,
                                   .bytes = bytes_read(input, quad_count(chain.shape))});
    }
    for (size_t i = 0; i < chain.slots.size(); ++i) {
        const ChainSlot& slot = chain.slots[i];
        const int id = VKGAN_ID_CHAIN_SLOT + 2 * static_cast<int>(i);
        set(id, slot.code | slot.a << 8 | slot.b << 14 | slot.c << 20);
        set(id + 1, std::bit_cast<uint32_t>(slot.immediate));
    }
    for (size_t i = 0; i < chain.outputs.size(); ++i)
        set(VKGAN_ID_CHAIN_OUT + static_cast<int>(i), chain.outputs[i]);
}

}  // namespace vkgan
