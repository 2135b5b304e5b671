// Images that others import: what is refused, what they take of the memory limit, and which targets they are.
// SPDX-License-Identifier: MIT
#include "host/gpu/shared_image.hpp"

#include "host/gpu/memory.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/gpu/host_device.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <functional>

using namespace vkgan;
using vkgan::test::contains;

namespace {

// A driver that exports images of up to 64 x 32, 3 layers and 10,000 bytes.
ExportAnswer small_driver() {
    ExportAnswer answer;
    answer.limits.maxExtent = {64, 32, 1};
    answer.limits.maxMipLevels = 7;
    answer.limits.maxArrayLayers = 3;
    answer.limits.maxResourceSize = 10'000;
    answer.features = VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT | VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT;
    return answer;
}

Error refused(const std::function<void(api::SharedImageQuery&, ExportAnswer&)>& change) {
    api::SharedImageQuery query{.width = 16, .height = 8, .mip_levels = 5, .layers = 3};
    ExportAnswer answer = small_driver();
    change(query, answer);
    const Status status = check_shared_image(query, answer);
    return status ? Error{Code::internal, "fine"} : status.error();
}

// A device with room for a megabyte.
struct Limited {
    std::unique_ptr<Device> device =
        std::move(*Device::create({.validation = true, .memory_limit_bytes = 1 << 20, .cache_folder = ""}));
    SharedImages images{*device};

    // False, with the reason printed, where the driver exports nothing; that is then all there is to check.
    bool can_share() {
        const auto image = images.create({.width = 1, .height = 1});
        if (!image) {
            MESSAGE("no shared images here: " << image.error().message);
            CHECK(image.error().code == Code::unsupported);
            return false;
        }
        ::close(image->memory_fd);
        CHECK(images.destroy(image->image).ok());
        return true;
    }
    Result<api::SharedImage> make(const api::SharedImageQuery& query) {
        auto image = images.create(query);
        if (image) ::close(image->memory_fd);
        return image;
    }
    ~Limited() { CHECK(device->validation_messages().empty()); }
};

}  // namespace

TEST_CASE("a shared image is refused by the field that is wrong") {
    CHECK(refused([](auto&, auto&) {}).message == "fine");
    const auto invalid = [](const std::string& message, auto change) {
        const Error error = refused(change);
        CHECK(error.code == Code::invalid_argument);
        CHECK(error.message == message);
    };
    invalid("width is 0; it must be 1 to 64", [](auto& q, auto&) { q.width = 0; });
    invalid("width is 65; it must be 1 to 64", [](auto& q, auto&) { q.width = 65; });
    invalid("height is 33; it must be 1 to 32", [](auto& q, auto&) { q.height = 33; });
    invalid("mip_levels is 6; it must be 1 to 5", [](auto& q, auto&) { q.mip_levels = 6; });
    invalid("mip_levels is 0; it must be 1 to 5", [](auto& q, auto&) { q.mip_levels = 0; });
    invalid("mip_levels is 5; it must be 1 to 1", [](auto&, auto& a) { a.limits.maxMipLevels = 1; });
    invalid("layers is 0; it must be 1 to 3", [](auto& q, auto&) { q.layers = 0; });
    invalid("layers is 4; it must be 1 to 3", [](auto& q, auto&) { q.layers = 4; });
    const Error format = refused([](auto& q, auto&) { q.format = VK_FORMAT_R8_UNORM; });
    CHECK(format.code == Code::unsupported);
    CHECK(contains(format.message, "format is VkFormat 9; it must be one of R8G8B8A8_UNORM, "));
    const Error size = refused([](auto& q, auto&) { q = {.width = 64, .height = 32, .layers = 2}; });
    CHECK(size.code == Code::out_of_memory);
    CHECK(contains(size.message, "take 16384 bytes"));
    CHECK(contains(size.message, "at most 10000"));
}

TEST_CASE("a driver that cannot export is told by what it lacks") {
    const Error none = refused([](auto&, auto& a) { a.result = VK_ERROR_FORMAT_NOT_SUPPORTED; });
    CHECK(none.code == Code::unsupported);
    CHECK(contains(none.message, "images of R8G8B8A8_SRGB cannot be shared"));
    CHECK(contains(none.message, "VK_ERROR_FORMAT_NOT_SUPPORTED"));
    const Error import_only =
        refused([](auto&, auto& a) { a.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT; });
    CHECK(import_only.code == Code::unsupported);
    CHECK(contains(import_only.message, "VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT"));
    HostDevice host;
    auto lent = Device::adopt(host.lend(), {.cache_folder = ""});
    REQUIRE(lent.ok());
    const auto image = SharedImages(**lent).create({.width = 16, .height = 16});
    REQUIRE_FALSE(image.ok());
    CHECK(image.error().code == Code::unsupported);
    CHECK(contains(image.error().message, "this one is lent"));
    CHECK(host.messages().empty());
}

TEST_CASE("shared images of every format are made, with levels and layers") {
    Limited limited;
    if (!limited.can_share()) return;
    for (const VkFormat format : {VK_FORMAT_R8G8B8A8_UNORM, VK_FORMAT_R8G8B8A8_SRGB, VK_FORMAT_B8G8R8A8_UNORM,
                                  VK_FORMAT_B8G8R8A8_SRGB, VK_FORMAT_R16G16B16A16_SFLOAT}) {
        CAPTURE(int(format));
        const auto image =
            limited.make({.width = 24, .height = 16, .mip_levels = 5, .layers = 2, .format = format});
        REQUIRE_MESSAGE(image.ok(), image.error().message);
        CHECK(limited.images.has(image->image));
        CHECK(image->memory_bytes >= 24 * 16 * 2 * 4);
        CHECK(image->device_uuid == limited.device->record().device_uuid);
        CHECK(limited.images.destroy(image->image).ok());
        CHECK_FALSE(limited.images.has(image->image));
        const Status again = limited.images.destroy(image->image);
        REQUIRE_FALSE(again.ok());
        CHECK(again.error().code == Code::invalid_handle);
    }
    const auto unknown = limited.make({.width = 16, .height = 16, .format = VkFormat(12345)});
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().code == Code::unsupported);
}

TEST_CASE("shared images count against the memory limit, and give it back") {
    Limited limited;
    if (!limited.can_share()) return;
    Arena& arena = limited.device->arena();
    REQUIRE(arena.statistics().reserved_bytes == 0);
    const auto first = limited.make({.width = 256, .height = 256});
    REQUIRE(first.ok());
    CHECK(arena.statistics().reserved_bytes == int64_t(first->memory_bytes));
    CHECK(arena.statistics().current_bytes == int64_t(first->memory_bytes));
    CHECK(arena.free_bytes() == (1 << 20) - int64_t(first->memory_bytes));
    const auto too_large = limited.make({.width = 512, .height = 512});
    REQUIRE_FALSE(too_large.ok());
    CHECK(too_large.error().code == Code::out_of_memory);
    CHECK(contains(too_large.error().message, "a shared image wants 1048576 bytes, and "));
    const Buffer::Description most{.name = "all that is left and a bit",
                                   .memory_class = "test",
                                   .bytes = (1 << 20) - (1 << 16),
                                   .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT};
    CHECK_FALSE(Buffer::create(*limited.device, most).ok());
    CHECK(limited.images.destroy(first->image).ok());
    CHECK(arena.statistics().reserved_bytes == 0);
    CHECK(Buffer::create(*limited.device, most).ok());
}

TEST_CASE("on a device with shared images only, targets must be these and as they were made") {
    Limited limited;
    if (!limited.can_share()) return;
    const auto image = limited.make({.width = 16, .height = 8, .mip_levels = 2, .layers = 3});
    REQUIRE(image.ok());
    const auto message = [&](const std::function<void(ImageTarget&)>& change) -> std::string {
        ImageTarget target;
        target.image = image->image;
        target.usage = image->usage;
        target.format = VK_FORMAT_R8G8B8A8_SRGB;
        target.width = 16;
        target.height = 8;
        target.first_layer = 1;
        target.layers = 2;
        change(target);
        const Status status = limited.images.check({&target, 1});
        return status ? "fine" : status.error().message;
    };
    CHECK(message([](ImageTarget&) {}) == "fine");
    CHECK(message([](ImageTarget& t) { t.mip_levels = 2; }) == "fine");
    CHECK(message([](ImageTarget& t) { t.image = VkImage(uintptr_t{0x77}); }) ==
          "targets[0].image is 0x77; a context with a device of its own writes into its shared images only, "
          "and this is none of them");
    CHECK(message([](ImageTarget& t) { t.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT; }) ==
          "targets[0].usage is 0x2; the shared image has 0x7");
    CHECK(message([](ImageTarget& t) { t.format = VK_FORMAT_R16G16B16A16_SFLOAT; }) ==
          "targets[0].format is VkFormat 97; the shared image has R8G8B8A8_SRGB");
    CHECK(message([](ImageTarget& t) { t.height = 16; }) ==
          "targets[0].width is 16, and the height 16; the shared image has 16 x 8");
    CHECK(message([](ImageTarget& t) { t.mip_levels = 3; }) ==
          "targets[0].mip_levels is 3; the shared image has 2");
    CHECK(message([](ImageTarget& t) { t.layers = 3; }) ==
          "targets[0].first_layer is 1 for 3 layers; the shared image has 3");
    CHECK(message([](ImageTarget& t) { t.first_layer = UINT32_MAX; }) ==
          "targets[0].first_layer is 4294967295 for 2 layers; the shared image has 3");
}
