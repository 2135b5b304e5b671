// Compiling networks for use on first demand, and running them.
// SPDX-License-Identifier: MIT
#include "host/engine/inference.hpp"

#include "host/engine/compile.hpp"
#include "host/engine/network_inputs.hpp"
#include "host/engine/network_names.hpp"
#include "host/gpu/device.hpp"
#include "host/graph/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

namespace vkgan {

namespace {

constexpr size_t largest_program_count = 16;
constexpr std::array buffer_endings{".running_mean", ".running_var", ".weight_u", ".weight_v"};

// Powers of two, so that few programs serve all counts.
int sampling_batch(int wanted) { return int(std::bit_ceil(unsigned(wanted))); }

Status check_inputs(const Network& network, const TensorMap& inputs) {
    for (const auto& [name, tensor] : inputs) {
        if (std::ranges::find(network.inputs, name, &NetworkInput::name) == network.inputs.end())
            return Error{Code::not_found,
                         fmt::format("network {} has no input \"{}\"; it has {}", network.name, name,
                                     network.inputs.empty() ? "none" : network.inputs[0].name)};
    }
    int64_t batch = -1;
    for (const NetworkInput& input : network.inputs) {
        const auto found = inputs.find(input.name);
        const Shape sample{std::span<const int64_t>(input.shape)};
        if (found == inputs.end())
            return Error{Code::invalid_argument,
                         fmt::format("input \"{}\" of network {} is missing: [batch] and {}", input.name,
                                     network.name, sample.to_string())};
        const Shape& shape = found->second.shape;
        const bool fits =
            shape.rank() >= 1 && std::ranges::equal(std::span(shape.begin() + 1, shape.end()), input.shape);
        if (!fits || shape[0] < 1 || shape[0] > 65536 || (batch >= 0 && batch != shape[0]))
            return Error{
                Code::shape_mismatch,
                fmt::format(
                    "input \"{}\" has shape {}, but network {} needs [batch] and {} with the same batch, 1 "
                    "to 65536, for all",
                    input.name, shape.to_string(), network.name, sample.to_string())};
        batch = shape[0];
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Inference>> Inference::create(Device& device, TrainedModel trained,
                                                     Precision precision) {
    return std::unique_ptr<Inference>(new Inference(device, std::move(trained), precision));
}

Result<NetworkProgram> compile_network(Device& device, const TrainedModel& trained,
                                       const NetworkQuery& query) {
    const auto& [network, layer, batch, precision] = query;
    VKGAN_ASSIGN(const Graph lowered, lower_inference(trained.model, network, batch, false, layer));
    const Graph graph = simplify(lowered);
    const std::array<const Graph*, 1> graphs{&graph};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, device.traits().offset_alignment));
    NetworkProgram compiled;
    compiled.table = make_table(graphs, layout);
    Snapshot snapshot = compiled.table.empty();
    for (const auto& [name, shape] : compiled.table.shapes) {
        const auto found = trained.variables.find(name);
        if (found == trained.variables.end())
            return Error{Code::malformed,
                         fmt::format("the file has no tensor \"{}\" {}", name, shape.to_string())};
        if (found->second.shape != shape)
            return Error{Code::shape_mismatch,
                         fmt::format("tensor \"{}\" has shape {}, but the model needs {}", name,
                                     found->second.shape.to_string(), shape.to_string())};
        compiled.table.set(snapshot, name, found->second);
    }
    VKGAN_ASSIGN(Plan plan, make_plan(graph, layout,
                                      {.device = for_precision(device.traits(), precision),
                                       .keep_packed = true,
                                       .precision = precision}));
    std::map<std::string, int64_t> bytes(layout.region_bytes.begin(), layout.region_bytes.end());
    for (size_t i = 0; i < plan.regions.size(); ++i) bytes[plan.regions[i]] = plan.region_bytes[i];
    VKGAN_TRY(check_memory(bytes, device.arena().free_bytes(),
                           fmt::format("network {} with a batch of {}", network, batch)));
    compiled.regions = std::make_unique<RegionSet>(device);
    for (const auto& [region, bytes] : layout.region_bytes)
        VKGAN_TRY(compiled.regions->ensure(region, bytes));
    VKGAN_ASSIGN(compiled.program, Program::create(device, *compiled.regions, std::move(plan)));
    VKGAN_TRY(upload(*compiled.regions, snapshot));
    VKGAN_TRY(compiled.program->set_up());
    return compiled;
}

Result<Program*> Inference::program(const Wanted& wanted) {
    const auto found = programs_.find(wanted);
    if (found != programs_.end()) return found->second.program.get();
    if (programs_.size() >= largest_program_count) programs_.clear();
    VKGAN_ASSIGN(
        NetworkProgram compiled,
        compile_network(device_, trained_, {wanted.network, wanted.layer, wanted.batch, precision_}));
    return programs_.emplace(wanted, std::move(compiled)).first->second.program.get();
}

Result<Tensor> Inference::sample(int count, uint64_t seed, const Controls& controls, uint64_t first) {
    const SampleQuery query{trained_.model, count, seed, controls, first};
    return draw_samples(query, [this](int wanted) {
        return program({trained_.model.sample_network, {}, sampling_batch(wanted)});
    });
}

Result<const Plan*> Inference::plan(std::string_view name, int batch) {
    VKGAN_ASSIGN(const Network* const network, find_network(trained_.model, name));
    VKGAN_ASSIGN(Program* const program, this->program({network->name, {}, batch}));
    return &program->plan();
}

Result<const Plan*> Inference::sampling_plan(int wanted) {
    return plan(trained_.model.sample_network, sampling_batch(wanted));
}

Result<Tensor> Inference::run(std::string_view name, const TensorMap& inputs, std::string_view layer) {
    VKGAN_ASSIGN(const Network* const network, find_network(trained_.model, name));
    VKGAN_TRY(check_inputs(*network, inputs));
    if (inputs.empty())
        return Error{Code::invalid_argument, fmt::format("network {} has no inputs to run on", name)};
    const int batch = int(inputs.begin()->second.shape[0]);
    VKGAN_ASSIGN(Program* const program, this->program({network->name, std::string(layer), batch}));
    program->begin();
    VKGAN_TRY(write_network_inputs(*network, inputs, *program));
    VKGAN_TRY(program->submit());
    VKGAN_TRY(program->finish(program->slot()));
    return program->tensor("output");
}

Tensor rows_of(const Tensor& tensor, int64_t first, int64_t count) {
    Shape shape = tensor.shape;
    const size_t each = tensor.values.size() / size_t(std::max<int64_t>(1, shape[0]));
    shape[0] = count;
    Tensor rows(shape);
    const int64_t there = std::clamp<int64_t>(tensor.shape[0] - first, 0, count);
    std::copy_n(tensor.values.begin() + ptrdiff_t(size_t(first) * each), size_t(there) * each,
                rows.values.begin());
    return rows;
}

Result<Tensor> Inference::run_all(std::string_view network, const TensorMap& inputs, std::string_view layer,
                                  int64_t chunk) {
    if (inputs.empty()) return run(network, inputs, layer);  // which says what is missing
    const int64_t count = inputs.begin()->second.shape[0];
    for (const auto& [name, tensor] : inputs)
        if (tensor.shape.rank() < 1 || tensor.shape[0] != count)
            return Error{Code::shape_mismatch,
                         fmt::format("input \"{}\" is {}, but \"{}\" has {} samples", name,
                                     tensor.shape.to_string(), inputs.begin()->first, count)};
    Tensor all;
    for (int64_t first = 0; first < count; first += chunk) {
        TensorMap part;
        for (const auto& [name, tensor] : inputs) part.emplace(name, rows_of(tensor, first, chunk));
        VKGAN_ASSIGN(const Tensor rows, run(network, part, layer));
        if (first == 0) {
            Shape shape = rows.shape;
            shape[0] = count;
            all = Tensor(shape);
        }
        const size_t each = rows.values.size() / size_t(chunk);
        std::copy_n(rows.values.begin(), size_t(std::min(chunk, count - first)) * each,
                    all.values.begin() + ptrdiff_t(size_t(first) * each));
    }
    return all;
}

std::string describe(const TrainedModel& trained) {
    const Model& model = trained.model;
    std::string text = fmt::format("recipe    {}\nsteps     {}\n", model.recipe, trained.steps);
    for (const Network& network : model.networks) {
        int64_t count = 0;
        for (const auto& [name, tensor] : trained.variables) {
            const bool buffer = std::ranges::any_of(
                buffer_endings, [&](const char* ending) { return name.ends_with(ending); });
            if (name.starts_with(network.name + ".") && !buffer) count += tensor.shape.element_count();
        }
        text +=
            fmt::format("network   {}: {} layers, {} parameters", network.name, network.layers.size(), count);
        for (const NetworkInput& input : network.inputs)
            text += fmt::format(", reads {} {}", input.name,
                                Shape(std::span<const int64_t>(input.shape)).to_string());
        text += network.ema_decay > 0 ? ", averaged\n" : "\n";
    }
    for (const auto& [name, value] : model.parameters)
        text += fmt::format("parameter {} = {}\n", name, value);
    return text;
}

}  // namespace vkgan
