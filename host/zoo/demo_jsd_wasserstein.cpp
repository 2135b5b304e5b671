// Two segments that move apart: the Jensen-Shannon divergence jumps to log 2, the Wasserstein distance grows.
// SPDX-License-Identifier: MIT
#include "host/metrics/draws.hpp"
#include "host/metrics/histograms.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vkgan {

namespace {

using plot::Colour;
using plot::Mark;
using plot::Stroke;

constexpr double width = 0.1;  // of each segment; they lie around 0 and around theta
constexpr int points = 20000;
constexpr Bins bins{-1.1, 1.1, 440};

std::vector<float> segment(uint64_t seed, uint32_t stream, double middle) {
    Draws draws(seed, stream);
    std::vector<float> values;
    for (int i = 0; i < points; ++i)
        values.push_back(float(middle + width * (double(draws.word()) / 0x1p32 - 0.5)));
    return values;
}

// In one dimension the best transport keeps the order.
double wasserstein(std::vector<float> a, std::vector<float> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += std::abs(double(a[i]) - double(b[i]));
    return sum / double(a.size());
}

struct Curves {
    std::vector<double> theta, divergence, distance;                       // of the points themselves
    std::vector<double> learnt_theta, learnt_divergence, learnt_distance;  // by trained networks
};

Result<double> trained(DemoContext& demo, ZooContext& zoo, double theta, const std::string& loss) {
    Training training{"two_distributions",
                      {{"shape", "uniform"},
                       {"width", fmt::format("{}", width)},
                       {"distance", fmt::format("{}", theta)},
                       {"loss", loss},
                       {"penalty", "10"},
                       {"ramp", "1200"}},
                      "toy:normal",
                      fmt::format("{}{:+.3f}", loss, theta)};
    VKGAN_ASSIGN(const auto run, zoo.open(training));
    VKGAN_TRY(zoo.train(*run, demo.steps(1500, 30)));
    return loss == "gan" ? std::numbers::ln2 - zoo.recent("loss_d") / 2 : zoo.recent("wasserstein");
}

Status measure(DemoContext& demo, Curves& curves) {
    const std::vector<float> still = segment(demo.seed(), 0, 0);
    VKGAN_ASSIGN(const std::vector<double> still_bins, histogram(still, bins));
    for (int i = -50; i <= 50; ++i) {
        const double theta = i / 50.0;
        const std::vector<float> moved = segment(demo.seed(), 1, theta);
        VKGAN_ASSIGN(const std::vector<double> moved_bins, histogram(moved, bins));
        VKGAN_ASSIGN(const double divergence, jensen_shannon(still_bins, moved_bins));
        curves.theta.push_back(theta);
        curves.divergence.push_back(divergence);
        curves.distance.push_back(wasserstein(still, moved));
    }
    ZooContext zoo = demo.trainings();
    const std::vector<double> thetas =
        demo.quick() ? std::vector<double>{0, 1}
                     : std::vector<double>{-1, -0.5, -0.2, 0, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
    for (const double theta : thetas) {
        VKGAN_ASSIGN(const double divergence, trained(demo, zoo, theta, "gan"));
        VKGAN_ASSIGN(const double distance, trained(demo, zoo, theta, "wasserstein"));
        curves.learnt_theta.push_back(theta);
        curves.learnt_divergence.push_back(divergence);
        curves.learnt_distance.push_back(distance);
    }
    return {};
}

void tell(DemoContext& demo, const Curves& curves) {
    for (size_t i = 0; i < curves.learnt_theta.size(); ++i) {
        const double theta = curves.learnt_theta[i];
        const size_t nearest = size_t(std::lround((theta + 1) * 50));
        const double at = curves.theta[nearest];
        std::string measured;
        if (std::abs(at - theta) < 1e-9)
            measured = fmt::format("JSD {:.3f} by histograms, W1 {:.3f} by sorting; ",
                                   curves.divergence[nearest], curves.distance[nearest]);
        demo.say(fmt::format("theta {:5.2f}: {}trained D says {:.3f}, trained critic {:.3f}", theta, measured,
                             curves.learnt_divergence[i], curves.learnt_distance[i]));
    }
    auto& numbers = demo.numbers();
    numbers["theta"] = curves.theta;
    numbers["jsd"] = curves.divergence;
    numbers["wasserstein"] = curves.distance;
    numbers["trained_theta"] = curves.learnt_theta;
    numbers["trained_jsd"] = curves.learnt_divergence;
    numbers["trained_wasserstein"] = curves.learnt_distance;
}

Status run_jsd_wasserstein(DemoContext& demo) {
    Curves curves;
    VKGAN_TRY(measure(demo, curves));
    tell(demo, curves);
    plot::Plot plot{.title = "Two segments of width 0.1, theta apart"};
    plot::Panel left{.title = "Jensen-Shannon: flat as soon as they part",
                     .x = {.title = "theta"},
                     .y = {.title = "nats", .low = 0, .high = 0.8}};
    left.marks = {{.x = {-1, 1},
                   .y = {std::numbers::ln2, std::numbers::ln2},
                   .label = "log 2",
                   .colour = Colour::grey,
                   .stroke = Stroke::dashed,
                   .size = 1.4},
                  {.x = curves.theta,
                   .y = curves.divergence,
                   .label = "JSD by histograms",
                   .colour = Colour::green,
                   .size = 2.4},
                  {.kind = Mark::Kind::points,
                   .x = curves.learnt_theta,
                   .y = curves.learnt_divergence,
                   .label = "by a trained D: log 2 - L_D / 2",
                   .colour = Colour::blue,
                   .size = 4.5}};
    plot::Panel right{.title = "Wasserstein: a slope everywhere",
                      .x = {.title = "theta"},
                      .y = {.title = "distance", .low = 0, .high = 1.2}};
    right.marks = {{.x = curves.theta,
                    .y = curves.distance,
                    .label = "W1 by sorting",
                    .colour = Colour::orange,
                    .size = 2.4},
                   {.kind = Mark::Kind::points,
                    .x = curves.learnt_theta,
                    .y = curves.learnt_distance,
                    .label = "by a trained critic",
                    .colour = Colour::purple,
                    .size = 4.5}};
    plot.panels = {std::move(left), std::move(right)};
    return demo.plot("jsd_wasserstein", plot);
}

}  // namespace

namespace demo_def {

extern const Demo jsd_wasserstein;
const Demo jsd_wasserstein = {
    .name = "jsd_wasserstein",
    .title = "Jensen-Shannon against Wasserstein",
    .what = "two segments move apart: one divergence is flat, the other distance has a slope",
    .run = run_jsd_wasserstein,
};

}  // namespace demo_def

}  // namespace vkgan
