// Wrong arguments give an error that names both values, and never a crash.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>

namespace vkgan {

namespace {

std::string error_of(const std::function<void(Graph&)>& build) {
    Graph g;
    build(g);
    return g.status().ok() ? "no error" : g.status().error().message;
}

}  // namespace

TEST_CASE("conv2d names what does not fit") {
    const auto conv = [](Shape x, Shape w, op::ConvOptions options) {
        return error_of([=](Graph& g) { op::conv2d(g.input("x", x), g.input("w", w), options); });
    };
    CHECK(conv({1, 32, 8, 8}, {16, 64, 3, 3}, {}) ==
          "conv2d: weight [16, 64, 3, 3] has 64 input channels in 1 groups but x [1, 32, 8, 8] has 32");
    CHECK(conv({1, 6, 8, 8}, {8, 2, 3, 3}, {.groups = 3}) ==
          "conv2d: weight [8, 2, 3, 3] has 8 output channels, which 3 groups do not divide");
    CHECK(conv({1, 3, 4, 4}, {8, 3, 7, 7}, {.pad = 1}) ==
          "conv2d: kernel of 7 (dilation 1) reaches over 7 pixels but the image with padding 1 has 6");
    CHECK(conv({3, 4, 4}, {8, 3, 3, 3}, {}) == "conv2d: images have rank 4 but x is [3, 4, 4]");
    CHECK(conv({1, 3, 4, 4}, {8, 3}, {}) == "conv2d: weights have rank 4 but w is [8, 3]");
    CHECK(conv({1, 3, 4, 4}, {8, 3, 3, 3}, {.stride = 0}) == "conv2d: stride 0 is outside 1 .. 1048576");
    CHECK(conv({1, 3, 4, 4}, {8, 3, 3, 3}, {.pad = -1}) == "conv2d: pad -1 is outside 0 .. 1048576");
    CHECK(conv({1, 3, 4, 4}, {8, 3, 3, 3}, {.groups = 0}) == "conv2d: groups 0 is outside 1 .. 1048576");
}

TEST_CASE("the gradients of conv2d check the size of dy") {
    CHECK(error_of([](Graph& g) {
              op::conv2d_grad_input(g.input("dy", {1, 8, 4, 4}), g.input("w", {8, 3, 3, 3}), 9, 9);
          }) ==
          "conv2d_grad_input: x [1, 3, 9, 9] and w [8, 3, 3, 3] give an output gradient [1, 8, 7, 7] but dy "
          "is [1, 8, 4, 4]");
    CHECK(error_of([](Graph& g) {
              op::conv2d_grad_weight(g.input("x", {1, 3, 9, 9}), g.input("dy", {1, 8, 4, 4}), 3, 3);
          }) ==
          "conv2d_grad_weight: x [1, 3, 9, 9] and w [8, 3, 3, 3] give an output gradient [1, 8, 7, 7] but dy "
          "is [1, 8, 4, 4]");
    CHECK(error_of([](Graph& g) {
              op::conv2d_transposed(g.input("x", {1, 4, 4, 4}), g.input("w", {5, 3, 4, 4}));
          }) == "conv2d_grad_input: weight [5, 3, 4, 4] is for 5 channels but dy [1, 4, 4, 4] has 4");
    CHECK(error_of([](Graph& g) {
              op::conv2d_transposed(g.input("x", {1, 4, 4, 4}), g.input("w", {4, 3, 3, 3}), {.stride = 2}, 2);
          }) == "conv2d_transposed: output padding 2 must be at least 0 and below the stride 2");
}

TEST_CASE("matmul names what does not fit") {
    const auto product = [](Shape a, Shape b) {
        return error_of([=](Graph& g) { op::matmul(g.input("a", a), g.input("b", b)); });
    };
    CHECK(product({2, 3}, {4, 5}) == "matmul: a [2, 3] has inner extent 3 but b [4, 5] has 4");
    CHECK(product({2, 3, 4}, {3, 4, 5}) == "matmul: a [2, 3, 4] has 2 matrices but b [3, 4, 5] has 3");
    CHECK(product({3}, {3, 4}) == "matmul: a [3] and b [3, 4] must both have rank 2 or both rank 3");
}

TEST_CASE("reductions and broadcasts name what does not fit") {
    const auto reduce = [](std::vector<int> axes) {
        return error_of([=](Graph& g) { op::reduce_sum(g.input("x", {2, 3}), axes); });
    };
    CHECK(reduce({2}) == "reduce: axis 2 is outside the 2 axes of [2, 3]");
    CHECK(reduce({-1}) == "reduce: axis -1 is outside the 2 axes of [2, 3]");
    CHECK(reduce({1, 1}) == "reduce: axis 1 is given after 1");
    CHECK(error_of([](Graph& g) {
              op::broadcast(g.input("x", {2, 3}), {2, 4});
          }) == "broadcast: [2, 3] does not broadcast to [2, 4]");
    CHECK(error_of([](Graph& g) {
              op::broadcast(g.input("x", {2, 3}), {3});
          }) == "broadcast: [2, 3] does not broadcast to [3]");
}

TEST_CASE("pointwise ops name what does not fit") {
    CHECK(error_of([](Graph& g) { op::pointwise("tahn", std::array{g.input("x", {2})}); }) ==
          "pointwise: there is no op named tahn");
    CHECK(error_of([](Graph& g) { op::clamp(g.input("x", {2}), 1, 0); }) ==
          "clamp: low 1 is not below high 0");
    CHECK(error_of([](Graph& g) { op::pointwise("add", std::array{g.input("x", {2})}); }) ==
          "add: takes 2 inputs but got 1");
}

}  // namespace vkgan
