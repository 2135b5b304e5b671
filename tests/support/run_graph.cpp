// Plan, schedule, executor and layout conversion in a row.
// SPDX-License-Identifier: MIT
#include "tests/support/run_graph.hpp"

#include "host/gpu/executor.hpp"
#include "host/graph/layout.hpp"
#include "host/schedule/schedule.hpp"

#include <bit>
#include <cstring>

namespace vkgan {
namespace {

std::vector<float> physical(const Tensor& tensor, DType type) {
    std::vector<float> logical = tensor.values;
    if (type == DType::i32)
        for (float& value : logical) value = std::bit_cast<float>(int32_t(value));
    std::vector<float> result(size_t(quad_count(tensor.shape) * 4));
    to_physical(tensor.shape, logical, result);
    return result;
}

Tensor logical(const Shape& shape, DType type, std::span<const float> memory) {
    Tensor result(shape);
    from_physical(shape, memory, result.values);
    if (type == DType::i32)
        for (float& value : result.values) value = float(std::bit_cast<int32_t>(value));
    return result;
}

Error wrong_size(std::string_view name, const Tensor& given, const Shape& wanted) {
    return {Code::shape_mismatch, "test: \"" + std::string(name) + "\" is " + given.shape.to_string() +
                                      " where the graph has " + wanted.to_string()};
}

Status write_variables(RegionSet& regions, const Graph& graph, const VariableLayout& layout,
                       const TensorMap& values) {
    for (const auto& [region, bytes] : layout.region_bytes) VKGAN_TRY(regions.ensure(region, bytes));
    for (const Variable& variable : graph.variables()) {
        const auto value = values.find(variable.name);
        if (value == values.end()) continue;
        if (value->second.shape != variable.shape)
            return wrong_size(variable.name, value->second, variable.shape);
        const Placement& place = layout.variables.at(variable.name);
        const std::vector<float> memory = physical(value->second, variable.type);
        VKGAN_TRY(regions.upload(place.region, place.offset_bytes, std::as_bytes(std::span(memory))));
    }
    return {};
}

Status read_variables(RegionSet& regions, const Graph& graph, const VariableLayout& layout,
                      TensorMap& values) {
    for (const Variable& variable : graph.variables()) {
        const Placement& place = layout.variables.at(variable.name);
        std::vector<float> memory(size_t(quad_count(variable.shape) * 4));
        VKGAN_TRY(
            regions.download(place.region, place.offset_bytes, std::as_writable_bytes(std::span(memory))));
        values.insert_or_assign(variable.name, logical(variable.shape, variable.type, memory));
    }
    return {};
}

Status write_inputs(Executor& executor, const TensorMap& inputs) {
    const Plan& plan = executor.schedule().plan;
    for (const auto& [name, shape] : plan.input_shapes) {
        const auto value = inputs.find(name);
        if (value == inputs.end()) return Error{Code::not_found, "test: no value for input \"" + name + "\""};
        if (value->second.shape != shape) return wrong_size(name, value->second, shape);
        const auto type = plan.input_types.find(name);
        const std::vector<float> memory =
            physical(value->second, type == plan.input_types.end() ? DType::f32 : type->second);
        const std::span<std::byte> target = executor.input_memory(0, name);
        if (target.size() < memory.size() * 4)
            return Error{Code::internal, "test: the plan's input \"" + name + "\" is too small"};
        std::memcpy(target.data(), memory.data(), memory.size() * 4);
    }
    return {};
}

}  // namespace

Result<TensorMap> run_on_device(Device& device, const Graph& graph, const TensorMap& inputs,
                                TensorMap& variables, const PlanOptions* options) {
    VKGAN_TRY(graph.status());
    const PlanOptions chosen = options ? *options : PlanOptions{.device = device.traits()};
    const std::array graphs{&graph};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, device.traits().offset_alignment));
    VKGAN_ASSIGN(Plan plan, make_plan(graph, layout, chosen));
    RegionSet regions(device);
    VKGAN_TRY(write_variables(regions, graph, layout, variables));
    VKGAN_ASSIGN(auto executor,
                 Executor::create(device, make_schedule(std::move(plan)), regions, {.slots = 1}));
    VKGAN_TRY(write_inputs(*executor, inputs));
    VKGAN_TRY(executor->run(0));
    VKGAN_TRY(executor->wait(0));
    TensorMap results;
    for (const auto& [name, node] : graph.outputs()) {
        const Node& made = graph.nodes()[size_t(node)];
        const std::span<const std::byte> bytes = executor->output_memory(0, name);
        std::vector<float> memory(size_t(quad_count(made.shape) * 4));
        if (bytes.size() < memory.size() * 4)
            return Error{Code::internal, "test: the plan's output \"" + name + "\" is too small"};
        std::memcpy(memory.data(), bytes.data(), memory.size() * 4);
        results.insert_or_assign(name, logical(made.shape, made.type, memory));
    }
    VKGAN_TRY(read_variables(regions, graph, layout, variables));
    return results;
}

}  // namespace vkgan
