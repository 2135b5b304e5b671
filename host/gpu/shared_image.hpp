// SharedImages: images of a device of our own, whose memory other programs import by a file descriptor.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/base/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

class Device;

using ImageHandle = VkImage;  // for folders that do not name Vulkan's types

// Of Arena::count: memory that is no part of the arena's blocks, and still counts against its limit.
inline constexpr std::string_view shared_image_memory = "shared image";

// What a driver says of images of a format that are to be exported.
struct ExportAnswer {
    VkResult result = VK_SUCCESS;  // of vkGetPhysicalDeviceImageFormatProperties2
    VkImageFormatProperties limits{};
    VkExternalMemoryFeatureFlags features = 0;
};
// What is wrong with a query, by its field and both values; or, unsupported, what the driver lacks.
Status check_shared_image(const api::SharedImageQuery& query, const ExportAnswer& answer);

// One thread at a time. The device must outlive it. What others have imported outlives both: the driver keeps
// memory until its last user is gone.
class SharedImages {
public:
    explicit SharedImages(Device& device);
    ~SharedImages();
    SharedImages(const SharedImages&) = delete;
    SharedImages& operator=(const SharedImages&) = delete;

    // The file descriptor is the caller's.
    Result<api::SharedImage> create(const api::SharedImageQuery& query);
    Status destroy(ImageHandle image);  // which nothing on the device may be using
    bool has(ImageHandle image) const;
    // Targets on a device that has no images but these: that they are some of these, and as they were made.
    Status check(std::span<const ImageTarget> targets) const;

private:
    struct Image;
    Status check_device() const;
    Status check_room(uint64_t bytes) const;
    ExportAnswer ask(VkFormat format) const;
    Status make(Image& image) const;
    Status allocate(Image& image) const;
    Result<api::SharedImage> export_memory(const Image& image) const;
    const Image* find(ImageHandle image) const;

    Device& device_;
    std::vector<std::unique_ptr<Image>> images_;
};

}  // namespace vkgan
