// Allocation and the two commands that set images up.
// SPDX-License-Identifier: MIT
#include "samples/render/memory.hpp"

namespace render {
namespace {

Result<OwnedMemory> allocate(const Gpu& gpu, const VkMemoryRequirements& needs,
                             VkMemoryPropertyFlags wanted) {
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(gpu.physical, &memory);
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
        const bool fits =
            (needs.memoryTypeBits >> i & 1) && (memory.memoryTypes[i].propertyFlags & wanted) == wanted;
        if (!fits) continue;
        auto info = vk_struct<VkMemoryAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO);
        info.allocationSize = needs.size;
        info.memoryTypeIndex = i;
        VkDeviceMemory handle = VK_NULL_HANDLE;
        RENDER_VK(vkAllocateMemory(gpu.device, &info, nullptr, &handle));
        return OwnedMemory(gpu.device, handle);
    }
    return Error{"The device " + gpu.name + " has no memory of the kind that an image or buffer needs."};
}

Result<OwnedImageView> make_view(const Gpu& gpu, VkImage image, const ImageInfo& of) {
    auto info = vk_struct<VkImageViewCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO);
    info.image = image;
    info.viewType = of.array_view ? VK_IMAGE_VIEW_TYPE_2D_ARRAY : VK_IMAGE_VIEW_TYPE_2D;
    info.format = of.format;
    info.subresourceRange = {of.aspect, 0, of.mip_levels, 0, of.layers};
    VkImageView view = VK_NULL_HANDLE;
    RENDER_VK(vkCreateImageView(gpu.device, &info, nullptr, &view));
    return OwnedImageView(gpu.device, view);
}

}  // namespace

Result<Buffer> make_buffer(const Gpu& gpu, VkDeviceSize bytes, VkBufferUsageFlags usage) {
    auto info = vk_struct<VkBufferCreateInfo>(VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO);
    info.size = bytes;
    info.usage = usage;
    VkBuffer handle = VK_NULL_HANDLE;
    RENDER_VK(vkCreateBuffer(gpu.device, &info, nullptr, &handle));
    Buffer buffer;
    buffer.handle = OwnedBuffer(gpu.device, handle);
    buffer.bytes = bytes;
    VkMemoryRequirements needs;
    vkGetBufferMemoryRequirements(gpu.device, handle, &needs);
    RENDER_ASSIGN(
        buffer.memory,
        allocate(gpu, needs, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT));
    RENDER_VK(vkBindBufferMemory(gpu.device, handle, buffer.memory, 0));
    RENDER_VK(vkMapMemory(gpu.device, buffer.memory, 0, VK_WHOLE_SIZE, 0, &buffer.mapped));
    return buffer;
}

Result<Image> make_image(const Gpu& gpu, const ImageInfo& of) {
    auto info = vk_struct<VkImageCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO);
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = of.format;
    info.extent = {of.extent.width, of.extent.height, 1};
    info.mipLevels = of.mip_levels;
    info.arrayLayers = of.layers;
    info.samples = of.samples;
    info.tiling = VK_IMAGE_TILING_OPTIMAL;
    info.usage = of.usage;
    VkImage handle = VK_NULL_HANDLE;
    RENDER_VK(vkCreateImage(gpu.device, &info, nullptr, &handle));
    Image image;
    image.handle = OwnedImage(gpu.device, handle);
    image.info = of;
    VkMemoryRequirements needs;
    vkGetImageMemoryRequirements(gpu.device, handle, &needs);
    RENDER_ASSIGN(image.memory, allocate(gpu, needs, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT));
    RENDER_VK(vkBindImageMemory(gpu.device, handle, image.memory, 0));
    RENDER_ASSIGN(image.view, make_view(gpu, handle, of));
    return image;
}

Status run_once(const Gpu& gpu, const std::function<void(VkCommandBuffer)>& record) {
    auto pool_info = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool_info.queueFamilyIndex = gpu.queue_family;
    VkCommandPool pool_handle = VK_NULL_HANDLE;
    RENDER_VK(vkCreateCommandPool(gpu.device, &pool_info, nullptr, &pool_handle));
    const OwnedCommandPool pool(gpu.device, pool_handle);

    auto allocate_info =
        vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    allocate_info.commandPool = pool;
    allocate_info.commandBufferCount = 1;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    RENDER_VK(vkAllocateCommandBuffers(gpu.device, &allocate_info, &commands));
    auto begin = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    RENDER_VK(vkBeginCommandBuffer(commands, &begin));
    record(commands);
    RENDER_VK(vkEndCommandBuffer(commands));

    auto submit = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands;
    RENDER_VK(vkQueueSubmit(gpu.queue, 1, &submit, VK_NULL_HANDLE));
    RENDER_VK(vkQueueWaitIdle(gpu.queue));
    return {};
}

void change_layout(VkCommandBuffer commands, const Image& image, VkImageLayout from, VkImageLayout to) {
    auto barrier = vk_struct<VkImageMemoryBarrier>(VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER);
    barrier.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT;
    barrier.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
    barrier.oldLayout = from;
    barrier.newLayout = to;
    barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = image.handle;
    barrier.subresourceRange = {image.info.aspect, 0, image.info.mip_levels, 0, image.info.layers};
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0,
                         0, nullptr, 0, nullptr, 1, &barrier);
}

}  // namespace render
