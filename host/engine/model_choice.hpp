// From what a user names, a recipe with settings or a file, to a model and the live controls that were set
// with it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/scalars.hpp"
#include "host/model/model.hpp"

#include <map>
#include <string>
#include <string_view>

namespace vkgan {

struct ModelChoice {
    Model model;
    Controls controls;  // checked against the model's
};

// `name`: a recipe, or the path of a .json or .vkgan file. `settings`: recipe parameters and live controls.
Result<ModelChoice> choose_model(std::string_view name,
                                 const std::map<std::string, std::string, std::less<>>& settings);

// Live controls of a model before anything is compiled for a device: its own, and those that lowering finds.
Result<std::vector<Control>> all_live_controls(const Model& model);

// Whether `name` is a recipe that has this parameter.
bool has_parameter(std::string_view name, std::string_view parameter);

}  // namespace vkgan
