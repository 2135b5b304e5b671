// Models with weights that nobody trained: what networks give needs no training to be compared.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/checkpoint.hpp"
#include "host/graph/random.hpp"
#include "host/io/safetensors.hpp"
#include "host/lower/network.hpp"
#include "tests/engine/tiny_run.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan::test {

inline Settings tiny_cgan() {
    return {{"image", "16"}, {"channels", "1"}, {"filters", "4"}, {"nz", "6"}, {"batch", "4"}};
}

inline Tensor uniform(const Shape& shape, uint32_t stream, float low = -1) {
    Tensor tensor(shape);
    fill_uniform({}, stream, tensor.values);
    for (float& x : tensor.values) x = low + x * (1 - low);
    return tensor;
}

// A model with weights that nobody trained, as a file's bytes.
inline std::vector<std::byte> file_of(const Model& model) {
    TensorFile file;
    for (const Network& network : model.networks) {
        const auto variables = network_variables(network, 1);
        if (!variables) FAIL(variables.error().message);
        for (const NetworkVariable& one : *variables) {
            const Variable& variable = one.variable;
            const float low = variable.name.ends_with("running_var") ? 0.5f : -1;
            const auto stream = uint32_t(10 + file.tensors.size());
            file.tensors.emplace(variable.name, StoredTensor::from(uniform(variable.shape, stream, low)));
        }
    }
    file.metadata = {{"vkgan", "model 1"}, {"model", to_json(model)}, {"steps", "0"}};
    return serialize_safetensors(file);
}

inline TrainedModel trained_of(std::span<const std::byte> bytes) {
    const auto file = parse_safetensors(bytes, "bytes");
    if (!file) FAIL(file.error().message);
    auto trained = to_trained(*file, "bytes");
    if (!trained) FAIL(trained.error().message);
    return std::move(*trained);
}

inline Model model_of(std::string_view recipe, const Settings& settings) {
    auto choice = choose_model(recipe, settings);
    if (!choice) FAIL(choice.error().message);
    return std::move(choice->model);
}

}  // namespace vkgan::test
