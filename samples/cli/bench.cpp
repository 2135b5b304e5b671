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
    if (app.got_subcommand("memory")) return print(api::bench_memory(a.model, a.options));
    if (app.got_subcommand("budget")) return print(api::bench_budget(a.model, a.options));
    if (app.got_subcommand("growth")) return print(api::bench_growth(a.model, a.options));
    return print(api::bench_ops(a.model, *settings, a.options.batch, a.options.json, a.options.device));
}

CLI::App* add_one(CLI::App& parent, BenchArguments& a, const char* name, const char* help,
                  const char* batch) {
    CLI::App* app = parent.add_subcommand(name, help);
    app->add_option("model", a.model, "Recipe or FILE.json")->capture_default_str();
    app->add_flag("--json", a.options.json, "As JSON");
    app->add_option("--set", a.settings, "Recipe parameters: name=value ...");
    app->add_option("--batch", a.options.batch, batch)->check(CLI::Range(1, 65536));
    add_device_options(*app, a.options.device);
    return app;
}

void add_repetitions(CLI::App& app, BenchArguments& a, const char* help, int fewest = 1) {
    app.add_option("--repetitions", a.options.repetitions, help)
        ->check(CLI::Range(fewest, 100000))
        ->capture_default_str();
}

void add_data(CLI::App& app, BenchArguments& a) {
    app.add_option("--data", a.options.data, "As for train")->capture_default_str();
}

constexpr const char* step_batch = "Images a step (default: the model's)";

void add_ops(CLI::App& parent, BenchArguments& a) {
    CLI::App* app = add_one(
        parent, a, "ops",
        "GFLOP/s of every contraction of a training step beside the machine's measured peak", step_batch);
    app->footer("Example:\n  vkgan bench ops dcgan --set image=64 ngf=64 ndf=64 --batch 32");
}

void add_train(CLI::App& parent, BenchArguments& a) {
    CLI::App* app = add_one(parent, a, "train", "Whole training steps: median, first step, host work, memory",
                            step_batch);
    add_repetitions(*app, a, "Steps that are timed");
    add_recompute_option(*app, a.options.recompute);
    add_precision(*app, a.options.precision);
    add_data(*app, a);
    app->footer("Example:\n  vkgan bench train dcgan --set image=64 --batch 32 --repetitions 10 --json");
}

void add_infer(CLI::App& parent, BenchArguments& a) {
    CLI::App* app =
        add_one(parent, a, "infer",
                "Whole calls that draw --batch images or run a network, copies to the host included",
                "Images a call (default: 1)");
    add_repetitions(*app, a, "Calls that are timed");
    add_precision(*app, a.options.precision);
    app->add_option("--network", a.options.network,
                    "Run this network on random inputs (default: draw samples with the one that draws)");
    app->footer(
        "Examples:\n  vkgan bench infer dcgan --set image=64 --batch 16\n"
        "  vkgan bench infer bench/models/resnet64.json --network G");
}

void add_memory(CLI::App& parent, BenchArguments& a) {
    CLI::App* app = add_one(
        parent, a, "memory",
        "Bytes of training: planned by class, taken on the device, and the process's peak", step_batch);
    add_repetitions(*app, a, "Steps that are run before the process is measured");
    add_recompute_option(*app, a.options.recompute);
    add_precision(*app, a.options.precision);
    add_data(*app, a);
    app->footer(
        "parameters, moments (of optimisers), averages (of weights), buffers (running statistics) and "
        "inputs\n"
        "stay; staging is what the host writes and reads, for two steps in flight; the workspace holds all "
        "else,\n"
        "each value only as long as it is needed. Live bytes are the most that is needed at one time: the\n"
        "workspace cannot be smaller, and workspace / live says what placing costs.\n"
        "Example:\n  vkgan bench memory dcgan --set image=64 ngf=64 ndf=64 --batch 32");
}

void add_growth(CLI::App& parent, BenchArguments& a) {
    CLI::App* app =
        add_one(parent, a, "growth", "Cost of a training step as the batch and as the image grows",
                "Images a step while images grow (default: 32)");
    add_repetitions(*app, a, "Steps that are timed at each point", 5);
    add_data(*app, a);
    app->add_option("--batches", a.options.batches, "Batches to measure (default: 8,16,32,64,128)")
        ->delimiter(',')
        ->check(CLI::Range(1, 65536));
    app->add_option("--images", a.options.images,
                    "Image sizes to measure (default: 16,32,64,128 for recipes that have sizes)")
        ->delimiter(',')
        ->check(CLI::Range(1, 65536));
    app->footer(
        "Flat columns: how far a point's cost is off the median of its table's points (the upper of the two\n"
        "middle ones). All batches run one network: their time by image should be flat once a batch fills "
        "the\n"
        "device. A recipe makes another network for another image: with each doubling DCGAN has one more "
        "layer\n"
        "and twice the channels at its narrow end, so that its FLOPs a pixel differ. There only the time by "
        "FLOP\n"
        "can be flat; the time by pixel is printed as it is. With --batches or --images nothing else is "
        "measured.\n"
        "Examples:\n  vkgan bench growth dcgan --set ngf=64 ndf=64\n"
        "  vkgan bench growth dcgan --images 32,64 --batch 16 --json\n"
        "  vkgan bench growth my.json --batches 1,2,4");
}

void add_budget(CLI::App& parent, BenchArguments& a) {
    CLI::App* app =
        add_one(parent, a, "budget",
                "Training in the slices of a renderer's frames: does it keep its budgets?", step_batch);
    add_repetitions(*app, a, "Rounds of whole steps and of frames without a limit, in turns");
    add_recompute_option(*app, a.options.recompute);
    add_data(*app, a);
    app->add_option("--budgets", a.options.budgets_ms,
                    "Milliseconds a frame (default: 8,16,33; on a GPU 1,2,4,8)")
        ->delimiter(',')
        ->check(CLI::PositiveNumber);
    app->add_option("--frames", a.options.frames, "Frames of each budget")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app->add_option("--steps", a.options.steps, "Steps that are compared with whole ones, to the bit")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    app->footer("Example:\n  vkgan bench budget dcgan --set image=32 ngf=16 ndf=16 --batch 16 --json");
}

}  // namespace

Registered add_bench(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("bench", "Measure");
    app->require_subcommand(1);
    auto a = std::make_shared<BenchArguments>();
    for (const auto add : {add_ops, add_train, add_infer, add_memory, add_growth, add_budget}) add(*app, *a);
    app->footer("Example:\n  vkgan bench train dcgan --set image=64");
    return {app, [app, a] { return bench(*app, *a); }};
}

}  // namespace cli
