// Images that cannot be written: refused before anything is sent; what can be is written to the host's image.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/gpu/host_image.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// A generator of 16 x 16 pixels, two at once, and an image for both.
struct Drawing {
    Plugin plugin;
    PluginHost host{plugin};
    std::unique_ptr<Device> device = std::move(*Device::adopt(host.device().lend_without_locks()));
    HostImage image{
        *device, {.format = VK_FORMAT_R8G8B8A8_UNORM, .width = 16, .height = 16, .levels = 2, .layers = 2}};
    vkgan_generator generator = host.generator(host.load(tiny_model()), 2, 1);
    vkgan_ticket ticket = 0;

    Drawing() { host.must(host.try_warm_up()); }
    vkgan_image_target target() {
        vkgan_image_target target = VKGAN_MAKE(image_target);
        target.image = image.handle();
        target.usage = image.info().usage;
        target.format = image.info().format;
        target.width = target.height = 16;
        target.mip_levels = target.layers = 2;
        target.layout_out = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
        return target;
    }
    vkgan_status generate(const vkgan_image_target* targets, uint32_t count = 1, uint32_t readback = 0) {
        vkgan_generate_info info = VKGAN_MAKE(generate_info);
        info.seed = 5;
        info.targets = targets;
        info.target_count = count;
        info.readback = readback;
        return plugin->generate(host.context, generator, &info, &ticket);
    }
};

}  // namespace

TEST_CASE("the plugin refuses images that it cannot write, by the field that is wrong") {
    Drawing d;
    const auto refused = [&](vkgan_status wanted, std::string_view part, auto change) {
        vkgan_image_target wrong = d.target();
        change(wrong);
        const vkgan_status status = d.generate(&wrong);
        const std::string text = d.host.error();
        CHECK_MESSAGE(status == wanted, std::string(d.plugin->status_name(status)) << ": " << text);
        CHECK_MESSAGE(contains(text, part), text << " must name " << part);
        CHECK(d.ticket == 0);
    };
    constexpr vkgan_status invalid = VKGAN_ERROR_INVALID_ARGUMENT, unsupported = VKGAN_ERROR_UNSUPPORTED;
    refused(invalid, "image", [](auto& t) { t.image = VK_NULL_HANDLE; });
    refused(invalid, "usage", [](auto& t) { t.usage = VK_IMAGE_USAGE_SAMPLED_BIT; });
    refused(unsupported, "format", [](auto& t) { t.format = VK_FORMAT_R8_UNORM; });
    refused(invalid, "format is 4294967295", [](auto& t) { std::memset(&t.format, 0xFF, sizeof t.format); });
    refused(invalid, "width", [](auto& t) { t.width = 32; });
    refused(invalid, "height", [](auto& t) { t.height = 0; });
    refused(invalid, "mip_levels", [](auto& t) { t.mip_levels = 6; });
    refused(invalid, "mip_levels", [](auto& t) { t.mip_levels = ~0u; });
    refused(invalid, "first_image", [](auto& t) { t.layers = 3; });
    refused(invalid, "first_layer", [](auto& t) { t.first_layer = ~0u; });
    refused(invalid, "first_image", [](auto& t) { t.first_image = 1; });
    refused(invalid, "first_image", [](auto& t) { t.first_image = ~0u; });
    refused(invalid, "layout_in", [](auto& t) { t.layout_in = VkImageLayout(12345); });
    refused(invalid, "layout_out", [](auto& t) { t.layout_out = VK_IMAGE_LAYOUT_UNDEFINED; });
    refused(invalid, "layout_out is 4294967295",
            [](auto& t) { std::memset(&t.layout_out, 0xFF, sizeof t.layout_out); });
    refused(invalid, "colour is 3", [](auto& t) { t.colour = 3; });
    refused(invalid, "transfer is 2", [](auto& t) { t.transfer = 2; });
    refused(invalid, "family", [](auto& t) { t.transfer = 1, t.family = 77; });
    refused(invalid, "channels", [](auto& t) { t.channels[0] = 9; });
    const vkgan_image_target twice[] = {d.target(), d.target()};
    CHECK(d.generate(twice, 2) == invalid);
    CHECK(contains(d.host.error(), "targets"));
    CHECK(d.generate(twice, ~0u) == invalid);
    CHECK(contains(d.host.error(), "the count of info.targets is 4294967295"));
    d.host.frame(1'000'000'000, [] {});
}

TEST_CASE("the plugin writes what is read back into the host's image, submitted and recorded") {
    for (const bool record : {false, true}) {
        CAPTURE(record);
        Drawing d;
        HostCommands commands(*d.device);
        const vkgan_image_target target = d.target();
        d.host.must(d.generate(&target, 1, 1));
        vkgan_frame_report report = VKGAN_MAKE(frame_report);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (d.host.poll(d.ticket).state != VKGAN_TICKET_DONE) {
            REQUIRE(std::chrono::steady_clock::now() < deadline);
            d.host.begin(1'000'000'000);
            if (!record) {
                d.host.must(d.plugin->submit(d.host.context, nullptr, &report));
                continue;
            }
            const VkCommandBuffer buffer = commands.begin();
            d.host.must(d.plugin->record(d.host.context, buffer, &report));
            if (report.pieces > 0) CHECK(d.plugin->context_destroy(d.host.context, 0) == VKGAN_ERROR_BUSY);
            commands.send_and_wait(buffer);
            d.host.completed_frame = d.host.frame_number;
        }
        const std::vector<std::byte> rgba = d.host.read(d.ticket, VKGAN_READ_RGBA8);
        for (uint32_t layer = 0; layer < 2; ++layer) {
            const std::vector<uint8_t> texels = d.image.read(0, layer, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
            REQUIRE(texels.size() * 2 == rgba.size());
            CHECK(std::memcmp(texels.data(), rgba.data() + layer * texels.size(), texels.size()) == 0);
        }
    }
}
