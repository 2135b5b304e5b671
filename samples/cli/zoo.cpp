// vkgan zoo: every system with what it must reach.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct Arguments {
    std::string name, results = "docs/zoo", link = "zoo";
    bool json = false;
    api::ZooSettings settings;
};

int verify(Arguments& a) {
    a.settings.json = a.json;
    a.settings.device.log = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
    std::vector<std::string> names{a.name};
    if (a.name == "all") names = api::zoo_names();
    int failed = 0;
    for (const std::string& name : names) {
        auto result = api::verify_zoo(name, a.settings);
        if (!result) {
            if (names.size() == 1) return report(result.failure());
            fmt::print(stderr, "vkgan: {}: {}\n", name, result.failure().message);
            ++failed;
            continue;
        }
        fmt::print("{}", result->text);
        std::fflush(stdout);
        failed += !result->passed;
    }
    if (names.size() > 1 && !a.json)
        fmt::print("{} of {} passed\n", int(names.size()) - failed, names.size());
    return failed > 0;
}

int page(const Arguments& a) {
    auto text = api::zoo_page(a.results, a.link);
    if (!text) return report(text.failure());
    fmt::print("{}", *text);
    return 0;
}

}  // namespace

Registered add_zoo(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    Arguments& a = *arguments;
    CLI::App* app = parent.add_subcommand("zoo", "Every system: what it must reach, and whether it does");
    app->require_subcommand(1);
    CLI::App* list = app->add_subcommand("list", "Names and what they are");
    list->add_flag("--json", a.json, "As JSON, with criteria");
    CLI::App* run = app->add_subcommand("verify", "Train a system, measure, and judge");
    run->add_option("name", a.name, "As `vkgan zoo list` prints it, or all")->required();
    run->add_option("--tier", a.settings.tier, "S: minutes on a CPU; M: what the system is judged by")
        ->check(CLI::IsMember({"S", "M"}))
        ->capture_default_str();
    run->add_option("--seeds", a.settings.seeds, "So many seeds; 0: as many as the system's criterion asks")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    run->add_option("--out", a.settings.folder, "Folder for runs, pictures and NAME-TIER.json")
        ->capture_default_str();
    run->add_flag("--json", a.json, "The verdict as JSON");
    add_device_options(*run, a.settings.device);
    CLI::App* table = app->add_subcommand("page", "The page of all results, as Markdown");
    table->add_option("--results", a.results, "Folder with NAME-TIER.json and NAME.png")
        ->capture_default_str();
    table->add_option("--link", a.link, "How the page names that folder")->capture_default_str();
    return {app, [arguments, list, run] {
                if (list->parsed()) {
                    fmt::print("{}", api::describe_zoo(arguments->json));
                    return 0;
                }
                return run->parsed() ? verify(*arguments) : page(*arguments);
            }};
}

}  // namespace cli
