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

// The push constants that follow the kernel's own.
class Words {
public:
    explicit Words(std::vector<uint32_t>& push) : push_(push), first_(push.size()) {
        push.resize(first_ + VKGAN_CHAIN_WORDS);
    }
    // Where it lies, or -1 if there is no room.
    int put(uint32_t value) {
        const auto begin = push_.begin() + static_cast<ptrdiff_t>(first_), end = begin + used_;
        const auto found = std::find(begin, end, value);
        if (found == end && used_ == VKGAN_CHAIN_WORDS) return -1;
        if (found == end) {
            *end = value;
            ++used_;
        }
        return static_cast<int>(found - begin);
    }
    // The constant that stands for it.
    int64_t number(int64_t value) { return as_constant(put(static_cast<uint32_t>(value)), value); }
    int64_t log2(int64_t value) { return power(value, std::countr_zero(static_cast<uint64_t>(value))); }
    int64_t mask(int64_t value) { return power(value, value - 1); }

private:
    static int64_t as_constant(int at, int64_t otherwise) { return at < 0 ? otherwise : -1 - at; }
    int64_t power(int64_t value, int64_t word) {
        if (value == 1 || !std::has_single_bit(static_cast<uint64_t>(value))) return value;
        return as_constant(put(static_cast<uint32_t>(word)), value);
    }

    std::vector<uint32_t>& push_;
    size_t first_;
    int used_ = 0;
};

// The same addresses by constants that do not depend on the layer's size, as far as they need not.
ChainInput without_sizes(ChainInput input, Words& words) {
    if (input.stride != 0) {
        input.span = words.log2(input.span);
        input.inner = words.mask(input.inner);
        input.stride = words.number(input.stride);
    } else if (input.span == input.inner) {
        input.span = input.inner = 1;  // quad for quad
    } else {
        input.inner = words.mask(input.inner);
        input.span = input.inner == 1 ? 2 : 1;  // any but `inner`: blocks do not count
    }
    if (input.base != 0) input.base = words.number(input.base);
    if (input.terms > 1) {
        input.terms = words.number(input.terms);
        input.term_stride = words.number(input.term_stride);
    }
    return input;
}

}  // namespace

void set_tail(Kernel& kernel, const Shape& shape) {
    const int inner = inner_axis(shape);
    const int64_t count = inner < 0 ? 1 : shape[inner] % 4;
    kernel.constants.emplace_back(VKGAN_ID_TAIL_QUADS,
                                  static_cast<uint32_t>(count == 0 ? 1 : inner_quads(shape)));
    kernel.constants.emplace_back(VKGAN_ID_TAIL_COUNT, static_cast<uint32_t>(count));
}

void attach_chain(Kernel& kernel, const Chain& chain, const DeviceTraits& device) {
    kernel.shader += chain.slots.size() <= 4 ? "_s4" : chain.slots.size() <= 12 ? "_s12" : "_s24";
    const auto set = [&](int id, int64_t value) {
        kernel.constants.emplace_back(static_cast<uint32_t>(id), static_cast<uint32_t>(value));
    };
    set(VKGAN_ID_CHAIN_SLOT_COUNT, static_cast<int64_t>(chain.slots.size()));
    set(VKGAN_ID_CHAIN_INPUT_COUNT, static_cast<int64_t>(chain.inputs.size()));
    set_tail(kernel, chain.shape);
    Words words(kernel.push);
    for (size_t i = 0; i < chain.inputs.size(); ++i) {
        const ChainInput input = without_sizes(chain.inputs[i], words);
        const int id = VKGAN_ID_CHAIN_INPUT + 7 * static_cast<int>(i);
        set(id, input.span);
        set(id + 1, input.inner);
        set(id + 2, input.splat);
        set(id + 3, input.stride);
        set(id + 4, input.base);
        if (input.terms != 1) {
            set(id + 5, input.terms);
            set(id + 6, input.term_stride);
        }
        kernel.operands.push_back({.kind = Operand::Kind::chain_input,
                                   .index = static_cast<int>(i),
                                   .binding = VKGAN_BIND_CHAIN0 + static_cast<int>(i),
                                   .access = Access::read,
                                   .texel = device.texel_loads,
                                   .bytes = bytes_read(chain.inputs[i], quad_count(chain.shape))});
    }
    for (size_t i = 0; i < chain.slots.size(); ++i) {
        const ChainSlot& slot = chain.slots[i];
        const int id = VKGAN_ID_CHAIN_SLOT + 2 * static_cast<int>(i);
        const uint32_t bits = std::bit_cast<uint32_t>(slot.immediate);
        const int word = bits == 0 ? -1 : words.put(bits);
        set(id, slot.code | slot.a << 8 | slot.b << 14 | slot.c << 20 | int64_t{word + 1} << 26);
        set(id + 1, word < 0 ? bits : 0);
    }
    for (size_t i = 0; i < chain.outputs.size(); ++i)
        set(VKGAN_ID_CHAIN_OUT + static_cast<int>(i), chain.outputs[i]);
}

}  // namespace vkgan
