// Sine and cosine far from zero: Vulkan's own may be off by 2^-11, ours
// (shaders/lib/expression_functions.glsl) may not.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace vkgan::test {

TEST_CASE("sine and cosine are good to 1e-7 up to 8000") {
    constexpr int64_t count = 16000;
    Tensor x(Shape{count});
    for (int64_t i = 0; i < count; ++i) x.values[size_t(i)] = float(i - count / 2) * 0.99991f;
    Graph graph;
    const Value in = graph.input("x", {count});
    graph.mark_output("sin", op::sin(in));
    graph.mark_output("cos", op::cos(in));
    TensorMap variables;
    const auto outputs = run_on_device(test_device(), graph, {{"x", x}}, variables);
    REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
    double worst = 0;
    for (size_t i = 0; i < x.values.size(); ++i) {
        worst =
            std::max(worst, std::abs(double(outputs->at("sin").values[i]) - std::sin(double(x.values[i]))));
        worst =
            std::max(worst, std::abs(double(outputs->at("cos").values[i]) - std::cos(double(x.values[i]))));
    }
    CHECK(worst < 1e-7);  // half a unit in the last place of 1 is 6e-8
}

}  // namespace vkgan::test
