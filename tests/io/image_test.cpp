// Images: round trips, grids, and the files that must be refused.
// SPDX-License-Identifier: MIT
#include "host/io/image.hpp"

#include "tests/data/temporary_folder.hpp"

using namespace vkgan;
using vkgan::test::contains;

namespace {

Image gradient(int width, int height, int channels) {
    Image image{width, height, channels, {}};
    for (int i = 0; i < width * height * channels; ++i) image.pixels.push_back(static_cast<uint8_t>(i * 7));
    return image;
}

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values) bytes.push_back(std::byte(value));
    return bytes;
}

std::string error_of(const std::vector<std::byte>& bytes, std::string_view name) {
    const auto image = decode_image(bytes, name);
    if (image) return "no error";
    CHECK(image.error().message.starts_with(std::string(name) + ": "));
    return image.error().message;
}

// Start of image, frame header of the given depth and components, start of scan; no data, no end.
std::vector<std::byte> jpeg(int bits, int components) {
    return bytes_of({0xFF, 0xD8, 0xFF, 0xC0, 0, 8, bits, 0, 8, 0, 8, components, 0xFF, 0xDA, 0, 2});
}

// 2x2 pixels of 24 bits, rows padded to 8 bytes, from the bottom.
std::vector<std::byte> bmp() {
    return bytes_of({'B', 'M', 70, 0, 0,  0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0,  2,  0,  0, 0, 2, 0,
                     0,   0,   1,  0, 24, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0,  0, 0, 0,  0,  0,  0, 0, 0, 0,
                     0,   0,   0,  0, 0,  0, 1, 2, 3, 4, 5,  6, 0, 0, 7,  8, 9, 10, 11, 12, 0, 0});
}

std::vector<std::byte> tga() {
    return bytes_of({0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 8, 0x20, 10, 20, 30, 40});
}

// The run-length form of four pixels of value 9.
std::vector<std::byte> tga_runs() {
    return bytes_of({0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 8, 0x20, 0x83, 9});
}

}  // namespace

TEST_CASE("a PNG comes back as it was written, for 1 to 4 channels") {
    const test::TemporaryFolder folder;
    for (int channels = 1; channels <= 4; ++channels) {
        const Image image = gradient(5, 3, channels);
        REQUIRE(write_png(folder.path / "a.png", image).ok());
        const auto read = read_image(folder.path / "a.png");
        if (!read) FAIL(read.error().message);
        CHECK(read->width == 5);
        CHECK(read->height == 3);
        CHECK(read->channels == channels);
        CHECK(read->pixels == image.pixels);
        CHECK(*read_image_shape(folder.path / "a.png") == Shape{channels, 3, 5});
        CHECK(read_image_pixels(folder.path / "a.png")->shape == Shape{3, 5, channels});
    }
}

TEST_CASE("BMP and TGA are read, and refused when they are cut short") {
    CHECK(decode_image(bmp(), "a.bmp")->pixels ==
          std::vector<uint8_t>{9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4});
    CHECK(decode_image(tga(), "a.TGA")->pixels == std::vector<uint8_t>{10, 20, 30, 40});
    CHECK(decode_image(tga_runs(), "a.tga")->pixels == std::vector<uint8_t>{9, 9, 9, 9});
    for (auto [bytes, name] :
         {std::pair(bmp(), "a.bmp"), std::pair(tga(), "a.tga"), std::pair(tga_runs(), "a.tga")}) {
        bytes.pop_back();
        CHECK(contains(error_of(bytes, name), "cut short"));
    }
}

TEST_CASE("text is no image, and the message says what is") {
    const std::string_view text = "some notes about these images, long enough for any header";
    const auto bytes = std::as_bytes(std::span(text));
    CHECK(contains(error_of({bytes.begin(), bytes.end()}, "notes.txt"), "PNG, JPEG, BMP or TGA"));
    CHECK(contains(error_of({}, "empty.png"), "PNG, JPEG, BMP or TGA"));
}

TEST_CASE("a PNG of 16 bits, a CMYK JPEG and a 12-bit JPEG are refused with what would be right") {
    auto png = *encode_png(gradient(2, 2, 3));
    png[24] = std::byte(16);  // the depth; the CRC below is that of the changed header
    CHECK(contains(error_of(png, "a.png"), "damaged"));
    for (const auto& [index, value] : {std::pair(29, 0xAD), {30, 0x44}, {31, 0x46}, {32, 0x30}})
        png[static_cast<size_t>(index)] = std::byte(value);
    CHECK(error_of(png, "a.png") == "a.png: has 16 bits per channel; 8 are read: convert it first");
    auto end = [](std::vector<std::byte> bytes) {
        bytes.insert(bytes.end(), {std::byte(0xFF), std::byte(0xD9)});
        return bytes;
    };
    CHECK(contains(error_of(end(jpeg(8, 4)), "a.jpg"), "CMYK JPEG with 4 components"));
    CHECK(contains(error_of(end(jpeg(12, 3)), "a.jpg"), "12 bits per channel; 8 are read"));
    CHECK(contains(error_of(jpeg(8, 3), "a.jpg"), "without its end mark"));
}

TEST_CASE("an image that is too large to be meant is refused before it is decoded") {
    auto bytes = bmp();
    bytes[20] = std::byte(1);  // width 65538
    CHECK(contains(error_of(bytes, "a.bmp"), "at most 16384"));
    bytes = bmp();
    bytes[18] = std::byte(0);
    CHECK(contains(error_of(bytes, "a.bmp"), "0x2"));
}

TEST_CASE("no truncation and no flipped bit of an image crashes the reader, and no cut one is accepted") {
    const auto png = *encode_png(gradient(3, 2, 3));
    for (size_t size = 0; size < png.size(); ++size)
        CHECK(!decode_image(std::span(png).first(size), "a.png").ok());
    test::try_damaged(png, [](const std::vector<std::byte>& bytes) { (void)decode_image(bytes, "a.png"); });
    test::try_damaged(bmp(), [](const std::vector<std::byte>& bytes) { (void)decode_image(bytes, "a.bmp"); });
    test::try_damaged(tga(), [](const std::vector<std::byte>& bytes) { (void)decode_image(bytes, "a.tga"); });
    test::try_damaged(tga_runs(),
                      [](const std::vector<std::byte>& bytes) { (void)decode_image(bytes, "a.tga"); });
}

TEST_CASE("an image whose pixels do not fit its size is not written") {
    Image image = gradient(2, 2, 3);
    image.pixels.pop_back();
    CHECK(contains(encode_png(image).error().message, "holds 12 bytes, not 11"));
    CHECK(contains(encode_png(Image{0, 2, 3, {}}).error().message, "0x2"));
    CHECK(contains(encode_png(gradient(2, 2, 5)).error().message, "5 channels"));
}

TEST_CASE("a grid lays images out in rows with white between them") {
    const Image grid = make_grid(Tensor(Shape{3, 1, 1, 2}, {-1, 1, 0, 0, 5, -5}), 2, 1);
    CHECK(grid.width == 7);
    CHECK(grid.height == 5);
    CHECK(grid.channels == 1);
    const uint8_t w = 255;
    CHECK(grid.pixels == std::vector<uint8_t>{w, w,   w,   w, w,   w,   w,  //
                                              w, 0,   255, w, 128, 128, w,  //
                                              w, w,   w,   w, w,   w,   w,  //
                                              w, 255, 0,   w, w,   w,   w,  //
                                              w, w,   w,   w, w,   w,   w});
    CHECK(make_grid(Tensor(Shape{5, 3, 2, 2}), 0, 0).width == 6);
    CHECK(make_grid(Tensor(Shape{1, 2, 2, 2}), 0, 0).channels == 1);
    CHECK(make_grid(Tensor(Shape{1, 4, 2, 2}), 0, 0).channels == 4);
    const Image rgb = make_grid(Tensor(Shape{1, 3, 1, 1}, {-1, 0, 1}), 0, 0);
    CHECK(rgb.pixels == std::vector<uint8_t>{0, 128, 255});
}
