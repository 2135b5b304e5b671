// What the ops that write variables in place have in common: checked lists and one flat kernel.
// SPDX-License-Identifier: MIT
//
// Node::variables of an update is a few lists of equal length, one after another. The planner keeps each
// list, and the gradients, together and in order, each member at the next multiple of the device's offset
// alignment, so an operand that begins at a list's first member spans the whole list. The gaps between
// members are stepped too and never looked at.
#pragma once

#include "host/graph/op.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

// Poisons the graph and gives false unless the lists have equal length and shapes and every gradient fits its
// parameter.
struct UpdateLists {
    std::string_view op;
    std::vector<std::span<const int32_t>> variables;  // parameters first
    std::span<const Value> gradients;                 // one a parameter
    bool without_gradients = false;
};
bool check_update(Graph& graph, const UpdateLists& lists);

// Appends the node: variables are the lists, inputs the gradients and then the scalars, packed into one
// [count] tensor if there are several, for kernels have few bindings.
// An invalid last one, `unscale`, is left out.
Value add_update(Graph& graph, const Op& op, const UpdateLists& lists, std::span<const Value> scalars,
                 Attributes attributes);

// Of optimisers whose scalars are `count` and perhaps `unscale`: where that is, or -1.
inline int unscale_at(const Attributes& attributes, int count) {
    return attributes.ints.empty() ? -1 : count;
}
// What the reference multiplies gradients by: 1 where there is none.
double unscale_of(const ReferenceCall& call, int count);
inline constexpr std::array<std::string_view, 1> optimiser_ints{"unscaled"};

// Poisons the graph unless eps is large enough that 0 / (sqrt(0) + eps) is 0 in float32: padding lanes depend
// on it.
void check_divisor(Graph& graph, std::string_view op, double eps);

// Bindings: the lists that are written at OUT0, OUT1, OUT2, their old content at A, C, D if texel loads are
// used, `source` at B, the scalars at CHAIN0. Push constants: the quad count, then `push`.
struct UpdateKernel {
    std::string_view shader;   // file stem
    std::vector<int> written;  // where in Node::variables each list that is written begins
    Operand::Kind source_kind = Operand::Kind::input;
    int source = 0;     // input or variable at which the list that is only read begins
    int scalars = -1;   // input; -1: none
    int64_t quads = 0;  // of each list: list_quads()
    std::vector<float> push = {};
    int unscale = -1;  // component of the scalars that gradients are multiplied by; -1: none
    double flops_per_element = 0;
    bool reads_old = true;
    bool integers = false;  // no texel loads: they may flush small integers as denormals
};
Emission emit_update(const KernelQuery& query, const UpdateKernel& update);

// Quads from the start of a list to the end of its last member, gaps included.
int64_t list_quads(std::span<const int64_t> quads_of_members, const DeviceTraits& device);
// The same for the gradients, the first `count` inputs.
int64_t gradient_quads(const KernelQuery& query, size_t count);

inline Result<Shape> update_shape(const ShapeQuery&) { return Shape{}; }

}  // namespace vkgan
