// What the networks' numbers say: opinions, pulls, divergences, losses over steps.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab_run.hpp"
#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <cmath>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr size_t most_points = 2048, smoothed = 24;

void note(std::vector<Series>& list, std::string_view name, double step, double value) {
    auto series = std::ranges::find(list, name, &Series::name);
    if (series == list.end()) series = list.insert(list.end(), Series{std::string(name), {}, {}});
    series->steps.push_back(float(step));
    series->values.push_back(float(value));
    if (series->steps.size() <= most_points) return;
    for (size_t i = 0; i < series->steps.size() / 2; ++i) {
        series->steps[i] = series->steps[2 * i];
        series->values[i] = series->values[2 * i];
    }
    series->steps.resize(most_points / 2);
    series->values.resize(most_points / 2);
}

bool tells_divergence(LabLoss loss) { return loss == LabLoss::non_saturating || loss == LabLoss::minimax; }

}  // namespace

// The training that was made: from now on it is what is seen.
void LabRun::show_next() {
    const LabExperiment before = view_.experiment;
    const LabExperiment& now = now_.experiment;
    const bool goes_on = now_.keeps && keeps_weights(before, now);
    const bool same_data = before.data == now.data && before.bars == now.bars && before.points == now.points;
    if (!goes_on) {
        view_.losses.clear();
        view_.divergences.clear();
        view_.fakes.clear();
        view_.nodes.clear();
        view_.scores.clear();
        view_.opinions.clear();
        view_.at.clear();
        view_.pulls.clear();
        view_.p_g.clear();
        view_.best.clear();
        view_.shown_steps = -1;
    }
    last_losses_.clear();
    view_.has_js_of_loss = false;
    if (!same_data || (view_.p_data.empty() && !reading_.valid())) read_data(now);
    view_.experiment = now;
    view_.side = now.noise_size == 2 ? plane_nodes : line_nodes;
    view_.latents = latent_grid(now.noise, now.noise_size, view_.side);
    latents_ = view_.latents;
    const std::vector<float> random = latent_samples(now.noise, now.noise_size, fakes, uint64_t(now.seed));
    latents_.insert(latents_.end(), random.begin(), random.end());
}

void LabRun::note_points() {
    const LabRange range = lab_range(view_.experiment.data);
    view_.shown_steps = offset_ + points_steps_;
    view_.p_g = on_line(view_.experiment) ? line_histogram(view_.fakes, range, line_bins)
                                          : plane_histogram(view_.fakes, range, plane_bins);
    view_.modes = count_modes(view_.experiment.data, view_.fakes);
}

void LabRun::note_judge(std::span<const float> values) {
    const bool line = on_line(view_.experiment);
    const size_t places = line ? size_t(line_bins) : size_t(plane_bins * plane_bins);
    if (values.size() < places) return;
    view_.scores.assign(values.begin(), values.begin() + long(places));
    std::vector<float> sorted = view_.scores;
    std::ranges::sort(sorted);
    const double low = double(sorted[places / 20]), high = double(sorted[places - 1 - places / 20]);
    view_.opinions.resize(places);
    for (size_t i = 0; i < places; ++i)
        view_.opinions[i] = float(opinion(view_.experiment.loss, double(view_.scores[i]), low, high));
    note_slopes(values.subspan(places));
    note_divergences();
}

// Central differences of D's number along each axis, and how strongly G's loss follows them.
void LabRun::note_slopes(std::span<const float> values) {
    const size_t axes = on_line(view_.experiment) ? 1 : 2, count = probes_.size() / axes;
    if (values.size() < count * axes * 2) return;
    view_.at = probes_;
    view_.pulls.assign(count * axes, 0);
    view_.mean_gradient = 0;
    for (size_t i = 0; i < count; ++i) {
        const float* const around = values.data() + i * axes * 2;
        double squares = 0, score = 0;
        for (size_t axis = 0; axis < axes; ++axis) {
            const double slope = double(around[2 * axis + 1] - around[2 * axis]) / double(2 * probe_step);
            squares += slope * slope;
            score += double(around[2 * axis + 1] + around[2 * axis]) / double(2 * axes);
            view_.pulls[i * axes + axis] = float(slope);
        }
        view_.mean_gradient += std::sqrt(squares) / double(count);
        const auto pull = float(generator_pull(view_.experiment.loss, score));
        for (size_t axis = 0; axis < axes; ++axis) view_.pulls[i * axes + axis] *= pull;
    }
}

void LabRun::note_divergences() {
    if (view_.p_data.empty() || view_.p_g.size() != view_.p_data.size()) return;
    view_.best = best_discriminator(view_.p_data, view_.p_g);
    view_.js = jensen_shannon_bits(view_.p_data, view_.p_g);
    view_.kl = kullback_leibler_bits(view_.p_data, view_.p_g);
    const auto step = double(view_.shown_steps);
    note(view_.divergences, "JS", step, view_.js);
    note(view_.divergences, "KL", step, view_.kl);
    view_.has_js_of_loss = tells_divergence(view_.experiment.loss) && !last_losses_.empty();
    if (!view_.has_js_of_loss) return;
    double sum = 0;
    for (const double loss : last_losses_) sum += loss;
    view_.js_of_loss = jensen_shannon_of_loss(sum / double(last_losses_.size()));
    note(view_.divergences, "by loss", step, view_.js_of_loss);
}

Status LabRun::note_losses(api::Context& context) {
    if (info_.steps == noted_steps_) return {};
    noted_steps_ = info_.steps;
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - rate_from_).count();
    if (seconds > 1) {
        view_.steps_per_second = double(std::max<int64_t>(view_.steps - rate_from_steps_, 0)) / seconds;
        rate_from_ = now;
        rate_from_steps_ = view_.steps;
    }
    double loss_d = 0, beside = 0;
    bool known = false;
    for (int i = 0; i < info_.values; ++i) {
        RENDER_ASSIGN(const api::NamedValue value, result_of(context.training_value(now_.training, i)));
        if (!std::isfinite(value.value)) continue;
        if (value.name == "penalty" || value.name == "r1") beside += value.value;
        known |= value.name == "loss_d";
        if (value.name == "loss_d") loss_d = value.value;
        if (value.name == "loss_d" || value.name == "loss_g")
            note(view_.losses, value.name == "loss_d" ? "D" : "G", double(view_.steps), value.value);
    }
    if (!known) return {};
    last_losses_.push_back(loss_d - beside);
    if (last_losses_.size() > smoothed) last_losses_.pop_front();
    return {};
}

}  // namespace viewer
