// Multilayer perceptrons for points.
// SPDX-License-Identifier: MIT
#include "host/recipes/points.hpp"

#include <numbers>

namespace vkgan {

namespace {

void activate(Sequential& main, const std::string& activation) {
    Options options;
    if (activation == "leaky_relu") options["slope"] = 0.2;
    main.add(activation, options);
}

}  // namespace

Network point_generator(const PointNets& nets) {
    Network g = network_of("G", {"z", {nets.latent}});
    Sequential main{g};
    for (int i = 0; i < nets.depth; ++i) {
        main.add("linear", features(nets.hidden));
        if (nets.batch_norm) main.add("batch_norm");
        activate(main, nets.activation);
    }
    main.add("linear", features(nets.dims));
    main.add("reshape", {{"shape", std::vector<double>{double(nets.dims), 1, 1}}});
    return g;
}

Network point_discriminator(const PointNets& nets) {
    Network d = network_of("D", {"image", {nets.dims * nets.pack, 1, 1}});
    Sequential main{d};
    main.add("flatten");
    for (int i = 0; i < nets.depth; ++i) {
        main.add("linear", features(nets.hidden));
        activate(main, nets.d_activation);
    }
    main.add("linear", features(1));
    return d;
}

void initialise_he(Network& network) {
    // kaiming_uniform is U(-a / sqrt(fan_in), ..).
    network.initialisers["linear.weight"] = {"kaiming_uniform", std::numbers::sqrt2 * std::numbers::sqrt3, 0};
    network.initialisers["linear.bias"] = {"constant", 0, 0};
}

}  // namespace vkgan
