// Running: submissions are numbered, each signals a fence of a small ring, and end in the order of their
// numbers.
// SPDX-License-Identifier: MIT
#include "host/gpu/executor.hpp"

#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {
namespace {

const std::string copy_in_name = "copying a step's inputs";
const std::string copy_out_name = "copying a step's outputs";
const std::string step_name = "a whole step";

}  // namespace

Executor::~Executor() {
    (void)wait_idle().ok();  // a lost device has nothing running
    const VolkDeviceTable& vk = device_.vk();
    for (VkFence fence : fences_)
        if (fence) vk.vkDestroyFence(device_.handle(), fence, nullptr);
    if (queries_) vk.vkDestroyQueryPool(device_.handle(), queries_, nullptr);
    if (pool_) vk.vkDestroyCommandPool(device_.handle(), pool_, nullptr);
    for (const std::string& name : retained_) regions_.release(name);
}

std::span<std::byte> Executor::input_memory(int slot, std::string_view name) {
    const auto place = inputs_.find(name);
    if (place == inputs_.end() || !check_slot(slot)) return {};
    return {slots_[size_t(slot)].input.mapped() + place->second.first, size_t(place->second.second)};
}

std::span<const std::byte> Executor::output_memory(int slot, std::string_view name) const {
    const auto place = outputs_.find(name);
    if (place == outputs_.end() || !check_slot(slot)) return {};
    return {slots_[size_t(slot)].output.mapped() + place->second.first, size_t(place->second.second)};
}

Status Executor::check_slot(int slot) const {
    if (slot >= 0 && slot < slots()) return {};
    return Error{Code::invalid_argument, fmt::format("slot {} of an executor that has {}", slot, slots())};
}

Status Executor::submit_inputs(int slot) {
    VKGAN_TRY(check_slot(slot));
    Slot& s = slots_[size_t(slot)];
    return submit(std::span(&s.copy_in, 1), copy_in_name, &s.last);
}

Status Executor::submit_slices(int first, int count) {
    const int had = int(slices_.size());
    if (first < 0 || count < 0 || first > had || count > had - first)
        return Error{Code::invalid_argument,
                     fmt::format("{} slices from {} on of a schedule that has {}", count, first, had)};
    if (count == 0) return {};
    return submit(std::span(slices_).subspan(size_t(first), size_t(count)),
                  slice_names_[size_t(first + count - 1)], nullptr);
}

Status Executor::submit_outputs(int slot) {
    VKGAN_TRY(check_slot(slot));
    Slot& s = slots_[size_t(slot)];
    return submit(std::span(&s.copy_out, 1), copy_out_name, &s.last);
}

Status Executor::set_up() { return submit_slices(0, schedule_.setup_slices); }

Status Executor::run(int slot) {
    VKGAN_TRY(check_slot(slot));
    Slot& s = slots_[size_t(slot)];
    return submit(s.step, step_name, &s.last);
}

Status Executor::submit(std::span<const VkCommandBuffer> commands, const std::string& what,
                        uint64_t* number) {
    const uint64_t next = submitted_ + 1;
    if (next > fence_count) VKGAN_TRY(wait_for(next - fence_count));
    const size_t index = next % fence_count;
    VkFence fence = fences_[index];
    if (next > fence_count)
        if (const VkResult result = device_.vk().vkResetFences(device_.handle(), 1, &fence);
            result != VK_SUCCESS)
            return device_.failure(result, what);
    auto info = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    info.commandBufferCount = uint32_t(commands.size());
    info.pCommandBuffers = commands.data();
    VKGAN_TRY(device_.submit(info, fence, what));
    running_[index] = &what;
    submitted_ = next;
    if (number) *number = next;
    return {};
}

Status Executor::wait_for(uint64_t number) {
    if (number <= completed_) return device_.status();
    VKGAN_TRY(device_.status());
    const size_t index = number % fence_count;
    const VkResult result =
        device_.vk().vkWaitForFences(device_.handle(), 1, &fences_[index], VK_TRUE, UINT64_MAX);
    if (result != VK_SUCCESS) return device_.failure(result, *running_[index]);
    completed_ = number;
    return {};
}

Status Executor::update_completed() {
    VKGAN_TRY(device_.status());
    while (completed_ < submitted_) {
        const size_t index = (completed_ + 1) % fence_count;
        const VkResult result = device_.vk().vkGetFenceStatus(device_.handle(), fences_[index]);
        if (result == VK_NOT_READY) break;
        if (result != VK_SUCCESS) return device_.failure(result, *running_[index]);
        ++completed_;
    }
    return {};
}

Result<bool> Executor::idle() {
    VKGAN_TRY(update_completed());
    return completed_ == submitted_;
}

Result<bool> Executor::poll(int slot) {
    VKGAN_TRY(check_slot(slot));
    VKGAN_TRY(update_completed());
    return slots_[size_t(slot)].last <= completed_;
}

Status Executor::wait(int slot) {
    VKGAN_TRY(check_slot(slot));
    return wait_for(slots_[size_t(slot)].last);
}

Status Executor::wait_idle() { return wait_for(submitted_); }

Status Executor::warm_up() {
    if (schedule_.plan.kernels.empty()) return {};
    static const std::string what = "warming up";
    VKGAN_TRY(wait_idle());
    VKGAN_TRY(recorder().warm_up(scratch_));
    VKGAN_TRY(submit(std::span(&scratch_, 1), what, nullptr));
    VKGAN_TRY(wait_idle());
    device_.pipelines().save_cache();
    return {};
}

std::vector<double> Executor::slice_ns() {
    if (!queries_) return slice_ns_;
    constexpr VkQueryResultFlags flags = VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WITH_AVAILABILITY_BIT;
    const VkResult result =
        device_.vk().vkGetQueryPoolResults(device_.handle(), queries_, 0, uint32_t(timestamps_.size() / 2),
                                           timestamps_.size() * 8, timestamps_.data(), 16, flags);
    if (result != VK_SUCCESS && result != VK_NOT_READY) return slice_ns_;
    for (size_t i = 0; i < slice_ns_.size(); ++i) {
        const uint64_t* begin = &timestamps_[4 * i];
        const bool known = begin[1] != 0 && begin[3] != 0 && begin[2] >= begin[0];
        if (known)
            slice_ns_[i] =
                double(begin[2] - begin[0]) * double(device_.record().properties.limits.timestampPeriod);
    }
    return slice_ns_;
}

}  // namespace vkgan
