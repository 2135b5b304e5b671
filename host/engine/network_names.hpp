// Networks of a model, and their layers, by name: an unknown one is refused with those that there are.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/model/model.hpp"

#include <string_view>

namespace vkgan {

// Empty: the network that draws the model's samples.
inline std::string_view network_or_sampled(const Model& model, std::string_view network) {
    return network.empty() ? std::string_view(model.sample_network) : network;
}

// Valid as long as the model is, and is not changed. Code::not_found names all networks.
Result<const Network*> find_network(const Model& model, std::string_view name);
// Code::not_found names the layers that come nearest.
Status check_layer(const Network& network, std::string_view layer);

}  // namespace vkgan
