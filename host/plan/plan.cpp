// make_plan: analysis, clusters, order, draft, memory.
// SPDX-License-Identifier: MIT
#include "host/plan/plan.hpp"

#include "host/plan/draft.hpp"
#include "host/plan/place.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace vkgan {

namespace {

// Kernels for which freed memory is left alone, so that a new value rarely has to wait for an old one's last
// reader.
constexpr int reuse_delay = 2;

struct Memory {
    std::vector<int64_t> offsets;  // of each buffer
    int64_t bytes = 0;
    int64_t peak_bytes = 0;
};

int owner_of(const Draft& draft, int buffer) {
    const int list = draft.buffers[static_cast<size_t>(buffer)].list;
    return list < 0 ? buffer : list;
}

// From the first kernel that touches a buffer (or a part of it) to the last; first > last if none does.
std::vector<Interval> lifetimes(const Draft& draft, const Analysis& analysis) {
    std::vector<Interval> result;
    for (const DraftBuffer& buffer : draft.buffers)
        result.push_back({std::numeric_limits<int>::max(), -1, buffer.bytes});
    const auto touch = [&](int buffer, int kernel) {
        if (buffer < 0) return;
        Interval& interval = result[static_cast<size_t>(owner_of(draft, buffer))];
        interval.first = std::min(interval.first, kernel);
        interval.last = std::max(interval.last, kernel);
    };
    for (size_t k = 0; k < draft.kernels.size(); ++k)
        for (const DraftBinding& binding : draft.kernels[k].bindings)
            touch(binding.location.buffer, static_cast<int>(k));
    for (const auto& [root, location] : draft.locations)
        if (analysis.kept[static_cast<size_t>(root)])
            touch(location.buffer, static_cast<int>(draft.kernels.size()));
    return result;
}

Memory place_buffers(const Draft& draft, const Analysis& analysis) {
    const int64_t alignment = analysis.options.device.offset_alignment;
    std::vector<Interval> used, delayed;
    std::vector<size_t> owners;
    const std::vector<Interval> all = lifetimes(draft, analysis);
    for (size_t i = 0; i < all.size(); ++i) {
        if (all[i].first > all[i].last) continue;
        owners.push_back(i);
        used.push_back(all[i]);
        delayed.push_back({all[i].first, all[i].last + reuse_delay, all[i].bytes});
    }
    std::vector<int64_t> tight = place(used, alignment), loose = place(delayed, alignment);
    const int64_t tight_bytes = placed_bytes(used, tight);
    const bool affordable = placed_bytes(delayed, loose) <= tight_bytes + tight_bytes / 20;
    const std::vector<int64_t>& chosen = affordable ? loose : tight;
    Memory memory{std::vector<int64_t>(all.size()), round_up(placed_bytes(used, chosen), alignment),
                  peak_bytes(used, alignment)};
    for (size_t i = 0; i < owners.size(); ++i) memory.offsets[owners[i]] = chosen[i];
    for (size_t i = 0; i < all.size(); ++i) {
        const DraftBuffer& buffer = draft.buffers[i];
        if (buffer.list >= 0)
            memory.offsets[i] = memory.offsets[static_cast<size_t>(buffer.list)] + buffer.offset_in_list;
    }
    return memory;
}

int region_index(Plan& plan, const std::string& region, const VariableLayout& layout) {
    const auto found = std::ranges::find(plan.regions, region);
    if (found != plan.regions.end()) return static_cast<int>(found - plan.regions.begin());
    plan.regions.push_back(region);
    plan.region_bytes.push_back(layout.region_bytes.find(region)->second);
    return static_cast<int>(plan.regions.size()) - 1;
}

PlannedBinding resolve(Plan& plan, const DraftBinding& draft, const Memory& memory,
                       const VariableLayout& layout) {
    const Location& location = draft.location;
    PlannedBinding binding{draft.binding, 0,           location.offset, location.bytes,
                           draft.access,  draft.texel, location.half};
    if (location.buffer >= 0)
        binding.offset_bytes += memory.offsets[static_cast<size_t>(location.buffer)];
    else
        binding.region = region_index(plan, location.region, layout);
    return binding;
}

void add_kernels(Plan& plan, Draft& draft, const Memory& memory, const VariableLayout& layout) {
    for (DraftKernel& source : draft.kernels) {
        PlannedKernel kernel;
        kernel.shader = std::move(source.kernel.shader);
        kernel.constants = std::move(source.kernel.constants);
        kernel.push = std::move(source.kernel.push);
        kernel.groups = source.kernel.groups;
        kernel.flops = source.kernel.flops;
        kernel.label = std::move(source.kernel.label);
        uint32_t halves = 0;
        for (const DraftBinding& binding : source.bindings) {
            halves |= uint32_t{binding.location.half} << binding.binding;
            kernel.bindings.push_back(resolve(plan, binding, memory, layout));
            kernel.bytes += binding.location.bytes;
        }
        if (halves != 0) kernel.constants.emplace_back(VKGAN_ID_HALVES, halves);
        plan.kernels.push_back(std::move(kernel));
    }
}

void add_ports(Plan& plan, const Draft& draft, const Analysis& analysis, const Memory& memory,
               const VariableLayout& layout) {
    for (const auto& [name, node] : analysis.graph.outputs()) {
        const Location& location = draft.locations.at(analysis.root[static_cast<size_t>(node)]);
        plan.outputs[name] = resolve(plan, {0, location, Access::read, false}, memory, layout);
        plan.output_shapes[name] = analysis.node(node).shape;
    }
    for (size_t i = 0; i < analysis.live.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        if (!analysis.live[i] || !analysis.is_input(index)) continue;
        const Node& node = analysis.node(index);
        const auto location = draft.locations.find(index);
        if (location == draft.locations.end()) continue;  // only its shape is used
        plan.inputs[node.attributes.name] =
            resolve(plan, {0, location->second, Access::write, false}, memory, layout);
        plan.input_shapes[node.attributes.name] = node.shape;
        plan.input_types[node.attributes.name] = node.type;
    }
}

// A device whose texel buffers cannot hold float16 reads storage buffers in mixed precision.
PlanOptions feasible(PlanOptions options) {
    DeviceTraits& device = options.device;
    if (options.precision != Precision::mixed || device.half_texels) return options;
    device.texel_loads = false;
    if (device.family == Family::shuffle) device.family = Family::direct;
    return options;
}

}  // namespace

Result<Plan> make_plan(const Graph& graph, const VariableLayout& variables, const PlanOptions& wanted) {
    const PlanOptions options = feasible(wanted);
    VKGAN_ASSIGN(const Analysis analysis, analyse(graph, options));
    VKGAN_ASSIGN(const std::vector<Cluster> clusters, order_clusters(analysis, form_clusters(analysis)));
    VKGAN_ASSIGN(Draft draft, make_draft(analysis, variables, clusters));
    if (options.fuse) join_many(draft, options.device);
    const auto rest = std::ranges::stable_partition(draft.kernels, std::identity{}, &DraftKernel::setup);
    const Memory memory = place_buffers(draft, analysis);
    Plan plan;
    plan.setup_kernels = static_cast<int>(rest.begin() - draft.kernels.begin());
    plan.regions = {"workspace"};
    plan.region_bytes = {memory.bytes};
    plan.peak_live_bytes = memory.peak_bytes;
    VariableLayout layout = variables;
    if (draft.packed_bytes > 0) layout.region_bytes[std::string(packed_region)] = draft.packed_bytes;
    add_kernels(plan, draft, memory, layout);
    add_ports(plan, draft, analysis, memory, layout);
    return plan;
}

}  // namespace vkgan
