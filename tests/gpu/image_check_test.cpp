// What is refused of a host's images, and how it is told.
// SPDX-License-Identifier: MIT
#include "tests/gpu/written_images.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace vkgan;

namespace {

// An image of a batch of [4, 3, 8, 16] that nothing is wrong with. check follows no handle.
ImageTarget right_target() {
    ImageTarget target;
    target.image = VkImage(uintptr_t{16});
    target.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_SAMPLED_BIT;
    target.format = VK_FORMAT_R8G8B8A8_UNORM;
    target.width = 16;
    target.height = 8;
    target.layout_out = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    return target;
}

struct Checked {
    Checked() : network(test_device(), {4, 3, 8, 16}, 2) {}
    std::string message(const std::function<void(ImageTarget&)>& change) {
        ImageTarget target = right_target();
        change(target);
        const Status status = network.writer->check({&target, 1});
        return status ? "fine" : status.error().message;
    }
    WrittenImages network;
};

}  // namespace

TEST_CASE("a target that fits is fine, with the most levels, layers, and any layout") {
    Checked checked;
    CHECK(checked.message([](ImageTarget&) {}) == "fine");
    CHECK(checked.message([](ImageTarget& t) { t.mip_levels = 5, t.layers = 2, t.first_image = 2; }) ==
          "fine");
    CHECK(checked.message([](ImageTarget& t) { t.layout_in = VK_IMAGE_LAYOUT_PREINITIALIZED; }) == "fine");
    CHECK(checked.message([](ImageTarget& t) { t.layout_out = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR; }) == "fine");
    CHECK(checked.message([](ImageTarget& t) {
        t.channels = {2, ImageTarget::zero, 0, ImageTarget::one};
    }) == "fine");
    CHECK(checked.network.writer->check({}).ok());
}

TEST_CASE("an image that is none, cannot be written or is of another size is refused") {
    Checked checked;
    CHECK(checked.message([](ImageTarget& t) { t.image = VK_NULL_HANDLE; }) ==
          "targets[0].image is null; an image is to be written");
    CHECK(checked.message([](ImageTarget& t) { t.usage = VK_IMAGE_USAGE_SAMPLED_BIT; }) ==
          "targets[0].usage is 0x4, which lacks VK_IMAGE_USAGE_TRANSFER_DST_BIT (0x2)");
    CHECK(checked.message([](ImageTarget& t) { t.width = 17; }) ==
          "targets[0].width is 17; the network's images have 16");
    CHECK(checked.message([](ImageTarget& t) { t.height = 16; }) ==
          "targets[0].height is 16; the network's images have 8");
}

TEST_CASE("levels, layers and images that there are not are refused") {
    Checked checked;
    CHECK(checked.message([](ImageTarget& t) { t.mip_levels = 0; }) ==
          "targets[0].mip_levels is 0; an image of 16 x 8 has 1 to 5");
    CHECK(checked.message([](ImageTarget& t) { t.mip_levels = 6; }) ==
          "targets[0].mip_levels is 6; an image of 16 x 8 has 1 to 5");
    CHECK(checked.message([](ImageTarget& t) { t.layers = 0; }) ==
          "targets[0].layers is 0; at least 1 is to be written");
    CHECK(checked.message([](ImageTarget& t) { t.first_image = 2, t.layers = 3; }) ==
          "targets[0].first_image is 2 for 3 layers; the batch has 4 images");
    CHECK(checked.message([](ImageTarget& t) { t.first_image = UINT32_MAX; }) ==
          "targets[0].first_image is 4294967295 for 1 layers; the batch has 4 images");
    CHECK(checked.message([](ImageTarget& t) { t.first_layer = UINT32_MAX; }) ==
          "targets[0].first_layer is 4294967295 for 1 layers; no image has so many");
}

TEST_CASE("a format that is not known, or does not go with the colour, is refused") {
    Checked checked;
    CHECK(
        checked.message([](ImageTarget& t) { t.format = VK_FORMAT_R8G8B8_UNORM; }) ==
        "targets[0].format is VkFormat 23; it must be one of R8G8B8A8_UNORM, R8G8B8A8_SRGB, B8G8R8A8_UNORM, "
        "B8G8R8A8_SRGB, R16G16B16A16_SFLOAT");
    CHECK(
        checked.message(
            [](ImageTarget& t) { t.format = VK_FORMAT_R8G8B8A8_SRGB, t.colour = Colour::linear; }) ==
        "targets[0].colour is linear and its format R8G8B8A8_SRGB: what samples it would decode twice; take "
        "encoded, or a format that is not sRGB");
    CHECK(checked.message([](ImageTarget& t) {
        t.format = VK_FORMAT_B8G8R8A8_SRGB, t.colour = Colour::data;
    }) == "targets[0].colour is data and its format B8G8R8A8_SRGB: what samples it would decode it like a "
          "colour; "
          "take a format that is not sRGB");
    CHECK(checked.message([](ImageTarget& t) { t.colour = Colour(3); }) ==
          "targets[0].colour is 3; it must be encoded (0), linear (1) or data (2)");
    CHECK(checked.message([](ImageTarget& t) {
        t.channels = {0, 1, 2, 3};
    }) == "targets[0].channels[3] is 3; the network's images have 3 channels, from 0 on, and 255 is 1.0 and "
          "254 is 0.0");
    ImageTarget unknown = right_target();
    unknown.format = VK_FORMAT_R32_SFLOAT;
    CHECK(checked.network.writer->check({&unknown, 1}).error().code == Code::unsupported);
}

TEST_CASE("layouts that are none, not known or not of the image's usage are refused") {
    Checked checked;
    const std::string one_of =
        "it must be one of GENERAL, COLOR_ATTACHMENT_OPTIMAL, SHADER_READ_ONLY_OPTIMAL, "
        "TRANSFER_SRC_OPTIMAL, "
        "TRANSFER_DST_OPTIMAL, PRESENT_SRC_KHR";
    CHECK(checked.message([](ImageTarget& t) { t.layout_out = VK_IMAGE_LAYOUT_UNDEFINED; }) ==
          "targets[0].layout_out is UNDEFINED, which no image can be brought into; " + one_of);
    CHECK(checked.message([](ImageTarget& t) { t.layout_out = VK_IMAGE_LAYOUT_PREINITIALIZED; }) ==
          "targets[0].layout_out is PREINITIALIZED, which no image can be brought into; " + one_of);
    CHECK(checked.message([](ImageTarget& t) {
        t.layout_out = VK_IMAGE_LAYOUT_DEPTH_STENCIL_READ_ONLY_OPTIMAL;
    }) == "targets[0].layout_out is VkImageLayout 4; " + one_of);
    CHECK(checked.message([](ImageTarget& t) { t.layout_in = VkImageLayout(99); }) ==
          "targets[0].layout_in is VkImageLayout 99; " + one_of);
    CHECK(checked.message([](ImageTarget& t) { t.layout_in = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL; }) ==
          "targets[0].layout_in is COLOR_ATTACHMENT_OPTIMAL, for which the image's usage 0x6 must have "
          "COLOR_ATTACHMENT");
    CHECK(checked.message([](ImageTarget& t) { t.layout_out = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL; }) ==
          "targets[0].layout_out is TRANSFER_SRC_OPTIMAL, for which the image's usage 0x6 must have "
          "TRANSFER_SRC");
}

TEST_CASE("a queue family that is our own, or that the device does not have, is refused") {
    Checked checked;
    const uint32_t own = test_device().queue_family();
    const size_t families = test_device().record().queue_families.size();
    CHECK(checked.message([&](ImageTarget& t) { t.transfer = true, t.family = own; }) ==
          "targets[0].family is " + std::to_string(own) +
              ", and so is VkGAN's: there is nothing to transfer");
    CHECK(checked.message([&](ImageTarget& t) { t.transfer = true, t.family = uint32_t(families); }) ==
          "targets[0].family is " + std::to_string(families) + "; the device has " +
              std::to_string(families) + " queue families");
    CHECK(checked.message([&](ImageTarget& t) { t.family = VK_QUEUE_FAMILY_EXTERNAL; }) ==
          "fine");  // no transfer
    CHECK(checked.message([&](ImageTarget& t) { t.transfer = true, t.family = VK_QUEUE_FAMILY_EXTERNAL; }) ==
          "fine");  // of memory that is shared
    CHECK(checked.message([&](ImageTarget& t) { t.transfer = true, t.family = VK_QUEUE_FAMILY_IGNORED; }) ==
          "targets[0].family is 4294967295; the device has " + std::to_string(families) + " queue families");
}

TEST_CASE("more targets than there is room for, and two that write the same layer, are refused") {
    Checked checked;
    const ImageWriter& writer = *checked.network.writer;
    std::vector<ImageTarget> targets(3, right_target());
    CHECK(writer.check(targets).error().message == "targets are 3; at most 2 are written at once");
    targets.pop_back();
    targets[0].layers = 2;
    targets[1].first_layer = 1;
    CHECK(writer.check(targets).error().message ==
          "targets[1].first_layer is 1, of 1 layers; targets[0] writes 2 from 0 on in the same image");
    targets[1].first_layer = 2;
    CHECK(writer.check(targets).ok());
    targets[1].width = 1;
    CHECK(writer.check(targets).error().message == "targets[1].width is 1; the network's images have 16");
}

TEST_CASE("a writer is made for a schedule's images only, and says what it takes") {
    Checked checked;
    const Executor& executor = *checked.network.executor;
    CHECK(ImageWriter::create(test_device(), executor, "y", 0).error().message ==
          "an image writer writes 1 to 8 targets at once, not 0");
    CHECK(ImageWriter::create(test_device(), executor, "y", 9).error().code == Code::invalid_argument);
    CHECK(ImageWriter::create(test_device(), executor, "nobody", 1).error().message ==
          "images are to be written from the output \"nobody\", which the schedule does not have");
    RegionSet regions(test_device());
    auto flat = Executor::create(test_device(), copy_schedule(1, 4), regions);
    REQUIRE(flat.ok());
    CHECK(ImageWriter::create(test_device(), **flat, "y", 1).error().message ==
          "images are written from an output [N, C, H, W] of float32; \"y\" is [16]");
    // 16 x 8 and all smaller levels, eight bytes a texel, four images, two targets, each from an aligned
    // place on.
    const int64_t part = int64_t{128 + 32 + 8 + 2 + 1} * 8 * 4,
                  step = test_device().traits().offset_alignment;
    CHECK(checked.network.writer->staging_bytes() == 2 * ((part + step - 1) / step * step));
    CHECK(test_device().arena().statistics().bytes_by_class.at("images") >=
          checked.network.writer->staging_bytes());
    CHECK(executor.output_place("y").bytes == 4 * 8 * 16 * 16);
    CHECK(executor.output_place("nobody").buffer == VK_NULL_HANDLE);
}
