// Plain loops over a few thousand points.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab_maths.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace viewer {
namespace {

using std::numbers::pi;

double share_below(double x, double mean, double deviation) {
    return 0.5 * std::erfc((mean - x) / (deviation * std::numbers::sqrt2));
}

int bin_of(double x, const LabRange& range, int bins) {
    const double place = (x - range.low) / range.width() * bins;
    return place >= 0 && place < bins ? int(place) : -1;
}

// From 0 to below 1.
double draw(std::mt19937_64& random) { return double(random() >> 11) * 0x1p-53; }

double latent_at(LabNoise noise, double share) {
    return noise == LabNoise::uniform ? 2 * share - 1 : normal_quantile(std::clamp(share, 1e-6, 1 - 1e-6));
}

float cell_area(std::span<const float> nodes, const std::array<size_t, 4>& corners) {
    double area = 0;
    for (size_t i = 0; i < 4; ++i) {
        const size_t a = corners[i] * 2, b = corners[(i + 1) % 4] * 2;
        area += double(nodes[a]) * double(nodes[b + 1]) - double(nodes[b]) * double(nodes[a + 1]);
    }
    return float(std::abs(area) / 2);
}

}  // namespace

LabRange lab_range(LabData data) {
    switch (data) {
        case LabData::normal: return {-1.5, 5.5};
        case LabData::histogram: return {-4, 6};
        case LabData::bimodal: return {-4, 4};
        case LabData::moons: return {-1.4, 1.4};
        case LabData::drawn: return {-1.25, 1.25};
        default: return {-2, 2};
    }
}

LabExperiment lab_defaults(LabData data) {
    LabExperiment experiment;
    experiment.data = data;
    if (on_line(data)) {  // Goodfellow et al. 2014, figure 1
        experiment.noise = LabNoise::uniform;
        experiment.noise_size = 1;
        experiment.hidden = 32;
        experiment.activation = LabActivation::tanh;
        experiment.k = 5;
        experiment.r1 = 0;
    }
    if (data == LabData::grid) {
        experiment.hidden_d = 128;
        experiment.depth = 3;
        experiment.r1 = 0.01;
    }
    return experiment;
}

LabExperiment with_data(const LabExperiment& experiment, LabData data) {
    LabExperiment usual = lab_defaults(experiment.data), changed = lab_defaults(data), kept = experiment;
    for (LabExperiment* const other : {&usual, &changed}) {
        other->bars = experiment.bars;
        other->points = experiment.points;
        other->seed = experiment.seed;
    }
    kept.data = data;
    return experiment == usual || on_line(experiment.data) != on_line(data) ? changed : kept;
}

std::string lab_problem(const LabState& state) {
    if (state.experiments.empty() || state.experiments.size() > 2)
        return "lab.experiments has " + std::to_string(state.experiments.size()) + " entries, not 1 or 2";
    if (state.edited >= int(state.experiments.size()))
        return "lab.edited is " + std::to_string(state.edited) + ", but that is no experiment";
    for (const LabExperiment& experiment : state.experiments) {
        if (experiment.bars.size() != size_t(lab_bars))
            return "lab.experiments.bars has " + std::to_string(experiment.bars.size()) + " entries, not " +
                   std::to_string(lab_bars);
        if (experiment.points.size() % 2 != 0 || experiment.points.size() > 2 * most_lab_points)
            return "lab.experiments.points has " + std::to_string(experiment.points.size()) +
                   " entries, not two for each of at most " + std::to_string(most_lab_points) + " points";
    }
    return {};
}

std::vector<double> line_histogram(std::span<const float> points, const LabRange& range, int bins) {
    std::vector<double> shares(size_t(bins), 0.0);
    for (const float x : points)
        if (const int bin = bin_of(double(x), range, bins); bin >= 0)
            shares[size_t(bin)] += 1 / double(points.size());
    return shares;
}

std::vector<double> plane_histogram(std::span<const float> points, const LabRange& range, int bins) {
    std::vector<double> shares(size_t(bins * bins), 0.0);
    for (size_t i = 0; i + 1 < points.size(); i += 2) {
        const int column = bin_of(double(points[i]), range, bins),
                  row = bin_of(double(points[i + 1]), range, bins);
        if (column >= 0 && row >= 0) shares[size_t(row * bins + column)] += 2 / double(points.size());
    }
    return shares;
}

std::vector<double> line_truth(const LabExperiment& experiment, const LabRange& range, int bins) {
    std::vector<double> shares(size_t(bins), 0.0);
    const double step = range.width() / bins;
    double all = 0;
    for (const float bar : experiment.bars) all += double(bar);
    const LabRange bars = lab_range(LabData::histogram);
    // The share of the bars below x: whole ones, and a part of the one that x lies in.
    const auto bars_below = [&](double x) {
        double place = std::clamp((x - bars.low) / bars.width(), 0.0, 1.0) * double(experiment.bars.size()),
               sum = 0;
        for (size_t i = 0; i < experiment.bars.size() && place > 0; ++i, --place)
            sum += double(experiment.bars[i]) * std::min(place, 1.0);
        return all > 0 ? sum / all : 0;
    };
    const auto below = [&](double x) {
        if (experiment.data == LabData::histogram) return bars_below(x);
        if (experiment.data == LabData::bimodal)
            return (share_below(x, -1.5, 0.3) + share_below(x, 1.5, 0.3)) / 2;
        return share_below(x, 2, 0.5);
    };
    for (int i = 0; i < bins; ++i)
        shares[size_t(i)] = below(range.low + (i + 1) * step) - below(range.low + i * step);
    return shares;
}

double kullback_leibler_bits(std::span<const double> p, std::span<const double> q, double floor) {
    double sum = 0;
    for (size_t i = 0; i < p.size(); ++i)
        if (p[i] > 0) sum += p[i] * std::log2(p[i] / std::max(q[i], floor));
    return sum;
}

double jensen_shannon_bits(std::span<const double> p, std::span<const double> q) {
    double sum = 0, left = 1, right = 1;
    for (size_t i = 0; i < p.size(); ++i) {
        const double middle = (p[i] + q[i]) / 2;
        if (p[i] > 0) sum += p[i] * std::log2(p[i] / middle) / 2;
        if (q[i] > 0) sum += q[i] * std::log2(q[i] / middle) / 2;
        left -= p[i];
        right -= q[i];
    }
    // What lies outside of the range, as one bin more.
    const double middle = (std::max(left, 0.0) + std::max(right, 0.0)) / 2;
    if (left > 1e-9) sum += left * std::log2(left / middle) / 2;
    if (right > 1e-9) sum += right * std::log2(right / middle) / 2;
    return std::max(sum, 0.0);
}

double jensen_shannon_of_loss(double loss_d) { return 1 - loss_d / (2 * std::numbers::ln2); }

std::vector<double> best_discriminator(std::span<const double> p_data, std::span<const double> p_g) {
    std::vector<double> best(p_data.size(), -1.0);
    for (size_t i = 0; i < best.size(); ++i)
        if (p_data[i] + p_g[i] > 0) best[i] = p_data[i] / (p_data[i] + p_g[i]);
    return best;
}

double opinion(LabLoss loss, double score, double low, double high) {
    if (!std::isfinite(score)) return 0.5;
    switch (loss) {
        case LabLoss::non_saturating:
        case LabLoss::minimax: return 1 / (1 + std::exp(-score));
        case LabLoss::least_squares: return std::clamp(score, 0.0, 1.0);
        case LabLoss::hinge: return std::clamp((score + 1) / 2, 0.0, 1.0);
        case LabLoss::wasserstein: break;
    }
    return high > low ? std::clamp((score - low) / (high - low), 0.0, 1.0) : 0.5;
}

double generator_pull(LabLoss loss, double score) {
    switch (loss) {
        case LabLoss::non_saturating: return 1 / (1 + std::exp(score));
        case LabLoss::minimax: return 1 / (1 + std::exp(-score));
        case LabLoss::least_squares: return 1 - score;
        default: return 1;
    }
}

namespace {

LabModes modes_of(LabData data) {
    LabModes modes;
    if (data == LabData::ring) {
        modes.deviation = 0.02 / 1.414;
        for (int i = 0; i < 8; ++i) {
            modes.means.push_back(float(2 / 1.414 * std::cos(i * pi / 4)));
            modes.means.push_back(float(2 / 1.414 * std::sin(i * pi / 4)));
        }
    }
    if (data == LabData::grid) {
        modes.deviation = 0.05 / 2.828;
        for (int i = 0; i < 25; ++i) {
            modes.means.push_back(float((i % 5 - 2) * 2 / 2.828));
            modes.means.push_back(float((i / 5 - 2) * 2 / 2.828));
        }
    }
    modes.all = int(modes.means.size() / 2);
    return modes;
}

}  // namespace

LabModes count_modes(LabData data, std::span<const float> points) {
    LabModes modes = modes_of(data);
    const size_t count = points.size() / 2;
    if (modes.all == 0 || count == 0) return modes;
    const double reach = 3 * modes.deviation;
    std::vector<size_t> hits(size_t(modes.all), 0);
    for (size_t i = 0; i < count; ++i)
        for (size_t m = 0; m < hits.size(); ++m)
            if (std::hypot(double(points[2 * i] - modes.means[2 * m]),
                           double(points[2 * i + 1] - modes.means[2 * m + 1])) <= reach) {
                ++hits[m];
                modes.high_quality += 1 / double(count);
                break;
            }
    for (const size_t hit : hits) modes.found += hit * 100 >= count;
    return modes;
}

std::vector<ManifoldCell> manifold_cells(std::span<const float> nodes, int side) {
    std::vector<ManifoldCell> cells;
    if (side < 2 || nodes.size() < size_t(side * side) * 2) return cells;
    std::vector<float> areas;
    for (size_t row = 0; row + 1 < size_t(side); ++row)
        for (size_t column = 0; column + 1 < size_t(side); ++column) {
            const size_t at = row * size_t(side) + column;
            cells.push_back({{at, at + 1, at + size_t(side) + 1, at + size_t(side)}});
            areas.push_back(cell_area(nodes, cells.back().corners));
        }
    // The median of areas has half of the full density.
    std::vector<float> sorted = areas;
    std::ranges::nth_element(sorted, sorted.begin() + long(sorted.size() / 2));
    const float usual = std::max(sorted[sorted.size() / 2], 1e-9f);
    for (size_t i = 0; i < cells.size(); ++i) cells[i].density = usual / (usual + areas[i]);
    return cells;
}

double normal_quantile(double p) {
    // Newton's method on the distribution function; its slope is the density.
    double x = 0;
    for (int i = 0; i < 60; ++i) {
        const double density = std::exp(-x * x / 2) / std::sqrt(2 * pi);
        const double step = (share_below(x, 0, 1) - p) / std::max(density, 1e-12);
        x -= std::clamp(step, -1.0, 1.0);
        if (std::abs(step) < 1e-12) break;
    }
    return x;
}

std::vector<float> latent_grid(LabNoise noise, int noise_size, int side) {
    std::vector<float> line, plane;
    for (int i = 0; i < side; ++i)
        line.push_back(
            float(latent_at(noise, noise == LabNoise::uniform ? double(i) / (side - 1) : (i + 0.5) / side)));
    if (noise_size == 1) return line;
    for (const float y : line)
        for (const float x : line) {
            plane.push_back(x);
            plane.push_back(y);
        }
    return plane;
}

std::vector<float> latent_samples(LabNoise noise, int noise_size, int count, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<float> latents;
    if (noise_size == 1) {
        for (int i = 0; i < count; ++i)
            latents.push_back(float(latent_at(noise, (i + draw(random)) / count)));
        return latents;
    }
    const int columns = std::max(1, int(std::sqrt(double(count)))), rows = count / columns;
    for (int i = 0; i < count; ++i) {
        const bool in_cell = i < columns * rows;  // those that are left lie anywhere
        const double x = in_cell ? (i % columns + draw(random)) / columns : draw(random);
        const double y = in_cell ? (i / columns + draw(random)) / rows : draw(random);
        latents.push_back(float(latent_at(noise, x)));
        latents.push_back(float(latent_at(noise, y)));
    }
    return latents;
}

std::vector<float> spread_points(std::span<const float> drawn, size_t count, double deviation) {
    std::vector<float> points;
    const size_t known = drawn.size() / 2;
    std::mt19937_64 random(1);
    for (size_t i = 0; i < count && known > 0; ++i)
        for (size_t axis = 0; axis < 2; ++axis) {
            const double moved = deviation * normal_quantile(std::clamp(draw(random), 1e-4, 1 - 1e-4));
            points.push_back(float(std::clamp(double(drawn[i % known * 2 + axis]) + moved, -1.0, 1.0)));
        }
    return points;
}

}  // namespace viewer
