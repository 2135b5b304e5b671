// Short ways to write the layers and statements that recipes are made of.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/model/model.hpp"
#include "host/recipes/recipe.hpp"

#include <array>
#include <initializer_list>

namespace vkgan {

Network network_of(std::string name, NetworkInput input);
Model model_of(std::string recipe, const RecipeValues& values);  // with the recipe's parameters and batch

// Layers named like those of a PyTorch Sequential: "main.0", "main.1", ...
struct Sequential {
    Network& network;
    std::string prefix = "main";

    Sequential& add(std::string_view type, Options options = {});
};

struct ConvBlock {
    int filters = 1, kernel = 4, stride = 2, pad = 1, output_padding = 0;
    bool bias = false;
};
Options conv_block(const ConvBlock& block);

Options features(double count);  // of a linear layer

// An Adam for each network, of the recipe's `lr` and `beta1`, and the control of its learning rate.
void add_adam(Model& model, const RecipeValues& values, std::initializer_list<const char*> networks);

// A stochastic gradient descent for each, as the authors of the first GANs have it: `lr` divided by
// `lr_decay` after every step, down to 1e-6; `momentum` rises to `final_momentum` over `momentum_steps`.
void add_momentum_sgd(Model& model, const RecipeValues& values, std::initializer_list<const char*> networks);

double value_of(const RecipeValues& values, std::string_view name);
int whole(const RecipeValues& values, std::string_view name);
// The name behind a choice's index.
std::string choice(const RecipeValues& values, std::span<const RecipeParameter> parameters,
                   std::string_view name);

Statement apply(std::string result, std::string network, std::string argument);
Statement update(std::string network, std::string loss);

Control latent_control(std::string_view source, double reach);
Control learning_rate_control(const Optimiser& optimiser);

}  // namespace vkgan
