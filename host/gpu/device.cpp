// Creates or takes over the VkDevice; submits to its queue; remembers when it is lost.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"

#include "host/gpu/describe_devices.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/gpu/wide_vectors.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

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

}  // namespace

Result<std::unique_ptr<Device>> Device::create(const DeviceOptions& options) {
    std::unique_ptr<Device> device(new Device);
    VKGAN_TRY(device->make_own(options));
    VKGAN_TRY(device->finish(options));
    return device;
}

Result<std::unique_ptr<Device>> Device::adopt(const AdoptedDevice& host, const DeviceOptions& options) {
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
    if (!host.instance || !host.physical_device || !host.device || !host.queue ||
        !host.get_instance_proc_addr)
        return Error{Code::invalid_argument,
                     "AdoptedDevice: instance, physical_device, device, queue and get_instance_proc_addr "
                     "must all be set."};
    if (bool(host.lock_queue) != bool(host.unlock_queue))
        return Error{Code::invalid_argument,
                     "AdoptedDevice: set both lock_queue and unlock_queue, or neither."};
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
    return {};
}

Status Device::finish(const DeviceOptions& options) {
    if (const std::string reason = summarise(record_, 0).refused; !reason.empty())
        return Error{Code::unsupported,
                     fmt::format("The device {} cannot be used: {}.", record_.properties.deviceName, reason)};
    VKGAN_ASSIGN(CapabilityOptions capability, capability_options(options));
    capability.queue_family = queue_family_;
    capabilities_ = decide_capabilities(record_, capability);
    traits_ = decide_traits(record_, capabilities_, capability);
    name_ = record_.properties.deviceName;
    if (asks_for_matrix(options) && !capabilities_.uses(Optional::cooperative_matrix))
        return Error{
            Code::unsupported,
            fmt::format("VKGAN_FAMILY is \"matrix\", but the device {} has no cooperative matrix that "
                        "can be used: {}.",
                        name_, capabilities_[Optional::cooperative_matrix].reason)};
    return open(options);
}

Status Device::open(const DeviceOptions& options) {
    if (instance_) {
        if (const VkResult result = create_device(); result != VK_SUCCESS)
            return Error{Code::unsupported,
                         fmt::format("The device {} could not be opened (vkCreateDevice: {}).", name_,
                                     result_name(result))};
        wide_vectors_.reset();
    }
    vk_ = load_device_table(functions_, device_);
    if (instance_) vk_.vkGetDeviceQueue(device_, queue_family_, 0, &queue_);
    arena_ = std::make_unique<Arena>(*this, options.memory_limit_bytes);
    pipelines_ = std::make_unique<Pipelines>(*this, options.cache_folder);
    return {};
}

VkResult Device::create_device() {
    const float priority = 1;
    auto queue = vk_struct<VkDeviceQueueCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO);
    queue.queueFamilyIndex = queue_family_;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;

    auto features = vk_struct<VkPhysicalDeviceFeatures2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2);
    auto size_control = vk_struct<VkPhysicalDeviceSubgroupSizeControlFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES);
    std::vector<const char*> extensions;
    features.features.shaderInt64 = capabilities_.uses(Optional::int64);
    if (capabilities_.uses(Optional::subgroup_size_control)) {
        size_control.subgroupSizeControl = VK_TRUE;
        size_control.computeFullSubgroups = VK_TRUE;
        features.pNext = &size_control;
        if (record_.api_version < VK_API_VERSION_1_3)
            extensions.push_back(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
    }
#ifdef VK_KHR_cooperative_matrix
    auto matrix = vk_struct<VkPhysicalDeviceCooperativeMatrixFeaturesKHR>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR);
    auto memory_model = vk_struct<VkPhysicalDeviceVulkanMemoryModelFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
    auto float16 = vk_struct<VkPhysicalDeviceShaderFloat16Int8Features>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
    if (capabilities_.uses(Optional::cooperative_matrix)) {
        matrix.cooperativeMatrix = memory_model.vulkanMemoryModel = float16.shaderFloat16 = VK_TRUE;
        float16.pNext = features.pNext;
        memory_model.pNext = &float16;
        matrix.pNext = &memory_model;
        features.pNext = &matrix;
        extensions.push_back(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
    }
#endif
    if (capabilities_.uses(Optional::memory_budget))
        extensions.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);

    auto info = vk_struct<VkDeviceCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO);
    info.pNext = &features;
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = uint32_t(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    return functions_.vkCreateDevice(record_.handle, &info, nullptr, &device_);
}

void Device::switch_off(Optional which, std::string reason) {
    Capability& item = capabilities_.items[size_t(which)];
    item.used = false;
    item.reason = std::move(reason);
    if (which == Optional::cooperative_matrix) traits_.matrix_units = {};
}

Device::~Device() {
    pipelines_.reset();
    arena_.reset();
    if (instance_ && device_) vk_.vkDestroyDevice(device_, nullptr);
}

std::vector<std::string> Device::validation_messages() const {
    return instance_ ? instance_->messages().all() : std::vector<std::string>{};
}

Status Device::submit(const VkSubmitInfo& info, VkFence fence, std::string_view what) {
    VKGAN_TRY(status());
    VkResult result = VK_SUCCESS;
    {
        const std::lock_guard lock(queue_mutex_);
        if (lock_queue_) lock_queue_();
        result = vk_.vkQueueSubmit(queue_, 1, &info, fence);
        if (unlock_queue_) unlock_queue_();
    }
    if (result != VK_SUCCESS) return failure(result, what);
    return {};
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
