// A device that belongs to somebody else: used as lent, twice, and only with what its host enabled.
// SPDX-License-Identifier: MIT
#include "host/gpu/executor.hpp"
#include "tests/gpu/copy_plan.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <cstring>

using namespace vkgan;

namespace {

// A VkDevice made the way a host would: Vulkan 1.1, no extension, no feature unless asked for.
class Host {
public:
    explicit Host(bool int64) : instance_(std::move(*Instance::create(true))) {
        const InstanceFunctions& f = instance_->functions();
        uint32_t count = 1;
        f.vkEnumeratePhysicalDevices(instance_->handle(), &count, &physical_);
        const float priority = 1;
        auto queue = vk_struct<VkDeviceQueueCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO);
        queue.queueCount = 1;
        queue.pQueuePriorities = &priority;
        features_.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
        features_.features.shaderInt64 = int64;
        auto info = vk_struct<VkDeviceCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO);
        info.pNext = &features_;
        info.queueCreateInfoCount = 1;
        info.pQueueCreateInfos = &queue;
        REQUIRE(f.vkCreateDevice(physical_, &info, nullptr, &device_) == VK_SUCCESS);
        table_ = load_device_table(f, device_);
        table_.vkGetDeviceQueue(device_, 0, 0, &queue_);
    }
    ~Host() { table_.vkDestroyDevice(device_, nullptr); }

    AdoptedDevice lend() {
        AdoptedDevice lent;
        lent.instance = instance_->handle();
        lent.physical_device = physical_;
        lent.device = device_;
        lent.get_instance_proc_addr = instance_->functions().get_proc;
        lent.queue = queue_;
        lent.enabled_features = &features_;
        lent.lock_queue = [this] { ++locks; };
        lent.unlock_queue = [this] { ++unlocks; };
        return lent;
    }
    std::vector<std::string> messages() const { return instance_->messages().all(); }

    int locks = 0, unlocks = 0;

private:
    std::unique_ptr<Instance> instance_;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    VkPhysicalDeviceFeatures2 features_{};
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    VolkDeviceTable table_{};
};

bool copies_right(Device& device) {
    RegionSet regions(device);
    auto made = Executor::create(device, copy_schedule(2, 8), regions);
    REQUIRE_MESSAGE(made.ok(), made.error().message);
    const std::vector<float> values(32, 2.5f);
    std::memcpy((*made)->input_memory(0, "x").data(), values.data(), 128);
    REQUIRE((*made)->run(0).ok());
    REQUIRE((*made)->wait(0).ok());
    return std::memcmp((*made)->output_memory(0, "y").data(), values.data(), 128) == 0;
}

}  // namespace

TEST_CASE("two contexts on one adopted device work, lock its queue, and leave it alive") {
    Host host(false);
    {
        auto first = Device::adopt(host.lend());
        auto second = Device::adopt(host.lend());
        REQUIRE_MESSAGE(first.ok(), first.error().message);
        REQUIRE(second.ok());
        CHECK((*first)->adopted());
        CHECK(copies_right(**first));
        CHECK(copies_right(**second));
        first->reset();
        CHECK(copies_right(**second));
    }
    CHECK(host.locks > 0);
    CHECK(host.locks == host.unlocks);
    auto again = Device::adopt(host.lend());
    REQUIRE(again.ok());
    CHECK(copies_right(**again));
    again->reset();
    CHECK(host.messages().empty());
}

TEST_CASE("an adopted device counts only what its host enabled") {
    // A driver without 64-bit integers (SwiftShader) has nothing that a host could enable here.
    const bool int64 = test_device().record().int64;
    if (!int64) MESSAGE(test_device().name() << " has no shaderInt64: only its absence is checked");
    Host plain(false), with_int64(int64);
    const DeviceOptions full{.profile = DeviceProfile::full};
    const auto without = Device::adopt(plain.lend(), full);
    const auto with = Device::adopt(with_int64.lend(), full);
    REQUIRE(without.ok());
    REQUIRE(with.ok());
    CHECK(!(*without)->traits().wide_stores);
    CHECK((*with)->traits().wide_stores == int64);
    for (const Optional which : {Optional::subgroup_size_control, Optional::timeline_semaphore,
                                 Optional::debug_utils, Optional::synchronization2, Optional::memory_budget})
        CHECK(!(*with)->capabilities()[which].available);
}

TEST_CASE("an incomplete or wrong AdoptedDevice is refused by the name of its field") {
    Host host(false);
    AdoptedDevice empty;
    CHECK(Device::adopt(empty).error().code == Code::invalid_argument);
    AdoptedDevice half = host.lend();
    half.unlock_queue = nullptr;
    CHECK(Device::adopt(half).error().message.find("unlock_queue") != std::string::npos);
    AdoptedDevice family = host.lend();
    family.queue_family = 99;
    CHECK(Device::adopt(family).error().message.find("queue_family is 99") != std::string::npos);
    AdoptedDevice old = host.lend();
    old.api_version = VK_API_VERSION_1_0;
    CHECK(Device::adopt(old).error().message.find("api_version is 1.0.0") != std::string::npos);
}
