// Residual blocks and the networks of them.
// SPDX-License-Identifier: MIT
#include "host/recipes/residual.hpp"

#include "host/recipes/nets.hpp"

#include <cmath>

namespace vkgan {

namespace {

constexpr int least_side = 4;

int blocks(int image) {
    int count = 0;
    for (int side = least_side; side < image; side *= 2) ++count;
    return count;
}

Options conv(int filters, int kernel, bool spectral) {
    Options options =
        conv_block({.filters = filters, .kernel = kernel, .stride = 1, .pad = kernel / 2, .bias = true});
    if (spectral) options["spectral"] = 1.0;
    return options;
}

// The sum of a branch and its shortcut becomes the chain's last.
void join_shortcut(LayerChain& branch, const LayerChain& shortcut) {
    Network& network = branch.network;
    const std::string name = "main." + std::to_string(network.layers.size());
    network.layers.push_back({"add", name, {branch.last, shortcut.last}, {}});
    branch.last = name;
}

LayerChain& norm(LayerChain& main, bool conditional) {
    main.add(conditional ? "conditional_batch_norm" : "batch_norm");
    if (conditional) main.network.layers.back().from.push_back("y");
    return main.add("relu");
}

void up_block(LayerChain& main, int filters, bool conditional) {
    LayerChain shortcut = main;
    norm(main, conditional).add("upsample", {{"factor", 2.0}}).add("conv", conv(filters, 3, false));
    norm(main, conditional).add("conv", conv(filters, 3, false));
    shortcut.add("upsample", {{"factor", 2.0}}).add("conv", conv(filters, 1, false));
    join_shortcut(main, shortcut);
}

const Options halve{{"factor", 2.0}};  // means of 2x2 pixels

// The first block has no activation before it, and pools its shortcut before the convolution.
void first_block(LayerChain& main, const ResidualNets& nets) {
    LayerChain shortcut = main;
    main.add("conv", conv(nets.d_filters, 3, nets.spectral)).add("relu");
    main.add("conv", conv(nets.d_filters, 3, nets.spectral)).add("downsample", halve);
    shortcut.add("downsample", halve).add("conv", conv(nets.d_filters, 1, nets.spectral));
    join_shortcut(main, shortcut);
}

void block(LayerChain& main, const ResidualNets& nets, bool down) {
    LayerChain shortcut = main;
    main.add("relu").add("conv", conv(nets.d_filters, 3, nets.spectral)).add("relu");
    main.add("conv", conv(nets.d_filters, 3, nets.spectral));
    if (down) {
        main.add("downsample", halve);
        shortcut.add("conv", conv(nets.d_filters, 1, nets.spectral)).add("downsample", halve);
    }
    join_shortcut(main, shortcut);
}

// Weights in [-r, r] with r^2 = 12 / (fan in + fan out): deviation sqrt(4 / (fan in + fan out)).
void initialise_residual(Network& network) {
    network.initialisers["conv.weight"] = {"xavier_uniform", std::sqrt(2.0), 0};
    network.initialisers["linear.weight"] = {"xavier_uniform", 1, 0};
    for (const char* kind : {"conv.bias", "linear.bias"}) network.initialisers[kind] = {"constant", 0, 0};
}

}  // namespace

Status check_residual_size(int image) {
    for (const int side : {16, 32, 64, 128})
        if (image == side) return {};
    return Error{Code::invalid_argument, "image: " + std::to_string(image) +
                                             " is not one of 16, 32, 64, 128, which residual nets can have"};
}

Network residual_generator(const ResidualNets& nets) {
    Network g = network_of("G", {"z", {nets.latent}});
    if (nets.condition > 0) g.inputs.push_back({"y", {nets.condition}});
    LayerChain main{g, "z", ""};
    const bool conditional = nets.condition > 0;
    const double filters = nets.g_filters;
    main.add("linear", features(filters * least_side * least_side));
    main.add("reshape", {{"shape", std::vector<double>{filters, least_side, least_side}}});
    for (int i = 0; i < blocks(nets.image); ++i) up_block(main, nets.g_filters, conditional);
    norm(main, conditional).add("conv", conv(nets.channels, 3, false)).add("tanh");
    initialise_residual(g);
    return g;
}

Network residual_discriminator(const ResidualNets& nets) {
    Network d = network_of("D", {"image", {nets.channels * nets.pack, nets.image, nets.image}});
    LayerChain main{d, "image", ""};
    first_block(main, nets);
    for (int i = 0; i < blocks(nets.image) - 2; ++i) block(main, nets, true);
    for (int i = 0; i < 2; ++i) block(main, nets, false);
    main.add("relu").add("pool_all", {{"mode", nets.pool}}, "features");
    const auto head = [&](int outputs) {
        Options options = features(outputs);
        if (nets.spectral) options["spectral"] = 1.0;
        return options;
    };
    LayerChain classes = main;
    if (nets.condition > 0) classes.add("linear", head(nets.condition), "classes");
    main.add("linear", head(1), "score");
    initialise_residual(d);
    return d;
}

}  // namespace vkgan
