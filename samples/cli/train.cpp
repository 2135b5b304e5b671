// vkgan train: a training run with progress, checkpoints and samples.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"
#include "samples/cli/progress.hpp"

#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct Arguments {
    api::TrainOptions options;
    std::vector<std::string> settings;
    std::string save;
    int64_t steps = 0;
    double minutes = 0;
};

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C and TERM end the run after the step in flight; a second one ends the process at once, as without us.
void end_after_this_step(int number) {
    interrupted = 1;
    std::signal(number, SIG_DFL);
}

int64_t last_step(const Arguments& a, const api::Trainer& trainer) {
    constexpr int64_t default_steps = 5000, unlimited = INT64_MAX;
    const int64_t wanted = a.steps > 0                 ? a.steps
                           : a.minutes > 0             ? unlimited
                           : trainer.feed_steps() >= 0 ? unlimited
                                                       : default_steps;
    return trainer.feed_steps() >= 0 ? std::min(wanted, trainer.feed_steps()) : wanted;
}

int finish(const Arguments& a, api::Trainer& trainer) {
    if (auto saved = trainer.save(); !saved) return report(saved.failure());
    if (!a.save.empty())
        if (auto saved = trainer.save_weights(a.save); !saved) return report(saved.failure());
    fmt::print("{} at step {}: {}/checkpoint.vkgan, {}/model.vkgan\n", interrupted ? "Stopped" : "Done",
               trainer.steps_done(), a.options.folder, a.options.folder);
    if (interrupted) fmt::print("Go on with --resume.\n");
    return 0;
}

int train(Arguments a) {
    auto settings = parse_assignments(a.settings, "--set");
    if (!settings) return report(settings.failure());
    a.options.settings = std::move(*settings);
    auto opened = api::Trainer::open(a.options);
    if (!opened) return report(opened.failure());
    api::Trainer trainer = std::move(*opened);
    fmt::print("{}\n", trainer.describe());
    std::signal(SIGINT, end_after_this_step);
    std::signal(SIGTERM, end_after_this_step);

    Progress progress(trainer.steps_done(), last_step(a, trainer), a.minutes * 60);
    while (!interrupted && !progress.over()) {
        auto step = trainer.step();
        if (!step) {
            progress.end();
            return report(step.failure());
        }
        progress.step(*step);
    }
    progress.end();
    return finish(a, trainer);
}

}  // namespace

Registered add_train(CLI::App& parent) {
    CLI::App* app =
        parent.add_subcommand("train", "Train a model: a recipe by name, or an edited model's JSON file");
    auto a = std::make_shared<Arguments>();
    app->add_option("model", a->options.model, "Recipe (`vkgan recipe` lists them) or FILE.json")->required();
    app->add_option("--data", a->options.data, data_help)->capture_default_str();
    app->add_option("--out", a->options.folder,
                    "Folder of the run: model.json, log.jsonl, samples/, checkpoint.vkgan, model.vkgan")
        ->required();
    auto* steps = app->add_option("--steps", a->steps, "Train up to this step (default 5000)")
                      ->check(CLI::Range(int64_t{1}, int64_t{1} << 40));
    app->add_option("--minutes", a->minutes, "Train for this long; the last one given counts")
        ->excludes(steps)
        ->check(CLI::Range(0.001, 1e6))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app->add_option("--batch", a->options.batch, "Images a step (default: the model's)")
        ->check(CLI::Range(1, 65536));
    app->add_option("--seed", a->options.seed, "Of weights, noise and data order")->capture_default_str();
    app->add_option("--set", a->settings, "Recipe parameters and live controls: name=value ...");
    add_precision(*app, a->options.precision);
    app->add_flag("--resume", a->options.resume, "Go on from the folder's checkpoint.vkgan");
    app->add_option("--weights", a->options.weights, "Start from a .safetensors file with PyTorch's names");
    app->add_option("--feed", a->options.feed, "Take reals and noise from a .safetensors file");
    app->add_option("--save", a->save, "Write the final weights to a .safetensors file");
    app->add_option("--gradients", a->options.gradients,
                    "Write the first step's gradients to a .safetensors file");
    app->add_option("--checkpoint-every", a->options.checkpoint_every,
                    "Steps between checkpoints; 0: only at the end")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app->add_option("--sample-every", a->options.sample_every,
                    "Steps between sample grids; 0: only at the end")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app->add_option("--watch-every", a->options.watch_every,
                    "Steps between looks at samples for mode collapse, told in words; 0: none")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app->add_option(
           "--snapshot-every", a->options.snapshot_every,
           "Steps between copies in memory to go back to after a NaN; 0: none, and a NaN ends training")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add_recompute_option(*app, a->options.recompute);
    add_device_options(*app, a->options.device);
    app->footer(
        "Examples:\n"
        "  vkgan train dcgan --data faces --out runs/faces --minutes 10\n"
        "  vkgan train dcgan --data folder:photos --out runs/photos --set image=64 ngf=32 ndf=32 --steps "
        "20000\n"
        "  vkgan train dcgan --data faces --out runs/faces --resume --steps 40000");
    return {app, [a] { return train(*a); }};
}

}  // namespace cli
