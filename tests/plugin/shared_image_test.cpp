// Images of the plugin's own device: another device imports them and sees what was generated; and everything
// that is refused.
// SPDX-License-Identifier: MIT
#include "tests/plugin/imported_image.hpp"
#include "tests/plugin/sharing_host.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <optional>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// Another VkDevice of another VkInstance, of the same physical device; null, with the reason printed, where
// there is none.
std::unique_ptr<HostDevice> importer_of(const vkgan_shared_image& image) {
    auto host = std::make_unique<HostDevice>(HostOptions{.extensions = {"VK_KHR_external_memory_fd"}});
    auto ids = vk_struct<VkPhysicalDeviceIDProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    auto properties = vk_struct<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2);
    properties.pNext = &ids;
    host->instance().functions().vkGetPhysicalDeviceProperties2(host->physical(), &properties);
    if (std::memcmp(ids.deviceUUID, image.device_uuid, 16) == 0 &&
        std::memcmp(ids.driverUUID, image.driver_uuid, 16) == 0)
        return host;
    MESSAGE("skipped: the plugin's device is not the first one, which tests import on");
    return nullptr;
}

struct Refused : SharingHost {
    void refused(vkgan_status status, vkgan_status wanted, std::string_view part) {
        const std::string text = host.error();
        CHECK_MESSAGE(status == wanted, plugin->status_name(status) << ": " << text);
        CHECK_MESSAGE(contains(text, part), text << " must name " << part);
    }
};

}  // namespace

TEST_CASE("another device imports the plugin's image, and sees each batch that is generated into it") {
    SharingHost s;
    vkgan_shared_image image = SharingHost::wish();
    if (!s.make(image)) return;
    const auto other = importer_of(image);
    if (!other) {
        ::close(image.memory_fd);
        return;
    }
    {
        const auto device = std::move(*Device::adopt(other->lend_without_locks(), {.cache_folder = ""}));
        ImportedImage imported(*device, image);
        const vkgan_generator generator = s.warm_generator();
        std::vector<std::byte> last;
        for (const uint64_t seed : {5, 6}) {
            vkgan_ticket ticket = 0;
            s.host.must(s.draw(generator, SharingHost::target(image), seed, ticket));
            s.host.frames_until_done(ticket);
            const std::vector<std::byte> rgba = s.host.read(ticket, VKGAN_READ_RGBA8);
            CHECK_FALSE(rgba == last);
            imported.acquire();
            std::vector<std::byte> seen;
            for (const uint32_t layer : {0, 1})
                for (const std::byte texel : imported.read(0, layer)) seen.push_back(texel);
            CHECK(seen == rgba);
            CHECK(imported.read(1, 1).size() == 8 * 8 * 4);
            last = rgba;
        }
        // The memory is there as long as anyone has it.
        s.host.must(s.sharing.destroy(s.host.context, image.image));
        const std::vector<std::byte> second = imported.read(0, 1);
        CHECK(std::memcmp(second.data(), last.data() + second.size(), second.size()) == 0);
    }
    for (const std::string& message : other->messages()) FAIL_CHECK(message);
}

TEST_CASE("a shared image is busy until the requests that write it are done, and then ends") {
    SharingHost s;
    vkgan_shared_image image = SharingHost::wish();
    if (!s.make(image)) return;
    ::close(image.memory_fd);
    const vkgan_image_target target = SharingHost::target(image);
    const auto destroy = [&] { return s.sharing.destroy(s.host.context, image.image); };
    const vkgan_generator generator = s.warm_generator();
    vkgan_ticket replaced = 0, ticket = 0;
    s.host.must(s.draw(generator, target, 1, replaced, 7));
    s.host.must(s.draw(generator, target, 2, ticket, 7));
    CHECK(s.host.poll(replaced).state == VKGAN_TICKET_DROPPED);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (s.host.poll(ticket).state != VKGAN_TICKET_DONE) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        CHECK(destroy() == VKGAN_ERROR_BUSY);
        CHECK(contains(s.host.error(), "image: requests that write it are not done"));
        s.host.frame(50'000, [] {});
    }
    s.host.must(destroy());
    CHECK(destroy() == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(s.draw(generator, target, 3, ticket) == VKGAN_ERROR_INVALID_ARGUMENT);
    CHECK(contains(s.host.error(), "targets[0].image is 0x"));
    // A generator that is released drops what waits.
    vkgan_shared_image next = SharingHost::wish();
    REQUIRE(s.make(next));
    ::close(next.memory_fd);
    s.host.must(s.draw(generator, SharingHost::target(next), 4, ticket));
    CHECK(s.sharing.destroy(s.host.context, next.image) == VKGAN_ERROR_BUSY);
    s.host.must(s.plugin->release(s.host.context, generator));
    s.host.must(s.sharing.destroy(s.host.context, next.image));
    s.host.frame(1'000'000'000, [] {});
}

TEST_CASE("a context ends with shared images that nobody destroyed, and with requests that write them") {
    SharingHost s;
    vkgan_shared_image image = SharingHost::wish();
    if (!s.make(image)) return;
    ::close(image.memory_fd);
    vkgan_ticket ticket = 0;
    s.host.must(s.draw(s.warm_generator(), SharingHost::target(image), 1, ticket));
    s.host.frame(1'000'000'000, [] {});
    CHECK(s.host.close(false) == VKGAN_OK);
}

TEST_CASE("the plugin refuses shared images that cannot be, by the field that is wrong") {
    Refused r;
    vkgan_shared_image image = SharingHost::wish();
    if (!r.make(image)) return;
    ::close(image.memory_fd);
    const int64_t files = open_files();
    const auto wrong = [&](vkgan_status wanted, std::string_view part, auto change) {
        vkgan_shared_image wish = SharingHost::wish();
        change(wish);
        r.refused(r.sharing.create(r.host.context, &wish), wanted, part);
        CHECK(wish.image == VK_NULL_HANDLE);
        CHECK(wish.memory_fd == -1);
    };
    constexpr vkgan_status invalid = VKGAN_ERROR_INVALID_ARGUMENT;
    wrong(invalid, "width is 0", [](auto& i) { i.width = 0; });
    wrong(invalid, "height is 4294967295", [](auto& i) { i.height = ~0u; });
    wrong(invalid, "mip_levels is 6; it must be 1 to 5", [](auto& i) { i.mip_levels = 6; });
    wrong(invalid, "layers is 4294967295", [](auto& i) { i.layers = ~0u; });
    wrong(VKGAN_ERROR_UNSUPPORTED, "format is VkFormat 9", [](auto& i) { i.format = VK_FORMAT_R8_UNORM; });
    wrong(invalid, "image.format is 4294967295",
          [](auto& i) { std::memset(&i.format, 0xFF, sizeof i.format); });
    CHECK(open_files() <= files);  // the driver's threads may close theirs
    r.refused(r.sharing.destroy(r.host.context, VK_NULL_HANDLE), invalid, "image is null");
    r.refused(r.sharing.destroy(r.host.context, VkImage(uintptr_t{0x77})), VKGAN_ERROR_INVALID_HANDLE,
              "no shared image of this context");
    const vkgan_generator generator = r.warm_generator();
    const auto no_target = [&](std::string_view part, auto change) {
        vkgan_image_target target = SharingHost::target(image);
        change(target);
        vkgan_ticket ticket = 0;
        r.refused(r.draw(generator, target, 1, ticket), invalid, part);
        CHECK(ticket == 0);
    };
    no_target("targets[0].image is 0x77", [](auto& t) { t.image = VkImage(uintptr_t{0x77}); });
    no_target("targets[0].image is null", [](auto& t) { t.image = VK_NULL_HANDLE; });
    no_target("usage is 0x2", [](auto& t) { t.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT; });
    no_target("format is VkFormat 43", [](auto& t) { t.format = VK_FORMAT_R8G8B8A8_SRGB; });
    no_target("mip_levels is 3", [](auto& t) { t.mip_levels = 3; });
    no_target("first_layer is 1 for 2 layers", [](auto& t) { t.first_layer = 1; });
    r.host.must(r.sharing.destroy(r.host.context, image.image));
}

TEST_CASE("a context on a host's device shares no images: the host can do that itself") {
    const Plugin plugin;
    PluginHost host(plugin);
    const vkgan_shared_image_api& sharing = sharing_api(plugin);
    CHECK(sharing.struct_size == sizeof sharing);
    CHECK(sharing.version == 1);
    CHECK(plugin->get_extension("vkgan.shared_image.2") == nullptr);
    vkgan_shared_image image = SharingHost::wish();
    CHECK(sharing.create(host.context, &image) == VKGAN_ERROR_UNSUPPORTED);
    CHECK(contains(host.error(), "this one is lent"));
    CHECK(image.memory_fd == -1);
    CHECK(sharing.destroy(host.context, VkImage(uintptr_t{0x77})) == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(sharing.create(0, &image) == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(sharing.destroy(0, VK_NULL_HANDLE) == VKGAN_ERROR_INVALID_HANDLE);
}

TEST_CASE("shared images are in the statistics, and a host's allocator that returns null loses none") {
    HostHeap heap;
    SharingHost s(&heap);
    vkgan_shared_image image = SharingHost::wish();
    if (!s.make(image)) return;
    const auto reserved = [&] {
        vkgan_statistics statistics = VKGAN_MAKE(statistics);
        s.host.must(s.plugin->statistics(s.host.context, &statistics));
        return statistics.device_reserved_bytes;
    };
    s.host.must(s.host.try_warm_up());
    const uint64_t with_image = reserved();
    CHECK(with_image >= image.memory_bytes);
    ::close(image.memory_fd);
    s.host.must(s.sharing.destroy(s.host.context, image.image));
    CHECK(reserved() == with_image - image.memory_bytes);
    // Kept, so that none finds the memory of an earlier one; a chunk of the pool holds some hundreds.
    std::vector<VkImage> images;
    int refusals = 0;
    while (refusals < 4 && images.size() < 2000) {
        const int64_t files = open_files();  // drivers keep some of each image that there is
        heap.refuse(1);
        vkgan_shared_image next = SharingHost::wish();
        const vkgan_status status = s.sharing.create(s.host.context, &next);
        refusals += heap.refused();
        if (status == VKGAN_OK) {
            ::close(next.memory_fd);
            images.push_back(next.image);
        } else {
            CHECK(status == VKGAN_ERROR_OUT_OF_MEMORY);
            CHECK(next.image == VK_NULL_HANDLE);
            CHECK(open_files() == files);
        }
        CHECK(reserved() == with_image + (images.size() - 1) * image.memory_bytes);
        heap.refuse(0);
        if (status != VKGAN_OK && s.make(next)) {
            ::close(next.memory_fd);
            images.push_back(next.image);
        }
    }
    CHECK(refusals > 0);
    for (const VkImage made : images) s.host.must(s.sharing.destroy(s.host.context, made));
    CHECK(reserved() == with_image - image.memory_bytes);
}
