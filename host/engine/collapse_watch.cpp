// What the monitor is fed with: the discriminator's loss, and fixed samples beside real images.
// SPDX-License-Identifier: MIT
#include "host/engine/collapse_watch.hpp"

#include "host/metrics/neighbours.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

constexpr int64_t real_images = 256;
constexpr const char* loss_report = "loss_d";

// Other kinds, as Wasserstein's and energies, have no floor that tells of a winner.
bool has_floor(const Statement& statement) {
    if (statement.function != "gan_discriminator" && statement.function != "real_loss") return false;
    const auto kind = statement.options.find("kind");
    if (kind == statement.options.end()) return true;
    const auto* text = std::get_if<std::string>(&kind->second);
    return text && *text != "wasserstein";
}

bool any_statement(const Model& model, bool (*test)(const Statement&)) {
    return std::ranges::any_of(
        model.phases, [&](const Phase& phase) { return std::ranges::any_of(phase.statements, test); });
}

bool is_adversarial(const Statement& statement) {
    constexpr std::array<std::string_view, 4> losses{"gan_discriminator", "real_loss", "fake_loss",
                                                     "energy_margin"};
    return std::ranges::find(losses, statement.function) != losses.end();
}

// Sentences of rules that are not known; those that are broken now become so.
std::vector<std::string> new_alarms(const std::vector<CollapseAlarm>& alarms, std::set<std::string>& known) {
    std::vector<std::string> fresh;
    std::set<std::string> now;
    for (const CollapseAlarm& alarm : alarms) {
        if (!known.contains(alarm.rule)) fresh.push_back(alarm.sentence);
        now.insert(alarm.rule);
    }
    known = std::move(now);
    return fresh;
}

}  // namespace

bool CollapseWatch::suits(const Model& model) {
    // An autoencoder draws badly from noise, and does not mean to.
    if (!any_statement(model, is_adversarial)) return false;
    const auto network = std::ranges::find(model.networks, model.sample_network, &Network::name);
    if (network == model.networks.end()) return false;  // "none"
    if (std::ranges::find(model.sources, "image", &Source::kind) == model.sources.end()) return false;
    // What starts from pictures is as varied as those are.
    return std::ranges::none_of(network->inputs, [](const NetworkInput& input) {
        return input.shape.size() == 3 && input.shape[1] * input.shape[2] > 1;
    });
}

Result<CollapseWatch> CollapseWatch::start(const Model& model, const BatchSource& source) {
    CollapseWatch watch;
    watch.watches_loss_ = model.reports.contains(loss_report) && any_statement(model, has_floor);
    VKGAN_ASSIGN(watch.real_, source.some_images(real_images));
    bool comparable = watch.real_.shape.rank() == 4 && watch.real_.shape[0] >= 2;
    if (comparable) {  // one picture again and again is nothing to be unlike of
        VKGAN_ASSIGN(const double distance, mean_pairwise_distance(features_of(watch.real_)));
        comparable = distance > 0;
    }
    if (!comparable) {
        watch.real_ = Tensor(Shape{0});
        return watch;
    }
    VKGAN_ASSIGN(watch.duplicate_distance_, duplicate_threshold(features_of(watch.real_)));
    return watch;
}

std::vector<std::string> CollapseWatch::see_step(int64_t step,
                                                 const std::map<std::string, double, std::less<>>& values) {
    const auto loss = values.find(loss_report);
    if (!watches_loss_ || loss == values.end()) return {};
    return new_alarms(losses_.check({.iteration = step, .d_loss = loss->second}), known_losses_);
}

Result<std::vector<std::string>> CollapseWatch::see_samples(int64_t step, const Tensor& images) {
    const bool comparable = real_.shape.rank() == images.shape.rank() && real_.shape.rank() == 4 &&
                            std::equal(real_.shape.begin() + 1, real_.shape.end(), images.shape.begin() + 1);
    if (!comparable) return std::vector<std::string>{};
    CollapseSignals signals{.iteration = step};
    VKGAN_ASSIGN(const double diversity, relative_diversity(features_of(images), features_of(real_)));
    signals.relative_diversity = diversity;
    if (duplicate_distance_ > 0) {
        VKGAN_ASSIGN(const double duplicates, duplicate_rate(features_of(images), duplicate_distance_));
        signals.duplicate_rate = duplicates;
    }
    return new_alarms(samples_.check(signals), known_samples_);
}

}  // namespace vkgan
