// vkgan devices, recipe, plan, info: what there is and what would run.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct ModelArguments {
    std::string model;
    std::vector<std::string> settings;
    bool page = false;
    api::DeviceSettings device;
};

int devices(const api::DeviceSettings& settings) {
    auto list = api::list_devices(settings);
    if (!list) return report(list.failure());
    for (const api::DeviceInfo& device : *list) {
        fmt::print("{}{}: {} ({}), {}, Vulkan {}, {} MiB\n", device.chosen ? "* " : "  ", device.number,
                   device.name, device.kind, device.driver, device.vulkan_version, device.memory_bytes >> 20);
        if (!device.refused.empty()) fmt::print("     refused: {}\n", device.refused);
        for (const api::CapabilityInfo& capability : device.capabilities)
            fmt::print("     {:<28} {}{}{}\n", capability.name,
                       capability.used        ? "used"
                       : capability.available ? "not used"
                                              : "not there",
                       capability.detail.empty() ? "" : " (" + capability.detail + ")",
                       capability.reason.empty() ? "" : ": " + capability.reason);
    }
    return 0;
}

int list_recipes() {
    for (const api::RecipeInfo& recipe : api::list_recipes()) {
        fmt::print("{}: {} ({})\n", recipe.name, recipe.summary, recipe.source);
        for (const api::ParameterInfo& p : recipe.parameters) {
            std::string range = fmt::format("{} to {}", p.low, p.high);
            std::string value = fmt::format("{}", p.value);
            if (!p.choices.empty()) {
                range.clear();
                for (const std::string& choice : p.choices) range += (range.empty() ? "" : " | ") + choice;
                value = p.choices.at(static_cast<size_t>(p.value));
            }
            fmt::print("  {:<16} {:<10} {:<28} {}\n", p.name, value, range, p.help);
        }
    }
    return 0;
}

int recipe(const ModelArguments& a) {
    if (a.page) {
        fmt::print("{}", api::describe_recipes());
        return 0;
    }
    if (a.model.empty()) return list_recipes();
    auto settings = parse_assignments(a.settings, "--set");
    if (!settings) return report(settings.failure());
    auto json = api::model_json(a.model, *settings);
    if (!json) return report(json.failure());
    fmt::print("{}\n", *json);
    return 0;
}

struct PlanArguments {
    std::string model;
    std::vector<std::string> settings;
    api::PlanOptions options;
};

int plan(PlanArguments& a) {
    auto settings = parse_assignments(a.settings, "--set");
    if (!settings) return report(settings.failure());
    a.options.settings = *settings;
    auto text = api::describe_plan(a.model, a.options);
    if (!text) return report(text.failure());
    fmt::print("{}", *text);
    return 0;
}

int info(const ModelArguments& a) {
    auto network = api::Network::load(a.model, a.device);
    if (!network) return report(network.failure());
    fmt::print("{}\n", network->describe());
    for (const api::ControlInfo& c : network->controls())
        fmt::print("control {:<24} {:<14} {:g} ({:g} to {:g})  {}\n", c.name, c.kind, c.value, c.low, c.high,
                   c.help);
    return 0;
}

}  // namespace

Registered add_devices(CLI::App& parent) {
    CLI::App* app =
        parent.add_subcommand("devices", "List Vulkan devices, what each can do, and why one is not used");
    auto settings = std::make_shared<api::DeviceSettings>();
    add_device_options(*app, *settings);
    app->footer("Example:\n  vkgan devices\n  VKGAN_DEVICE=llvmpipe vkgan devices");
    return {app, [settings] { return devices(*settings); }};
}

Registered add_recipe(CLI::App& parent) {
    CLI::App* app =
        parent.add_subcommand("recipe", "List recipes and their parameters, or print one as a model's JSON");
    auto a = std::make_shared<ModelArguments>();
    app->add_option("name", a->model, "Recipe to print; none: list all");
    app->add_option("--set", a->settings, "Recipe parameters: name=value ...");
    app->add_flag("--page", a->page, "All recipes as a page of Markdown, with networks and step programs");
    app->footer("Examples:\n  vkgan recipe\n  vkgan recipe dcgan --set image=32 > my.json");
    return {app, [a] { return recipe(*a); }};
}

Registered add_plan(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand(
        "plan", "Print where a training step's time goes: each dispatch's FLOPs, bytes and times");
    auto a = std::make_shared<PlanArguments>();
    app->add_option("model", a->model, "Recipe or FILE.json")->required();
    app->add_option("--set", a->settings, "Recipe parameters: name=value ...");
    app->add_option("--batch", a->options.batch, "Images a step (default: the model's)")
        ->check(CLI::Range(1, 65536));
    add_precision(*app, a->options.precision);
    app->add_flag("--measure,!--no-measure", a->options.measure,
                  "Run the step, too, and time each dispatch alone: takes the memory of training and some "
                  "seconds (default: --no-measure)");
    app->add_flag("--json", a->options.json, "As JSON");
    add_recompute_option(*app, a->options.recompute);
    add_device_options(*app, a->options.device);
    app->footer(
        "For every dispatch in order:\n"
        "  MFLOP, MB     its arithmetic, and what it reads and writes\n"
        "  bound ms      no less is possible: the larger of FLOP / peak and bytes / bandwidth, both "
        "measured\n"
        "                now (data that lie in a cache come quicker than that)\n"
        "  predicted ms  the same with the compute rate of a large convolution, plus what any dispatch "
        "costs\n"
        "  measured ms   with --measure: alone, median of five\n"
        "Then a step by class of dispatch, the ten dispatches that take most, and the device memory.\n"
        "Examples:\n"
        "  vkgan plan dcgan --set image=64 ngf=64 ndf=64 --batch 32 --measure\n"
        "  vkgan plan my.json --json > plan.json");
    return {app, [a] { return plan(*a); }};
}

Registered add_info(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("info", "Tell what a .vkgan file holds");
    auto a = std::make_shared<ModelArguments>();
    app->add_option("file", a->model, "model.vkgan or checkpoint.vkgan")->required();
    add_device_options(*app, a->device);
    app->footer("Example:\n  vkgan info runs/faces/model.vkgan");
    return {app, [a] { return info(*a); }};
}

}  // namespace cli
