// Blobs against their formula.
// SPDX-License-Identifier: MIT
#include "host/data/blobs.hpp"

#include "tests/data/image_folder.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("a blob is a bell of light at its place") {
    const auto image = draw_blob({.x = 0.5625f, .y = 0.3125f, .size = 0.125f, .brightness = 0.75f}, 8);
    if (!image) FAIL(image.error().message);
    CHECK(image->values[2 * 8 + 4] == doctest::Approx(2 * 0.75 - 1));              // its middle
    CHECK(image->values[2 * 8 + 5] == doctest::Approx(1.5 * std::exp(-0.5) - 1));  // one deviation off
    CHECK(image->values[4 * 8 + 5] == doctest::Approx(1.5 * std::exp(-2.5) - 1));  // two and one
    CHECK(image->values[7 * 8 + 0] == doctest::Approx(1.5 * std::exp(-20.5) - 1));
}

TEST_CASE("blobs of the data set come from their factors and have no labels") {
    const auto set = open("blobs", "");
    if (!set) FAIL(set.error().message);
    CHECK((*set)->attribute_names().empty());
    for (int64_t i = 0; i < 20; ++i)
        CHECK(read_image_of(**set, i) == draw_blob(blob_factors(uint64_t(i)), 8)->values);
}

TEST_CASE("blobs that cannot be drawn are refused") {
    const auto error = [](const BlobFactors& factors, int side = 8) {
        const auto image = draw_blob(factors, side);
        return image ? std::string("no error") : image.error().message;
    };
    CHECK(contains(error({.x = std::nanf("")}), "x and y are nan and 0.5"));
    CHECK(contains(error({.size = 0}), "size is 0"));
    CHECK(contains(error({.brightness = 2}), "brightness is 2; 0 to 1"));
    CHECK(contains(error({}, 7), "8 to 256 pixels a side, not 7"));
}
