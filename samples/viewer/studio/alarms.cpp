// The rules, each with its numbers.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/alarms.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace viewer {
namespace {

constexpr double sure = 0.97;     // D's mean opinion of real images above it, and of fakes below 1 minus it
constexpr int64_t sure_for = 50;  // steps in a row
constexpr double explodes = 50;   // times the median norm of the steps before
constexpr size_t norms_kept = 200, norms_needed = 30;
constexpr double alike = 0.3;            // of the largest distance that samples have had
constexpr int distances_needed = 5;      // before that means anything
constexpr double least_distance = 0.05;  // samples of an untrained network are alike, too

std::string text_of(const char* format, double a, double b) {
    char text[320];
    std::snprintf(text, sizeof(text), format, a, b);
    return text;
}

}  // namespace

double mean_distance(std::span<const uint8_t> images, size_t count) {
    if (count < 2 || images.size() < count) return 0;
    const size_t each = images.size() / count;
    double sum = 0;
    for (size_t a = 0; a < count; ++a)
        for (size_t b = a + 1; b < count; ++b) {
            double squares = 0;
            for (size_t i = 0; i < each; ++i) {
                const double off = (int(images[a * each + i]) - int(images[b * each + i])) / 255.0;
                squares += off * off;
            }
            sum += std::sqrt(squares / double(each));
        }
    return sum / (double(count) * double(count - 1) / 2);
}

void Alarms::raise(const char* kind, int64_t step, std::string text) {
    const auto last = last_.find(kind);
    if (last != last_.end() && step - last->second < quiet_steps) return;
    last_[kind] = step;
    raised_.push_back({step, std::move(text), true});
}

void Alarms::watch_values(int64_t step, const std::map<std::string, double, std::less<>>& values) {
    const auto real = values.find("d_real"), fake = values.find("d_fake");
    if (real != values.end() && fake != values.end()) watch_opinions(step, real->second, fake->second);
    for (const auto& [name, value] : values)
        if (name.starts_with("grad_norm")) watch_norm(step, name, value);
}

void Alarms::watch_opinions(int64_t step, double real, double fake) {
    const auto is_probability = [](double x) { return x >= 0 && x <= 1; };
    // A critic's scores have no bounds, and their distance is what it is for.
    if (!is_probability(real) || !is_probability(fake)) opinions_are_probabilities_ = false;
    if (!opinions_are_probabilities_) return;
    winning_ = real > sure && fake < 1 - sure ? winning_ + 1 : 0;
    if (winning_ < sure_for) return;
    raise("wins", step,
          text_of("the discriminator is nearly always right (%.3f of real, %.3f of fake): the generator "
                  "learns little. Lower "
                  "D's learning rate, raise the weight of R1 or of the gradient penalty, or augment.",
                  real, fake));
}

void Alarms::watch_norm(int64_t step, std::string_view name, double norm) {
    std::deque<double>& norms = norms_[std::string(name)];
    if (norms.size() >= norms_needed) {
        std::vector<double> sorted(norms.begin(), norms.end());
        std::ranges::nth_element(sorted, sorted.begin() + long(sorted.size() / 2));
        const double median = sorted[sorted.size() / 2];
        if (!(norm <= explodes * std::max(median, 1e-9)))
            raise("explodes", step,
                  std::string(name) +
                      text_of(" exploded: %.3g, where %.3g was usual. Lower the learning rate; if it "
                              "goes on, go back to a checkpoint.",
                              norm, median));
    }
    if (std::isfinite(norm)) norms.push_back(norm);
    if (norms.size() > norms_kept) norms.pop_front();
}

void Alarms::watch_samples(int64_t step, double distance) {
    ++distances_;
    largest_distance_ = std::max(largest_distance_, distance);
    if (distances_ < distances_needed || largest_distance_ < least_distance) return;
    if (distance >= alike * largest_distance_) return;
    raise("alike", step,
          text_of("samples have become alike (distance %.3f, it was %.3f): mode collapse. Go back in the "
                  "history, then lower "
                  "both learning rates, or let D see several samples at once (pack, minibatch deviation).",
                  distance, largest_distance_));
}

}  // namespace viewer
