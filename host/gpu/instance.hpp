// Instance: our own VkInstance, with validation on request, and the messages that validation sent.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/vulkan.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vkgan {

// What the validation layers said. Thread-safe: they call back on whichever thread made the mistake.
class ValidationMessages {
public:
    void add(std::string text);
    std::vector<std::string> all() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

class Instance {
public:
    // Fails with not_found when there is no Vulkan loader, or no validation layer though it was asked for.
    static Result<std::unique_ptr<Instance>> create(bool validation);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    VkInstance handle() const { return handle_; }
    const InstanceFunctions& functions() const { return functions_; }
    uint32_t api_version() const { return api_version_; }
    bool debug_utils() const { return debug_utils_; }
    const ValidationMessages& messages() const { return messages_; }

private:
    Instance() = default;
    Status make(bool validation);

    VkInstance handle_ = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
    InstanceFunctions functions_;
    uint32_t api_version_ = 0;
    bool debug_utils_ = false;
    ValidationMessages messages_;
};

}  // namespace vkgan
