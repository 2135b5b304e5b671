// faces: the shipped set.
// SPDX-License-Identifier: MIT
#include "host/base/file.hpp"
#include "host/data/shipped.hpp"
#include "host/data/sources.hpp"
#include "tests/data/image_folder.hpp"

#include <cstdlib>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("the shipped faces are found and hold 8,000 images with eight attributes") {
    const auto set = open("faces", "", {.split = "all"});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 8000);
    CHECK((*set)->image_shape() == Shape{3, 64, 64});
    CHECK((*set)->attribute_names() == std::vector<std::string>{"Wearing_Hat", "Long_Hair", "Dark_Hair",
                                                                "Eyeglasses", "Smiling", "Beard", "Dark_Skin",
                                                                "Eyes_Closed"});
    CHECK(read_attributes_of(**set, 0) == std::vector<float>{1, -1, -1, 1, 1, 1, 1, -1});
    CHECK(read_attributes_of(**set, 1) == std::vector<float>{-1, 1, -1, -1, 1, -1, -1, -1});
    const auto face = read_image_of(**set, 0);
    CHECK(face[0] == 1.0f);  // white behind the face
    CHECK((*open("faces", ""))->size() == 7000);
    const auto last = open("faces", "", {.split = "test"});
    CHECK((*last)->size() == 500);
    CHECK(read_image_of(**last, 499) == read_image_of(**set, 7999));
}

TEST_CASE("faces are resized and made grey on request") {
    const auto set = open("faces", "", {.image_size = 16, .channels = 1, .split = "validation"});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 500);
    CHECK((*set)->image_shape() == Shape{1, 16, 16});
}

TEST_CASE("shipped data that are not there are missed with every place that was searched") {
    ::setenv("VKGAN_DATA_DIR", "/nonexistent/here", 1);
    const auto found = find_shipped("no such file");
    ::unsetenv("VKGAN_DATA_DIR");
    REQUIRE(!found.ok());
    CHECK(contains(found.error().message, "/nonexistent/here"));
    CHECK(contains(found.error().message, "VKGAN_DATA_DIR"));
}

TEST_CASE("a damaged faces file is refused, never read past its end") {
    const auto file = find_shipped("faces/faces.vkfaces");
    REQUIRE(file.ok());
    const auto whole = *read_file(*file, 1 << 24);
    const TemporaryFolder folder;
    const auto try_bytes = [&](std::span<const std::byte> bytes) {
        return open_faces(folder.write("f", bytes), DatasetOptions{}).ok();
    };
    for (const size_t size :
         {size_t(0), size_t(7), size_t(11), size_t(12), size_t(100), size_t(400), whole.size() - 1})
        CHECK(!try_bytes(std::span(whole).first(size)));
    for (size_t i = 0; i < 300; ++i) {  // magic, header length, header
        std::vector<std::byte> damaged(whole.begin(), whole.begin() + 2000);
        damaged[i] ^= std::byte(4);
        CHECK(!try_bytes(damaged));
    }
    auto damaged = whole;
    damaged[whole.size() / 2] ^= std::byte(1);
    CHECK(!try_bytes(damaged));
}
