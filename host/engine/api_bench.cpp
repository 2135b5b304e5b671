// vkgan.hpp: bench_ops, bench_train, bench_infer.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/bench_ops.hpp"
#include "host/engine/bench_steps.hpp"
#include "host/engine/model_choice.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

namespace vkgan::api {

Outcome<std::string> bench_ops(std::string_view model, const Texts& settings, int batch, bool json,
                               const DeviceSettings& device) {
    const auto choice = choose_model(model, settings);
    if (!choice) return to_failure(choice.error());
    const auto opened = open_device(device);
    if (!opened) return to_failure(opened.error());
    return outcome_of(vkgan::bench_ops(**opened, choice->model, batch),
                      [json](const OpsBench& bench) { return json ? bench_json(bench) : bench_text(bench); });
}

namespace {

template <class Measure>
Outcome<std::string> bench_steps(std::string_view model, const BenchOptions& options, Measure measure) {
    const auto choice = choose_model(model, options.settings);
    if (!choice) return to_failure(choice.error());
    const auto opened = open_device(options.device);
    if (!opened) return to_failure(opened.error());
    return outcome_of(measure(**opened, choice->model), [&](const StepsBench& bench) {
        return options.json ? bench_json(bench) : bench_text(bench);
    });
}

}  // namespace

Outcome<std::string> bench_train(std::string_view model, const BenchOptions& o) {
    return bench_steps(model, o, [&](Device& device, const Model& chosen) {
        return vkgan::bench_train(device, chosen, o.batch, o.repetitions, o.data);
    });
}

Outcome<std::string> bench_infer(std::string_view model, const BenchOptions& o) {
    return bench_steps(model, o, [&](Device& device, const Model& chosen) {
        return vkgan::bench_infer(device, chosen, o.batch, o.repetitions);
    });
}

}  // namespace vkgan::api
