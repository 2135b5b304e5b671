// vkgan.hpp: recipes, models and plans.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/model_choice.hpp"
#include "host/engine/plan_report.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/recipes/page.hpp"

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

std::string describe_recipes() { return recipes_page(); }

Outcome<std::string> model_json(std::string_view model, const Texts& settings) {
    return outcome_of(choose_model(model, settings),
                      [](const ModelChoice& choice) { return to_json(choice.model); });
}

Outcome<std::string> describe_plan(std::string_view model, const PlanOptions& options) {
    const auto choice = choose_model(model, options.settings);
    if (!choice) return to_failure(choice.error());
    const auto recompute = parse_recompute(options.recompute);
    if (!recompute) return to_failure(recompute.error());
    const auto precision = precision_of(options.precision);
    if (!precision) return to_failure(precision.error());
    const auto opened = open_device(options.device);
    if (!opened) return to_failure(opened.error());
    const PlanQuery query{
        .batch = options.batch, .measure = options.measure, .recompute = *recompute, .precision = *precision};
    return outcome_of(report_plan(**opened, choice->model, query), [&](const PlanReport& report) {
        return options.json ? plan_json(report) : plan_text(report);
    });
}

}  // namespace vkgan::api
