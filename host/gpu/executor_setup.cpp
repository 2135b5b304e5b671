// Making an executor: pipelines, descriptor sets, staging memory, command buffers, fences, queries.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/executor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {
namespace {

int64_t lay_out(const std::map<std::string, PlannedBinding, std::less<>>& bindings,
                std::map<std::string, std::pair<int64_t, int64_t>, std::less<>>& places) {
    int64_t end = 0;
    for (const auto& [name, binding] : bindings) {
        places[name] = {end, binding.bytes};
        end += (binding.bytes + 63) / 64 * 64;
    }
    return end;
}

std::string slice_name(const Schedule& schedule, size_t index) {
    const Slice& slice = schedule.slices[index];
    const std::string& label = schedule.plan.kernels[size_t(slice.first)].label;
    if (slice.groups > 0)
        return fmt::format("slice {} of {} (groups {} to {} of kernel {}, \"{}\")", index + 1,
                           schedule.slices.size(), slice.base, slice.base + slice.groups - 1, slice.first,
                           label);
    return fmt::format("slice {} of {} (kernels {} to {}, from \"{}\" on)", index + 1, schedule.slices.size(),
                       slice.first, slice.first + slice.count - 1, label);
}

Status check_slices(const Schedule& schedule) {
    int next = 0;
    uint32_t done = 0;  // groups of kernel `next`
    for (const Slice& slice : schedule.slices) {
        if (slice.first != next || slice.count < 1 || slice.base != done)
            return Error{Code::internal, fmt::format("a slice starts at group {} of kernel {} where {} of {} "
                                                     "was next",
                                                     slice.base, slice.first, done, next)};
        const bool part = slice.groups > 0 && size_t(slice.first) < schedule.plan.kernels.size();
        if (part) {
            const uint32_t all = schedule.plan.kernels[size_t(slice.first)].groups[size_t(slice.axis)];
            done += slice.groups;
            if (done < all) continue;
            done = 0;
        }
        next += slice.count;
    }
    if (size_t(next) != schedule.plan.kernels.size())
        return Error{Code::internal,
                     fmt::format("the slices hold {} of {} kernels", next, schedule.plan.kernels.size())};
    return {};
}

}  // namespace

Result<std::unique_ptr<Executor>> Executor::create(Device& device, Schedule schedule, RegionSet& regions,
                                                   const ExecutorOptions& options) {
    std::unique_ptr<Executor> result(new Executor(device, std::move(schedule), regions));
    VKGAN_TRY(result->prepare(options));
    return result;
}

Status Executor::prepare(const ExecutorOptions& options) {
    if (options.slots < 1 || options.slots > 64)
        return Error{Code::invalid_argument,
                     fmt::format("an executor has 1 to 64 slots, not {}", options.slots)};
    const Plan& plan = schedule_.plan;
    VKGAN_TRY(check_slices(schedule_));
    VKGAN_TRY(make_pipelines(options.threads));
    VKGAN_TRY(check_plan(device_, plan, pipelines_));
    for (size_t i = 0; i < plan.regions.size(); ++i) {
        VKGAN_TRY(regions_.ensure(plan.regions[i], plan.region_bytes[i]));
        regions_.retain(plan.regions[i]);
        retained_.push_back(plan.regions[i]);
    }
    VKGAN_ASSIGN(bindings_, KernelBindings::create(device_, plan, regions_, pipelines_));
    VKGAN_TRY(make_objects(options.slots));
    return {};
}

Status Executor::make_pipelines(int threads) {
    std::vector<PipelineKey> keys;
    for (const PlannedKernel& kernel : schedule_.plan.kernels)
        keys.push_back({kernel.shader, kernel.constants});
    VKGAN_ASSIGN(pipelines_, device_.pipelines().make(std::move(keys), threads));
    return {};
}

Status Executor::make_objects(int slots) {
    const VolkDeviceTable& vk = device_.vk();
    for (VkFence& fence : fences_) {
        const auto info = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
        const VkResult result = vk.vkCreateFence(device_.handle(), &info, nullptr, &fence);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateFence");
    }
    auto pool = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
    pool.queueFamilyIndex = device_.queue_family();
    VkResult result = vk.vkCreateCommandPool(device_.handle(), &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateCommandPool");
    auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    info.commandPool = pool_;
    info.commandBufferCount = 1;
    result = vk.vkAllocateCommandBuffers(device_.handle(), &info, &scratch_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateCommandBuffers");
    slots_.resize(size_t(slots));
    for (Slot& slot : slots_) VKGAN_TRY(make_slot(slot));
    return record(ScheduleOptions{}.slice_ns);
}

Status Executor::record(double slice_ns) {
    std::vector<TimedCommands::Description> commands;
    double whole_ns = 0;
    for (size_t i = 0; i < schedule_.slices.size(); ++i) {
        commands.push_back({slice_name(schedule_, i), schedule_.slices[i].predicted_ns});
        if (int(i) >= schedule_.setup_slices) whole_ns += commands.back().predicted_ns;
    }
    commands.push_back({"a whole step", whole_ns});
    const auto copy_ns = [](const Buffer& buffer) {
        return double(buffer.bytes()) / guessed_copy_bytes_per_ns;
    };
    for (const Slot& slot : slots_) {
        commands.push_back({"copying a step's inputs", copy_ns(slot.input)});
        commands.push_back({"copying a step's outputs", copy_ns(slot.output)});
    }
    blocks_ = make_blocks(schedule_.slices, schedule_.setup_slices, slice_ns);
    for (const Block& block : blocks_)
        commands.push_back(
            {fmt::format("slices {} to {}, from {}", block.first + 1, block.first + block.count,
                         slice_name(schedule_, size_t(block.first))),
             block.predicted_ns});
    VKGAN_ASSIGN(commands_, TimedCommands::create(device_, commands, [this](VkCommandBuffer to, int index) {
                     write(to, index);
                 }));
    return {};
}

void Executor::write(VkCommandBuffer commands, int index) const {
    const Recorder to = recorder();
    if (index < whole()) return to.slice(commands, schedule_.slices[size_t(index)]);
    const int setup = schedule_.plan.setup_kernels;
    if (index == whole())
        return to.slice(commands, {.first = setup, .count = int(schedule_.plan.kernels.size()) - setup});
    if (index >= command_of_block(0)) {
        const Block& block = blocks_[size_t(index - command_of_block(0))];
        const auto slices = std::span(schedule_.slices).subspan(size_t(block.first), size_t(block.count));
        for (const Slice& slice : joined(slices)) to.slice(commands, slice);
        return;
    }
    const Slot& slot = slots_[size_t(index - whole() - 1) / 2];
    if ((index - whole()) % 2 == 1) return to.inputs(commands, slot.copies_in);
    to.outputs(commands, slot.copies_out);
}

Status Executor::cut_by_profile(double slice_ns) {
    constexpr double usual_slice_ns = 5e5, least_kernel_ns = 1e3;
    VKGAN_TRY(warm_up());
    VKGAN_ASSIGN(std::vector<double> kernel_ns, profile());
    // Each was measured alone: the least of them is what that costs by itself.
    const double alone_ns = kernel_ns.empty() ? 0 : *std::ranges::min_element(kernel_ns);
    for (double& ns : kernel_ns) ns = std::max(ns - alone_ns, least_kernel_ns);
    return cut_again(slice_ns > 0 ? slice_ns : usual_slice_ns, kernel_ns);
}

Status Executor::cut_again(double slice_ns, std::span<const double> kernel_ns) {
    ScheduleOptions options{.slice_ns = slice_ns, .kernel_ns = {kernel_ns.begin(), kernel_ns.end()}};
    for (const Pipeline* pipeline : pipelines_)
        options.whole_rows.push_back(pipeline->shader->interface.group_counts);
    VKGAN_TRY(wait_idle());
    schedule_.slices = cut(schedule_.plan, options, &schedule_.setup_slices);
    return record(slice_ns);
}

Status Executor::make_slot(Slot& slot) {
    const Plan& plan = schedule_.plan;
    const int64_t input_bytes = lay_out(plan.inputs, inputs_), output_bytes = lay_out(plan.outputs, outputs_);
    VKGAN_ASSIGN(slot.input, Buffer::create(device_, {.name = "inputs of a slot",
                                                      .memory_class = "staging",
                                                      .bytes = input_bytes,
                                                      .usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                                                      .use = MemoryUse::upload}));
    VKGAN_ASSIGN(slot.output, Buffer::create(device_, {.name = "outputs of a slot",
                                                       .memory_class = "staging",
                                                       .bytes = output_bytes,
                                                       .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                                       .use = MemoryUse::readback}));
    std::fill_n(slot.input.mapped(), slot.input.bytes(), std::byte{0});
    for (const auto& [name, b] : plan.inputs)
        slot.copies_in.push_back(
            {slot.input.handle(),
             regions_.buffer(plan.regions[size_t(b.region)]),
             {VkDeviceSize(inputs_[name].first), VkDeviceSize(b.offset_bytes), VkDeviceSize(b.bytes)}});
    for (const auto& [name, b] : plan.outputs)
        slot.copies_out.push_back(
            {regions_.buffer(plan.regions[size_t(b.region)]),
             slot.output.handle(),
             {VkDeviceSize(b.offset_bytes), VkDeviceSize(outputs_[name].first), VkDeviceSize(b.bytes)}});
    return {};
}

}  // namespace vkgan
