// Cropping, resizing and converting images.
// SPDX-License-Identifier: MIT
#include "host/data/prepare.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

std::vector<float> prepared(const Shape& from, const Shape& to, std::vector<float> values) {
    std::vector<float> out(static_cast<size_t>(to.element_count()));
    ImagePreparer(from, to).prepare(values, out);
    return out;
}

void check_near(const std::vector<float>& values, const std::vector<float>& wanted) {
    REQUIRE(values.size() == wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) CHECK(values[i] == doctest::Approx(wanted[i]).epsilon(1e-6));
}

}  // namespace

TEST_CASE("shrinking takes the mean over each pixel's area") {
    check_near(prepared(Shape{1, 4, 4}, Shape{1, 2, 2}, {0, 2, 4, 6, 0, 2, 4, 6, 8, 8, 1, 1, 8, 8, 1, 1}),
               {1, 5, 8, 1});
    // 3 -> 2: each target covers one and a half pixels, so (2 * a + b) / 3 and (b + 2 * c) / 3.
    check_near(prepared(Shape{1, 3, 3}, Shape{1, 2, 2}, {0, 3, 6, 0, 3, 6, 0, 3, 6}), {1, 5, 1, 5});
}

TEST_CASE("enlarging is bilinear between pixel centres") {
    check_near(prepared(Shape{1, 2, 2}, Shape{1, 4, 4}, {0, 4, 0, 4}),
               {0, 1, 3, 4, 0, 1, 3, 4, 0, 1, 3, 4, 0, 1, 3, 4});
}

TEST_CASE("of an oblong image the centre square is taken") {
    check_near(prepared(Shape{1, 2, 4}, Shape{1, 2, 2}, {9, 1, 2, 9, 9, 3, 4, 9}), {1, 2, 3, 4});
    check_near(prepared(Shape{1, 4, 2}, Shape{1, 2, 2}, {9, 9, 1, 2, 3, 4, 9, 9}), {1, 2, 3, 4});
}

TEST_CASE("channels are converted, and dropped alpha is laid over white") {
    check_near(prepared(Shape{1, 1, 2}, Shape{3, 1, 2}, {0.5f, -1}), {0.5f, -1, 0.5f, -1, 0.5f, -1});
    check_near(prepared(Shape{3, 1, 1}, Shape{1, 1, 1}, {1, -1, -1}), {0.299f - 0.587f - 0.114f});
    check_near(prepared(Shape{4, 1, 1}, Shape{3, 1, 1}, {-1, -1, -1, -1}), {1, 1, 1});
    check_near(prepared(Shape{4, 1, 1}, Shape{3, 1, 1}, {-1, 0, 1, 0}), {0, 0.5f, 1});
    check_near(prepared(Shape{3, 1, 1}, Shape{4, 1, 1}, {-1, 0, 0.5f}), {-1, 0, 0.5f, 1});
    check_near(prepared(Shape{2, 1, 1}, Shape{1, 1, 1}, {-1, 1}), {-1});
}

TEST_CASE("every byte survives the way to [-1, 1] and back") {
    for (int i = 0; i < 256; ++i) CHECK(signed_to_byte(byte_to_signed(static_cast<uint8_t>(i))) == i);
    CHECK(byte_to_signed(0) == -1.0f);
    CHECK(byte_to_signed(255) == 1.0f);
}

TEST_CASE("sizes and channels that make no image are refused with their values") {
    CHECK(prepared_shape(Shape{3, 5, 7}, 0, 0).value() == Shape{3, 5, 7});
    CHECK(prepared_shape(Shape{3, 5, 7}, 4, 1).value() == Shape{1, 4, 4});
    CHECK(prepared_shape(Shape{2, 1, 1}, 1, 2).value() == Shape{2, 1, 1});  // points of a plane
    CHECK(prepared_shape(Shape{2, 1, 1}, 1, 3).error().message.find("image_size is 1") != std::string::npos);
    CHECK(prepared_shape(Shape{3, 5, 7}, -4, 0).error().message.find("-4") != std::string::npos);
    CHECK(prepared_shape(Shape{3, 5, 7}, 4, 2).error().message.find("channels is 2") != std::string::npos);
}
