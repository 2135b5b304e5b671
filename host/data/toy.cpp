// The toy distributions. Ring, grid and Swiss roll have the numbers of Gulrajani et al. 2017.
// SPDX-License-Identifier: MIT
#include "host/data/toy.hpp"

#include "host/base/text.hpp"
#include "host/data/sample_random.hpp"
#include "host/data/toy_histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vkgan {
namespace {

using std::numbers::pi;

ToyDistribution normal() {
    return {.name = "normal",
            .means = {{2, 0}},
            .deviation = 0.5,
            .components = {},
            .low = -4,
            .high = 6,
            .bins = {}};
}

ToyDistribution bimodal() {
    return {.name = "bimodal",
            .means = {{-1.5, 0}, {1.5, 0}},
            .deviation = 0.3,
            .components = {"left", "right"},
            .low = -4,
            .high = 4,
            .bins = {}};
}

ToyDistribution ring() {
    constexpr double scale = 1 / 1.414, radius = 2;
    ToyDistribution toy{.name = "ring",
                        .dimensions = 2,
                        .means = {},
                        .deviation = 0.02 * scale,
                        .components = {},
                        .low = -2,
                        .high = 2,
                        .bins = {}};
    for (int i = 0; i < 8; ++i) {
        const double angle = i * pi / 4;
        toy.means.push_back({radius * std::cos(angle) * scale, radius * std::sin(angle) * scale});
        toy.components.push_back(std::to_string(i));
    }
    return toy;
}

ToyDistribution grid() {
    constexpr double scale = 1 / 2.828, spacing = 2;
    ToyDistribution toy{.name = "grid",
                        .dimensions = 2,
                        .means = {},
                        .deviation = 0.05 * scale,
                        .components = {},
                        .low = -2,
                        .high = 2,
                        .bins = {}};
    for (int row = -2; row <= 2; ++row)
        for (int column = -2; column <= 2; ++column) {
            toy.components.push_back(std::to_string(toy.means.size()));
            toy.means.push_back({spacing * column * scale, spacing * row * scale});
        }
    return toy;
}

// scikit-learn's make_swiss_roll without its second coordinate: a spiral of one to three times 3 pi / 2.
constexpr double roll_scale = 1 / 7.5;
ToyPoint roll_centre(SampleRandom& random) {
    const double t = 1.5 * pi * (1 + 2 * double(random.uniform()));
    return {t * std::cos(t) * roll_scale, t * std::sin(t) * roll_scale, 0};
}

ToyDistribution swissroll() {
    return {.name = "swissroll",
            .dimensions = 2,
            .means = {},
            .deviation = 0.25 * roll_scale,
            .components = {},
            .low = -2.2,
            .high = 2.2,
            .bins = {},
            .curve = roll_centre};
}

// Two half circles of radius 1, the lower one moved by (1, -1/2), as scikit-learn's make_moons; then the
// whole centred and scaled to [-1, 1].
constexpr double moon_scale = 1 / 1.5;
ToyPoint moon_centre(SampleRandom& random) {
    const auto component = static_cast<int>(random.below(2));
    const double angle = pi * double(random.uniform());
    const double x = component == 0 ? std::cos(angle) : 1 - std::cos(angle);
    const double y = component == 0 ? std::sin(angle) : 0.5 - std::sin(angle);
    return {(x - 0.5) * moon_scale, (y - 0.25) * moon_scale, component};
}

ToyDistribution moons() {
    return {.name = "moons",
            .dimensions = 2,
            .means = {},
            .deviation = 0.05 * moon_scale,
            .components = {"upper", "lower"},
            .low = -1.3,
            .high = 1.3,
            .bins = {},
            .curve = moon_centre};
}

double normal_density(double x, double mean, double deviation) {
    const double z = (x - mean) / deviation;
    return std::exp(-z * z / 2) / (deviation * std::sqrt(2 * pi));
}

Error unknown_toy(std::string_view name, const std::vector<ToyDistribution>& toys) {
    std::vector<std::string> names;
    for (const ToyDistribution& toy : toys) names.push_back(toy.name);
    names.insert(names.end(), {"histogram", "histogram-file"});
    return {Code::invalid_argument,
            fmt::format("data: unknown toy \"{}\" (normal, bimodal, ring, grid, swissroll, moons, "
                        "histogram=W,W,...@LOW..HIGH or histogram-file=FILE){}",
                        name, did_you_mean(name, names))};
}

}  // namespace

double ToyDistribution::density(double x, double y) const {
    if (!bins.empty()) {
        const double count = double(bins.size()), place = (x - low) / (high - low) * count;
        if (!(place >= 0 && place < count)) return 0;
        return bins[static_cast<size_t>(place)] * count / (high - low);
    }
    double sum = 0;
    for (const auto& mean : means) {
        const double along_x = normal_density(x, mean[0], deviation);
        sum += dimensions == 1 ? along_x : along_x * normal_density(y, mean[1], deviation);
    }
    return means.empty() ? 0 : sum / double(means.size());
}

ToyPoint ToyDistribution::draw(uint64_t sample) const {
    SampleRandom random("toy", sample);
    if (!bins.empty()) {
        double left = double(random.uniform());
        size_t bin = 0;
        while (bin + 1 < bins.size() && left >= bins[bin]) left -= bins[bin++];
        while (bins[bin] == 0 && bin > 0) --bin;  // rounding of the sum may lead past the last share
        const double width = (high - low) / double(bins.size());
        return {low + (double(bin) + double(random.uniform())) * width, 0, 0};
    }
    ToyPoint point;
    if (curve) {
        point = curve(random);
    } else {
        point.component = static_cast<int>(random.below(static_cast<uint32_t>(means.size())));
        point.x = means[static_cast<size_t>(point.component)][0];
        point.y = means[static_cast<size_t>(point.component)][1];
    }
    point.x += deviation * double(random.normal());
    if (dimensions == 2) point.y += deviation * double(random.normal());
    return point;
}

Result<ToyDistribution> find_toy(std::string_view name) {
    const size_t equals = name.find('=');
    const std::string_view kind = name.substr(0, equals);
    if (kind == "histogram" || kind == "histogram-file") {
        if (equals == std::string_view::npos) return histogram_lacks_text(name);
        const std::string_view text = name.substr(equals + 1);
        return kind == "histogram" ? parse_histogram(text, name) : read_histogram(std::string(text));
    }
    std::vector<ToyDistribution> toys{normal(), bimodal(), ring(), grid(), swissroll(), moons()};
    const auto found = std::ranges::find(toys, name, &ToyDistribution::name);
    if (found != toys.end()) return std::move(*found);
    return unknown_toy(name, toys);
}

}  // namespace vkgan
