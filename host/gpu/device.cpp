// Creates or takes over the VkDevice; submits to its queue; remembers when it is lost.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"

#include "host/base/thread_owner.hpp"
#include "host/gpu/describe_devices.hpp"
#include "host/gpu/keep_drivers.hpp"
#include "host/gpu/make_device.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/gpu/submit_relay.hpp"
#include "host/gpu/wide_vectors.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>

namespace vkgan {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

bool asks_for_matrix(const DeviceOptions& options) {
    return !options.family && environment("VKGAN_FAMILY") == "matrix";
}

Result<CapabilityOptions> capability_options(const DeviceOptions& options) {
    CapabilityOptions result;
    const std::string profile = environment("VKGAN_PROFILE");
    if (options.profile)
        result.profile = *options.profile;
    else if (profile == "minimum")
        result.profile = DeviceProfile::minimum;
    else if (!profile.empty() && profile != "full")
        return Error{Code::invalid_argument,
                     "VKGAN_PROFILE is \"" + profile + "\"; it can be full or minimum."};

    result.half_inputs = options.half_inputs;
    const std::string family = environment("VKGAN_FAMILY");
    if (options.family)
        result.family = options.family;
    else if (family == "direct")
        result.family = Family::direct;
    else if (family == "shuffle")
        result.family = Family::shuffle;
    else if (family == "tile")
        result.family = Family::tile;
    else if (asks_for_matrix(options)) {
        result.family = Family::tile;
        result.half_inputs = true;
    } else if (!family.empty())
        return Error{Code::invalid_argument,
                     "VKGAN_FAMILY is \"" + family + "\"; it can be direct, shuffle, tile or matrix."};
    return result;
}

Status check_fields(const AdoptedDevice& host) {
    const std::array fields{std::pair(bool(host.instance), "instance"),
                            std::pair(bool(host.physical_device), "physical_device"),
                            std::pair(bool(host.device), "device"),
                            std::pair(host.get_instance_proc_addr != nullptr, "get_instance_proc_addr")};
    for (const auto& [set, name] : fields)
        if (!set) return Error{Code::invalid_argument, fmt::format("AdoptedDevice: {} is not set.", name)};
    if (!host.queue && !host.submit)
        return Error{Code::invalid_argument, "AdoptedDevice: neither queue nor submit is set."};
    if (host.submit && (host.lock_queue || host.unlock_queue))
        return Error{
            Code::invalid_argument,
            fmt::format("AdoptedDevice: submit and {} are both set; submit sees to the queue's lock itself.",
                        host.lock_queue ? "lock_queue" : "unlock_queue")};
    if (bool(host.lock_queue) != bool(host.unlock_queue))
        return Error{Code::invalid_argument,
                     fmt::format("AdoptedDevice: {} is set but {} is not; set both, or neither.",
                                 host.lock_queue ? "lock_queue" : "unlock_queue",
                                 host.lock_queue ? "unlock_queue" : "lock_queue")};
    return {};
}

Status check_cache(const CacheFunctions& cache) {
    if (bool(cache.read) == bool(cache.write)) return {};
    return Error{Code::invalid_argument,
                 fmt::format("DeviceOptions: cache.{} is set but cache.{} is not; set "
                             "both, or neither.",
                             cache.read ? "read" : "write", cache.read ? "write" : "read")};
}

}  // namespace

Result<std::unique_ptr<Device>> Device::create(const DeviceOptions& options) {
    std::unique_ptr<Device> device(new Device);
    VKGAN_TRY(device->make_own(options));
    VKGAN_TRY(device->finish(options));
    return device;
}

Result<std::unique_ptr<Device>> Device::adopt(const AdoptedDevice& host, const DeviceOptions& options) {
    keep_drivers();
    std::unique_ptr<Device> device(new Device);
    VKGAN_TRY(device->take_over(host));
    VKGAN_TRY(device->finish(options));
    return device;
}

Result<std::unique_ptr<Device>> Device::sibling(const Device& of) {
    if (!of.instance_)
        return Error{Code::invalid_argument, "a lent device has no siblings: its host makes devices"};
    std::unique_ptr<Device> device(new Device);
    device->instance_ = of.instance_;
    device->validated_ = of.validated_;
    device->functions_ = of.functions_;
    device->queue_family_ = of.queue_family_;
    device->name_ = of.name_;
    device->record_ = of.record_;
    device->capabilities_ = of.capabilities_;
    device->traits_ = of.traits_;
    VKGAN_TRY(device->open({.cache_folder = ""}));
    return device;
}

Status Device::make_own(const DeviceOptions& options) {
    const bool validation = options.validation.value_or(environment("VKGAN_VALIDATION") == "1");
    VKGAN_TRY(find_device(options, false));
    // A driver that another of our devices has loaded wide stays so: its code must not reach the narrow
    // cache.
    if (can_widen(record_) && (wants_wide_vectors() || WideVectors::taken(record_))) {
        instance_.reset();  // the driver must be loaded again
        wide_vectors_ = std::make_unique<WideVectors>(options.cache_folder.value_or(user_cache_folder()));
        VKGAN_TRY(find_device(options, validation));
        record_.wide_vectors = WideVectors::taken(record_);
        if (record_.wide_vectors) return {};
        wide_vectors_.reset();
        return find_device(options, validation);
    }
    return validation ? find_device(options, true) : Status();
}

Status Device::find_device(const DeviceOptions& options, bool validation) {
    instance_.reset();
    VKGAN_ASSIGN(instance_, Instance::create(validation));
    validated_ = validation;
    functions_ = instance_->functions();
    std::vector<PhysicalRecord> records = describe_devices(*instance_);
    std::vector<DeviceInfo> infos;
    for (const PhysicalRecord& record : records) infos.push_back(summarise(record, int(infos.size())));
    const std::string selector = options.select.empty() ? environment("VKGAN_DEVICE") : options.select;
    VKGAN_ASSIGN(const int index, choose_device(infos, selector));
    record_ = records[size_t(index)];
    record_.debug_utils = instance_->debug_utils();
    queue_family_ = uint32_t(compute_queue_family(record_));
    return {};
}

Status Device::take_over(const AdoptedDevice& host) {
    VKGAN_TRY(check_fields(host));
    functions_ = load_instance_functions(host.get_instance_proc_addr, host.instance);
    record_ = describe_adopted(functions_, host);
    if (record_.api_version < VK_API_VERSION_1_1)
        return Error{Code::unsupported, "AdoptedDevice: api_version is " + version_text(host.api_version) +
                                            " and the device has " +
                                            version_text(record_.properties.apiVersion) +
                                            "; both must be 1.1 or later."};
    if (host.queue_family >= record_.queue_families.size() ||
        (record_.queue_families[host.queue_family].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0)
        return Error{Code::invalid_argument,
                     fmt::format("AdoptedDevice: queue_family is {}, which is not a family that can compute.",
                                 host.queue_family)};
    device_ = host.device;
    queue_ = host.queue;
    queue_family_ = host.queue_family;
    lock_queue_ = host.lock_queue;
    unlock_queue_ = host.unlock_queue;
    host_submit_ = host.submit;
    return {};
}

Status Device::finish(const DeviceOptions& options) {
    VKGAN_TRY(check_cache(options.cache));
    if (const std::string reason = summarise(record_, 0).refused; !reason.empty())
        return Error{Code::unsupported,
                     fmt::format("The device {} cannot be used: {}.", record_.properties.deviceName, reason)};
    VKGAN_ASSIGN(CapabilityOptions capability, capability_options(options));
    capability.queue_family = queue_family_;
    capability.low_priority = options.low_priority && instance_;
    capabilities_ = decide_capabilities(record_, capability);
    traits_ = decide_traits(record_, capabilities_, capability);
    name_ = record_.properties.deviceName;
    if (asks_for_matrix(options) && !capabilities_.uses(Optional::cooperative_matrix))
        return Error{
            Code::unsupported,
            fmt::format("VKGAN_FAMILY is \"matrix\", but the device {} has no cooperative matrix that "
                        "can be used: {}.",
                        name_, capabilities_[Optional::cooperative_matrix].reason)};
    if (options.low_priority && instance_ && !capabilities_.uses(Optional::global_priority))
        note(fmt::format("queue priority: it is not low: {}",
                         capabilities_[Optional::global_priority].reason));
    return open(options);
}

Status Device::open(const DeviceOptions& options) {
    if (instance_) VKGAN_TRY(create_device());
    vk_ = load_device_table(functions_, device_);
    if (instance_) vk_.vkGetDeviceQueue(device_, queue_family_, 0, &queue_);
    arena_ = std::make_unique<Arena>(*this, options.memory_limit_bytes);
    pipelines_ = std::make_unique<Pipelines>(*this, options.cache_folder, options.cache);
    return {};
}

Status Device::create_device() {
    const MadeDevice made = make_device(functions_, record_, capabilities_, queue_family_);
    if (made.result != VK_SUCCESS)
        return Error{Code::unsupported, fmt::format("The device {} could not be opened (vkCreateDevice: {}).",
                                                    name_, result_name(made.result))};
    device_ = made.device;
    wide_vectors_.reset();
    if (made.priority != VK_SUCCESS) {
        const std::string why =
            fmt::format("the driver refused a queue of low priority ({})", result_name(made.priority));
        switch_off(Optional::global_priority, why);
        note(fmt::format("queue priority: {}; it has the default one", why));
    }
    return {};
}

void Device::switch_off(Optional which, std::string reason) {
    Capability& item = capabilities_.items[size_t(which)];
    item.used = false;
    item.reason = std::move(reason);
    if (which == Optional::cooperative_matrix) traits_.matrix_units = {};
}

Device::~Device() {
    const OwnedThread to_the_end = must_not_fail();  // caches are written
    pipelines_.reset();
    arena_.reset();
    if (instance_ && device_) vk_.vkDestroyDevice(device_, nullptr);
}

std::vector<std::string> Device::validation_messages() const {
    return instance_ ? instance_->messages().all() : std::vector<std::string>{};
}

Status Device::submit(const VkSubmitInfo& info, VkFence fence, std::string_view what) {
    VKGAN_TRY(status());
    const auto submission = [&] { return use_queue(info, fence); };
    const bool relayed = relay_ && relay_->on_worker();
    const VkResult result = relayed ? relay_->relay(std::ref(submission)) : submission();
    if (relayed && result == SubmitRelay::given_up)
        return Error{Code::cancelled, fmt::format("{} was given up: the context ends", what)};
    if (result != VK_SUCCESS) return failure(result, what);
    return {};
}

VkResult Device::use_queue(const VkSubmitInfo& info, VkFence fence) {
    const std::lock_guard lock(queue_mutex_);
    if (host_submit_) return host_submit_(info, fence);
    if (lock_queue_) lock_queue_();
    const VkResult result = vk_.vkQueueSubmit(queue_, 1, &info, fence);
    if (unlock_queue_) unlock_queue_();
    return result;
}

Error Device::failure(VkResult result, std::string_view what) {
    if (result == VK_ERROR_DEVICE_LOST) {
        const std::lock_guard lock(lost_mutex_);
        if (!lost_)
            lost_ = Error{Code::device_lost, fmt::format("The device {} was lost in: {}.", name_, what)};
        return *lost_;
    }
    const bool memory = result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY ||
                        result == VK_ERROR_OUT_OF_POOL_MEMORY;
    return Error{memory ? Code::out_of_memory : Code::internal,
                 fmt::format("{} failed on {}: {}.", what, name_, result_name(result))};
}

Status Device::status() const {
    const std::lock_guard lock(lost_mutex_);
    return lost_ ? Status(*lost_) : Status();
}

void Device::set_traits(const DeviceTraits& traits) {
    traits_ = traits;
    traits_.tuning = &tuning_;
}

void Device::set_tuning(TuningTable choices) {
    tuning_ = std::move(choices);
    traits_.tuning = &tuning_;
}

void Device::note(std::string text) {
    const std::lock_guard lock(notices_mutex_);
    notices_.push_back(std::move(text));
}

size_t Device::notice_count() const {
    const std::lock_guard lock(notices_mutex_);
    return notices_.size();
}

std::vector<std::string> Device::notices() const {
    const std::lock_guard lock(notices_mutex_);
    return notices_;
}

void Device::name_object(VkObjectType type, uint64_t handle, const std::string& name) const {
    if (!capabilities_.uses(Optional::debug_utils) || !functions_.vkSetDebugUtilsObjectNameEXT) return;
    auto info = vk_struct<VkDebugUtilsObjectNameInfoEXT>(VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT);
    info.objectType = type;
    info.objectHandle = handle;
    info.pObjectName = name.c_str();
    functions_.vkSetDebugUtilsObjectNameEXT(device_, &info);
}

}  // namespace vkgan
