// The list of all cases.
// SPDX-License-Identifier: MIT
#include "tests/ops/cases.hpp"

namespace vkgan::test {

namespace {

std::vector<OpCase> graph_leaf_cases() {
    const auto input = [](Graph& g) { return g.input("x", {2, 3, 1, 5}); };
    const auto read = [](Graph& g) {
        const int32_t variable =
            g.declare_variable({.name = "p", .group = "parameters", .shape = {3, 5, 2, 1}});
        return op::square(g.read(variable));
    };
    return {{"input", "an image", input}, {"read", "a parameter", read}};
}

}  // namespace

std::vector<OpCase> all_cases() {
    std::vector<OpCase> all;
    for (const auto part : {contraction_cases, pointwise_cases, reduce_cases, movement_cases,
                            graph_leaf_cases, leaf_and_update_cases}) {
        for (OpCase& c : part()) all.push_back(std::move(c));
    }
    return all;
}

}  // namespace vkgan::test
