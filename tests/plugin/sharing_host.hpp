// A host without Vulkan of its own, which has the plugin make images that others import.
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/data/temporary_folder.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string_view>

namespace vkgan::test {

inline const vkgan_shared_image_api& sharing_api(const Plugin& plugin) {
    const auto* const api =
        static_cast<const vkgan_shared_image_api*>(plugin->get_extension("vkgan.shared_image.1"));
    REQUIRE(api);
    return *api;
}

inline int64_t open_files() {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
}

struct SharingHost {
    explicit SharingHost(HostHeap* heap = nullptr) : host(plugin, {.own_device = true, .heap = heap}) {}
    ~SharingHost() {
        for (const ToldLine& line : host.told)
            for (const std::string_view mistake : {"VUID", "UNASSIGNED", "SYNC-HAZARD"})
                if (contains(line.text, mistake)) FAIL_CHECK(line.text);
    }
    static vkgan_shared_image wish(VkFormat format = VK_FORMAT_R8G8B8A8_UNORM) {
        vkgan_shared_image image = VKGAN_MAKE(shared_image);
        image.width = image.height = 16;
        image.format = format;
        image.mip_levels = image.layers = 2;
        image.memory_fd = -1;
        return image;
    }
    // False, with the reason printed, where device or driver cannot export.
    bool make(vkgan_shared_image& image) {
        const vkgan_status status = sharing.create(host.context, &image);
        if (status != VKGAN_ERROR_UNSUPPORTED) {
            host.must(status);
            return true;
        }
        MESSAGE("no shared images here: " << host.error());
        CHECK(image.image == VK_NULL_HANDLE);
        CHECK(image.memory_fd == -1);
        return false;
    }
    // Of all that there is of the image, given to whoever imported it.
    static vkgan_image_target target(const vkgan_shared_image& image) {
        vkgan_image_target target = VKGAN_MAKE(image_target);
        target.image = image.image;
        target.usage = image.usage;
        target.format = image.format;
        target.width = image.width;
        target.height = image.height;
        target.mip_levels = image.mip_levels;
        target.layers = image.layers;
        target.layout_out = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
        target.transfer = 1;
        target.family = VK_QUEUE_FAMILY_EXTERNAL;
        return target;
    }
    vkgan_generator warm_generator() {
        const vkgan_generator made = host.generator(host.load(tiny_model()), 2, 1);
        host.must(host.try_warm_up());
        return made;
    }
    vkgan_status draw(vkgan_generator generator, const vkgan_image_target& target, uint64_t seed,
                      vkgan_ticket& ticket, uint32_t replaces = 0) {
        vkgan_generate_info info = VKGAN_MAKE(generate_info);
        info.seed = seed;
        info.targets = &target;
        info.target_count = 1;
        info.readback = 1;
        info.replaces = replaces;
        return plugin->generate(host.context, generator, &info, &ticket);
    }

    Plugin plugin;
    PluginHost host;
    const vkgan_shared_image_api& sharing = sharing_api(plugin);
};

}  // namespace vkgan::test
