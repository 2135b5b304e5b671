// Checking what a network is given, and writing it to where its program reads.
// SPDX-License-Identifier: MIT
#include "host/engine/network_inputs.hpp"

#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

namespace vkgan {

namespace {

std::string needs(const NetworkInput& input, int batch) {
    const Shape shape = with_batch(batch, input.shape);
    return fmt::format("a batch of {} needs {}: {}", batch, shape.element_count(), shape.to_string());
}

// Indices travel as the bits of integers.
Result<std::vector<float>> index_bits(const Tensor& tensor, std::string_view name) {
    std::vector<float> bits;
    for (const float x : tensor.values) {
        if (!(x >= 0 && x < 16777216.0f) || x != float(int32_t(x)))
            return Error{Code::invalid_argument,
                         fmt::format("input \"{}\" must hold whole numbers from 0 on, but has {}", name, x)};
        bits.push_back(std::bit_cast<float>(int32_t(x)));
    }
    return bits;
}

Status check_values(const NetworkInput& input, const Tensor& tensor) {
    if (input.type == "index") VKGAN_TRY(index_bits(tensor, input.name));
    const auto wrong = std::ranges::find_if_not(tensor.values, [](float x) { return std::isfinite(x); });
    if (wrong == tensor.values.end()) return {};
    return Error{Code::invalid_argument,
                 fmt::format("input \"{}\" must hold finite numbers, but has {}", input.name, *wrong)};
}

}  // namespace

Result<Shape> input_shape(const Network& network, std::string_view name, int batch, int64_t values) {
    const auto input = std::ranges::find(network.inputs, name, &NetworkInput::name);
    if (input == network.inputs.end()) {
        std::vector<std::string_view> known;
        for (const NetworkInput& one : network.inputs) known.emplace_back(one.name);
        return Error{Code::invalid_argument, fmt::format("network {} has no input \"{}\"; it reads {}",
                                                         network.name, name, fmt::join(known, ", "))};
    }
    const Shape shape = with_batch(batch, input->shape);
    if (shape.element_count() == values) return shape;
    return Error{Code::invalid_argument, fmt::format("input \"{}\" of network {} has {} values, but {}", name,
                                                     network.name, values, needs(*input, batch))};
}

Status check_network_inputs(const Network& network, const TensorMap& inputs, int batch) {
    for (const auto& [name, tensor] : inputs)
        VKGAN_TRY(input_shape(network, name, batch, int64_t(tensor.values.size())));
    for (const NetworkInput& input : network.inputs) {
        const auto found = inputs.find(input.name);
        if (found == inputs.end())
            return Error{Code::invalid_argument,
                         fmt::format("input \"{}\" of network {} is missing: 0 values are given, but {}",
                                     input.name, network.name, needs(input, batch))};
        VKGAN_TRY(check_values(input, found->second));
    }
    return {};
}

TensorMap zero_inputs(const Network& network, int batch) {
    TensorMap zeros;
    for (const NetworkInput& input : network.inputs)
        zeros.emplace(input.name, Tensor(with_batch(batch, input.shape)));
    return zeros;
}

Status write_network_inputs(const Network& network, const TensorMap& inputs, Program& program, int slot) {
    for (const NetworkInput& input : network.inputs) {
        const Tensor& tensor = inputs.find(input.name)->second;
        if (input.type != "index") {
            VKGAN_TRY(program.write(input.name, tensor.values, slot));
            continue;
        }
        VKGAN_ASSIGN(const std::vector<float> bits, index_bits(tensor, input.name));
        VKGAN_TRY(program.write(input.name, bits, slot));
    }
    return {};
}

}  // namespace vkgan
