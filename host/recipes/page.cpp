// Markdown of recipes, from their tables and the models that they make.
// SPDX-License-Identifier: MIT
#include "host/recipes/page.hpp"

#include "host/base/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

std::string text_of(const Option& option) {
    if (const auto* number = std::get_if<double>(&option)) return fmt::format("{:g}", *number);
    if (const auto* word = std::get_if<std::string>(&option)) return *word;
    return fmt::format("[{:g}]", fmt::join(std::get<std::vector<double>>(option), ", "));
}

std::string text_of(const Options& options) {
    std::string text;
    for (const auto& [name, value] : options)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, text_of(value));
    return text;
}

std::string parameters_of(const Recipe& recipe) {
    std::string text = "| parameter | default | values | what |\n|---|---|---|---|\n";
    for (const RecipeParameter& p : recipe.parameters) {
        std::string value = fmt::format("{:g}", p.value);
        std::string range = fmt::format("{:g} to {:g}", p.low, p.high);
        if (!p.choices.empty()) {
            value = p.choices[size_t(p.value)];
            range = fmt::format("{}", fmt::join(p.choices, ", "));
        }
        text += fmt::format("| `{}` | {} | {} | {} |\n", p.name, value, range, markdown_cell(p.help));
    }
    return text;
}

bool follows(const Layer& layer, const Network& network, size_t index) {
    if (layer.from.empty()) return true;
    if (layer.from.size() > 1) return false;
    return index == 0 ? layer.from[0] == network.inputs[0].name
                      : layer.from[0] == network.layers[index - 1].name;
}

std::string layers_of(const Network& network) {
    std::string text;
    for (size_t i = 0; i < network.layers.size(); ++i) {
        const Layer& layer = network.layers[i];
        std::string inside;
        if (!follows(layer, network, i)) {
            std::vector<std::string> from = layer.from;
            if (i > 0) std::ranges::replace(from, network.layers[i - 1].name, std::string("_"));
            inside = fmt::format("{}", fmt::join(from, ", "));
        }
        const std::string options = text_of(layer.options);
        if (!inside.empty() && !options.empty()) inside += "; ";
        inside += options;
        // Names that others read are told; those that only count are not.
        const bool named = !layer.name.starts_with("main.") || layer.name == network.output ||
                           std::ranges::any_of(network.layers, [&](const Layer& other) {
                               return &other != &network.layers[std::min(i + 1, network.layers.size() - 1)] &&
                                      std::ranges::find(other.from, layer.name) != other.from.end();
                           });
        text += fmt::format("{}{}{}{}", i == 0 ? "" : "\n", named ? layer.name + " = " : "", layer.type,
                            inside.empty() ? "" : fmt::format("({})", inside));
    }
    return text;
}

std::string network_of(const Network& network) {
    std::vector<std::string> inputs;
    for (const NetworkInput& input : network.inputs) {
        std::vector<std::string> extents;
        for (const int64_t extent : input.shape) extents.push_back(std::to_string(extent));
        inputs.push_back(fmt::format("{} [{}]", input.name, fmt::join(extents, ", ")));
    }
    std::string text = fmt::format(
        "Network {} of {}{}:\n\n```\n{}\n```\n\n", network.name, fmt::join(inputs, " and "),
        network.ema_decay > 0 ? fmt::format(", averaged with decay {:g} for sampling", network.ema_decay)
                              : "",
        layers_of(network));
    return text;
}

std::string heading_of(const Phase& phase) {
    std::string text = phase.name;
    if (phase.repeat > 1) text += fmt::format(", {} times", phase.repeat);
    if (phase.timing.early_repeat > 0)
        text += fmt::format(
            ", {} times in the first {} steps{}", phase.timing.early_repeat, phase.timing.early_steps,
            phase.timing.early_every > 0 ? fmt::format(" and in every {}th", phase.timing.early_every) : "");
    if (phase.timing.every > 1) text += fmt::format(", in every {}th step", phase.timing.every);
    return text;
}

std::string sources_of(const Model& model) {
    std::string text;
    for (const Source& source : model.sources) {
        std::vector<std::string> extents;
        for (const int64_t extent : source.shape) extents.push_back(std::to_string(extent));
        text += fmt::format("{} = {}[{}]\n", source.name, source.kind, fmt::join(extents, ", "));
    }
    return text;
}

std::string optimisers_of(const Model& model) {
    std::vector<std::string> texts;
    for (const Optimiser& o : model.optimisers) {
        std::string text = fmt::format("{} by {} with a rate of {:g}", o.network, o.kind, o.learning_rate);
        if (o.kind.starts_with("adam")) text += fmt::format(" (beta {:g}, {:g})", o.beta1, o.beta2);
        if (o.clip > 0) text += fmt::format(", clipped to {:g}", o.clip);
        if (o.decay != 1) text += fmt::format(", times {:g} a step", o.decay);
        texts.push_back(std::move(text));
    }
    return fmt::format("{}", fmt::join(texts, "; "));
}

std::string section(const Recipe& recipe) {
    std::string text = fmt::format("## {}\n\n{}. {}.\n\n", recipe.name, recipe.summary, recipe.source);
    text += parameters_of(recipe) + "\n";
    const Result<Model> made = make_model(recipe.name, {});
    if (!made) return text + made.error().message + "\n\n";
    for (const Network& network : made->networks) text += network_of(network);
    text += fmt::format("A step, {} samples a batch:\n\n```\n{}", made->batch, sources_of(*made));
    for (const Phase& phase : made->phases) {
        text += fmt::format("{}:\n", heading_of(phase));
        for (const Statement& statement : phase.statements)
            text += fmt::format("    {}\n", to_text(statement));
    }
    text += fmt::format("```\n\nOptimisers: {}.\n\n", optimisers_of(*made));
    std::vector<std::string> controls;
    for (const Control& control : made->controls) controls.push_back(fmt::format("`{}`", control.name));
    if (!controls.empty()) text += fmt::format("Controls: {}.\n\n", fmt::join(controls, ", "));
    return text;
}

}  // namespace

std::string to_text(const Statement& statement) {
    std::string inside = fmt::format("{}", fmt::join(statement.arguments, ", "));
    const std::string options = text_of(statement.options);
    if (!options.empty()) inside += (inside.empty() ? "" : "; ") + options;
    const std::string call = fmt::format("{}({})", statement.function, inside);
    return statement.result.empty() ? call : fmt::format("{} = {}", statement.result, call);
}

std::string recipes_page() {
    std::string text =
        "# Recipes\n\n"
        "What `vkgan train NAME` trains: parameters for `--set`, and with their defaults the networks, the "
        "step\n"
        "program and the controls of each. This page is made by `vkgan recipe --page`; do not edit it. "
        "Layers\n"
        "read the one before, `_`, unless they name others; what layers, functions and options mean is in\n"
        "[model.hpp](../host/model/model.hpp). `vkgan recipe NAME > my.json` writes a recipe as a model to "
        "edit,\n"
        "[adding_a_gan.md](adding_a_gan.md) says how to add one. What each reaches is in "
        "[zoo.md](zoo.md).\n\n";
    std::vector<std::string> links;
    for (const Recipe* recipe : all_recipes())
        links.push_back(fmt::format("[{}](#{})", recipe->name, recipe->name));
    text += fmt::format("{}\n\n", fmt::join(links, ", "));
    for (const Recipe* recipe : all_recipes()) text += section(*recipe);
    text.pop_back();  // one line end at the end of the file
    return text;
}

}  // namespace vkgan
