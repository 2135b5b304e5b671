// vkgan.hpp: recipes, models and plans.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/compile.hpp"
#include "host/engine/model_choice.hpp"
#include "host/gpu/memory.hpp"
#include "host/recipes/recipe.hpp"
#include "host/schedule/schedule.hpp"

#include <fmt/format.h>

namespace vkgan::api {

namespace {

ParameterInfo to_info(const RecipeParameter& parameter) {
    ParameterInfo info{std::string(parameter.name),
                       std::string(parameter.help),
                       parameter.value,
                       parameter.low,
                       parameter.high,
                       parameter.integer,
                       {}};
    for (const std::string_view choice : parameter.choices) info.choices.emplace_back(choice);
    return info;
}

Result<std::string> plan_text(const ModelChoice& choice, int batch, Device& device) {
    CompileOptions options{.device = device.traits()};
    options.lower.batch = batch != 0 ? batch : choice.model.batch;
    VKGAN_ASSIGN(const Compiled compiled, compile_training(choice.model, options));
    std::string text;
    for (const CompiledPhase& phase : compiled.phases) {
        text += fmt::format("phase {}, {} a step\n", phase.name,
                            phase.repeat == 1 ? "once" : fmt::format("{} times", phase.repeat));
        text += phase.plan.dump();
        if (!text.ends_with('\n')) text += '\n';
    }
    text += fmt::format("training with a batch of {} on {}: {}\n", options.lower.batch, device.name(),
                        memory_text(bytes_by_class(compiled)));
    return text;
}

}  // namespace

std::vector<RecipeInfo> list_recipes() {
    std::vector<RecipeInfo> list;
    for (const Recipe* recipe : all_recipes()) {
        RecipeInfo info{
            std::string(recipe->name), std::string(recipe->summary), std::string(recipe->source), {}};
        for (const RecipeParameter& parameter : recipe->parameters)
            info.parameters.push_back(to_info(parameter));
        list.push_back(std::move(info));
    }
    return list;
}

Outcome<std::string> model_json(std::string_view model, const Texts& settings) {
    return outcome_of(choose_model(model, settings),
                      [](const ModelChoice& choice) { return to_json(choice.model); });
}

Outcome<std::string> describe_plan(std::string_view model, const Texts& settings, int batch,
                                   const DeviceSettings& device) {
    const auto choice = choose_model(model, settings);
    if (!choice) return to_failure(choice.error());
    const auto opened = open_device(device);
    if (!opened) return to_failure(opened.error());
    return outcome_of(plan_text(*choice, batch, **opened), [](std::string text) { return text; });
}

}  // namespace vkgan::api
