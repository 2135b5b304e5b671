// Telling recipes from files, and recipe parameters from live controls.
// SPDX-License-Identifier: MIT
#include "host/engine/model_choice.hpp"

#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/engine/checkpoint.hpp"
#include "host/recipes/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace vkgan {

namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

constexpr uint64_t largest_json = uint64_t(64) << 20;

const Recipe* find_recipe(std::string_view name) {
    for (const Recipe* recipe : all_recipes()) {
        if (recipe->name == name) return recipe;
    }
    return nullptr;
}

bool is_path(std::string_view name) {
    return name.find('/') != name.npos || name.ends_with(".json") || name.ends_with(".vkgan");
}

Result<Model> read_model(std::string_view name) {
    const std::filesystem::path path{std::string(name)};
    if (path.extension() == ".vkgan") {
        VKGAN_ASSIGN(TrainedModel trained, read_trained(path));
        return std::move(trained.model);
    }
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path, largest_json));
    VKGAN_ASSIGN(Model model,
                 model_from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string()));
    VKGAN_TRY(check(model));
    return model;
}

bool is_parameter(const Recipe* recipe, std::string_view name) {
    if (!recipe) return false;
    for (const RecipeParameter& parameter : recipe->parameters) {
        if (parameter.name == name) return true;
    }
    return false;
}

Error unknown(std::string_view model, const std::string& name, const Recipe* recipe,
              std::span<const Control> controls) {
    std::vector<std::string> known;
    if (recipe) {
        for (const RecipeParameter& parameter : recipe->parameters) known.emplace_back(parameter.name);
    }
    for (const Control& control : controls) known.push_back(control.name);
    const std::string near = did_you_mean(name, known);
    return {Code::not_found,
            fmt::format("{} has no parameter or live control \"{}\"{}", model, name,
                        near.empty() ? fmt::format("; it has {}", fmt::join(known, ", ")) : near)};
}

Result<Controls> read_controls(std::string_view name, const Model& model, const Recipe* recipe,
                               const Settings& texts) {
    Controls values;
    if (texts.empty()) return values;
    VKGAN_ASSIGN(const std::vector<Control> controls, all_live_controls(model));
    for (const auto& [key, text] : texts) {
        const bool known =
            std::ranges::any_of(controls, [&](const Control& control) { return control.name == key; });
        if (!known) return unknown(name, key, recipe, controls);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            return Error{Code::invalid_argument, fmt::format("{}: \"{}\" is not a number", key, text)};
        VKGAN_TRY(check_control(controls, key, value));
        values[key] = value;
    }
    return values;
}

}  // namespace

Result<std::vector<Control>> all_live_controls(const Model& model) {
    VKGAN_ASSIGN(LoweredModel lowered, lower_training(model, {.batch = model.batch}));
    Compiled compiled;
    for (LoweredPhase& phase : lowered.phases)
        compiled.phases.push_back({phase.name, phase.repeat, phase.timing, phase.scalars, {}, {}});
    return live_controls(model, compiled);
}

Result<ModelChoice> choose_model(std::string_view name, const Settings& settings) {
    const Recipe* const recipe = find_recipe(name);
    Settings parameters, rest;
    for (const auto& [key, text] : settings) (is_parameter(recipe, key) ? parameters : rest)[key] = text;
    ModelChoice choice;
    VKGAN_ASSIGN(choice.model, !recipe && is_path(name) ? read_model(name) : make_model(name, parameters));
    VKGAN_ASSIGN(choice.controls, read_controls(name, choice.model, recipe, rest));
    return choice;
}

bool has_parameter(std::string_view name, std::string_view parameter) {
    return is_parameter(find_recipe(name), parameter);
}

}  // namespace vkgan
