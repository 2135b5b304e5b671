// Training steps and generator calls, timed as their caller sees them.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_steps.hpp"

#include "host/engine/bench_common.hpp"

#include "host/engine/inference.hpp"
#include "host/engine/session.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>

namespace vkgan {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int uncounted = 2;  // the first step compiles; the second still meets cold caches

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Status check_repetitions(int repetitions) {
    if (repetitions >= 1 && repetitions <= 100000) return {};
    return Error{Code::invalid_argument, fmt::format("repetitions: {} is not from 1 to 100000", repetitions)};
}

// Runs `step` again and again and fills in the times.
Status time_steps(StepsBench& bench, Clock::time_point begin, const std::function<Status()>& step) {
    VKGAN_TRY(step());
    bench.first_s = seconds_since(begin);
    for (int i = 1; i < uncounted; ++i) VKGAN_TRY(step());
    std::vector<double> ms;
    for (int i = 0; i < bench.repetitions; ++i) {
        const auto from = Clock::now();
        VKGAN_TRY(step());
        ms.push_back(seconds_since(from) * 1000);
    }
    bench.median_ms = median(ms);
    bench.fastest_ms = std::ranges::min(ms);
    bench.slowest_ms = std::ranges::max(ms);
    bench.images_per_s = bench.batch * 1000 / bench.median_ms;
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) bench.peak_process_mib = double(usage.ru_maxrss) / 1024;
    return {};
}

}  // namespace

Result<StepsBench> bench_train(Device& device, const Model& model, int batch, int repetitions,
                               const std::string& data) {
    VKGAN_TRY(check_repetitions(repetitions));
    StepsBench bench{.device = device_text(device), .recipe = model.recipe, .kind = "train"};
    bench.repetitions = repetitions;
    const auto begin = Clock::now();
    SessionOptions options{.batch = batch, .data = data};
    options.snapshot_every = 0;
    VKGAN_ASSIGN(const std::unique_ptr<Session> session, Session::create(device, model, options));
    TrainingState state;
    VKGAN_ASSIGN(state.variables, session->initial_values());
    VKGAN_TRY(session->start(state));
    bench.batch = session->batch();
    for (const CompiledPhase& phase : session->compiled().phases)
        bench.dispatches += phase.repeat * int(phase.plan.kernels.size());
    bench.device_bytes = bytes_by_class(session->compiled());
    std::vector<double> host;
    VKGAN_TRY(time_steps(bench, begin, [&]() -> Status {
        VKGAN_ASSIGN(const StepResult result, session->step());
        host.push_back(result.host_ms);
        return {};
    }));
    bench.host_ms = median({host.begin() + uncounted, host.end()});
    return bench;
}

Result<StepsBench> bench_infer(Device& device, const Model& model, int batch, int repetitions) {
    VKGAN_TRY(check_repetitions(repetitions));
    StepsBench bench{.device = device_text(device), .recipe = model.recipe, .kind = "infer"};
    bench.repetitions = repetitions;
    bench.batch = batch != 0 ? batch : 1;
    const auto begin = Clock::now();
    CompileOptions options{.device = device.traits()};
    options.lower.batch = model.batch;
    VKGAN_ASSIGN(const Compiled compiled, compile_training(model, options));
    TrainedModel trained{.model = model};
    VKGAN_ASSIGN(trained.variables, initial_values(compiled.starts, compiled.table, 1));
    VKGAN_ASSIGN(const std::unique_ptr<Inference> inference, Inference::create(device, std::move(trained)));
    VKGAN_TRY(time_steps(bench, begin, [&]() -> Status {
        VKGAN_TRY(inference->sample(bench.batch, 1, {}));
        return {};
    }));
    return bench;
}

std::string bench_text(const StepsBench& b) {
    std::string text = fmt::format("{}, {} {}, batch {}, {} repetitions\n", b.device, b.recipe, b.kind,
                                   b.batch, b.repetitions);
    text += fmt::format("median {:.2f} ms ({:.2f} to {:.2f}), {:.1f} images/s; the first took {:.2f} s\n",
                        b.median_ms, b.fastest_ms, b.slowest_ms, b.images_per_s, b.first_s);
    if (b.kind == "train")
        text += fmt::format("host work {:.2f} ms a step, {} dispatches, {}\n", b.host_ms, b.dispatches,
                            memory_text(b.device_bytes));
    return text + fmt::format("peak of the process {:.0f} MiB\n", b.peak_process_mib);
}

std::string bench_json(const StepsBench& b) {
    nlohmann::ordered_json json{{"device", b.device},
                                {"recipe", b.recipe},
                                {"kind", b.kind},
                                {"batch", b.batch},
                                {"repetitions", b.repetitions},
                                {"dispatches", b.dispatches},
                                {"first_s", b.first_s},
                                {"median_ms", b.median_ms},
                                {"fastest_ms", b.fastest_ms},
                                {"slowest_ms", b.slowest_ms},
                                {"host_ms", b.host_ms},
                                {"images_per_s", b.images_per_s},
                                {"peak_process_mib", b.peak_process_mib}};
    json["device_bytes"] = b.device_bytes;
    return json.dump(2) + "\n";
}

}  // namespace vkgan
