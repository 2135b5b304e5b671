// Making, acquiring and presenting.
// SPDX-License-Identifier: MIT
#include "samples/render/swapchain.hpp"

#include <algorithm>

namespace render {

Result<VkSurfaceFormatKHR> choose_format(const Gpu& gpu, VkSurfaceKHR surface, bool encodes) {
    uint32_t count = 0;
    RENDER_VK(vkGetPhysicalDeviceSurfaceFormatsKHR(gpu.physical, surface, &count, nullptr));
    std::vector<VkSurfaceFormatKHR> formats(count);
    RENDER_VK(vkGetPhysicalDeviceSurfaceFormatsKHR(gpu.physical, surface, &count, formats.data()));
    const VkFormat first = encodes ? VK_FORMAT_B8G8R8A8_SRGB : VK_FORMAT_B8G8R8A8_UNORM;
    const VkFormat second = encodes ? VK_FORMAT_R8G8B8A8_SRGB : VK_FORMAT_R8G8B8A8_UNORM;
    for (const VkSurfaceFormatKHR& format : formats)
        if (format.format == first || format.format == second) return format;
    if (formats.empty()) return Error{"The window's surface has no format that can be drawn to."};
    return formats[0];
}

Result<bool> Swapchain::resize(VkExtent2D size) {
    VkSurfaceCapabilitiesKHR surface;
    RENDER_VK(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(gpu_.physical, surface_, &surface));
    extent_ = surface.currentExtent;
    if (extent_.width == UINT32_MAX) {
        extent_.width = std::clamp(size.width, surface.minImageExtent.width, surface.maxImageExtent.width);
        extent_.height =
            std::clamp(size.height, surface.minImageExtent.height, surface.maxImageExtent.height);
    }
    if (extent_.width == 0 || extent_.height == 0) return false;

    auto info = vk_struct<VkSwapchainCreateInfoKHR>(VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR);
    info.surface = surface_;
    info.minImageCount = surface.minImageCount + 1;
    if (surface.maxImageCount > 0) info.minImageCount = std::min(info.minImageCount, surface.maxImageCount);
    info.imageFormat = format_.format;
    info.imageColorSpace = format_.colorSpace;
    info.imageExtent = extent_;
    info.imageArrayLayers = 1;
    info.imageUsage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
    info.preTransform = surface.currentTransform;
    info.compositeAlpha = VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR;
    if (!(surface.supportedCompositeAlpha & info.compositeAlpha))
        info.compositeAlpha = VK_COMPOSITE_ALPHA_INHERIT_BIT_KHR;
    info.presentMode = VK_PRESENT_MODE_FIFO_KHR;
    info.clipped = VK_TRUE;
    info.oldSwapchain = handle_;
    VkSwapchainKHR handle = VK_NULL_HANDLE;
    RENDER_VK(vkCreateSwapchainKHR(gpu_.device, &info, nullptr, &handle));
    views_.clear();
    handle_ = OwnedSwapchain(gpu_.device, handle);
    RENDER_TRY(make_views());
    return true;
}

Status Swapchain::make_views() {
    uint32_t count = 0;
    RENDER_VK(vkGetSwapchainImagesKHR(gpu_.device, handle_, &count, nullptr));
    std::vector<VkImage> images(count);
    RENDER_VK(vkGetSwapchainImagesKHR(gpu_.device, handle_, &count, images.data()));
    drawn_.clear();
    for (VkImage image : images) {
        auto info = vk_struct<VkImageViewCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO);
        info.image = image;
        info.viewType = VK_IMAGE_VIEW_TYPE_2D;
        info.format = format_.format;
        info.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        VkImageView view = VK_NULL_HANDLE;
        RENDER_VK(vkCreateImageView(gpu_.device, &info, nullptr, &view));
        views_.emplace_back(gpu_.device, view);
        RENDER_ASSIGN(OwnedSemaphore semaphore, make_semaphore(gpu_));
        drawn_.push_back(std::move(semaphore));
    }
    return {};
}

Result<std::optional<uint32_t>> Swapchain::acquire(VkSemaphore ready) {
    uint32_t image = 0;
    const VkResult result =
        vkAcquireNextImageKHR(gpu_.device, handle_, UINT64_MAX, ready, VK_NULL_HANDLE, &image);
    if (result == VK_ERROR_OUT_OF_DATE_KHR) return std::optional<uint32_t>();
    if (result != VK_SUCCESS && result != VK_SUBOPTIMAL_KHR)
        return vulkan_error("vkAcquireNextImageKHR", result);
    return std::optional(image);
}

Result<bool> Swapchain::present(uint32_t image) {
    const VkSwapchainKHR swapchain = handle_;
    const VkSemaphore drawn = drawn_[image];
    auto info = vk_struct<VkPresentInfoKHR>(VK_STRUCTURE_TYPE_PRESENT_INFO_KHR);
    info.waitSemaphoreCount = 1;
    info.pWaitSemaphores = &drawn;
    info.swapchainCount = 1;
    info.pSwapchains = &swapchain;
    info.pImageIndices = &image;
    const VkResult result = vkQueuePresentKHR(gpu_.queue, &info);
    if (result == VK_ERROR_OUT_OF_DATE_KHR || result == VK_SUBOPTIMAL_KHR) return false;
    if (result != VK_SUCCESS) return vulkan_error("vkQueuePresentKHR", result);
    return true;
}

Result<OwnedSemaphore> make_semaphore(const Gpu& gpu) {
    const auto info = vk_struct<VkSemaphoreCreateInfo>(VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO);
    VkSemaphore semaphore = VK_NULL_HANDLE;
    RENDER_VK(vkCreateSemaphore(gpu.device, &info, nullptr, &semaphore));
    return OwnedSemaphore(gpu.device, semaphore);
}

}  // namespace render
