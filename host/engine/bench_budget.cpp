// A pretended renderer: frames at a steady rate, training in what it lends of them.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_budget.hpp"

#include "host/engine/bench_common.hpp"
#include "host/engine/bench_renderer.hpp"
#include "host/engine/frame_training.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <limits>
#include <random>
#include <thread>

namespace vkgan {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double unlimited = std::numeric_limits<double>::infinity();
constexpr double budgets_a_period = 2;
constexpr double drawing_budgets = 0.9;  // of a frame, that the renderer's own work takes
constexpr int round_steps = 4;           // of each round

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Of this thread. The wall's clock counts others, too, where a software driver has all processors.
double processor_us() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e6 + double(time.tv_nsec) / 1e3;
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const auto rank = size_t(std::ceil(share * double(values.size())));
    return values[std::clamp(rank, size_t{1}, values.size()) - 1];
}

// One session that trains in frames, and its queue.
struct Framed {
    std::unique_ptr<Session> session;
    std::unique_ptr<FrameQueue> queue;
    std::unique_ptr<FrameTraining> training;

    Status frame(double budget_ns, int64_t last_step = -1) {
        VKGAN_TRY(queue->begin(budget_ns));
        VKGAN_ASSIGN(const FrameSteps steps, training->advance(last_step));
        return queue->submit();
    }
    // Until so many steps are done: frames one after another, as soon as the device may run dry.
    Status train_to(int64_t step) {
        while (session->progress().steps < step) {
            VKGAN_TRY(frame(unlimited, step));
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
        return {};
    }
};

Result<std::unique_ptr<Session>> make_session(Device& device, const Model& model, const BudgetOptions& o,
                                              int in_flight) {
    SessionOptions options{.batch = o.batch, .data = o.data, .feed = {}};
    options.recompute = o.recompute;
    options.in_flight = in_flight;
    VKGAN_ASSIGN(std::unique_ptr<Session> session, Session::create(device, model, options));
    VKGAN_TRY(start_untrained(*session));
    return session;
}

Result<bool> equal_states(Session& a, Session& b) {
    VKGAN_ASSIGN(const TrainingState first, a.state());
    VKGAN_ASSIGN(const TrainingState second, b.state());
    if (first.variables.size() != second.variables.size()) return false;
    for (const auto& [name, tensor] : first.variables) {
        const auto other = second.variables.find(name);
        if (other == second.variables.end() || !(other->second.shape == tensor.shape)) return false;
        const size_t bytes = tensor.values.size() * sizeof(float);
        if (std::memcmp(tensor.values.data(), other->second.values.data(), bytes) != 0) return false;
    }
    return true;
}

// The same steps whole and in slices of random frames.
Result<bool> compare(Session& whole, Framed& framed, int steps) {
    for (int i = 0; i < steps; ++i) VKGAN_TRY(whole.step());
    std::mt19937 random(1);
    const double step_ns = 1e6 * std::max(1.0, framed.training->longest_slice_ns() / 1e6);
    while (framed.session->progress().steps < steps) {
        VKGAN_TRY(framed.frame(step_ns * double(1 + random() % 20), steps));
        if (random() % 2 == 0) VKGAN_TRY(framed.queue->wait_idle());
    }
    VKGAN_TRY(framed.training->finish());
    return equal_states(whole, *framed.session);
}

// Images a second of some steps in frames without a limit.
Result<double> unlimited_rate(Framed& framed) {
    VKGAN_TRY(framed.train_to(framed.session->progress().steps + 1));  // fills the pipe
    const auto from = Clock::now();
    VKGAN_TRY(framed.train_to(framed.session->progress().steps + round_steps));
    const double rate = double(round_steps) * framed.session->batch() / seconds_since(from);
    VKGAN_TRY(framed.training->finish());
    return rate;
}

Status compare_speed(BudgetBench& bench, Session& whole, Framed& framed, int rounds) {
    std::vector<double> whole_rates, frame_rates, ratios;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        for (int i = 0; i < round_steps; ++i) VKGAN_TRY(whole.step());
        whole_rates.push_back(double(round_steps) * whole.batch() / seconds_since(begin));
        VKGAN_ASSIGN(const double rate, unlimited_rate(framed));
        frame_rates.push_back(rate);
        ratios.push_back(frame_rates.back() / whole_rates.back());
    }
    bench.whole_images_per_s = median(whole_rates);
    bench.unlimited_images_per_s = median(frame_rates);
    bench.unlimited_share = median(ratios);
    return {};
}

struct Samples {
    std::vector<double> device_ms, host_us, processor_us, drawing_ms;
    double longest_ms = 0;

    // Of frames from `first` on; work of one frame may end in another.
    void take(FrameQueue& queue, uint64_t first) {
        while (const auto use = queue.next_use()) {
            if (use->frame < first) continue;
            const auto frame = size_t(use->frame - first);
            if (device_ms.size() <= frame) device_ms.resize(frame + 1);
            device_ms[frame] += use->measured_ns / 1e6;
            longest_ms = std::max(longest_ms, use->longest_ns / 1e6);
        }
    }
};

// Some frames at their rate; returns images a second.
Result<double> run_frames(Framed& framed, BenchRenderer& renderer, double budget_ms, int frames,
                          Samples& all) {
    const auto period = std::chrono::nanoseconds(int64_t(budget_ms * budgets_a_period * 1e6));
    Samples samples;
    while (framed.queue->next_use() || renderer.next_ms()) {
    }  // of others
    const uint64_t first = framed.queue->frame() + 1;
    const int64_t before = framed.session->progress().steps;
    const auto begin = Clock::now();
    auto next = begin;
    for (int i = 0; i < frames; ++i) {
        std::this_thread::sleep_until(next);
        next += period;
        const auto from = Clock::now();
        const double processor_from = processor_us();
        VKGAN_TRY(framed.frame(budget_ms * 1e6));
        samples.processor_us.push_back(processor_us() - processor_from);
        samples.host_us.push_back(seconds_since(from) * 1e6);
        VKGAN_TRY(renderer.draw());
        samples.take(*framed.queue, first);
        while (const auto ms = renderer.next_ms()) all.drawing_ms.push_back(*ms);
    }
    std::this_thread::sleep_until(next);
    const double seconds = seconds_since(begin);
    VKGAN_TRY(framed.queue->wait_idle());
    VKGAN_TRY(renderer.finish());
    samples.take(*framed.queue, first);
    while (const auto ms = renderer.next_ms()) all.drawing_ms.push_back(*ms);
    samples.device_ms.resize(size_t(frames));
    // Steps are long on slow devices: what of the last is done counts by its slices.
    const double steps = double(framed.session->progress().steps - before) + framed.training->part_done();
    VKGAN_TRY(framed.training->finish());
    all.device_ms.insert(all.device_ms.end(), samples.device_ms.begin(), samples.device_ms.end());
    all.host_us.insert(all.host_us.end(), samples.host_us.begin(), samples.host_us.end());
    all.processor_us.insert(all.processor_us.end(), samples.processor_us.begin(), samples.processor_us.end());
    all.longest_ms = std::max(all.longest_ms, samples.longest_ms);
    return steps * framed.session->batch() / seconds;
}

// Rounds of frames, each after one without a limit, since machines are not equally fast all the time.
Result<BudgetPoint> measure(Device& device, Framed& framed, double budget_ms, const BudgetOptions& options) {
    VKGAN_ASSIGN(const std::unique_ptr<BenchRenderer> renderer,
                 BenchRenderer::create(device, budget_ms * drawing_budgets));
    BudgetPoint point{.budget_ms = budget_ms,
                      .period_ms = budget_ms * budgets_a_period,
                      .drawing_ms = renderer->frame_ms()};
    Samples samples;
    std::vector<double> rates, shares;
    const int each = (options.frames + options.rounds - 1) / options.rounds;
    for (int round = 0; round < options.rounds; ++round) {
        VKGAN_ASSIGN(const double unlimited_images, unlimited_rate(framed));
        VKGAN_ASSIGN(const double images, run_frames(framed, *renderer, budget_ms, each, samples));
        rates.push_back(images);
        shares.push_back(images * budgets_a_period / unlimited_images);
    }
    std::vector<double> over;
    for (const double ms : samples.device_ms) over.push_back(std::max(0.0, ms - budget_ms));
    point.frames = int(samples.device_ms.size());
    point.device_median_ms = quantile(samples.device_ms, 0.5);
    point.device_p99_ms = quantile(samples.device_ms, 0.99);
    point.device_most_ms = quantile(samples.device_ms, 1);
    point.over_p99_ms = quantile(over, 0.99);
    point.drawing_over_p99_ms = quantile(samples.drawing_ms, 0.99) - quantile(samples.drawing_ms, 0.5);
    point.host_median_us = quantile(samples.host_us, 0.5);
    point.host_p99_us = quantile(samples.host_us, 0.99);
    point.processor_median_us = quantile(samples.processor_us, 0.5);
    point.processor_p99_us = quantile(samples.processor_us, 0.99);
    point.longest_piece_ms = samples.longest_ms;
    point.images_per_s = median(rates);
    point.share = median(shares);
    return point;
}

Status check_options(const BudgetOptions& options) {
    for (const double ms : options.budgets_ms)
        if (!(ms > 0 && ms <= 10000))
            return Error{Code::invalid_argument, fmt::format("budgets: {} ms is not from 0 to 10000", ms)};
    const auto range = [](const char* name, int value, int low) -> Status {
        if (value >= low && value <= 1'000'000) return {};
        return Error{Code::invalid_argument,
                     fmt::format("{}: {} is not from {} to 1000000", name, value, low)};
    };
    VKGAN_TRY(range("frames", options.frames, 1));
    VKGAN_TRY(range("steps", options.steps, 0));
    return range("rounds", options.rounds, 1);
}

}  // namespace

Result<BudgetBench> bench_budget(Device& device, const Model& model, const BudgetOptions& options) {
    VKGAN_TRY(check_options(options));
    BudgetBench bench{.device = device_text(device), .recipe = model.recipe, .compared_steps = options.steps};
    std::vector<double> budgets = options.budgets_ms;
    if (budgets.empty())
        budgets = is_software(device) ? std::vector{8.0, 16.0, 33.0} : std::vector{1.0, 2.0, 4.0, 8.0};
    VKGAN_ASSIGN(const std::unique_ptr<Session> whole, make_session(device, model, options, 2));
    constexpr int in_flight = 8;
    Framed framed;
    VKGAN_ASSIGN(framed.session, make_session(device, model, options, in_flight));
    VKGAN_ASSIGN(framed.queue, FrameQueue::create(device));
    VKGAN_ASSIGN(framed.training, FrameTraining::create(*framed.session, *framed.queue));
    bench.batch = whole->batch();
    bench.slices = framed.training->slices();
    bench.slice_ms = framed.training->longest_slice_ns() / 1e6;
    bench.copied_bytes = framed.training->copied_bytes();
    VKGAN_ASSIGN(bench.equal, compare(*whole, framed, options.steps));
    VKGAN_TRY(compare_speed(bench, *whole, framed, options.rounds));
    for (const double ms : budgets) {
        VKGAN_ASSIGN(BudgetPoint point, measure(device, framed, ms, options));
        point.slice_ms = bench.slice_ms;
        bench.points.push_back(point);
    }
    return bench;
}

std::string bench_text(const BudgetBench& b) {
    std::string text = fmt::format(
        "{}, training {} with a batch of {} in {} slices, the longest expected to take {:.2f} ms\n", b.device,
        b.recipe, b.batch, b.slices, b.slice_ms);
    text += fmt::format("{} steps in slices of random frames: {}\n", b.compared_steps,
                        b.equal ? "equal to whole steps to the bit" : "DIFFERENT from whole steps");
    text += fmt::format("whole steps {:.1f} images/s, frames without a limit {:.1f}: {:.1f} %\n",
                        b.whole_images_per_s, b.unlimited_images_per_s, 100 * b.unlimited_share);
    text +=
        fmt::format("copies of the state, to go back to: {:.1f} MiB\n\n", double(b.copied_bytes) / 1048576);
    text += fmt::format("{:>9} {:>7} {:>29} {:>8} {:>10} {:>8} {:>6} {:>19} {:>14} {:>9} {:>8}\n",
                        "budget ms", "frames", "device ms: median, p99, most", "over p99", "renderer's",
                        "longest", "kept", "host us: median, p99", "processor's", "images/s", "of share");
    for (const BudgetPoint& p : b.points)
        text += fmt::format(
            "{:>9.1f} {:>7} {:>29} {:>8.2f} {:>10.2f} {:>8.2f} {:>6} {:>19} {:>14} {:>9.1f} {:>7.0f}%\n",
            p.budget_ms, p.frames,
            fmt::format("{:.2f}, {:.2f}, {:.2f}", p.device_median_ms, p.device_p99_ms, p.device_most_ms),
            p.over_p99_ms, p.drawing_over_p99_ms, p.longest_piece_ms, p.kept() ? "yes" : "no",
            fmt::format("{:.0f}, {:.0f}", p.host_median_us, p.host_p99_us),
            fmt::format("{:.0f}, {:.0f}", p.processor_median_us, p.processor_p99_us), p.images_per_s,
            100 * p.share);
    return text +
           "\na frame comes every two budgets, in which a pretended renderer's own work takes the device "
           "nine\n"
           "tenths of one; over p99: 99 of 100 frames take at most so much more than their budget; "
           "renderer's:\n"
           "99 of 100 of its own, which are always the same work, take at most so much more than half of "
           "them\n"
           "do; longest: piece of work that was sent as one; kept: over p99 is at most a tenth of the "
           "budget,\n"
           "or one slice; processor's: host us without those of other threads; of share: of the images that\n"
           "frames without a limit train in as much time\n";
}

std::string bench_json(const BudgetBench& b) {
    nlohmann::ordered_json points = nlohmann::ordered_json::array();
    for (const BudgetPoint& p : b.points)
        points.push_back({{"budget_ms", p.budget_ms},
                          {"period_ms", p.period_ms},
                          {"drawing_ms", p.drawing_ms},
                          {"frames", p.frames},
                          {"device_median_ms", p.device_median_ms},
                          {"device_p99_ms", p.device_p99_ms},
                          {"device_most_ms", p.device_most_ms},
                          {"over_p99_ms", p.over_p99_ms},
                          {"drawing_over_p99_ms", p.drawing_over_p99_ms},
                          {"longest_piece_ms", p.longest_piece_ms},
                          {"kept", p.kept()},
                          {"host_median_us", p.host_median_us},
                          {"host_p99_us", p.host_p99_us},
                          {"processor_median_us", p.processor_median_us},
                          {"processor_p99_us", p.processor_p99_us},
                          {"images_per_s", p.images_per_s},
                          {"share", p.share}});
    const nlohmann::ordered_json json{{"device", b.device},
                                      {"recipe", b.recipe},
                                      {"batch", b.batch},
                                      {"slices", b.slices},
                                      {"slice_ms", b.slice_ms},
                                      {"compared_steps", b.compared_steps},
                                      {"equal", b.equal},
                                      {"whole_images_per_s", b.whole_images_per_s},
                                      {"unlimited_images_per_s", b.unlimited_images_per_s},
                                      {"unlimited_share", b.unlimited_share},
                                      {"copied_bytes", b.copied_bytes},
                                      {"budgets", points}};
    return json.dump(2) + "\n";
}

}  // namespace vkgan
