// Residual networks for images of 4 * 2^k pixels, as WGAN-GP and SNGAN have them for CIFAR-10.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/recipes/blocks.hpp"

namespace vkgan {

struct ResidualNets {
    int image = 32, channels = 3;  // 16, 32, 64 or 128 pixels
    int latent = 128;
    int g_filters = 128, d_filters = 128;  // of every block
    std::string pool = "mean";             // of the discriminator's last features: mean or sum
    bool spectral = false;                 // spectral norm of every weight of the discriminator
    int pack = 1;                          // images that the discriminator judges at a time
    // > 0: entries of a class "y" that the generator's batch norms read and the discriminator's second head,
    // layer "classes", tells
    int condition = 0;
};
Status check_residual_size(int image);

// Gulrajani et al. 2017, gan_cifar_resnet.py: a fully connected layer to 4x4, up-blocks of batch norm, ReLU
// and two convolutions by 3 with a shortcut by 1, then batch norm, ReLU, convolution, tanh.
Network residual_generator(const ResidualNets& nets);
// Two down-blocks, the first without an activation before it, then two plain blocks: no norm; ReLU, all
// pixels pooled, a fully connected layer to a logit [1]. Larger images have more down-blocks.
Network residual_discriminator(const ResidualNets& nets);

}  // namespace vkgan
