// What can be wrong with a host's images, told before any command is written.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/image_formats.hpp"
#include "host/gpu/image_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace vkgan {
namespace {

struct KnownLayout {
    VkImageLayout layout;
    std::string_view name;
    VkImageUsageFlags usage;  // one of these; 0: any
    std::string_view usage_name;
};
constexpr VkImageUsageFlags shader_read = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT;
constexpr std::array known_layouts{
    KnownLayout{VK_IMAGE_LAYOUT_GENERAL, "GENERAL", 0, ""},
    KnownLayout{VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, "COLOR_ATTACHMENT_OPTIMAL",
                VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT, "COLOR_ATTACHMENT"},
    KnownLayout{VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, "SHADER_READ_ONLY_OPTIMAL", shader_read,
                "SAMPLED or INPUT_ATTACHMENT"},
    KnownLayout{VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, "TRANSFER_SRC_OPTIMAL", VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
                "TRANSFER_SRC"},
    KnownLayout{VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, "TRANSFER_DST_OPTIMAL", VK_IMAGE_USAGE_TRANSFER_DST_BIT,
                "TRANSFER_DST"},
    KnownLayout{VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, "PRESENT_SRC_KHR", 0, ""},
};

// One target, and its name in messages.
struct Check {
    const ImageTarget& target;
    std::string name;
    const ImageBatch& batch;

    Error wrong(std::string_view field, const std::string& text, Code code = Code::invalid_argument) const {
        return {code, fmt::format("{}.{} is {}", name, field, text)};
    }
    Status image() const;
    Status extent() const;
    Status layers() const;
    Status colour() const;
    Status channels() const;
    Status layouts() const;
    Status layout(std::string_view field, VkImageLayout layout) const;
    Status family(uint32_t own, size_t families) const;
};

Status Check::image() const {
    if (!target.image) return wrong("image", "null; an image is to be written");
    if (!(target.usage & VK_IMAGE_USAGE_TRANSFER_DST_BIT))
        return wrong("usage", fmt::format("{:#x}, which lacks VK_IMAGE_USAGE_TRANSFER_DST_BIT ({:#x})",
                                          target.usage, uint32_t(VK_IMAGE_USAGE_TRANSFER_DST_BIT)));
    return {};
}

Status Check::extent() const {
    if (target.width != batch.width)
        return wrong("width", fmt::format("{}; the network's images have {}", target.width, batch.width));
    if (target.height != batch.height)
        return wrong("height", fmt::format("{}; the network's images have {}", target.height, batch.height));
    const int most = std::bit_width(std::max(batch.width, batch.height));
    if (target.mip_levels < 1 || target.mip_levels > uint32_t(most))
        return wrong("mip_levels", fmt::format("{}; an image of {} x {} has 1 to {}", target.mip_levels,
                                               batch.width, batch.height, most));
    return {};
}

Status Check::layers() const {
    if (target.layers < 1) return wrong("layers", "0; at least 1 is to be written");
    if (uint64_t{target.first_image} + target.layers > batch.images)
        return wrong("first_image", fmt::format("{} for {} layers; the batch has {} images",
                                                target.first_image, target.layers, batch.images));
    if (uint64_t{target.first_layer} + target.layers > UINT32_MAX)
        return wrong("first_layer", fmt::format("{} for {} layers; no image has so many", target.first_layer,
                                                target.layers));
    return {};
}

Status Check::colour() const {
    const auto* format = std::ranges::find(image_formats, target.format, &ImageFormat::format);
    if (format == image_formats.end())
        return wrong(
            "format",
            fmt::format("VkFormat {}; it must be one of {}", int(target.format), names_of(image_formats)),
            Code::unsupported);
    if (target.colour > Colour::data)
        return wrong("colour",
                     fmt::format("{}; it must be encoded (0), linear (1) or data (2)", int(target.colour)));
    if (!format->srgb || target.colour == Colour::encoded) return {};
    if (target.colour == Colour::linear)
        return wrong("colour", fmt::format("linear and its format {}: what samples it would decode twice; "
                                           "take encoded, or a format that is not sRGB",
                                           format->name));
    return wrong("colour", fmt::format("data and its format {}: what samples it would decode it like a "
                                       "colour; take a format that is not sRGB",
                                       format->name));
}

Status Check::channels() const {
    for (size_t i = 0; i < target.channels.size(); ++i) {
        const uint8_t channel = target.channels[i];
        if (channel < batch.channels || channel >= ImageTarget::zero) continue;
        return wrong(
            fmt::format("channels[{}]", i),
            fmt::format("{}; the network's images have {} channels, from 0 on, and {} is 1.0 and {} is 0.0",
                        channel, batch.channels, int(ImageTarget::one), int(ImageTarget::zero)));
    }
    return {};
}

Status Check::layouts() const {
    const bool fresh =
        target.layout_in == VK_IMAGE_LAYOUT_UNDEFINED || target.layout_in == VK_IMAGE_LAYOUT_PREINITIALIZED;
    if (!fresh) VKGAN_TRY(layout("layout_in", target.layout_in));
    if (target.layout_out == VK_IMAGE_LAYOUT_UNDEFINED || target.layout_out == VK_IMAGE_LAYOUT_PREINITIALIZED)
        return wrong(
            "layout_out",
            fmt::format("{}, which no image can be brought into; it must be one of {}",
                        target.layout_out == VK_IMAGE_LAYOUT_UNDEFINED ? "UNDEFINED" : "PREINITIALIZED",
                        names_of(known_layouts)));
    return layout("layout_out", target.layout_out);
}

Status Check::layout(std::string_view field, VkImageLayout layout) const {
    const auto* known = std::ranges::find(known_layouts, layout, &KnownLayout::layout);
    if (known == known_layouts.end())
        return wrong(field, fmt::format("VkImageLayout {}; it must be one of {}", int(layout),
                                        names_of(known_layouts)));
    if (known->usage != 0 && !(target.usage & known->usage))
        return wrong(field, fmt::format("{}, for which the image's usage {:#x} must have {}", known->name,
                                        target.usage, known->usage_name));
    return {};
}

Status Check::family(uint32_t own, size_t families) const {
    // Other users of memory that is shared: another instance, another interface.
    if (!target.transfer || target.family == VK_QUEUE_FAMILY_EXTERNAL) return {};
    if (target.family == own)
        return wrong("family",
                     fmt::format("{}, and so is VkGAN's: there is nothing to transfer", target.family));
    if (target.family >= families)
        return wrong("family", fmt::format("{}; the device has {} queue families", target.family, families));
    return {};
}

// Both begin at level 0.
bool overlap(const ImageTarget& a, const ImageTarget& b) {
    return a.image == b.image && a.first_layer < b.first_layer + b.layers &&
           b.first_layer < a.first_layer + a.layers;
}

}  // namespace

Status ImageWriter::check(std::span<const ImageTarget> targets) const {
    if (targets.size() > most_targets_)
        return Error{Code::invalid_argument, fmt::format("targets are {}; at most {} are written at once",
                                                         targets.size(), most_targets_)};
    for (size_t i = 0; i < targets.size(); ++i) {
        const Check check{targets[i], fmt::format("targets[{}]", i), batch_};
        VKGAN_TRY(check.image());
        VKGAN_TRY(check.extent());
        VKGAN_TRY(check.layers());
        VKGAN_TRY(check.colour());
        VKGAN_TRY(check.channels());
        VKGAN_TRY(check.layouts());
        VKGAN_TRY(check.family(device_.queue_family(), device_.record().queue_families.size()));
        for (size_t j = 0; j < i; ++j)
            if (overlap(targets[j], targets[i]))
                return check.wrong(
                    "first_layer",
                    fmt::format("{}, of {} layers; targets[{}] writes {} from {} on in the same image",
                                targets[i].first_layer, targets[i].layers, j, targets[j].layers,
                                targets[j].first_layer));
    }
    return {};
}

}  // namespace vkgan
