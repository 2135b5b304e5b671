// Physical layout: hand-checked positions, round trips, and when a reshape is free.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace vkgan {

TEST_CASE("images lie as N, H, W, C in quads padded with zeros") {
    const Shape shape{1, 3, 1, 2};
    const std::vector<float> logical{1, 2, 3, 4, 5, 6};  // channel c, column w: 2 c + w + 1
    std::vector<float> physical(size_t(quad_count(shape)) * 4, -1);
    to_physical(shape, logical, physical);
    CHECK(physical == std::vector<float>{1, 3, 5, 0, 2, 4, 6, 0});
    CHECK(physical_extents(shape) == std::vector<int64_t>{1, 1, 2, 1});
}

TEST_CASE("other ranks keep their order and pad the last axis") {
    const Shape shape{2, 5};
    const std::vector<float> logical{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    std::vector<float> physical(size_t(quad_count(shape)) * 4);
    to_physical(shape, logical, physical);
    CHECK(physical == std::vector<float>{1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0});
}

TEST_CASE("a scalar is one quad") {
    CHECK(quad_count({}) == 1);
    CHECK(inner_axis({}) == -1);
    std::vector<float> physical(4, -1);
    to_physical({}, std::vector<float>{7}, physical);
    CHECK(physical == std::vector<float>{7, 0, 0, 0});
}

TEST_CASE("physical_index agrees with to_physical, and from_physical undoes it") {
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{3, 4}, Shape{2, 5, 3, 7}, Shape{1, 17, 1, 1},
                               Shape{2, 3, 6}, Shape{2, 1, 3, 2, 5}, Shape{2, 1, 3, 2, 5, 4}}) {
        CAPTURE(shape.to_string());
        std::vector<float> logical(size_t(shape.element_count()));
        std::iota(logical.begin(), logical.end(), 1.0f);
        std::vector<float> physical(size_t(quad_count(shape)) * 4), back(logical.size());
        to_physical(shape, logical, physical);
        for (size_t i = 0; i < logical.size(); ++i) {
            CHECK(physical[size_t(physical_index(shape, int64_t(i)))] == logical[i]);
        }
        from_physical(shape, physical, back);
        CHECK(back == logical);
        CHECK(std::accumulate(physical.begin(), physical.end(), 0.0) ==
              std::accumulate(logical.begin(), logical.end(), 0.0));
    }
}

TEST_CASE("same_physical_order says exactly when the buffers are equal") {
    const std::vector<Shape> shapes{{2, 8, 1, 3}, {2, 8, 3},     {2, 24},      {48},          {6, 8},
                                    {2, 3, 8},    {1, 8, 2, 3},  {2, 8, 3, 1}, {2, 3, 8, 1},  {2, 24, 1, 1},
                                    {3, 16},      {1, 1, 48},    {16, 3},      {16, 3, 1, 1}, {4, 4, 3},
                                    {48, 1},      {48, 1, 1, 1}, {1, 1, 8, 6}, {1, 48},       {6, 8, 1},
                                    {1, 6, 8},    {6, 1, 8},     {12, 4},      {2, 6, 4}};
    for (const Shape& a : shapes) {
        for (const Shape& b : shapes) {
            CAPTURE(a.to_string());
            CAPTURE(b.to_string());
            std::vector<float> logical(48);
            std::iota(logical.begin(), logical.end(), 1.0f);
            std::vector<float> pa(size_t(quad_count(a)) * 4), pb(size_t(quad_count(b)) * 4);
            to_physical(a, logical, pa);
            to_physical(b, logical, pb);
            CHECK(same_physical_order(a, b) == (pa == pb));
        }
    }
    CHECK(same_physical_order({}, {1}));
    CHECK(same_physical_order({5}, {1, 5}));
    CHECK(same_physical_order({2, 5, 1, 1}, {2, 5}));
    CHECK(!same_physical_order({2, 5, 2, 1}, {2, 10}));
}

}  // namespace vkgan
