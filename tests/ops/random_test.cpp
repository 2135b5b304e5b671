// random_uniform, random_normal and constant as ops: the reference gives Philox's numbers in logical order.
// SPDX-License-Identifier: MIT
#include "host/graph/random.hpp"
#include "host/ops/ops.hpp"
#include "host/reference/interpreter.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

DoubleTensor run_one(Graph& graph, Value value) {
    graph.mark_output("out", value);
    DoubleTensorMap none;
    const DoubleTensorMap inputs{{"key", {{4}, {-1.0, 2.0, 3.0, 0.0}}}};
    auto run = run_reference(graph, inputs, none);
    if (!run) FAIL(run.error().message);
    return run->outputs["out"];
}

}  // namespace

TEST_CASE("random ops give the generator's numbers, element by element in row-major order") {
    const RandomKey key{.seed_low = 0xFFFFFFFF, .seed_high = 2, .step_low = 3, .step_high = 0};
    std::vector<float> expected(2 * 3 * 2 * 2);
    SUBCASE("uniform") {
        Graph graph;
        fill_uniform(key, 5, expected);
        const Value x = op::random_uniform(graph.input("key", {4}, DType::i32), 5, {2, 3, 2, 2});
        CHECK(run_one(graph, x).values == std::vector<double>(expected.begin(), expected.end()));
    }
    SUBCASE("normal") {
        Graph graph;
        fill_normal(key, 5, expected);
        const Value x = op::random_normal(graph.input("key", {4}, DType::i32), 5, {2, 3, 2, 2});
        CHECK(run_one(graph, x).values == std::vector<double>(expected.begin(), expected.end()));
    }
}

TEST_CASE("the same key, stream and shape are one node; another stream is another") {
    Graph graph;
    const Value key = graph.input("key", {4}, DType::i32);
    CHECK(op::random_normal(key, 1, {3}) == op::random_normal(key, 1, {3}));
    CHECK(op::random_normal(key, 1, {3}) != op::random_normal(key, 2, {3}));
    CHECK(op::random_normal(key, 1, {3}) != op::random_uniform(key, 1, {3}));
}

TEST_CASE("a key that is not four integers poisons the graph") {
    Graph floats;
    op::random_normal(floats.input("key", {4}), 0, {3});
    REQUIRE(!floats.status());
    CHECK(floats.status().error().message == "random_normal: the key is f32 but must be i32");
    Graph short_key;
    op::random_normal(short_key.input("key", {2}, DType::i32), 0, {3});
    REQUIRE(!short_key.status());
    Graph negative;
    op::random_normal(negative.input("key", {4}, DType::i32), -1, {3});
    CHECK(!negative.status());
    Graph huge;
    op::random_normal(huge.input("key", {4}, DType::i32), 0, {1 << 20, 1 << 20});
    CHECK(!huge.status());
}

TEST_CASE("constant fills its shape") {
    Graph graph;
    CHECK(run_one(graph, op::constant(graph, 1.5, {2, 3})).values == std::vector<double>(6, 1.5));
}

TEST_CASE("a device gives the generator's bits, whatever the layout") {
    const RandomKey key{.seed_low = 11, .seed_high = 2, .step_low = 3, .step_high = 0};
    const TensorMap inputs{{"key", {{4}, {11, 2, 3, 0}}}};
    for (const Shape& shape : {Shape{}, Shape{7}, Shape{5, 101}, Shape{3, 5, 17, 9}, Shape{2, 3, 2, 2, 5}}) {
        CAPTURE(shape.to_string());
        Graph graph;
        const Value words = graph.input("key", {4}, DType::i32);
        graph.mark_output("uniform", op::random_uniform(words, 5, shape));
        graph.mark_output("normal", op::random_normal(words, 5, shape));
        TensorMap none;
        const auto result = run_on_device(test_device(), graph, inputs, none);
        REQUIRE_MESSAGE(result.ok(), result.error().message);
        std::vector<float> expected(size_t(shape.element_count()));
        fill_uniform(key, 5, expected);
        CHECK(result->at("uniform").values == expected);
        fill_normal(key, 5, expected);
        CHECK(result->at("normal").values == expected);
    }
}
