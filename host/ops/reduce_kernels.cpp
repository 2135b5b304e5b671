// Kernel rules of reductions and broadcasts: axes in physical order, neighbours of one kind merged.
// SPDX-License-Identifier: MIT
#include "host/ops/reduce_kernels.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

using Kind = Operand::Kind;

struct Run {
    int64_t extent = 1, stride = 0;
};

struct Runs {
    std::vector<Run> kept, reduced;  // outermost first
    bool inner_reduced = false;
};

// Axes of x in physical order as runs; an axis is reduced where the result's extent is 1 and x's is not.
Runs runs_of(const Shape& x, const Shape& result) {
    const std::vector<int64_t> from = physical_extents(x);
    std::vector<int64_t> to = physical_extents(result);
    const int inner = inner_axis(x);
    Runs runs;
    runs.inner_reduced = inner >= 0 && result[inner] == 1 && x[inner] != 1;
    int64_t stride = 1;
    bool previous_reduced = false, first = true;
    for (int i = static_cast<int>(from.size()) - 1; i >= 0; --i) {
        const size_t at = static_cast<size_t>(i);
        const bool last = at + 1 == from.size();
        const bool reduced = last ? runs.inner_reduced : to[at] != from[at];
        if (from[at] != 1 || (last && reduced)) {
            std::vector<Run>& list = reduced ? runs.reduced : runs.kept;
            if (!first && previous_reduced == reduced)
                list.front().extent *= from[at];
            else
                list.insert(list.begin(), {from[at], stride});
            previous_reduced = reduced;
            first = false;
        }
        stride *= from[at];
    }
    if (runs.reduced.empty()) runs.reduced.push_back({1, 0});
    return runs;
}

struct Reduction {
    bool is_maximum = false, inner_reduced = false;
    Runs runs;
    int64_t result_quads = 1, slices = 1, slice_length = 1;
    int results = 1;  // tensors that are reduced in one pass: 1 or 2
};

// `texel`: of the variant; the chain's inputs are bound alike.
Kernel reduce_kernel(const Reduction& r, bool texel, const DeviceTraits& device) {
    Kernel kernel{.shader = shader_variant("reduce", texel) + (r.results > 1 ? "_two" : "")};
    kernel.constants = {{0, r.is_maximum}, {1, r.inner_reduced}, {3, r.runs.reduced.size() == 1}};
    std::array<int64_t, 17> push{
        r.result_quads, r.slices, r.slice_length, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0};
    for (size_t i = 0; i < r.runs.reduced.size(); ++i) {
        push[3 + i] = r.runs.reduced[i].extent;
        push[6 + i] = r.runs.reduced[i].stride;
    }
    for (size_t i = 0; i < r.runs.kept.size(); ++i) {
        const Run& run = r.runs.kept[r.runs.kept.size() - 1 - i];
        push[9 + i] = run.extent;
        push[13 + i] = run.stride;
    }
    for (const int64_t value : push) kernel.push.push_back(static_cast<uint32_t>(value));
    kernel.groups = groups_for(r.result_quads * r.slices, 64, device);
    return kernel;
}

int64_t slice_count(const Reduction& r, const DeviceTraits& device) {
    const int64_t length = r.runs.reduced[0].extent;
    constexpr int64_t short_run = 512;  // not worth a second dispatch
    if (length * r.result_quads <= short_run) return 1;
    const int64_t wanted = device.family == Family::tile ? 32768 : 1024;
    const int64_t busy = std::clamp<int64_t>(wanted / r.result_quads, 1, std::max<int64_t>(1, length / 16));
    return std::max(busy, (length + VKGAN_MAX_TRIPS - 1) / VKGAN_MAX_TRIPS);
}

// The second dispatch: slices of partial results, in scratch `partials` (and the next), to the results.
Kernel join_slices(int partials, int64_t slices, const Reduction& first, const DeviceTraits& device) {
    const int64_t quads = first.result_quads;
    const bool texel = device.texel_loads && slices * quads <= device.max_texel_quads;
    Reduction r{.is_maximum = first.is_maximum,
                .inner_reduced = false,
                .runs = {},
                .result_quads = quads,
                .slices = 1,
                .slice_length = slices,
                .results = first.results};
    r.runs.reduced = {{slices, quads}};
    r.runs.kept = {{quads, 1}};
    Kernel kernel = reduce_kernel(r, texel, device);
    for (int i = 0; i < r.results; ++i) {
        kernel.operands.push_back(write_operand(Kind::output, i, VKGAN_BIND_OUT0 + i));
        kernel.operands.push_back(read_operand(Kind::scratch, partials + i, VKGAN_BIND_A + i, texel));
    }
    kernel.label = "sum slices";
    return kernel;
}

}  // namespace

Kernel sum_slices(int partials, int64_t quads, int64_t slices, const DeviceTraits& device) {
    return join_slices(partials, slices, {.runs = {}, .result_quads = quads}, device);
}

Kernel sum_everything(int partials, int64_t quads, const DeviceTraits& device) {
    const bool texel = device.texel_loads && quads <= device.max_texel_quads;
    Reduction r{.inner_reduced = true, .runs = {}, .slice_length = quads};
    r.runs.reduced = {{quads, 1}};
    Kernel kernel = reduce_kernel(r, texel, device);
    kernel.operands = {write_operand(Kind::output, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::scratch, partials, VKGAN_BIND_A, texel)};
    kernel.label = "sum partials";
    return kernel;
}

Result<Emission> reduce_kernels(const KernelQuery& query) {
    const Shape& x = query.inputs[0];
    const bool texel = use_texels(query.device, query.inputs);
    Reduction r;
    r.is_maximum = query.node.op->name == "reduce_max";
    r.runs = runs_of(x, query.node.shape);
    r.inner_reduced = r.runs.inner_reduced;
    r.result_quads = quad_count(query.node.shape);
    if (r.runs.kept.size() > 4 || r.runs.reduced.size() > 3)
        return Error{Code::unsupported,
                     fmt::format("{}: {} -> {} reduces axes in more than 3 separate runs",
                                 query.node.op->name, x.to_string(), query.node.shape.to_string())};
    const int64_t length = r.runs.reduced[0].extent;
    r.slice_length = (length + slice_count(r, query.device) - 1) / slice_count(r, query.device);
    r.slices = (length + r.slice_length - 1) / r.slice_length;
    if (!query.prologue.empty()) r.results = static_cast<int>(query.prologue.outputs.size());
    Kernel kernel = reduce_kernel(r, texel, query.device);
    const bool sliced = r.slices > 1;
    for (int i = 0; i < r.results; ++i)
        kernel.operands.push_back(
            write_operand(sliced ? Kind::scratch : Kind::output, i, VKGAN_BIND_OUT0 + i));
    if (!query.prologue.empty()) {
        DeviceTraits device = query.device;
        device.texel_loads = texel;
        attach_chain(kernel, query.prologue, device);
    } else {
        kernel.operands.push_back(read_operand(Kind::input, 0, VKGAN_BIND_A, texel));
        set_tail(kernel, x);
    }
    kernel.flops = static_cast<double>(x.element_count());
    kernel.label = std::string(query.node.op->name) + " " + x.to_string();
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    if (!sliced) return emission;
    for (int i = 0; i < r.results; ++i)
        emission.scratches.push_back({.bytes = r.slices * r.result_quads * 16, .key = {}, .key_input = 0});
    emission.kernels.push_back(join_slices(0, r.slices, r, query.device));
    if (!r.is_maximum) emission.slices = r.slices;
    return emission;
}

Result<Emission> broadcast_kernels(const KernelQuery& query) {
    const Shape &x = query.inputs[0], &result = query.node.shape;
    const bool texel = use_texels(query.device, query.inputs);
    const std::vector<int64_t> from = physical_extents(x), to = physical_extents(result);
    const int inner = inner_axis(result);
    const int64_t quads = quad_count(result);
    std::array<int64_t, 15> push{};
    push[0] = quads;
    push[1] = inner < 0 ? 1 : result[inner];
    push[2] = inner >= 0 && x[inner] == 1 && result[inner] != 1;
    std::fill_n(push.begin() + 3, 6, 1);
    int64_t stride = 1;
    for (size_t i = 0; i < to.size(); ++i) {
        const size_t axis = to.size() - 1 - i;
        push[3 + i] = to[axis];
        push[9 + i] = from[axis] == to[axis] ? stride : 0;
        stride *= from[axis];
    }
    Kernel kernel{.shader = shader_variant("broadcast", texel)};
    for (const int64_t value : push) kernel.push.push_back(static_cast<uint32_t>(value));
    kernel.operands = {write_operand(Kind::output, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::input, 0, VKGAN_BIND_A, texel)};
    kernel.groups = groups_for(quads, 64, query.device);
    kernel.label = "broadcast " + result.to_string();
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

}  // namespace vkgan
