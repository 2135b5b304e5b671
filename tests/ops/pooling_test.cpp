// Pooling, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

static const DoubleTensorMap image{{"x", {{1, 1, 2, 4}, {1, 2, 8, 5, 3, 4, 6, 7}}}};
static Value x_of(Graph& g) { return g.input("x", {1, 1, 2, 4}); }

TEST_CASE("max_pool2d finds each window's maximum and where it is") {
    CHECK(hand_run([](Graph& g) { return op::max_pool2d_index(x_of(g), {}); }, image) == Numbers{5, 2});
    CHECK(hand_run([](Graph& g) { return op::max_pool2d(x_of(g), {}); }, image) == Numbers{4, 8});
}

TEST_CASE("the first of equal maxima counts") {
    const DoubleTensorMap equal{{"x", DoubleTensor({1, 1, 2, 4}, 3.0)}};
    CHECK(hand_run([](Graph& g) { return op::max_pool2d_index(x_of(g), {}); }, equal) == Numbers{0, 2});
}

TEST_CASE("padding never is a maximum") {
    const DoubleTensorMap negative{{"x", DoubleTensor({1, 1, 2, 4}, -3.0)}};
    const op::PoolOptions padded{.kernel = 3, .stride = 3, .pad = 1};
    CHECK(hand_run([=](Graph& g) { return op::max_pool2d(x_of(g), padded); }, negative) == Numbers{-3, -3});
}

TEST_CASE("pool_scatter sums where windows chose the same pixel") {
    const Build build = [](Graph& g) {
        return op::pool_scatter(g.input("dy", {1, 1, 1, 3}), g.input("i", {1, 1, 1, 3}, DType::i32), 1, 4);
    };
    CHECK(hand_run(build, {{"dy", {{1, 1, 1, 3}, {1, 10, 100}}}, {"i", {{1, 1, 1, 3}, {2, 0, 2}}}}) ==
          Numbers{10, 0, 101, 0});
}

TEST_CASE("avg_pool2d counts the padding") {
    CHECK(hand_run([](Graph& g) { return op::avg_pool2d(x_of(g), {}); }, image) == Numbers{2.5, 6.5});
    const op::PoolOptions padded{.kernel = 2, .stride = 2, .pad = 1};
    CHECK(hand_run([=](Graph& g) { return op::avg_pool2d(x_of(g), padded); }, image) ==
          Numbers{0.25, 2.5, 1.25, 0.75, 2.5, 1.75});
}

TEST_CASE("avg_pool2d_grad spreads each window's share, and nothing where no window was") {
    const Build build = [](Graph& g) {
        return op::avg_pool2d_grad(g.input("dy", {1, 1, 1, 1}), 2, 3, {.kernel = 2, .stride = 2, .pad = 0});
    };
    CHECK(hand_run(build, {{"dy", DoubleTensor({1, 1, 1, 1}, 8.0)}}) == Numbers{2, 2, 0, 2, 2, 0});
}

TEST_CASE("pooling refuses windows that no image has") {
    for (const op::PoolOptions options : {op::PoolOptions{.kernel = 0}, op::PoolOptions{.stride = 0},
                                          op::PoolOptions{.pad = 2}, op::PoolOptions{.kernel = 9}}) {
        CHECK(build_error([=](Graph& g) { return op::max_pool2d(x_of(g), options); }) != "");
        CHECK(build_error([=](Graph& g) { return op::avg_pool2d(x_of(g), options); }) != "");
    }
}
