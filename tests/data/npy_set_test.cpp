// npy:FILE as a data set.
// SPDX-License-Identifier: MIT
#include "tests/data/image_folder.hpp"

#include <limits>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("an array of images is a data set") {
    const TemporaryFolder folder;
    const auto file = folder.path / "a.npy";
    REQUIRE(write_npy(file, Tensor(Shape{2, 1, 1, 2}, {-1, 1, 0.5f, 0})).ok());
    const auto set = open("npy", file);
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 2);
    CHECK(read_image_of(**set, 1) == std::vector<float>{0.5f, 0});
    REQUIRE(write_npy(file, Tensor(Shape{3, 4, 4}, 0.25f)).ok());
    const auto resized = open("npy", file, {.image_size = 2, .channels = 3});
    CHECK((*resized)->image_shape() == Shape{3, 2, 2});
    CHECK(read_image_of(**resized, 2) == std::vector<float>(12, 0.25f));
}

TEST_CASE("an array that holds no images in [-1, 1] is refused with its value") {
    const TemporaryFolder folder;
    const auto file = folder.path / "a.npy";
    REQUIRE(write_npy(file, Tensor(Shape{1, 1, 1, 2}, {0, 255})).ok());
    CHECK(contains(open_error("npy", file), "element 1 is 255, but float images lie in [-1, 1]"));
    REQUIRE(write_npy(file, Tensor(Shape{1, 1, 1, 1}, {std::numeric_limits<float>::quiet_NaN()})).ok());
    CHECK(contains(open_error("npy", file), "nan"));
    REQUIRE(write_npy(file, Tensor(Shape{4, 4})).ok());
    CHECK(contains(open_error("npy", file), "the shape [4, 4]"));
    REQUIRE(write_npy(file, Tensor(Shape{0, 3, 4, 4})).ok());
    CHECK(contains(open_error("npy", file), "the shape [0, 3, 4, 4]"));
    CHECK(contains(open_error("npy", folder.path / "none.npy"), "none.npy"));
}
