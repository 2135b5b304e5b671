// Running: submissions are numbered, each signals a fence of a small ring, and end in the order of their
// numbers.
// SPDX-License-Identifier: MIT
#include "host/gpu/executor.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {
namespace {

const std::string step_name = "a whole step";
const std::string setup_name = "the setup of a step";

}  // namespace

Executor::~Executor() {
    (void)wait_idle().ok();  // a lost device has nothing running
    const VolkDeviceTable& vk = device_.vk();
    for (VkFence fence : fences_)
        if (fence) vk.vkDestroyFence(device_.handle(), fence, nullptr);
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

Executor::DevicePlace Executor::output_place(std::string_view name) const {
    const auto found = schedule_.plan.outputs.find(name);
    if (found == schedule_.plan.outputs.end()) return {};
    const PlannedBinding& at = found->second;
    return {regions_.buffer(schedule_.plan.regions[size_t(at.region)]), at.offset_bytes, at.bytes};
}

Status Executor::check_slot(int slot) const {
    if (slot >= 0 && slot < slots()) return {};
    return Error{Code::invalid_argument, fmt::format("slot {} of an executor that has {}", slot, slots())};
}

Status Executor::set_up() {
    std::vector<VkCommandBuffer> commands;
    for (int i = 0; i < schedule_.setup_slices; ++i) commands.push_back(commands_->at(i));
    return commands.empty() ? Status() : submit(commands, setup_name, nullptr);
}

Status Executor::run(int slot) {
    VKGAN_TRY(check_slot(slot));
    const std::array step{commands_->at(copy_in(slot)), commands_->at(whole()),
                          commands_->at(copy_out(slot))};
    return submit(step, step_name, &slots_[size_t(slot)].last);
}

int Executor::command_of(int slot, int piece) const {
    if (piece == 0) return copy_in(slot);
    return piece + 1 == pieces() ? copy_out(slot) : schedule_.setup_slices + piece - 1;
}

int Executor::add(FrameQueue& frame, int slot, int first) {
    if (!check_slot(slot)) return 0;
    const std::array step{copy_in(slot), whole(), copy_out(slot)};
    double all_ns = 0;
    for (const int index : step) all_ns += commands_->expected_ns(index);
    if (first == 0 && frame.admits(0) && all_ns <= frame.room_ns()) {
        for (const int index : step) frame.add(*commands_, index);
        return pieces();
    }
    int next = first;
    while (next < pieces()) {
        const int block = frame.admits(0) ? block_that_fits(next, frame.room_ns()) : -1;
        const int index = block < 0 ? command_of(slot, next) : command_of_block(block);
        if (block < 0 && !frame.admits(commands_->expected_ns(index))) break;
        frame.add(*commands_, index);
        next += block < 0 ? 1 : blocks_[size_t(block)].count;
    }
    return next - first;
}

int Executor::block_that_fits(int piece, double room_ns) const {
    const int slice = schedule_.setup_slices + piece - 1;
    auto block = std::ranges::lower_bound(blocks_, slice, {}, &Block::first);
    for (; block != blocks_.end() && block->first == slice; ++block) {
        const auto index = int(block - blocks_.begin());
        if (commands_->expected_ns(command_of_block(index)) <= room_ns) return index;
    }
    return -1;
}

double Executor::longest_piece_ns() const {
    double longest = 0;
    for (int i = 0; i < pieces(); ++i) longest = std::max(longest, commands_->expected_ns(command_of(0, i)));
    return longest;
}

double Executor::expected_ns() const {
    return commands_->expected_ns(copy_in(0)) + commands_->expected_ns(whole()) +
           commands_->expected_ns(copy_out(0));
}

int Executor::add_setup(FrameQueue& frame, int first) {
    int next = first;
    for (; next < setup_pieces() && frame.admits(commands_->expected_ns(next)); ++next)
        frame.add(*commands_, next);
    return next - first;
}

std::vector<std::pair<std::string, double>> Executor::slice_list() const {
    std::vector<std::pair<std::string, double>> list;
    for (int i = schedule_.setup_slices; i < int(schedule_.slices.size()); ++i)
        list.emplace_back(commands_->name(i), commands_->expected_ns(i));
    return list;
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

double Executor::device_ns() {
    double ns = 0;
    commands_->read_ns(whole(), std::span(&ns, 1));
    return std::max(0.0, ns);
}

}  // namespace vkgan
