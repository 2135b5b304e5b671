// Models as JSON and snapshots of trainings as bytes: the same weights under another step.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace viewer {

// The model's JSON in a .vkgan file's bytes.
render::Result<std::string> model_of(std::span<const std::byte> file);
// A .vkgan file's bytes with another model's JSON in it; its weights, moments and counters stay.
render::Result<std::vector<std::byte>> with_model(std::span<const std::byte> snapshot,
                                                  const std::string& model_json);

// Whether a recipe says how many steps discriminators do for each of the generator: its parameter k.
bool has_k(const std::string& recipe);
// The model of the same recipe and parameters but k. Refused: one of no recipe, or of one without k.
render::Result<std::string> with_k(const std::string& model_json, int k);

int batch_of(const std::string& model_json);  // 0: it says none

}  // namespace viewer
