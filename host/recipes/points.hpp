// Networks for points: a few numbers a sample instead of an image, as "images" [dims, 1, 1].
// SPDX-License-Identifier: MIT
#pragma once

#include "host/recipes/blocks.hpp"

namespace vkgan {

struct PointNets {
    int dims = 2, latent = 2;
    int hidden = 128, depth = 3;                             // units of each of so many hidden layers
    std::string activation = "relu", d_activation = "relu";  // relu, leaky_relu, tanh
    bool batch_norm = false;                                 // in the generator
    int pack = 1;
};
Network point_generator(const PointNets& nets);      // z [latent] -> [dims, 1, 1]
Network point_discriminator(const PointNets& nets);  // [dims * pack, 1, 1] -> [1]

// Weights He-uniform, U(-sqrt(6 / fan_in), ..), biases 0: the WGAN-GP authors' start for ReLU networks.
void initialise_he(Network& network);

inline constexpr std::array<std::string_view, 3> point_activations{"relu", "leaky_relu", "tanh"};

}  // namespace vkgan
