// folder:DIR.
// SPDX-License-Identifier: MIT
#include "tests/data/image_folder.hpp"

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("a flat folder gives its images in the order of their names") {
    const TemporaryFolder folder;
    write_image(folder, "b.png", plain_image(4, 2, 3, 255));
    write_image(folder, "a.png", plain_image(4, 2, 3, 0));
    (void)folder.write(".hidden", "not looked at");
    const auto set = open("folder", folder.path);
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 2);
    CHECK((*set)->image_shape() == Shape{3, 2, 4});
    CHECK((*set)->label_count() == 0);
    CHECK(read_image_of(**set, 0) == std::vector<float>(24, -1.0f));
    CHECK(read_image_of(**set, 1) == std::vector<float>(24, 1.0f));
    std::vector<float> room(24);
    CHECK(!(*set)->read(2, room, {}).ok());
    CHECK(!(*set)->read(-1, room, {}).ok());
    CHECK(!(*set)->read(0, std::span(room).first(23), {}).ok());
}

TEST_CASE("folders in a folder are classes") {
    const TemporaryFolder folder;
    write_image(folder, "dogs/1.png", plain_image(2, 2, 1, 10));
    write_image(folder, "cats/1.png", plain_image(2, 2, 1, 20));
    write_image(folder, "cats/2.png", plain_image(2, 2, 1, 30));
    const auto set = open("folder", folder.path);
    if (!set) FAIL(set.error().message);
    CHECK((*set)->attribute_names() == std::vector<std::string>{"cats", "dogs"});
    CHECK((*set)->label_count() == 2);
    CHECK(read_attributes_of(**set, 1) == std::vector<float>{1, 0});
    CHECK(read_attributes_of(**set, 2) == std::vector<float>{0, 1});
}

TEST_CASE("a set too large for the cache is read from its files with the same result") {
    const TemporaryFolder folder;
    for (int i = 0; i < 5; ++i)
        write_image(folder, std::to_string(i) + ".png",
                    plain_image(6, 4, i % 2 ? 1 : 3, static_cast<uint8_t>(i * 40)));
    DatasetOptions options{.image_size = 3, .channels = 3};
    const auto cached = open("folder", folder.path, options);
    options.cache_bytes = 1;
    const auto lazy = open("folder", folder.path, options);
    if (!lazy) FAIL(lazy.error().message);
    for (int i = 0; i < 5; ++i) CHECK(read_image_of(**cached, i) == read_image_of(**lazy, i));
    (void)folder.write("3.png", "gone bad since");
    std::vector<float> room(27);
    CHECK(contains((*lazy)->read(3, room, {}).error().message, "3.png"));
}

TEST_CASE("a missing, empty or mixed-up folder is named") {
    const TemporaryFolder folder;
    CHECK(contains(open_error("folder", folder.path / "none"), "none does not exist"));
    CHECK(contains(open_error("folder", folder.path), "holds no images"));
    const auto file = folder.write("x.png", "");
    CHECK(contains(open_error("folder", file), "is a file, not a folder"));
    write_image(folder, "class/1.png", plain_image(2, 2, 1, 0));
    CHECK(contains(open_error("folder", folder.path), "both files (x.png) and folders (class)"));
}

TEST_CASE("a bad file among images is named, whether the set is cached or not") {
    for (const uint64_t cache_bytes : {uint64_t(1) << 30, uint64_t(1)}) {
        const DatasetOptions options{.cache_bytes = cache_bytes};
        const TemporaryFolder folder;
        for (int i = 0; i < 20; ++i)
            write_image(folder, std::to_string(10 + i) + ".png", plain_image(4, 4, 3, 9));
        CHECK(open_error("folder", folder.path, options) == "no error");
        (void)folder.write("notes.txt", "some text");
        CHECK(contains(open_error("folder", folder.path, options),
                       "notes.txt: is not an image that can be read"));
        auto png = *encode_png(plain_image(4, 4, 3, 9));
        png.resize(png.size() - 13);
        (void)folder.write("25.png", png);
        CHECK(contains(open_error("folder", folder.path, options), "25.png: the image is cut short"));
        write_image(folder, "24.png", plain_image(5, 4, 3, 9));
        const std::string sizes = open_error("folder", folder.path, options);
        CHECK(contains(sizes, "24.png is 5x4 pixels, but "));
        CHECK(contains(sizes, "10.png is 4x4: resize"));
        write_image(folder, "23.png", plain_image(4, 4, 1, 9));
        CHECK(contains(open_error("folder", folder.path, options), "23.png has 1 channel(s)"));
    }
}

TEST_CASE("options out of range and splits that are not there are refused") {
    const TemporaryFolder folder;
    write_image(folder, "a.png", plain_image(4, 4, 3, 0));
    CHECK(contains(open_error("folder", folder.path, {.image_size = 99999}), "image_size is 99999"));
    CHECK(contains(open_error("folder", folder.path, {.channels = 7}), "channels is 7"));
    CHECK(contains(open_error("folder", folder.path, {.split = "test"}), "no splits"));
    CHECK(contains(open_error("folder", folder.path, {.split = "trian"}), "did you mean \"train\"?"));
}

TEST_CASE("the fingerprint follows the images, not the run") {
    const TemporaryFolder folder;
    write_image(folder, "a.png", plain_image(4, 4, 3, 0));
    const uint64_t before = (*open("folder", folder.path))->fingerprint();
    CHECK((*open("folder", folder.path))->fingerprint() == before);
    write_image(folder, "a.png", plain_image(4, 4, 3, 1));
    CHECK((*open("folder", folder.path))->fingerprint() != before);
}
