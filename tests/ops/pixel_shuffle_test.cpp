// pixel_shuffle and back, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("pixel_shuffle turns four channels into a 2 by 2 block, and pixel_unshuffle turns it back") {
    const DoubleTensorMap inputs{{"x", {{1, 4, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8}}}};
    const Build shuffle = [](Graph& g) { return op::pixel_shuffle(g.input("x", {1, 4, 1, 2}), 2); };
    CHECK(hand_run(shuffle, inputs) == Numbers{1, 3, 2, 4, 5, 7, 6, 8});
    const Build both = [&](Graph& g) { return op::pixel_unshuffle(shuffle(g), 2); };
    CHECK(hand_run(both, inputs) == Numbers{1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("pixel_shuffle names channels and factor when they do not fit") {
    CHECK(build_error([](Graph& g) {
              return op::pixel_shuffle(g.input("x", {1, 6, 1, 2}), 2);
          }) == "pixel_shuffle: 6 channels are not a multiple of 4");
    CHECK(build_error([](Graph& g) { return op::pixel_unshuffle(g.input("x", {1, 6, 1, 2}), 0); }) != "");
}
