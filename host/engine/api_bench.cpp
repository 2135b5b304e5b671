// vkgan.hpp: bench_ops, bench_train, bench_infer, bench_memory, bench_growth, bench_budget.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/bench_budget.hpp"
#include "host/engine/bench_growth.hpp"
#include "host/engine/bench_memory.hpp"
#include "host/engine/bench_ops.hpp"
#include "host/engine/bench_steps.hpp"
#include "host/engine/model_choice.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>

#include <array>

namespace vkgan::api {

namespace {

// Opens the device, measures, and writes what was found.
template <class Measure>
Outcome<std::string> bench_text_of(std::string_view model, const BenchOptions& options, Measure measure) {
    const auto choice = choose_model(model, options.settings);
    if (!choice) return to_failure(choice.error());
    const auto opened = open_device(options.device);
    if (!opened) return to_failure(opened.error());
    return outcome_of(measure(**opened, choice->model), [&](const auto& bench) {
        return options.json ? bench_json(bench) : bench_text(bench);
    });
}

Result<StepsOptions> steps_options(const BenchOptions& o) {
    StepsOptions steps{.batch = o.batch, .repetitions = o.repetitions, .data = o.data, .network = o.network};
    VKGAN_ASSIGN(steps.recompute, parse_recompute(o.recompute));
    VKGAN_ASSIGN(steps.precision, precision_of(o.precision));
    return steps;
}

// Opens the device, measures steps with `bench`, and writes what was found.
template <class Bench>
Outcome<std::string> steps_text_of(std::string_view model, const BenchOptions& o, Bench bench) {
    const auto options = steps_options(o);
    if (!options) return to_failure(options.error());
    return bench_text_of(
        model, o, [&](Device& device, const Model& chosen) { return bench(device, chosen, *options); });
}

constexpr std::array default_batches{8, 16, 32, 64, 128};
constexpr std::array default_images{16, 32, 64, 128};
constexpr int default_growth_batch = 32;

GrowthOptions growth_options(const BenchOptions& o, bool sizes) {
    GrowthOptions growth{
        .batches = o.batches, .images = o.images, .repetitions = o.repetitions, .data = o.data};
    if (o.batch != 0) growth.batch = o.batch;
    if (!o.batches.empty() || !o.images.empty()) return growth;
    growth.batches.assign(default_batches.begin(), default_batches.end());
    if (sizes) growth.images.assign(default_images.begin(), default_images.end());
    return growth;
}

}  // namespace

Outcome<std::string> bench_ops(std::string_view model, const Texts& settings, int batch, bool json,
                               const DeviceSettings& device) {
    const BenchOptions options{.settings = settings, .json = json, .device = device};
    return bench_text_of(model, options, [&](Device& opened, const Model& chosen) {
        return vkgan::bench_ops(opened, chosen, batch);
    });
}

Outcome<std::string> bench_train(std::string_view model, const BenchOptions& o) {
    return steps_text_of(model, o, vkgan::bench_train);
}

Outcome<std::string> bench_infer(std::string_view model, const BenchOptions& o) {
    return steps_text_of(model, o, vkgan::bench_infer);
}

Outcome<std::string> bench_memory(std::string_view model, const BenchOptions& o) {
    return steps_text_of(model, o, vkgan::bench_memory);
}

Outcome<std::string> bench_growth(std::string_view model, const BenchOptions& o) {
    if (o.precision != "float32")
        return Failure{fmt::format("precision: bench growth measures float32, not \"{}\"", o.precision),
                       true};
    const bool sizes = has_parameter(model, "image");
    if (!o.images.empty() && !sizes)
        return Failure{
            fmt::format("images: {} has one size; only recipes with a parameter \"image\" have more", model),
            true};
    const auto of_size = [&](int image) -> Result<Model> {
        Texts settings = o.settings;
        settings["image"] = std::to_string(image);
        VKGAN_ASSIGN(ModelChoice choice, choose_model(model, settings));
        return std::move(choice.model);
    };
    return bench_text_of(model, o, [&](Device& device, const Model& chosen) {
        return vkgan::bench_growth(device, chosen, of_size, growth_options(o, sizes));
    });
}

Outcome<std::string> bench_budget(std::string_view model, const BenchOptions& o) {
    if (o.precision != "float32")
        return Failure{fmt::format("precision: bench budget measures float32, not \"{}\"", o.precision),
                       true};
    BudgetOptions options{.batch = o.batch,
                          .budgets_ms = o.budgets_ms,
                          .frames = o.frames,
                          .steps = o.steps,
                          .rounds = o.repetitions,
                          .data = o.data};
    const auto recompute = parse_recompute(o.recompute);
    if (!recompute) return to_failure(recompute.error());
    options.recompute = *recompute;
    return bench_text_of(model, o, [&](Device& device, const Model& chosen) {
        return vkgan::bench_budget(device, chosen, options);
    });
}

}  // namespace vkgan::api
