// Looking names up, and what to say of those that are not there.
// SPDX-License-Identifier: MIT
#include "host/engine/network_names.hpp"

#include "host/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace vkgan {

namespace {

constexpr size_t layers_named = 4;
constexpr size_t letters_compared = 100;  // the distance costs the product of the lengths

}  // namespace

Result<const Network*> find_network(const Model& model, std::string_view name) {
    const auto found = std::ranges::find(model.networks, name, &Network::name);
    if (found != model.networks.end()) return &*found;
    std::vector<std::string_view> known;
    for (const Network& network : model.networks) known.emplace_back(network.name);
    return Error{Code::not_found,
                 fmt::format("there is no network \"{}\"; there are {}", name, fmt::join(known, ", "))};
}

Status check_layer(const Network& network, std::string_view layer) {
    if (std::ranges::find(network.layers, layer, &Layer::name) != network.layers.end()) return {};
    std::vector<std::pair<size_t, std::string_view>> near;
    for (const Layer& one : network.layers) {
        const std::string_view name = one.name;
        near.emplace_back(edit_distance(layer.substr(0, letters_compared), name.substr(0, letters_compared)),
                          name);
    }
    std::ranges::stable_sort(near, {}, &std::pair<size_t, std::string_view>::first);
    std::vector<std::string_view> named;
    for (const auto& [distance, name] : near)
        if (named.size() < layers_named) named.push_back(name);
    return Error{Code::not_found, fmt::format("network {} has no layer \"{}\"; of its {} the nearest are {}",
                                              network.name, layer, near.size(), fmt::join(named, ", "))};
}

}  // namespace vkgan
