// Chains of layers that differ in size alone are one program: what differs travels as push constants.
// SPDX-License-Identifier: MIT
#include "host/graph/kernel.hpp"
#include "shaders/lib/limits.h"

#include <doctest/doctest.h>

#include <bit>
#include <map>

using namespace vkgan;

namespace {

struct Layer {
    int64_t channel_quads, pixels, slices;
    float scale;
};

// An image, a channel vector, a sum in slices, and a vector for each half of a joint batch.
Kernel kernel_of(const Layer& layer) {
    const int64_t quads = layer.channel_quads * layer.pixels;
    Chain chain;
    chain.shape = {1, layer.channel_quads * 4, layer.pixels, 1};
    chain.inputs = {
        {.node = 0, .span = quads, .inner = quads},
        {.node = 1, .span = quads, .inner = layer.channel_quads},
        {.node = 2, .span = quads, .inner = quads, .terms = layer.slices, .term_stride = quads},
        {.node = 3, .span = quads / 2, .inner = layer.channel_quads, .stride = layer.channel_quads}};
    chain.slots = {{.code = 1, .a = 0, .b = 1}, {.code = 2, .a = 4, .immediate = layer.scale}};
    chain.outputs = {5};
    Kernel kernel{.shader = "pointwise:texel_out1", .push = {uint32_t(quads)}};
    attach_chain(kernel, chain, {});
    return kernel;
}

std::map<uint32_t, uint32_t> constants_of(const Kernel& kernel) {
    return {kernel.constants.begin(), kernel.constants.end()};
}

}  // namespace

TEST_CASE("layers of different power-of-two sizes share a program") {
    const Kernel small = kernel_of({4, 64, 16, 0.25f}), large = kernel_of({32, 1024, 128, 0.001f});
    CHECK(small.shader == large.shader);
    CHECK(constants_of(small) == constants_of(large));
    CHECK(small.push != large.push);
    CHECK(small.push.size() == 1 + VKGAN_CHAIN_WORDS);
    CHECK(small.operands[0].bytes == 4 * 64 * 16);
    CHECK(small.operands[1].bytes == 4 * 16);
    CHECK(small.operands[2].bytes == 4 * 64 * 16 * 16);
    CHECK(small.operands[3].bytes == 2 * 4 * 16);
}

TEST_CASE("sizes that are no powers of two stay constants, since a division costs more than a program") {
    const auto odd = constants_of(kernel_of({3, 64, 16, 0.25f}));
    CHECK(odd.at(VKGAN_ID_CHAIN_INPUT + 7 + 1) == 3);       // inner of the channel vector
    CHECK(odd.at(VKGAN_ID_CHAIN_INPUT + 7) != 3);           // so that it is not read quad for quad
    CHECK(odd.at(VKGAN_ID_CHAIN_INPUT + 3 * 7) == 3 * 32);  // span of a half
    CHECK(int32_t(odd.at(VKGAN_ID_CHAIN_INPUT + 2 * 7 + 5)) < 0);
}

TEST_CASE("numbers that find no room among the push constants stay constants") {
    Chain chain;
    chain.shape = {16};
    chain.inputs = {{.node = 0, .span = 4, .inner = 4}};
    for (int i = 0; i < VKGAN_CHAIN_WORDS + 3; ++i)
        chain.slots.push_back({.code = 2, .a = i, .immediate = float(i + 1)});
    chain.outputs = {VKGAN_CHAIN_WORDS + 3};
    Kernel kernel{.shader = "pointwise:ssbo_out1", .push = {4}};
    attach_chain(kernel, chain, {});
    CHECK(kernel.push.size() == 1 + VKGAN_CHAIN_WORDS);
    const auto constants = constants_of(kernel);
    for (int i = 0; i < VKGAN_CHAIN_WORDS + 3; ++i) {
        const uint32_t word = constants.at(uint32_t(VKGAN_ID_CHAIN_SLOT + 2 * i)) >> 26;
        const float literal = std::bit_cast<float>(constants.at(uint32_t(VKGAN_ID_CHAIN_SLOT + 2 * i + 1)));
        const float value = word == 0 ? literal : std::bit_cast<float>(kernel.push[word]);
        CHECK(value == float(i + 1));
        CHECK((word == 0) == (i >= VKGAN_CHAIN_WORDS));
    }
}
