// Small generators and discriminators: sizes as in docs/zoo.md's table of nets.
// SPDX-License-Identifier: MIT
#include "host/recipes/nets.hpp"

#include <algorithm>

namespace vkgan {

namespace {

constexpr double slope = 0.2;

int doublings(int image) {
    int n = 0;
    for (int side = image; side % 2 == 0 && side > 7; side /= 2) ++n;
    return image == 28 ? 2 : n;
}

int first_side(int image) { return image >> doublings(image); }

bool beside_layers(const SmallNets& nets) { return nets.conditioning == Conditioning::every_layer; }

}  // namespace

Status check_small_size(int image) {
    if (std::ranges::find(small_sizes, image) != small_sizes.end()) return {};
    return Error{Code::invalid_argument,
                 "image: " + std::to_string(image) + " is not one of 16, 28, 32, 64, 128"};
}

LayerChain& LayerChain::add(std::string_view type, Options options, std::string name) {
    if (name.empty()) name = "main." + std::to_string(network.layers.size());
    std::vector<std::string> from;
    if (!last.empty()) from.push_back(last);
    network.layers.push_back({std::string(type), name, std::move(from), std::move(options)});
    last = std::move(name);
    return *this;
}

LayerChain& LayerChain::join(const std::string& other) {
    if (other.empty()) return *this;
    const std::string name = "main." + std::to_string(network.layers.size());
    network.layers.push_back({"concat", name, {last, other}, {}});
    last = name;
    return *this;
}

void initialise_n02(Network& network) {
    for (const char* kind : {"conv.weight", "conv_transposed.weight", "linear.weight"})
        network.initialisers[kind] = {"normal", 0, 0.02};
    for (const char* kind : {"conv.bias", "conv_transposed.bias", "linear.bias"})
        network.initialisers[kind] = {"constant", 0, 0};
    const bool conditional = std::ranges::any_of(
        network.layers, [](const Layer& layer) { return layer.type == "conditional_batch_norm"; });
    const std::string norm = conditional ? "conditional_batch_norm" : "batch_norm";
    network.initialisers[norm + ".weight"] = {"normal", 1, 0.02};
    network.initialisers[norm + ".bias"] = {"constant", 0, 0};
}

Network small_generator(const SmallNets& nets) {
    Network g = network_of("G", {"z", {nets.latent}});
    LayerChain main{g, "z", ""};
    if (nets.condition > 0) g.inputs.push_back({"y", {nets.condition}});
    if (nets.condition > 0 && !nets.conditional_norm) main.join("y");
    const auto norm = [&] {
        main.add(nets.conditional_norm ? "conditional_batch_norm" : "batch_norm");
        if (nets.conditional_norm) g.layers.back().from.push_back("y");
        main.add("relu");
    };
    const std::string beside = nets.condition > 0 && beside_layers(nets) ? "y" : "";
    const int steps = doublings(nets.image), side = first_side(nets.image);
    int filters = nets.filters << (nets.image == 28 ? steps : steps - 1);
    main.add("linear", {{"features", double(filters * side * side)}, {"bias", 0.0}});
    norm();
    main.add("reshape", {{"shape", std::vector<double>{double(filters), double(side), double(side)}}});
    for (int i = 1; i < steps; ++i) {
        filters /= 2;
        main.join(beside).add("conv_transposed", conv_block({.filters = filters}));
        norm();
    }
    main.join(beside)
        .add("conv_transposed", conv_block({.filters = nets.channels, .bias = true}))
        .add("tanh");
    initialise_n02(g);
    return g;
}

namespace {

Options weights(const SmallNets& nets, Options options) {
    if (nets.spectral) options["spectral"] = 1.0;
    return options;
}

void add_heads(const SmallNets& nets, Network& d, LayerChain main) {
    if (nets.conditioning == Conditioning::acgan) {
        LayerChain classes = main;
        classes.add("linear", weights(nets, features(nets.condition)), "classes");
    }
    const std::string read = main.last;
    main.add("linear", weights(nets, features(1)), "score");
    if (nets.conditioning == Conditioning::projection) {
        // As many as the features: [2 to 16 filters, side, side], and the plane of deviations.
        const int steps = doublings(nets.image), side = first_side(nets.image);
        const int planes = (nets.filters << (steps - 1)) + (nets.stddev_group > 0);
        const double count = double(planes * side * side);
        LayerChain embedding{d, "y", ""};
        embedding.add("linear", weights(nets, {{"features", count}, {"bias", 0.0}}), "embedding");
        d.layers.push_back({"dot", "projected", {read, "embedding"}, {}});
        d.layers.push_back({"add", "judged", {"score", "projected"}, {}});
        d.output = "judged";
        return;
    }
    d.output = "score";
}

}  // namespace

Network small_encoder(const SmallNets& nets, int outputs) {
    Network e = network_of("E", {"image", {nets.channels, nets.image, nets.image}});
    LayerChain main{e, "image", ""};
    for (int i = 0; i < doublings(nets.image); ++i) {
        main.add("conv", conv_block({.filters = nets.filters << i, .bias = i == 0}));
        if (i > 0) main.add("batch_norm");
        main.add("leaky_relu", {{"slope", slope}});
    }
    main.add("flatten").add("linear", features(outputs));
    initialise_n02(e);
    return e;
}

Network small_discriminator(const SmallNets& nets) {
    Network d = network_of("D", {"image", {nets.channels * nets.pack, nets.image, nets.image}});
    const bool reads = nets.condition > 0 && nets.conditioning != Conditioning::acgan;
    if (reads) d.inputs.push_back({"y", {nets.condition}});
    LayerChain main{d, "image", ""};
    if (reads && nets.conditioning != Conditioning::projection) main.join("y");
    const std::string beside = reads && beside_layers(nets) ? "y" : "";
    const int steps = doublings(nets.image);
    for (int i = 0; i < steps; ++i) {
        if (i > 0) main.join(beside);
        const bool norm = i > 0 && nets.batch_norm && !nets.spectral && !nets.layer_norm;
        main.add("conv", weights(nets, conv_block({.filters = nets.filters << i, .bias = !norm})));
        if (norm) main.add("batch_norm");
        if (i > 0 && nets.layer_norm) main.add("layer_norm");
        main.add("leaky_relu", {{"slope", slope}});
    }
    if (nets.stddev_group > 0) main.add("minibatch_stddev", {{"group", double(nets.stddev_group)}});
    main.add("flatten", {}, "features").join(beside);
    add_heads(nets, d, main);
    initialise_n02(d);
    return d;
}

}  // namespace vkgan
