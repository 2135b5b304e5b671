// Short ways to write the layers and statements that recipes are made of.
// SPDX-License-Identifier: MIT
#include "host/recipes/blocks.hpp"

#include <algorithm>
#include <cassert>

namespace vkgan {

Network network_of(std::string name, NetworkInput input) {
    Network network;
    network.name = std::move(name);
    network.inputs = {std::move(input)};
    return network;
}

Model model_of(std::string recipe, const RecipeValues& values) {
    Model model;
    model.recipe = std::move(recipe);
    model.parameters = values;
    model.batch = whole(values, "batch");
    return model;
}

Sequential& Sequential::add(std::string_view type, Options options) {
    const std::string name = prefix + "." + std::to_string(network.layers.size());
    network.layers.push_back({std::string(type), name, {}, std::move(options)});
    return *this;
}

Options conv_block(const ConvBlock& block) {
    Options options{{"filters", double(block.filters)},
                    {"kernel", double(block.kernel)},
                    {"stride", double(block.stride)},
                    {"pad", double(block.pad)},
                    {"bias", block.bias ? 1.0 : 0.0}};
    if (block.output_padding > 0) options["output_padding"] = double(block.output_padding);
    return options;
}

Options features(double count) { return {{"features", count}}; }

void add_adam(Model& model, const RecipeValues& values, std::initializer_list<const char*> networks) {
    for (const char* network : networks) {
        model.optimisers.push_back({.network = network,
                                    .learning_rate = value_of(values, "lr"),
                                    .beta1 = value_of(values, "beta1")});
        model.controls.push_back(learning_rate_control(model.optimisers.back()));
    }
}

void add_momentum_sgd(Model& model, const RecipeValues& values, std::initializer_list<const char*> networks) {
    for (const char* network : networks) {
        model.optimisers.push_back({.network = network,
                                    .kind = "sgd",
                                    .learning_rate = value_of(values, "lr"),
                                    .momentum = value_of(values, "momentum"),
                                    .decay = 1 / value_of(values, "lr_decay"),
                                    .minimum_learning_rate = 1e-6,
                                    .final_momentum = value_of(values, "final_momentum"),
                                    .momentum_steps = whole(values, "momentum_steps")});
        model.controls.push_back(learning_rate_control(model.optimisers.back()));
    }
}

double value_of(const RecipeValues& values, std::string_view name) {
    const auto found = values.find(name);
    assert(found != values.end());
    return found->second;
}

int whole(const RecipeValues& values, std::string_view name) {
    return static_cast<int>(value_of(values, name));
}

std::string choice(const RecipeValues& values, std::span<const RecipeParameter> parameters,
                   std::string_view name) {
    const auto found = std::ranges::find(parameters, name, &RecipeParameter::name);
    assert(found != parameters.end());
    return std::string(found->choices[size_t(value_of(values, name))]);
}

Statement apply(std::string result, std::string network, std::string argument) {
    return {std::move(result), "apply", {std::move(argument)}, {{"network", std::move(network)}}};
}

Statement update(std::string network, std::string loss) {
    return {"", "update", {std::move(loss)}, {{"network", std::move(network)}}};
}

Control latent_control(std::string_view source, double reach) {
    return {std::string(source),
            "latent",
            0,
            -reach,
            reach,
            false,
            "what the generator draws from, entry by entry"};
}

Control learning_rate_control(const Optimiser& optimiser) {
    return {optimiser.network + ".learning_rate",
            "learning_rate",
            optimiser.learning_rate,
            0,
            1,
            true,
            "step size of " + optimiser.network + "'s optimiser"};
}

}  // namespace vkgan
