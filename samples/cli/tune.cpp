// vkgan tune: finds the quickest kernels for a model on this machine.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct TuneArguments {
    std::string model;
    std::vector<std::string> settings;
    api::TuneOptions options;
};

int tune(TuneArguments& a) {
    auto settings = parse_assignments(a.settings, "--set");
    if (!settings) return report(settings.failure());
    a.options.settings = *settings;
    auto text = api::tune(a.model, a.options);
    if (!text) return report(text.failure());
    fmt::print("{}", *text);
    return 0;
}

}  // namespace

Registered add_tune(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("tune", "Find the quickest kernels for a model on this device");
    auto a = std::make_shared<TuneArguments>();
    app->add_option("model", a->model, "Recipe or FILE.json")->required();
    app->add_option("--set", a->settings, "Recipe parameters: name=value ...");
    app->add_option("--batch", a->options.batch, "Images a step (default: the model's)")
        ->check(CLI::Range(1, 65536));
    app->add_option("--time-limit", a->options.time_limit_s,
                    "Begin no new problem after so many seconds (default: no limit)")
        ->check(CLI::Range(0.0, 1e9));
    app->add_flag("--json", a->options.json, "As JSON");
    add_device_options(*app, a->options.device);
    app->footer(
        "Every contraction of a training step and of the sampling network can be cut into tiles in a few "
        "ways.\n"
        "Each way is first compared with the kernel by definition: one with a wrong number is dropped, with "
        "a\n"
        "message. The others are timed in turns, and one that beats the built-in rule by 3 % twice is kept "
        "in\n"
        "$XDG_CACHE_HOME/vkgan (or ~/.cache/vkgan), for all runs on this device and driver from then on.\n"
        "--fixed-tuning makes a run take no notice of it. A run that is resumed keeps what it began with.\n"
        "Examples:\n"
        "  vkgan tune dcgan --set image=64 ngf=64 ndf=64 --batch 32\n"
        "  vkgan tune my.json --time-limit 60 --json > tuning.json");
    return {app, [a] { return tune(*a); }};
}

}  // namespace cli
