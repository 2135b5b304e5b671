// make_model: a recipe's parameters from texts, checked against its table.
// SPDX-License-Identifier: MIT
#include "host/recipes/recipe.hpp"

#include "host/base/text.hpp"
#include "host/model/words.hpp"

#include <charconv>
#include <cmath>

namespace vkgan {

namespace {

Result<const Recipe*> find_recipe(std::string_view name) {
    std::vector<std::string> known;
    for (const Recipe* recipe : all_recipes()) {
        if (recipe->name == name) return recipe;
        known.emplace_back(recipe->name);
    }
    const std::string near = did_you_mean(name, known);
    return Error{Code::not_found, "unknown recipe " + in_quotes(name) +
                                      (near.empty() ? "; known are " + joined(known) : near)};
}

Error invalid(const RecipeParameter& parameter, const std::string& text) {
    return {Code::invalid_argument, std::string(parameter.name) + ": " + text};
}

Result<double> read_choice(const RecipeParameter& parameter, std::string_view text) {
    std::vector<std::string> known;
    for (const std::string_view name : parameter.choices) {
        if (name == text) return double(known.size());
        known.emplace_back(name);
    }
    const std::string near = did_you_mean(text, known);
    return invalid(parameter, in_quotes(text) + " is not one of " + joined(known) + near);
}

Result<double> read_number(const RecipeParameter& parameter, std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return invalid(parameter, in_quotes(text) + " is not a number");
    }
    if (!(value >= parameter.low && value <= parameter.high)) {
        const std::string range = number_text(parameter.low) + " to " + number_text(parameter.high);
        return invalid(parameter, number_text(value) + " is not from " + range);
    }
    if (parameter.integer && std::nearbyint(value) != value) {
        return invalid(parameter, number_text(value) + " is not a whole number");
    }
    return value;
}

}  // namespace

Result<Model> make_model(std::string_view name,
                         const std::map<std::string, std::string, std::less<>>& values) {
    VKGAN_ASSIGN(const Recipe* const recipe, find_recipe(name));
    RecipeValues complete;
    std::vector<std::string> known;
    for (const RecipeParameter& parameter : recipe->parameters) {
        complete.emplace(parameter.name, parameter.value);
        known.emplace_back(parameter.name);
    }
    for (const auto& [key, text] : values) {
        if (!complete.contains(key)) {
            const std::string near = did_you_mean(key, known);
            return Error{Code::not_found, "recipe " + std::string(name) + " has no parameter " +
                                              in_quotes(key) +
                                              (near.empty() ? "; it has " + joined(known) : near)};
        }
        for (const RecipeParameter& parameter : recipe->parameters) {
            if (parameter.name != key) continue;
            const auto read = parameter.choices.empty() ? read_number : read_choice;
            VKGAN_ASSIGN(complete[key], read(parameter, text));
        }
    }
    VKGAN_ASSIGN(Model model, recipe->make(complete));
    VKGAN_TRY(check(model));
    return model;
}

}  // namespace vkgan
