// The small convolutional networks that most recipes for images share, with every way to condition them.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/recipes/blocks.hpp"

namespace vkgan {

// How networks learn of a sample's class or attributes. input: beside the generator's latent and, as constant
// planes, the discriminator's image (Mirza & Osindero 2014); every_layer: at every layer of both (Radford et
// al. 2015, the authors' script); acgan: the discriminator tells classes instead (Odena et al. 2017);
// projection: their embedding is projected on its features (Miyato & Koyama 2018).
enum class Conditioning { none, input, every_layer, acgan, projection };
inline constexpr std::array<std::string_view, 4> conditionings{"input", "every_layer", "acgan", "projection"};

struct SmallNets {
    int image = 28, channels = 1;  // 16, 28, 32, 64 or 128 pixels
    int latent = 64;
    int filters = 32;  // of the discriminator's first layer, and about the generator's last
    Conditioning conditioning = Conditioning::none;
    int condition = 0;  // entries of the class or attributes
    // The generator learns of the condition by its batch norms' gain and shift alone (Miyato & Koyama 2018).
    bool conditional_norm = false;
    bool batch_norm = true;   // in the discriminator; gradient penalties forbid it
    bool layer_norm = false;  // there instead
    bool spectral = false;    // spectral norm of every weight of the discriminator
    int pack = 1;             // images that the discriminator judges at a time
    int stddev_group = 0;     // > 0: minibatch standard deviation before the discriminator's last layer
};
inline constexpr std::array small_sizes{16, 28, 32, 64, 128};
Status check_small_size(int image);  // "image: 48 is not one of 16, 28, ..."

// Inputs "z" and, where conditioned, "y"; an image in [-1, 1]. The fully connected layer makes 7x7 or 4x4
// pixels, transposed convolutions by 4 double them; batch norm (of the first layer for every value by itself)
// and ReLU between, tanh at the end.
Network small_generator(const SmallNets& nets);
// Inputs "image" and, where conditioned but for acgan, "y"; a logit [1]. Layer "features" is what the last
// layer reads, flat; of acgan layer "classes" gives the condition's logits.
Network small_discriminator(const SmallNets& nets);

// The small discriminator's convolutions, then a fully connected layer to so many values. Network "E".
Network small_encoder(const SmallNets& nets, int outputs);

void initialise_n02(Network& network);  // weights N(0, 0.02), gamma N(1, 0.02), beta and biases 0

// A chain of layers that can have a condition beside what each reads.
struct LayerChain {
    Network& network;
    std::string last;       // the layer that the next one reads
    std::string condition;  // an input that joins before each weight; empty: none

    LayerChain& add(std::string_view type, Options options = {}, std::string name = {});
    LayerChain& join(const std::string& other);  // beside the last, as planes if it is a vector
};

}  // namespace vkgan
