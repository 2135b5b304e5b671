// Applying networks: resolves what each layer reads, looks up its row, builds it, and names the layer in
// every error.
// SPDX-License-Identifier: MIT
#include "host/lower/network.hpp"

#include "host/base/text.hpp"
#include "host/model/words.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

// Larger results are mistakes in a model (or meant to be): no device trains with them.
constexpr double most_elements = double(int64_t{1} << 34);

std::array<std::span<const LayerType>, 4> layer_tables() {
    return {contraction_layers(), norm_layers(), activation_layers(), shape_layers()};
}

std::string place_of(const Network& network, const Layer& layer) {
    return "network " + network.name + ", layer " + layer.name + " (" + layer.type + ")";
}

// "conv.weight" of the network's table, or the full name, which wins.
const Initialiser* find_initialiser(const LayerCall& call, std::string_view kind) {
    const auto& table = call.network.initialisers;
    for (const std::string& owner : {call.layer.name, call.layer.type}) {
        const auto found = table.find(owner + "." + std::string(kind));
        if (found == table.end()) continue;
        if (call.application.used_initialisers) call.application.used_initialisers->insert(found->first);
        return &found->second;
    }
    return nullptr;
}

double elements(const Shape& shape) {
    double count = 1;
    for (const int64_t extent : shape) count *= double(extent);
    return count;
}

}  // namespace

std::string ema_name(std::string_view variable) { return "ema/" + std::string(variable); }

Value random_key(Graph& graph) { return graph.input(random_key_input, Shape{4}, DType::i32); }

Shape with_batch(int batch, std::span<const int64_t> sample) {
    std::vector<int64_t> extents(sample.begin(), sample.end());
    extents.insert(extents.begin(), batch);
    return Shape(extents);
}

int32_t LayerCall::declare(NetworkVariable declaration) {
    const double count = elements(declaration.variable.shape);
    if (count > most_elements) {
        fail("its " + declaration.variable.name + " would have " + number_text(count) + " elements");
        return -1;
    }
    if (application.averaged) {
        declaration.variable.name = ema_name(declaration.variable.name);
        declaration.variable.group = network.name + (declaration.start.parameter ? ".ema" : ".ema_buffers");
    }
    const int32_t index = graph.declare_variable(declaration.variable);
    if (application.declared) application.declared->push_back(std::move(declaration));
    return index;
}

Value LayerCall::parameter(std::string_view kind, const Shape& shape, const Start& start) {
    const Initialiser* const given = find_initialiser(*this, kind);
    const std::string name = prefix() + "." + std::string(kind);
    VariableStart starts{name, given ? *given : start.otherwise, start.fan_in, start.fan_out, true, 0, {}};
    const int32_t index =
        declare({{name, network.name + ".parameters", shape, DType::f32}, std::move(starts)});
    return index < 0 ? Value{&graph, -1} : graph.read(index);
}

int32_t LayerCall::buffer(std::string_view kind, const Shape& shape, double fill) {
    const std::string name = prefix() + "." + std::string(kind);
    VariableStart starts{name, {}, 1, 1, false, fill, {}};
    return declare({{name, network.name + ".buffers", shape, DType::f32}, std::move(starts)});
}

Value LayerCall::random_uniform(const Shape& shape) {
    return op::random_uniform(random_key(graph), (*application.stream)++, shape);
}

Value LayerCall::random_normal(const Shape& shape) {
    return op::random_normal(random_key(graph), (*application.stream)++, shape);
}

void LayerCall::moved_statistics() {
    if (application.batches_tracked) ++(*application.batches_tracked)[prefix()];
}

Value LayerCall::fail(const std::string& text) {
    graph.fail({Code::shape_mismatch, text});
    return {&graph, -1};
}

bool LayerCall::needs_rank(int rank) {
    const Shape shape = x().shape();
    if (!graph.status() || shape.rank() == rank) return bool(graph.status());
    fail("needs [" + std::string(rank == 2 ? "batch, features" : "batch, channels, height, width") +
         "] but gets " + shape.to_string() +
         (rank == 2 && shape.rank() > 2 ? "; a flatten layer before it would do" : ""));
    return false;
}

std::vector<std::string> layer_type_names() {
    std::vector<std::string> names;
    for (const auto table : layer_tables()) {
        for (const LayerType& type : table) names.emplace_back(type.name);
    }
    return names;
}

Result<const LayerType*> find_layer_type(std::string_view name) {
    for (const auto table : layer_tables()) {
        for (const LayerType& type : table) {
            if (type.name == name) return &type;
        }
    }
    const std::vector<std::string> known = layer_type_names();
    const std::string near = did_you_mean(name, known);
    return Error{Code::not_found, "unknown layer type " + in_quotes(name) +
                                      (near.empty() ? "; known are " + joined(known) : near)};
}

namespace {

Result<Value> build_layer(Graph& graph, const Network& network, const Layer& layer, std::vector<Value> inputs,
                          const Application& application) {
    const std::string place = place_of(network, layer);
    const Result<const LayerType*> found = find_layer_type(layer.type);
    if (!found) return Error{found.error().code, place + ": " + found.error().message};
    const LayerType& type = **found;
    VKGAN_TRY(check_options(layer.options, type.options, place));
    if (inputs.empty() || inputs.size() > size_t(type.most_inputs)) {
        return Error{Code::invalid_argument, place + ": reads " + std::to_string(inputs.size()) +
                                                 " values but takes 1 to " +
                                                 std::to_string(type.most_inputs)};
    }
    LayerCall call{graph, network, layer, application, {layer.options, type.options}, std::move(inputs)};
    const Value value = type.build(call);
    if (!graph.status())
        return Error{graph.status().error().code, place + ": " + graph.status().error().message};
    if (elements(value.shape()) > most_elements) {
        return Error{Code::invalid_argument,
                     place + ": its result " + value.shape().to_string() + " is too large"};
    }
    return value;
}

}  // namespace

Result<Value> apply_network(Graph& graph, const Network& network, std::span<const Value> inputs,
                            const Application& application) {
    if (inputs.size() != network.inputs.size()) {
        return Error{Code::invalid_argument, "network " + network.name + " takes " +
                                                 std::to_string(network.inputs.size()) + " inputs but gets " +
                                                 std::to_string(inputs.size())};
    }
    LayerValues values;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const NetworkInput& input = network.inputs[i];
        const Shape given = inputs[i].shape();
        const Shape wanted = with_batch(given.rank() > 0 ? int(given[0]) : 1, input.shape);
        if (given != wanted || inputs[i].type() != (input.type == "index" ? DType::i32 : DType::f32)) {
            return Error{Code::shape_mismatch, "network " + network.name + ", input " + input.name +
                                                   ": takes " + wanted.to_string() + " of type " +
                                                   input.type + " but gets " + given.to_string()};
        }
        values[input.name] = inputs[i];
    }
    Value last = inputs.front();
    for (const Layer& layer : network.layers) {
        std::vector<Value> reads;
        for (const std::string& from : layer.from) reads.push_back(values.at(from));
        if (reads.empty()) reads.push_back(last);
        VKGAN_ASSIGN(last, build_layer(graph, network, layer, std::move(reads), application));
        values[layer.name] = last;
    }
    const Value result = network.output.empty() ? last : values.at(network.output);
    if (application.layers) *application.layers = std::move(values);
    return result;
}

namespace {

Status check_initialisers(const Network& network, const std::set<std::string, std::less<>>& used,
                          const std::vector<NetworkVariable>& variables) {
    std::vector<std::string> known;
    for (const NetworkVariable& v : variables) {
        if (v.start.parameter) known.push_back(v.variable.name.substr(network.name.size() + 1));
    }
    for (const auto& [key, initialiser] : network.initialisers) {
        const size_t dot = key.rfind('.');
        const bool of_a_kind = dot != std::string::npos && find_layer_type(key.substr(0, dot)).ok();
        if (used.contains(key) || of_a_kind) continue;
        return Error{Code::not_found, "network " + network.name + ", initialisers: " + in_quotes(key) +
                                          " is neither a parameter's name nor a layer type and kind" +
                                          did_you_mean(key, known)};
    }
    return {};
}

}  // namespace

Result<std::vector<NetworkVariable>> network_variables(const Network& network, int batch) {
    Graph scratch;
    int stream = 0;
    std::vector<NetworkVariable> variables;
    std::set<std::string, std::less<>> used;
    const std::vector<Value> inputs = declare_inputs(scratch, network, batch);
    const Application application{.stream = &stream, .declared = &variables, .used_initialisers = &used};
    VKGAN_TRY(apply_network(scratch, network, inputs, application));
    VKGAN_TRY(check_initialisers(network, used, variables));
    return variables;
}

Result<std::vector<Shape>> layer_shapes(const Network& network, int batch) {
    Graph scratch;
    LayerValues values;
    const std::vector<Value> inputs = declare_inputs(scratch, network, batch);
    VKGAN_TRY(apply_network(scratch, network, inputs, {.layers = &values}));
    std::vector<Shape> shapes;
    for (const Layer& layer : network.layers) shapes.push_back(values.at(layer.name).shape());
    return shapes;
}

std::vector<Value> declare_inputs(Graph& graph, const Network& network, int batch) {
    std::vector<Value> inputs;
    for (const NetworkInput& input : network.inputs) {
        const DType type = input.type == "index" ? DType::i32 : DType::f32;
        inputs.push_back(graph.input(input.name, with_batch(batch, input.shape), type));
    }
    return inputs;
}

}  // namespace vkgan
