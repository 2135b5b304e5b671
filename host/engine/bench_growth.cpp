// Training steps of growing batches and growing images.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_growth.hpp"

#include "host/engine/bench_common.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int fewest_repetitions = 5;

Status check_options(const GrowthOptions& options) {
    VKGAN_TRY(check_repetitions(options.repetitions));
    if (options.repetitions < fewest_repetitions)
        return Error{Code::invalid_argument,
                     fmt::format("repetitions: {} are too few to tell growth from noise; at least {}",
                                 options.repetitions, fewest_repetitions)};
    if (options.batches.empty() && options.images.empty())
        return Error{Code::invalid_argument, "growth: there are neither batches nor images to measure"};
    return {};
}

int64_t pixels_of(const Model& model) {
    const auto source = std::ranges::find(model.sources, "image", &Source::kind);
    if (source == model.sources.end() || source->shape.size() != 3) return 0;
    return source->shape[1] * source->shape[2];
}

Status add_point(GrowthSeries& series, Device& device, const Model& model, const StepsOptions& options) {
    VKGAN_ASSIGN(const StepsBench steps, bench_train(device, model, options));
    series.points.push_back(
        {steps.batch, pixels_of(model), steps.median_ms, steps.fastest_ms, steps.slowest_ms, steps.gflop});
    return {};
}

}  // namespace

double GrowthSeries::off_flat(size_t point, double (GrowthPoint::*cost)() const) const {
    std::vector<double> costs;
    for (const GrowthPoint& each : points) costs.push_back((each.*cost)());
    const double flat = median(costs);
    return flat > 0 ? costs[point] / flat - 1 : 0;
}

Result<GrowthBench> bench_growth(Device& device, const Model& model, const ModelOfSize& of_size,
                                 const GrowthOptions& options) {
    VKGAN_TRY(check_options(options));
    std::vector<Model> sizes;  // all before the first is measured: a size that cannot be is told at once
    for (const int image : options.images) {
        VKGAN_ASSIGN(Model of_this, of_size(image));
        sizes.push_back(std::move(of_this));
    }
    GrowthBench bench{.device = device_text(device),
                      .recipe = model.recipe,
                      .repetitions = options.repetitions,
                      .batches = {},
                      .images = {}};
    StepsOptions steps{.repetitions = options.repetitions, .data = options.data};
    for (const int batch : options.batches) {
        steps.batch = batch;
        VKGAN_TRY(add_point(bench.batches, device, model, steps));
    }
    steps.batch = options.batch;
    for (const Model& of_this : sizes) VKGAN_TRY(add_point(bench.images, device, of_this, steps));
    return bench;
}

namespace {

std::string table(const GrowthSeries& series, bool images) {
    std::string text =
        fmt::format("{:>6} {:>8} {:>10} {:>20} {:>12} {:>10} {:>9} {:>14} {:>12}\n", "batch", "pixels",
                    "ms a step", "fastest to slowest", images ? "ns a pixel" : "ms an image", "GFLOP",
                    "GFLOP/s", images ? "flat by pixel" : "flat by image", "flat by FLOP");
    const auto cost = images ? &GrowthPoint::pixel_ns : &GrowthPoint::image_ms;
    for (size_t i = 0; i < series.points.size(); ++i) {
        const GrowthPoint& p = series.points[i];
        text += fmt::format(
            "{:>6} {:>8} {:>10.2f} {:>20} {:>12.3f} {:>10.4g} {:>9.1f} {:>+13.1f}% {:>+11.1f}%\n", p.batch,
            p.pixels, p.median_ms, fmt::format("{:.2f} to {:.2f}", p.fastest_ms, p.slowest_ms), (p.*cost)(),
            p.gflop, p.gflop / p.median_ms * 1000, 100 * series.off_flat(i, cost),
            100 * series.off_flat(i, &GrowthPoint::gflop_ms));
    }
    return text;
}

nlohmann::ordered_json rows(const GrowthSeries& series) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (size_t i = 0; i < series.points.size(); ++i) {
        const GrowthPoint& p = series.points[i];
        list.push_back({{"batch", p.batch},
                        {"pixels", p.pixels},
                        {"median_ms", p.median_ms},
                        {"fastest_ms", p.fastest_ms},
                        {"slowest_ms", p.slowest_ms},
                        {"ms_an_image", p.image_ms()},
                        {"ns_a_pixel", p.pixel_ns()},
                        {"gflop", p.gflop},
                        {"gflops", p.gflop / p.median_ms * 1000},
                        {"off_flat_image", series.off_flat(i, &GrowthPoint::image_ms)},
                        {"off_flat_pixel", series.off_flat(i, &GrowthPoint::pixel_ns)},
                        {"off_flat_flop", series.off_flat(i, &GrowthPoint::gflop_ms)}});
    }
    return list;
}

}  // namespace

std::string bench_text(const GrowthBench& b) {
    std::string text =
        fmt::format("{}, training steps of {}, medians of {}\n", b.device, b.recipe, b.repetitions);
    if (!b.batches.points.empty()) text += "\ngrowing batches\n" + table(b.batches, false);
    if (!b.images.points.empty()) text += "\ngrowing images\n" + table(b.images, true);
    return text +
           "\nflat: off the points' median cost; larger images have another network, with other\n"
           "FLOPs a pixel, so that only its time by FLOP can be flat\n";
}

std::string bench_json(const GrowthBench& b) {
    const nlohmann::ordered_json json{{"device", b.device},
                                      {"recipe", b.recipe},
                                      {"repetitions", b.repetitions},
                                      {"batches", rows(b.batches)},
                                      {"images", rows(b.images)}};
    return json.dump(2) + "\n";
}

}  // namespace vkgan
