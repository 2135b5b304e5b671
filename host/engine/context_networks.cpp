// The networks of a host's models, as generators run them.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/context.hpp"
#include "host/engine/network_inputs.hpp"
#include "host/engine/sampling.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

std::vector<int64_t> without_batch(const Shape& shape) { return {shape.begin() + 1, shape.end()}; }

Result<api::NetworkDescription> description_of(const Network& network) {
    api::NetworkDescription result{.name = network.name};
    VKGAN_ASSIGN(const std::vector<NetworkVariable> variables, network_variables(network, 1));
    for (const NetworkVariable& variable : variables)
        if (variable.start.parameter) result.parameters += variable.variable.shape.element_count();
    for (const NetworkInput& input : network.inputs) result.inputs.push_back({input.name, input.shape});
    VKGAN_ASSIGN(const std::vector<Shape> shapes, layer_shapes(network, 1));
    for (size_t i = 0; i < shapes.size(); ++i)
        result.layers.push_back({network.layers[i].name, without_batch(shapes[i])});
    // A head that others follow is the last all the same.
    const auto output = std::ranges::find(result.layers, network.output, &api::NetworkShape::name);
    if (output != result.layers.end()) std::rotate(output, output + 1, result.layers.end());
    return result;
}

}  // namespace

Result<std::vector<api::NetworkDescription>> HostContext::networks(Handle handle) {
    VKGAN_ASSIGN(ModelObject* const object, model(handle));
    std::vector<api::NetworkDescription> list;
    for (const Network& network : object->trained.model.networks) {
        VKGAN_ASSIGN(api::NetworkDescription description, description_of(network));
        list.push_back(std::move(description));
    }
    return list;
}

Result<api::Arrays> HostContext::drawn_inputs(Handle handle, int count, uint64_t seed, uint64_t first) {
    VKGAN_ASSIGN(ModelObject* const object, model(handle));
    if (count < 1 || count > largest_network_batch)
        return Error{Code::invalid_argument,
                     fmt::format("count: {} is not from 1 to {}", count, largest_network_batch)};
    const SampleQuery query{object->trained.model, count, seed, {}, first};
    VKGAN_ASSIGN(TensorMap drawn, vkgan::drawn_inputs(query));
    api::Arrays arrays;
    for (auto& [name, tensor] : drawn) arrays.emplace(name, api::to_array(std::move(tensor)));
    return arrays;
}

}  // namespace vkgan
