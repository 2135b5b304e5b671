// A network's layers as ops of a graph: what one layer may ask for while it is built, and how whole networks
// are applied.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"
#include "host/lower/lower.hpp"
#include "host/lower/options.hpp"

#include <functional>
#include <set>

namespace vkgan {

// A variable of a network and how it starts.
struct NetworkVariable {
    Variable variable;
    VariableStart start;
};

using LayerValues = std::map<std::string, Value, std::less<>>;  // by the name of a layer or input

// How a network is applied. `random_key` and `stream` serve its random layers: each takes the next stream.
struct Application {
    bool training = false;
    int groups = 1;         // the batch holds so many, one after another: each has its own batch statistics
    bool averaged = false;  // read the averages of the parameters instead
    int* stream = nullptr;
    LayerValues* layers = nullptr;                     // if set: gets what each layer gave
    std::vector<NetworkVariable>* declared = nullptr;  // if set: gets what the network declares
    std::map<std::string, int, std::less<>>* batches_tracked =
        nullptr;  // if set: gets the batch norms that moved
    std::set<std::string, std::less<>>* used_initialisers =
        nullptr;  // if set: gets the keys that named a parameter
};

// What the build function of a layer sees.
struct LayerCall {
    Graph& graph;
    const Network& network;
    const Layer& layer;
    const Application& application;
    OptionReader options;
    std::vector<Value> inputs;

    Value x() const { return inputs.front(); }
    bool training() const { return application.training; }

    struct Start {
        int64_t fan_in = 1, fan_out = 1;
        Initialiser otherwise;  // used when the network names none
    };
    Value parameter(std::string_view kind, const Shape& shape, const Start& start);
    int32_t buffer(std::string_view kind, const Shape& shape, double fill);
    // Uniform in [0, 1) or standard normal; another draw in every layer and every application.
    Value random_uniform(const Shape& shape);
    Value random_normal(const Shape& shape);
    void moved_statistics();              // this batch norm's running statistics were updated
    Value fail(const std::string& text);  // the layer cannot be built; returns a poison value
    // True if x has this rank (the batch included); otherwise the layer fails, naming what it needs.
    bool needs_rank(int rank);

private:
    std::string prefix() const { return network.name + "." + layer.name; }
    int32_t declare(NetworkVariable declaration);
};

// One row of the layer table.
struct LayerType {
    std::string_view name;
    std::span<const OptionSpec> options;
    Value (*build)(LayerCall&) = nullptr;
    int most_inputs = 1;  // of `from`; those that join take more
};

std::span<const LayerType> contraction_layers();
std::span<const LayerType> norm_layers();
std::span<const LayerType> activation_layers();
std::span<const LayerType> shape_layers();
Result<const LayerType*> find_layer_type(std::string_view name);  // unknown: the nearest name is in the error
std::vector<std::string> layer_type_names();

inline constexpr const char* random_key_input = "random_key";
Value random_key(Graph& graph);

// Appends the network to the graph; inputs in the order of Network::inputs, batch in front.
Result<Value> apply_network(Graph& graph, const Network& network, std::span<const Value> inputs,
                            const Application& application);

// Parameters and buffers in layer order, each with its start; checks layers, options and shapes at this
// batch.
Result<std::vector<NetworkVariable>> network_variables(const Network& network, int batch);

// What each layer gives in inference form at this batch, in layer order.
Result<std::vector<Shape>> layer_shapes(const Network& network, int batch);

// The network's inputs as the graph's, by their names, in their order.
std::vector<Value> declare_inputs(Graph& graph, const Network& network, int batch);

// The shape of an input or source: the sample's with the batch in front.
Shape with_batch(int batch, std::span<const int64_t> sample);

std::string ema_name(std::string_view variable);  // "ema/G.main.0.weight"

}  // namespace vkgan
