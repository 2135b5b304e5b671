// Device: the VkDevice that everything runs on, our own or lent by a host, and what it can do.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/capabilities.hpp"
#include "host/gpu/device_choice.hpp"
#include "host/gpu/instance.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/gpu/vulkan.hpp"

#include "host/api/vulkan_interop.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

class Arena;
class Pipelines;
class SubmitRelay;
class WideVectors;

struct DeviceOptions {
    std::string select = {};              // number or part of the name; empty: VKGAN_DEVICE, else the best
    std::optional<bool> validation = {};  // absent: VKGAN_VALIDATION=1; own devices only
    std::optional<DeviceProfile> profile = {};  // absent: VKGAN_PROFILE=minimum
    std::optional<Family> family =
        {};                    // absent: VKGAN_FAMILY=direct|shuffle|tile|matrix, else what suits the device
    bool half_inputs = false;  // DeviceTraits::half_inputs; VKGAN_FAMILY=matrix is the tile family with it
    int64_t memory_limit_bytes = 0;  // of everything that we allocate on it; 0: the device's own limit
    std::optional<std::string> cache_folder =
        {};  // absent: $XDG_CACHE_HOME/vkgan or ~/.cache/vkgan; empty: no file
    // Of pipelines, instead of the file in cache_folder; both functions or neither.
    CacheFunctions cache = {};
    // Of an own device's queue, where the driver can: the capability global_priority tells.
    bool low_priority = false;
};

// Thread-safe, except where a member says otherwise. Must outlive everything made on it.
class Device {
public:
    static Result<std::unique_ptr<Device>> create(const DeviceOptions& options = {});
    static Result<std::unique_ptr<Device>> adopt(const AdoptedDevice& host,
                                                 const DeviceOptions& options = {});
    // Another VkDevice of the same instance, physical device and capabilities, without a cache file. Not of a
    // lent device.
    static Result<std::unique_ptr<Device>> sibling(const Device& of);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const std::string& name() const { return name_; }
    const DeviceTraits& traits() const { return traits_; }
    const Capabilities& capabilities() const { return capabilities_; }
    // For a capability that turns out not to work: from now on no plan uses it. Not thread-safe: before the
    // device is shared.
    void switch_off(Optional which, std::string reason);
    const PhysicalRecord& record() const { return record_; }
    bool adopted() const { return !instance_; }
    bool validated() const { return validated_; }          // by layers that we asked for
    std::vector<std::string> validation_messages() const;  // none on adopted devices: the host hears them

    VkDevice handle() const { return device_; }
    const VolkDeviceTable& vk() const { return vk_; }
    const InstanceFunctions& instance_functions() const { return functions_; }
    uint32_t queue_family() const { return queue_family_; }
    Arena& arena() { return *arena_; }
    Pipelines& pipelines() { return *pipelines_; }

    // One vkQueueSubmit under the queue's lock, or the host's own; on a relay's worker by the thread that
    // owns the queue. Nothing else uses the queue. `what` names the work in the message if the device is
    // lost. Code::cancelled if the relay was closed.
    Status submit(const VkSubmitInfo& info, VkFence fence, std::string_view what);
    // Must outlive the device, or be taken away by null. Not thread-safe: before the worker begins.
    void set_relay(SubmitRelay* relay) { relay_ = relay; }
    // An error for a failed call; keeps VK_ERROR_DEVICE_LOST as the device's last state.
    Error failure(VkResult result, std::string_view what);
    // Fine, or Code::device_lost with what was running, for ever.
    Status status() const;

    // For what is planned from then on; before that, on one thread. Traits that a check has narrowed, and
    // what was found by measuring.
    void set_traits(const DeviceTraits& traits);
    void set_tuning(TuningTable choices);

    // What a user should know but no call failed for, one line each: caches that are ignored, capabilities
    // that are switched off.
    void note(std::string text);
    std::vector<std::string> notices() const;
    size_t notice_count() const;

    void name_object(VkObjectType type, uint64_t handle, const std::string& name) const;

private:
    Device() = default;
    Status make_own(const DeviceOptions& options);
    Status find_device(const DeviceOptions& options, bool validation);
    Status take_over(const AdoptedDevice& host);
    Status finish(const DeviceOptions& options);
    Status open(const DeviceOptions& options);
    Status create_device();
    VkResult use_queue(const VkSubmitInfo& info, VkFence fence);

    std::shared_ptr<Instance> instance_;  // null when adopted; siblings share it
    bool validated_ = false;
    std::unique_ptr<WideVectors> wide_vectors_;  // until the device is made
    InstanceFunctions functions_;
    VolkDeviceTable vk_{};
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    uint32_t queue_family_ = 0;
    std::mutex queue_mutex_;
    std::function<void()> lock_queue_, unlock_queue_;
    std::function<VkResult(const VkSubmitInfo&, VkFence)> host_submit_;
    SubmitRelay* relay_ = nullptr;
    std::string name_;
    PhysicalRecord record_;
    Capabilities capabilities_;
    DeviceTraits traits_;
    TuningTable tuning_;
    mutable std::mutex notices_mutex_;
    std::vector<std::string> notices_;
    mutable std::mutex lost_mutex_;
    std::optional<Error> lost_;
    std::unique_ptr<Arena> arena_;
    std::unique_ptr<Pipelines> pipelines_;
};

}  // namespace vkgan
