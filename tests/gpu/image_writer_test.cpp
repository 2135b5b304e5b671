// A network's images in a host's images: texels against a reference, what stays untouched, layouts.
// SPDX-License-Identifier: MIT
#include "host/gpu/image_writer.hpp"

#include "tests/gpu/written_images.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <bit>

using namespace vkgan;

namespace {

constexpr uint8_t one = ImageTarget::one, zero = ImageTarget::zero;
using Channels = std::array<uint8_t, 4>;

struct Kind {
    VkFormat format;
    Colour colour;
};
// All that there are: sRGB formats hold encoded colours only.
constexpr std::array kinds{
    Kind{VK_FORMAT_R8G8B8A8_UNORM, Colour::encoded},      Kind{VK_FORMAT_R8G8B8A8_UNORM, Colour::linear},
    Kind{VK_FORMAT_R8G8B8A8_UNORM, Colour::data},         Kind{VK_FORMAT_B8G8R8A8_UNORM, Colour::encoded},
    Kind{VK_FORMAT_B8G8R8A8_UNORM, Colour::linear},       Kind{VK_FORMAT_B8G8R8A8_UNORM, Colour::data},
    Kind{VK_FORMAT_R8G8B8A8_SRGB, Colour::encoded},       Kind{VK_FORMAT_B8G8R8A8_SRGB, Colour::encoded},
    Kind{VK_FORMAT_R16G16B16A16_SFLOAT, Colour::encoded}, Kind{VK_FORMAT_R16G16B16A16_SFLOAT, Colour::linear},
    Kind{VK_FORMAT_R16G16B16A16_SFLOAT, Colour::data},
};

uint32_t most_levels(const Shape& shape) {
    return uint32_t(std::bit_width(uint64_t(std::max(shape[2], shape[3]))));
}

std::vector<Channels> mappings(int64_t channels) {
    const auto last = uint8_t(channels - 1);
    return {{}, {last, zero, 0, one}, {one, last, last, 0}};
}

void check_kinds(Device& device, const Shape& shape) {
    CAPTURE(shape.to_string());
    WrittenImages network(device, shape);
    network.run();
    for (const Kind& kind : kinds) {
        CAPTURE(int(kind.format));
        CAPTURE(int(kind.colour));
        HostImage image(device, image_info(shape, kind.format, most_levels(shape), uint32_t(shape[0])));
        for (const Channels& channels : mappings(shape[1])) {
            ImageTarget target = network.target(image);
            target.colour = kind.colour;
            target.channels = channels;
            network.write({&target, 1});
            CHECK(network.difference(image, target) == "");
        }
    }
}

std::vector<uint8_t> first_texel(WrittenImages& network, HostImage& image, Colour colour, uint32_t level) {
    ImageTarget target = network.target(image);
    target.colour = colour;
    network.write({&target, 1});
    return image.read(level, 0, target.layout_out);
}

}  // namespace

TEST_CASE("images are written in every format, colour and choice of channels, with all mip levels") {
    for (const int64_t channels : {1, 3, 4, 5}) {
        check_kinds(test_device(), {1, channels, 1, 1});
        check_kinds(test_device(), {1, channels, 5, 3});
        check_kinds(test_device(), {2, channels, 9, 17});
        check_kinds(test_device(), {1, channels, 16, 16});
    }
}

TEST_CASE("a device of the minimum profile writes the same images") {
    check_kinds(minimum_profile_device(), {2, 3, 17, 9});
    check_kinds(minimum_profile_device(), {1, 5, 16, 16});
}

TEST_CASE("two channels are red and green, and levels of many pixels are means of all of them") {
    check_kinds(test_device(), {1, 2, 100, 36});
    check_kinds(test_device(), {3, 3, 64, 128});
}

TEST_CASE("a chequerboard becomes the grey of half the light, and as data half the value") {
    const Shape shape{1, 1, 2, 2};
    WrittenImages network(test_device(), shape);
    network.images.values = {-1, 1, 1, -1};
    network.run();
    HostImage image(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_UNORM, 2, 1));
    // 255 x 0.73536, the sRGB code of 0.5; and 127.5 rounded up.
    CHECK(first_texel(network, image, Colour::encoded, 1) == std::vector<uint8_t>{188, 188, 188, 255});
    CHECK(first_texel(network, image, Colour::data, 1) == std::vector<uint8_t>{128, 128, 128, 255});
    const std::vector<uint8_t> pixels{0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255};
    CHECK(first_texel(network, image, Colour::encoded, 0) == pixels);

    network.images.values = {1, 1, 1, -1};
    network.run();
    // 255 x 0.88083, the code of 0.75; and 191.25.
    CHECK(first_texel(network, image, Colour::encoded, 1) == std::vector<uint8_t>{225, 225, 225, 255});
    CHECK(first_texel(network, image, Colour::linear, 1) == std::vector<uint8_t>{191, 191, 191, 255});
}

TEST_CASE("values outside of [-1, 1] are cut, and what is no number is black") {
    const Shape shape{1, 1, 1, 5};
    WrittenImages network(test_device(), shape);
    const float infinity = std::numeric_limits<float>::infinity();
    network.images.values = {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity, 7, 0};
    network.run();
    HostImage image(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_SRGB, 1, 1));
    const std::vector<uint8_t> texels = first_texel(network, image, Colour::encoded, 0);
    for (size_t i = 0; i < 5; ++i) CHECK(texels[i * 4] == std::array{0, 255, 0, 255, 128}[i]);
}

TEST_CASE("images of a batch go to the layers that are named, and others keep what they hold") {
    const Shape shape{4, 3, 16, 16};
    WrittenImages network(test_device(), shape);
    network.run();
    HostImage image(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_SRGB, 5, 6));
    image.fill(VK_IMAGE_LAYOUT_GENERAL);
    ImageTarget target = network.target(image);
    target.mip_levels = 3;
    target.first_layer = 2;
    target.layers = 2;
    target.first_image = 1;
    target.layout_in = VK_IMAGE_LAYOUT_GENERAL;
    network.write({&target, 1});
    CHECK(network.difference(image, target) == "");
    for (uint32_t layer = 0; layer < 6; ++layer)
        for (uint32_t level = 0; level < 5; ++level) {
            if (layer / 2 == 1 && level < 3) continue;  // written
            const std::vector<uint8_t> texels = image.read(level, layer, VK_IMAGE_LAYOUT_GENERAL);
            for (size_t i = 0; i < texels.size(); ++i)
                REQUIRE(texels[i] == std::array{0, 255, 255, 0}[i % 4]);
        }
}

TEST_CASE("all targets of a call are written, whatever they are, and again with the next") {
    const Shape shape{3, 4, 9, 17};
    WrittenImages network(test_device(), shape);
    network.run();
    HostImage shown(test_device(), image_info(shape, VK_FORMAT_B8G8R8A8_SRGB, 5, 3));
    HostImage light(test_device(), image_info(shape, VK_FORMAT_R16G16B16A16_SFLOAT, 5, 3));
    HostImage maps(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_UNORM, 1, 5));
    std::vector<ImageTarget> targets{network.target(shown), network.target(light), network.target(maps),
                                     network.target(maps)};
    targets[1].colour = Colour::linear;
    targets[2].colour = targets[3].colour = Colour::data;
    targets[2].layers = 3;
    targets[3].first_layer = 3;
    targets[3].layers = 2;
    targets[3].first_image = 1;
    targets[3].channels = {3, 2, 1, 0};
    REQUIRE(network.writer->check(targets).ok());
    run_commands(test_device(), [&](VkCommandBuffer to) {
        network.writer->write(to, targets);
        network.writer->write(to, {});
        network.writer->write(to, targets);
    });
    CHECK(network.difference(shown, targets[0]) == "");
    CHECK(network.difference(light, targets[1]) == "");
    CHECK(network.difference(maps, targets[2]) == "");
    CHECK(network.difference(maps, targets[3]) == "");
}

TEST_CASE("images that are packed in pieces are those that are packed at once") {
    const Shape shape{3, 4, 33, 40};
    WrittenImages network(test_device(), shape);
    network.run();
    const ImageWriter& writer = *network.writer;
    for (const int64_t most_reads : {int64_t{1}, int64_t{700}, int64_t{5000}, int64_t{1} << 60}) {
        CAPTURE(most_reads);
        HostImage shown(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_SRGB, 6, 3));
        HostImage light(test_device(), image_info(shape, VK_FORMAT_R16G16B16A16_SFLOAT, 4, 2));
        std::vector<ImageTarget> targets{network.target(shown), network.target(light)};
        targets[1].colour = Colour::linear;
        REQUIRE(writer.check(targets).ok());
        std::vector<ImageWriter::PackPiece> pieces;
        ImageWriter::PackPiece piece;
        while ((piece = writer.next_piece(targets, piece, most_reads)).groups > 0) {
            pieces.push_back(piece);
            const bool one_group = piece.groups == 1;
            CHECK((one_group || piece.reads <= most_reads));
        }
        CHECK(writer.next_piece(targets, piece, most_reads).groups == 0);
        if (most_reads == int64_t{1} << 60)
            CHECK(pieces.size() == 2);  // a target each
        else
            CHECK(pieces.size() > 2);
        run_commands(test_device(), [&](VkCommandBuffer to) {
            for (const ImageWriter::PackPiece& part : pieces) writer.pack(to, targets, part);
            writer.copy(to, targets);
        });
        CHECK(network.difference(shown, targets[0]) == "");
        CHECK(network.difference(light, targets[1]) == "");
    }
}

TEST_CASE("writing needs no wait: it follows the run before it, and precedes the one after it") {
    const Shape shape{2, 3, 17, 9};
    WrittenImages network(test_device(), shape);
    HostImage first(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_UNORM, 5, 2));
    HostImage second(test_device(), image_info(shape, VK_FORMAT_R8G8B8A8_UNORM, 5, 2));
    const ImageTarget to_first = network.target(first), to_second = network.target(second);
    network.run(0);
    network.write({&to_first, 1});
    const ReferenceImages before = network.images;
    network.images.values = some_values(shape, 8);
    network.run(1);
    network.write({&to_second, 1});
    CHECK(network.difference(second, to_second) == "");
    network.images = before;
    CHECK(network.difference(first, to_first) == "");
}

TEST_CASE("an image comes from any layout and goes into any, with the usage that it asks for") {
    constexpr std::array layouts{VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                                 VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                                 VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL};
    const Shape shape{1, 3, 3, 5};
    WrittenImages network(test_device(), shape);
    network.run();
    for (const VkImageLayout before : layouts)
        for (const VkImageLayout after : layouts) {
            CAPTURE(int(before));
            CAPTURE(int(after));
            HostImage image(test_device(), image_info(shape, VK_FORMAT_B8G8R8A8_UNORM, 3, 1));
            image.fill(before);
            ImageTarget target = network.target(image);
            target.layout_in = before;
            target.layout_out = after;
            network.write({&target, 1});
            CHECK(network.difference(image, target) == "");
        }
}

TEST_CASE("an image that can be nothing but written to is enough") {
    const Shape shape{1, 3, 5, 3};
    WrittenImages network(test_device(), shape);
    network.run();
    HostImageInfo info = image_info(shape, VK_FORMAT_R8G8B8A8_SRGB, 3, 1);
    info.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    HostImage image(test_device(), info);
    ImageTarget target = network.target(image);
    target.layout_out = VK_IMAGE_LAYOUT_GENERAL;
    network.write({&target, 1});
}
