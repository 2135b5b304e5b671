// Images of dedicated memory, exported as opaque file descriptors.
// SPDX-License-Identifier: MIT
#include "host/gpu/shared_image.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/image_formats.hpp"
#include "host/gpu/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <string>

namespace vkgan {
namespace {

constexpr VkExternalMemoryHandleTypeFlagBits handle_type = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
constexpr VkImageUsageFlags shared_usage =
    VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_SAMPLED_BIT;

const ImageFormat* find_format(VkFormat format) {
    const auto* const found = std::ranges::find(image_formats, format, &ImageFormat::format);
    return found == image_formats.end() ? nullptr : found;
}

Error unknown_format(VkFormat format) {
    return {Code::unsupported,
            fmt::format("format is VkFormat {}; it must be one of {}", int(format), names_of(image_formats))};
}

Status check_range(std::string_view field, uint32_t value, uint32_t most) {
    if (value >= 1 && value <= most) return {};
    return Error{Code::invalid_argument, fmt::format("{} is {}; it must be 1 to {}", field, value, most)};
}

// What all texels take; drivers may take more.
uint64_t texel_bytes(const api::SharedImageQuery& query) {
    uint64_t texels = 0;
    for (uint32_t level = 0; level < query.mip_levels; ++level)
        texels += uint64_t{std::max(query.width >> level, 1u)} * std::max(query.height >> level, 1u);
    return texels * query.layers * find_format(query.format)->texel_bytes;
}

}  // namespace

Status check_shared_image(const api::SharedImageQuery& query, const ExportAnswer& answer) {
    const ImageFormat* const format = find_format(query.format);
    if (!format) return unknown_format(query.format);
    if (answer.result == VK_ERROR_OUT_OF_HOST_MEMORY)
        return Error{Code::out_of_memory, "vkGetPhysicalDeviceImageFormatProperties2 found no memory"};
    if (answer.result != VK_SUCCESS)
        return Error{Code::unsupported,
                     fmt::format("images of {} cannot be shared: the driver does not make them with external "
                                 "memory (vkGetPhysicalDeviceImageFormatProperties2: {})",
                                 format->name, result_name(answer.result))};
    if (!(answer.features & VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT))
        return Error{Code::unsupported,
                     fmt::format("images of {} cannot be shared: their memory lacks "
                                 "VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT for opaque file descriptors",
                                 format->name)};
    VKGAN_TRY(check_range("width", query.width, answer.limits.maxExtent.width));
    VKGAN_TRY(check_range("height", query.height, answer.limits.maxExtent.height));
    const auto levels = uint32_t(std::bit_width(std::max(query.width, query.height)));
    VKGAN_TRY(check_range("mip_levels", query.mip_levels, std::min(levels, answer.limits.maxMipLevels)));
    VKGAN_TRY(check_range("layers", query.layers, answer.limits.maxArrayLayers));
    if (const uint64_t bytes = texel_bytes(query); bytes > answer.limits.maxResourceSize)
        return Error{Code::out_of_memory,
                     fmt::format("{} layers of {} x {} with {} levels take {} bytes; the driver's images of "
                                 "{} have at most {}",
                                 query.layers, query.width, query.height, query.mip_levels, bytes,
                                 format->name, uint64_t(answer.limits.maxResourceSize))};
    return {};
}

struct SharedImages::Image {
    Image(Device& on, const api::SharedImageQuery& wanted) : device(on), query(wanted) {}
    ~Image() {
        if (handle) device.vk().vkDestroyImage(device.handle(), handle, nullptr);
        if (!memory) return;
        device.vk().vkFreeMemory(device.handle(), memory, nullptr);
        device.arena().count(std::string(shared_image_memory), -int64_t(bytes));
    }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    Device& device;
    api::SharedImageQuery query;
    VkImage handle = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize bytes = 0;
    uint32_t memory_type = 0;
};

SharedImages::SharedImages(Device& device) : device_(device) {}
SharedImages::~SharedImages() = default;

Result<api::SharedImage> SharedImages::create(const api::SharedImageQuery& query) {
    VKGAN_TRY(check_device());
    if (!find_format(query.format)) return unknown_format(query.format);
    VKGAN_TRY(check_shared_image(query, ask(query.format)));
    VKGAN_TRY(check_room(texel_bytes(query)));
    auto image = std::make_unique<Image>(device_, query);
    VKGAN_TRY(make(*image));
    images_.push_back(std::move(image));
    // Last: whoever gets the descriptor has the image, too.
    auto shared = export_memory(*images_.back());
    if (!shared) images_.pop_back();
    return shared;
}

Status SharedImages::check_device() const {
    if (device_.adopted())
        return Error{Code::unsupported,
                     "images to share are made on devices of VkGAN's own; this one is lent, and its host "
                     "exports images itself"};
    if (!device_.record().extensions.contains(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME) ||
        !device_.vk().vkGetMemoryFdKHR)
        return Error{Code::unsupported,
                     fmt::format("images cannot be shared: the device {} lacks {}", device_.name(),
                                 VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME)};
    return {};
}

// Before the image is made: some drivers make any, and fail later and worse.
Status SharedImages::check_room(uint64_t bytes) const {
    VKGAN_TRY(device_.arena().check_size(int64_t(bytes), "a shared image"));
    const int64_t had = device_.arena().free_bytes();
    if (int64_t(bytes) <= had) return {};
    return Error{Code::out_of_memory,
                 fmt::format("Out of memory on {}: a shared image wants {} bytes, and {} are left.",
                             device_.name(), bytes, std::max<int64_t>(had, 0))};
}

ExportAnswer SharedImages::ask(VkFormat format) const {
    const InstanceFunctions& functions = device_.instance_functions();
    const auto ask_driver = reinterpret_cast<PFN_vkGetPhysicalDeviceImageFormatProperties2>(
        functions.get_proc(functions.instance, "vkGetPhysicalDeviceImageFormatProperties2"));
    auto external = vk_struct<VkPhysicalDeviceExternalImageFormatInfo>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);
    external.handleType = handle_type;
    auto info =
        vk_struct<VkPhysicalDeviceImageFormatInfo2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2);
    info.pNext = &external;
    info.format = format;
    info.type = VK_IMAGE_TYPE_2D;
    info.tiling = VK_IMAGE_TILING_OPTIMAL;
    info.usage = shared_usage;
    auto memory =
        vk_struct<VkExternalImageFormatProperties>(VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES);
    auto properties = vk_struct<VkImageFormatProperties2>(VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2);
    properties.pNext = &memory;
    ExportAnswer answer;
    answer.result = ask_driver(device_.record().handle, &info, &properties);
    answer.limits = properties.imageFormatProperties;
    answer.features = memory.externalMemoryProperties.externalMemoryFeatures;
    return answer;
}

Status SharedImages::make(Image& image) const {
    auto external =
        vk_struct<VkExternalMemoryImageCreateInfo>(VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
    external.handleTypes = handle_type;
    auto info = vk_struct<VkImageCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO);
    info.pNext = &external;
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = image.query.format;
    info.extent = {image.query.width, image.query.height, 1};
    info.mipLevels = image.query.mip_levels;
    info.arrayLayers = image.query.layers;
    info.samples = VK_SAMPLE_COUNT_1_BIT;
    info.tiling = VK_IMAGE_TILING_OPTIMAL;
    info.usage = shared_usage;
    VkResult result = device_.vk().vkCreateImage(device_.handle(), &info, nullptr, &image.handle);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateImage for a shared image");
    VKGAN_TRY(allocate(image));
    result = device_.vk().vkBindImageMemory(device_.handle(), image.handle, image.memory, 0);
    if (result != VK_SUCCESS) return device_.failure(result, "vkBindImageMemory for a shared image");
    device_.name_object(VK_OBJECT_TYPE_IMAGE, reinterpret_cast<uint64_t>(image.handle), "shared image");
    return {};
}

Status SharedImages::allocate(Image& image) const {
    VkMemoryRequirements needs{};
    device_.vk().vkGetImageMemoryRequirements(device_.handle(), image.handle, &needs);
    VKGAN_TRY(check_room(needs.size));
    const VkPhysicalDeviceMemoryProperties& memory = device_.record().memory;
    uint32_t type = uint32_t(std::countr_zero(needs.memoryTypeBits));
    for (uint32_t i = memory.memoryTypeCount; i-- > 0;)
        if ((needs.memoryTypeBits >> i & 1) &&
            (memory.memoryTypes[i].propertyFlags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT))
            type = i;
    auto dedicated =
        vk_struct<VkMemoryDedicatedAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
    dedicated.image = image.handle;
    auto exported = vk_struct<VkExportMemoryAllocateInfo>(VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
    exported.pNext = &dedicated;
    exported.handleTypes = handle_type;
    auto info = vk_struct<VkMemoryAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO);
    info.pNext = &exported;
    info.allocationSize = needs.size;
    info.memoryTypeIndex = type;
    const VkResult result = device_.vk().vkAllocateMemory(device_.handle(), &info, nullptr, &image.memory);
    if (result != VK_SUCCESS) {
        image.memory = VK_NULL_HANDLE;
        return device_.failure(
            result, fmt::format("vkAllocateMemory of {} bytes for a shared image", uint64_t(needs.size)));
    }
    image.bytes = needs.size;
    image.memory_type = type;
    device_.arena().count(std::string(shared_image_memory), int64_t(image.bytes));
    return {};
}

Result<api::SharedImage> SharedImages::export_memory(const Image& image) const {
    auto ids = vk_struct<VkPhysicalDeviceIDProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    auto properties = vk_struct<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2);
    properties.pNext = &ids;
    device_.instance_functions().vkGetPhysicalDeviceProperties2(device_.record().handle, &properties);
    api::SharedImage shared{.image = image.handle,
                            .usage = shared_usage,
                            .memory_bytes = image.bytes,
                            .memory_type = image.memory_type};
    std::ranges::copy(ids.deviceUUID, shared.device_uuid.begin());
    std::ranges::copy(ids.driverUUID, shared.driver_uuid.begin());
    auto info = vk_struct<VkMemoryGetFdInfoKHR>(VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR);
    info.memory = image.memory;
    info.handleType = handle_type;
    const VkResult result = device_.vk().vkGetMemoryFdKHR(device_.handle(), &info, &shared.memory_fd);
    if (result != VK_SUCCESS) return device_.failure(result, "vkGetMemoryFdKHR");
    return shared;
}

const SharedImages::Image* SharedImages::find(ImageHandle image) const {
    const auto found = std::ranges::find_if(images_, [&](const auto& one) { return one->handle == image; });
    return found == images_.end() ? nullptr : found->get();
}

bool SharedImages::has(ImageHandle image) const { return find(image) != nullptr; }

Status SharedImages::destroy(ImageHandle image) {
    if (std::erase_if(images_, [&](const auto& one) { return one->handle == image; }) > 0) return {};
    return Error{Code::invalid_handle, "image: it was destroyed, or is no shared image of this context"};
}

Status SharedImages::check(std::span<const ImageTarget> targets) const {
    for (size_t i = 0; i < targets.size(); ++i) {
        const ImageTarget& target = targets[i];
        if (!target.image) continue;  // the writer's check names it
        const Image* const image = find(target.image);
        const auto wrong = [&](std::string_view field, const std::string& text) {
            return Error{Code::invalid_argument, fmt::format("targets[{}].{} is {}", i, field, text)};
        };
        if (!image)
            return wrong("image", fmt::format("{:#x}; a context with a device of its own writes into its "
                                              "shared images only, and this is none of them",
                                              reinterpret_cast<uint64_t>(target.image)));
        const api::SharedImageQuery& made = image->query;
        if (target.usage != shared_usage)
            return wrong("usage",
                         fmt::format("{:#x}; the shared image has {:#x}", target.usage, shared_usage));
        if (target.format != made.format)
            return wrong("format", fmt::format("VkFormat {}; the shared image has {}", int(target.format),
                                               find_format(made.format)->name));
        if (target.width != made.width || target.height != made.height)
            return wrong("width", fmt::format("{}, and the height {}; the shared image has {} x {}",
                                              target.width, target.height, made.width, made.height));
        if (target.mip_levels > made.mip_levels)
            return wrong("mip_levels",
                         fmt::format("{}; the shared image has {}", target.mip_levels, made.mip_levels));
        if (uint64_t{target.first_layer} + target.layers > made.layers)
            return wrong("first_layer", fmt::format("{} for {} layers; the shared image has {}",
                                                    target.first_layer, target.layers, made.layers));
    }
    return {};
}

}  // namespace vkgan
