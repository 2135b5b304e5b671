// vkgan bench: measure a model on this machine.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct BenchArguments {
    std::string model = "dcgan";
    std::vector<std::string> settings;
    api::BenchOptions options;
};

int print(vkgan::api::Outcome<std::string> text) {
    if (!text) return report(text.failure());
    fmt::print("{}\n", *text);
    return 0;
}

int bench(const CLI::App& app, BenchArguments& a) {
    auto settings = parse_assignments(a.settings, "--set");
    if (!settings) return report(settings.failure());
    a.options.settings = *settings;
    if (app.got_subcommand("train")) return print(api::bench_train(a.model, a.options));
    if (app.got_subcommand("infer")) return print(api::bench_infer(a.model, a.options));
    return print(api::bench_ops(a.model, *settings, a.options.batch, a.options.json, a.options.device));
}

void add_common(CLI::App& app, BenchArguments& a) {
    app.add_option("model", a.model, "Recipe or FILE.json")->capture_default_str();
    app.add_flag("--json", a.options.json, "As JSON");
    app.add_option("--set", a.settings, "Recipe parameters: name=value ...");
    add_device_options(app, a.options.device);
}

}  // namespace

Registered add_bench(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("bench", "Measure");
    app->require_subcommand(1);
    auto a = std::make_shared<BenchArguments>();
    CLI::App* ops = app->add_subcommand(
        "ops", "GFLOP/s of every contraction of a training step beside the machine's measured peak");
    CLI::App* train =
        app->add_subcommand("train", "Whole training steps: median, first step, host work, memory");
    CLI::App* infer =
        app->add_subcommand("infer", "Whole calls that draw --batch images, copies to the host included");
    for (CLI::App* one : {ops, train, infer}) {
        add_common(*one, *a);
        one->add_option("--batch", a->options.batch,
                        one == infer ? "Images a call (default: 1)" : "Images a step (default: the model's)")
            ->check(CLI::Range(1, 65536));
        if (one != ops)
            one->add_option("--repetitions", a->options.repetitions, "Steps or calls that are timed")
                ->check(CLI::Range(1, 100000))
                ->capture_default_str();
    }
    train->add_option("--data", a->options.data, "As for train")->capture_default_str();
    ops->footer("Example:\n  vkgan bench ops dcgan --set image=64 ngf=64 ndf=64 --batch 32");
    train->footer("Example:\n  vkgan bench train dcgan --set image=64 --batch 32 --repetitions 10 --json");
    infer->footer("Example:\n  vkgan bench infer dcgan --set image=64 --batch 16");
    return {app, [app, a] { return bench(*app, *a); }};
}

}  // namespace cli
