// Which values mixed precision stores as float16: activations and their gradients, where every kernel that
// touches them can read it. What must not lose digits or range is left out
// (docs/adr/0006-mixed-precision.md).
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/plan/analysis.hpp"

#include <algorithm>

namespace vkgan {

namespace {

Halves halves_of(const Analysis& a, int32_t node) {
    return a.is_pointwise(node) ? Halves::all : a.node(node).op->halves;
}

// What is computed from variables alone is as exact as they are: weights that are normalised, averages.
std::vector<char> of_a_batch(const Analysis& a) {
    std::vector<char> result(a.live.size());
    for (size_t i = 0; i < result.size(); ++i) {
        const Node& node = a.node(static_cast<int32_t>(i));
        const bool fed = a.is_input(static_cast<int32_t>(i)) && node.shape.rank() > 0;
        result[i] = fed || std::ranges::any_of(node.inputs, [&](int32_t input) {
                        return result[static_cast<size_t>(input)] != 0;
                    });
    }
    return result;
}

// Gradients of parameters, and what they are computed from element by element.
std::vector<char> of_updates(const Analysis& a) {
    std::vector<char> result(a.live.size());
    for (size_t i = result.size(); i-- > 0;)
        result[i] = std::ranges::any_of(a.users[i], [&](int32_t user) {
            return a.node(user).op->updates ||
                   (a.is_pointwise(user) && result[static_cast<size_t>(user)] != 0);
        });
    return result;
}

}  // namespace

std::vector<char> half_values(const Analysis& a) {
    std::vector<char> half(a.live.size());
    if (a.options.precision != Precision::mixed) return half;
    const std::vector<char> batch = of_a_batch(a), updates = of_updates(a);
    for (size_t i = 0; i < half.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        const Node& node = a.node(index);
        if (!a.is_computed(index) || a.kept[i] || a.copied[i] || node.float32 || node.type != DType::f32)
            continue;
        if (quad_count(node.shape) < a.options.smallest_half_quads || !batch[i] || updates[i]) continue;
        half[i] = halves_of(a, index) == Halves::all && std::ranges::all_of(a.users[i], [&](int32_t user) {
                      return halves_of(a, user) != Halves::none;
                  });
    }
    return half;
}

}  // namespace vkgan
