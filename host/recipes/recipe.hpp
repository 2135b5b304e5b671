// Recipe: one GAN variant in one file: named parameters with ranges, and a function from them to a Model.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/model/model.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

struct RecipeParameter {
    std::string_view name;
    double value = 0;  // default
    double low = 0, high = 0;
    bool integer = true;
    std::string_view help;
    std::span<const std::string_view> choices = {};  // value is an index into these, when there are any
};

using RecipeValues = std::map<std::string, double, std::less<>>;

// Defined as `const Recipe NAME = {...};` in vkgan::recipe_def, declared `extern` just before.
struct Recipe {
    std::string_view name;
    std::string_view summary;  // one line
    std::string_view source;   // paper
    std::span<const RecipeParameter> parameters;
    Result<Model> (*make)(const RecipeValues& values);  // every parameter present and in range
};

std::span<const Recipe* const> all_recipes();  // list written by the build

// Fills in defaults, checks names (error with the nearest), ranges and types, and makes the model.
// Values are texts as on a command line: "64", "hinge".
Result<Model> make_model(std::string_view recipe,
                         const std::map<std::string, std::string, std::less<>>& values);

}  // namespace vkgan
