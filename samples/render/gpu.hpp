// A sample's Vulkan instance, device and queue: Vulkan 1.1, one queue that draws, computes and presents.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/features.hpp"
#include "samples/render/status.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace render {

inline constexpr uint32_t api_version = VK_API_VERSION_1_1;

// With validation every message of the layers is printed and counted.
class Instance {
public:
    static Result<std::unique_ptr<Instance>> create(const char* application,
                                                    std::vector<const char*> extensions, bool validation);
    ~Instance();

    VkInstance handle() const { return handle_; }
    const std::vector<const char*>& extensions() const { return extensions_; }
    bool validated() const { return messenger_ != VK_NULL_HANDLE; }
    int messages() const { return messages_; }

private:
    Instance() = default;
    VkInstance handle_ = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
    std::vector<const char*> extensions_;
    int messages_ = 0;
};

struct DeviceChoice {
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    uint32_t queue_family = 0;
};

// The first whose name holds `name`, real GPUs before others. `presents` (or empty): whether a queue family
// can.
using Presents = std::function<bool(VkPhysicalDevice, uint32_t family)>;
Result<DeviceChoice> choose_device(const Instance& instance, const std::string& name,
                                   const Presents& presents);

bool has_extension(VkPhysicalDevice physical, const char* name);

struct Gpu {
    static Result<std::unique_ptr<Gpu>> create(const DeviceChoice& choice,
                                               std::unique_ptr<Features> features);
    ~Gpu();

    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    VkQueue queue = VK_NULL_HANDLE;
    uint32_t queue_family = 0;
    VkSampleCountFlagBits samples = VK_SAMPLE_COUNT_1_BIT;  // 4 where colour and depth have it
    std::unique_ptr<Features> features;
    std::string name, driver;
    bool is_software = false;  // the processor draws
};

}  // namespace render
