// A device made the way a host would: nothing enabled but what a test asks for; and a host's own commands.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/device.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace vkgan {

struct HostOptions {
    bool int64 = false, timeline = false, subgroup_size_control = false;
    std::vector<std::string> extensions = {}, instance_extensions = {};
    uint32_t api_version = VK_API_VERSION_1_1;  // that is told
};

class HostDevice {
public:
    explicit HostDevice(HostOptions options = {})
        : options_(std::move(options)), instance_(std::move(*Instance::create(true))) {
        const InstanceFunctions& f = instance_->functions();
        uint32_t count = 1;
        f.vkEnumeratePhysicalDevices(instance_->handle(), &count, &physical_);
        const float priority = 1;
        auto queue = vk_struct<VkDeviceQueueCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO);
        queue.queueCount = 1;
        queue.pQueuePriorities = &priority;
        features_.features.shaderInt64 = options_.int64;
        if (options_.timeline) chain(timeline_);
        if (options_.subgroup_size_control) chain(size_control_);
        std::vector<const char*> extensions;
        for (const std::string& name : options_.extensions) extensions.push_back(name.c_str());
        auto info = vk_struct<VkDeviceCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO);
        info.pNext = &features_;
        info.queueCreateInfoCount = 1;
        info.pQueueCreateInfos = &queue;
        info.enabledExtensionCount = uint32_t(extensions.size());
        info.ppEnabledExtensionNames = extensions.data();
        REQUIRE(f.vkCreateDevice(physical_, &info, nullptr, &device_) == VK_SUCCESS);
        table_ = load_device_table(f, device_);
        table_.vkGetDeviceQueue(device_, 0, 0, &queue_);
    }
    ~HostDevice() { table_.vkDestroyDevice(device_, nullptr); }
    HostDevice(const HostDevice&) = delete;
    HostDevice& operator=(const HostDevice&) = delete;

    AdoptedDevice lend() {
        AdoptedDevice lent = lend_without_locks();
        lent.lock_queue = [this] { ++locks; };
        lent.unlock_queue = [this] { ++unlocks; };
        return lent;
    }
    AdoptedDevice lend_without_locks() {
        AdoptedDevice lent;
        lent.instance = instance_->handle();
        lent.physical_device = physical_;
        lent.device = device_;
        lent.get_instance_proc_addr = instance_->functions().get_proc;
        lent.api_version = options_.api_version;
        lent.queue = queue_;
        lent.enabled_features = &features_;
        lent.enabled_extensions = options_.extensions;
        lent.enabled_instance_extensions = options_.instance_extensions;
        return lent;
    }
    std::vector<std::string> messages() const { return instance_->messages().all(); }

    const Instance& instance() const { return *instance_; }
    VkPhysicalDevice physical() const { return physical_; }
    VkDevice handle() const { return device_; }
    VkQueue queue() const { return queue_; }
    const VolkDeviceTable& vk() const { return table_; }

    int locks = 0, unlocks = 0;

private:
    template <class T>
    void chain(T& feature) {
        feature.pNext = features_.pNext;
        features_.pNext = &feature;
    }

    HostOptions options_;
    std::unique_ptr<Instance> instance_;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    VkPhysicalDeviceFeatures2 features_{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = nullptr, .features = {}};
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline_{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
        .pNext = nullptr,
        .timelineSemaphore = VK_TRUE};
    VkPhysicalDeviceSubgroupSizeControlFeatures size_control_{
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES,
        .pNext = nullptr,
        .subgroupSizeControl = VK_TRUE,
        .computeFullSubgroups = VK_TRUE};
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    VolkDeviceTable table_{};
};

// A host's command buffers, each submitted once; waits for them when it ends.
class HostCommands {
public:
    explicit HostCommands(Device& device) : device_(device) {
        auto info = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
        info.queueFamilyIndex = device.queue_family();
        REQUIRE(device.vk().vkCreateCommandPool(device.handle(), &info, nullptr, &pool_) == VK_SUCCESS);
        const auto fence = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
        REQUIRE(device.vk().vkCreateFence(device.handle(), &fence, nullptr, &fence_) == VK_SUCCESS);
    }
    ~HostCommands() {
        device_.vk().vkDestroyFence(device_.handle(), fence_, nullptr);
        device_.vk().vkDestroyCommandPool(device_.handle(), pool_, nullptr);
    }
    HostCommands(const HostCommands&) = delete;
    HostCommands& operator=(const HostCommands&) = delete;

    VkCommandBuffer begin() {
        auto make = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
        make.commandPool = pool_;
        make.commandBufferCount = 1;
        VkCommandBuffer commands = VK_NULL_HANDLE;
        REQUIRE(device_.vk().vkAllocateCommandBuffers(device_.handle(), &make, &commands) == VK_SUCCESS);
        auto info = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
        info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
        REQUIRE(device_.vk().vkBeginCommandBuffer(commands, &info) == VK_SUCCESS);
        return commands;
    }
    void send_and_wait(std::span<const VkCommandBuffer> all) {
        for (const VkCommandBuffer commands : all)
            REQUIRE(device_.vk().vkEndCommandBuffer(commands) == VK_SUCCESS);
        auto info = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
        info.commandBufferCount = uint32_t(all.size());
        info.pCommandBuffers = all.data();
        REQUIRE(device_.submit(info, fence_, "a host's commands").ok());
        REQUIRE(device_.vk().vkWaitForFences(device_.handle(), 1, &fence_, VK_TRUE, UINT64_MAX) ==
                VK_SUCCESS);
        REQUIRE(device_.vk().vkResetFences(device_.handle(), 1, &fence_) == VK_SUCCESS);
    }
    void send_and_wait(VkCommandBuffer commands) { send_and_wait(std::span(&commands, 1)); }

private:
    Device& device_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    VkFence fence_ = VK_NULL_HANDLE;
};

}  // namespace vkgan
