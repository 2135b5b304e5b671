// vkgan demo: what the lectures say, as pictures and numbers of real trainings.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct Arguments {
    std::string name;
    bool json = false;
    api::DemoSettings settings;
};

int run(Arguments& a) {
    if (a.name == "list") {
        fmt::print("{}", api::describe_demos(a.json));
        return 0;
    }
    a.settings.json = a.json;
    auto text = api::run_demo(a.name, a.settings);
    if (!text) return report(text.failure());
    fmt::print("{}", *text);
    return 0;
}

}  // namespace

Registered add_demo(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    Arguments& a = *arguments;
    CLI::App* app = parent.add_subcommand("demo", "What the lectures say, shown by real trainings");
    app->add_option("name", a.name, "list, or a name that it prints")->required();
    app->add_option("--out", a.settings.folder, "Folder for trainings, pictures and NAME.json")
        ->capture_default_str();
    app->add_option("--seed", a.settings.seed, "Of every training")->capture_default_str();
    app->add_flag("--quick", a.settings.quick, "Few steps: seconds instead of minutes, numbers of no worth");
    app->add_flag("--json", a.json, "The numbers, or the list, as JSON");
    add_device_options(*app, a.settings.device);
    return {app, [arguments] { return run(*arguments); }};
}

}  // namespace cli
