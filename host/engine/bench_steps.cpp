// Training steps and calls to networks, timed as their caller sees them.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_steps.hpp"

#include "host/engine/bench_common.hpp"

#include "host/engine/inference.hpp"
#include "host/engine/session.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/graph/random.hpp"

#include <fmt/format.h>
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
    bench.peak_process_mib = peak_process_mib();
    return {};
}

// What one call of `sample` runs: the same program for every chunk but perhaps the last.
Status count_sampling(StepsBench& bench, Inference& inference) {
    for (int done = 0; done < bench.batch; done += largest_sample_batch) {
        const int wanted = std::min(bench.batch - done, largest_sample_batch);
        VKGAN_ASSIGN(const Plan* const plan, inference.sampling_plan(wanted));
        bench.gflop += flops(*plan) / 1e9;
        bench.dispatches += int(plan->kernels.size());
    }
    return {};
}

// Normal numbers; indices are 0, which every table has.
TensorMap random_inputs(const Network& network, int batch) {
    TensorMap inputs;
    uint32_t stream = 0;
    for (const NetworkInput& input : network.inputs) {
        std::vector<int64_t> extents(input.shape);
        extents.insert(extents.begin(), batch);
        Tensor tensor{Shape(std::span<const int64_t>(extents))};
        if (input.type != "index") fill_normal({}, stream++, tensor.values);
        inputs.emplace(input.name, std::move(tensor));
    }
    return inputs;
}

Result<std::unique_ptr<Inference>> untrained(Device& device, const Model& model, Precision precision) {
    CompileOptions options{.device = device.traits()};
    options.lower.batch = model.batch;
    VKGAN_ASSIGN(const Compiled compiled, compile_training(model, options));
    TrainedModel trained{.model = model};
    VKGAN_ASSIGN(trained.variables, initial_values(compiled.starts, compiled.table, 1));
    return Inference::create(device, std::move(trained), precision);
}

Status time_samples(StepsBench& bench, Clock::time_point begin, Inference& inference) {
    VKGAN_TRY(count_sampling(bench, inference));
    return time_steps(bench, begin, [&]() -> Status {
        VKGAN_TRY(inference.sample(bench.batch, 1, {}));
        return {};
    });
}

Status time_network(StepsBench& bench, Clock::time_point begin, Inference& inference) {
    VKGAN_ASSIGN(const Plan* const plan, inference.plan(bench.network, bench.batch));
    bench.gflop = flops(*plan) / 1e9;
    bench.dispatches = int(plan->kernels.size());
    const auto& networks = inference.trained().model.networks;
    const auto network = std::ranges::find(networks, bench.network, &Network::name);
    const TensorMap inputs = random_inputs(*network, bench.batch);
    return time_steps(bench, begin, [&]() -> Status {
        VKGAN_TRY(inference.run(bench.network, inputs));
        return {};
    });
}

}  // namespace

Status check_repetitions(int repetitions) {
    if (repetitions >= 1 && repetitions <= 100000) return {};
    return Error{Code::invalid_argument, fmt::format("repetitions: {} is not from 1 to 100000", repetitions)};
}

Result<StepsBench> bench_train(Device& device, const Model& model, const StepsOptions& options) {
    VKGAN_TRY(check_repetitions(options.repetitions));
    StepsBench bench{.device = device_text(device), .recipe = model.recipe, .kind = "train", .network = {}};
    bench.repetitions = options.repetitions;
    const auto begin = Clock::now();
    SessionOptions session_options{
        .batch = options.batch, .data = options.data, .feed = {}, .precision = options.precision};
    bench.precision = name_of(options.precision);
    session_options.snapshot_every = 0;  // as other frameworks: none holds a second copy
    session_options.recompute = options.recompute;
    VKGAN_ASSIGN(const std::unique_ptr<Session> session, Session::create(device, model, session_options));
    VKGAN_TRY(start_untrained(*session));
    bench.batch = session->batch();
    bench.dispatches = dispatches(session->compiled());
    bench.gflop = flops(session->compiled()) / 1e9;
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

Result<StepsBench> bench_infer(Device& device, const Model& model, const StepsOptions& options) {
    VKGAN_TRY(check_repetitions(options.repetitions));
    StepsBench bench{.device = device_text(device), .recipe = model.recipe, .kind = "infer", .network = {}};
    bench.precision = name_of(options.precision);
    bench.network = options.network.empty() ? model.sample_network : options.network;
    bench.repetitions = options.repetitions;
    bench.batch = options.batch != 0 ? options.batch : 1;
    const auto begin = Clock::now();
    VKGAN_ASSIGN(const std::unique_ptr<Inference> inference, untrained(device, model, options.precision));
    VKGAN_TRY(options.network.empty() ? time_samples(bench, begin, *inference)
                                      : time_network(bench, begin, *inference));
    return bench;
}

std::string bench_text(const StepsBench& b) {
    std::string text =
        fmt::format("{}, {} {}{}, batch {}, {}, {} repetitions\n", b.device, b.recipe, b.kind,
                    b.network.empty() ? "" : " " + b.network, b.batch, b.precision, b.repetitions);
    text += fmt::format("median {:.2f} ms ({:.2f} to {:.2f}), {:.1f} images/s; the first took {:.2f} s\n",
                        b.median_ms, b.fastest_ms, b.slowest_ms, b.images_per_s, b.first_s);
    text += fmt::format("{:.2f} GFLOP in {} dispatches, {:.1f} GFLOP/s\n", b.gflop, b.dispatches,
                        b.gflop / b.median_ms * 1000);
    if (b.kind == "train")
        text += fmt::format("host work {:.2f} ms a step, {}\n", b.host_ms, memory_text(b.device_bytes));
    return text + fmt::format("peak of the process {:.0f} MiB\n", b.peak_process_mib);
}

std::string bench_json(const StepsBench& b) {
    nlohmann::ordered_json json{{"device", b.device},
                                {"recipe", b.recipe},
                                {"kind", b.kind},
                                {"network", b.network},
                                {"precision", b.precision},
                                {"batch", b.batch},
                                {"repetitions", b.repetitions},
                                {"dispatches", b.dispatches},
                                {"gflop", b.gflop},
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
