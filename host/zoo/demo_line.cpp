// Views of generators on a line.
// SPDX-License-Identifier: MIT
#include "host/zoo/demo_line.hpp"

#include "host/metrics/features.hpp"

namespace vkgan {

Result<LineView> look_at_line(ZooContext& zoo, TrainingRun& run, const ToyDistribution& truth, int drawn) {
    LineView view;
    VKGAN_ASSIGN(const Tensor points, zoo.samples(run, drawn));
    VKGAN_ASSIGN(view.generated, histogram(points.values, line_bins));
    VKGAN_ASSIGN(view.real, bin_density([&](double x) { return truth.density(x); }, line_bins));
    VKGAN_ASSIGN(view.divergence, jensen_shannon(view.real, view.generated));
    const MeanStd moments = mean_std(std::span<const float>(points.values));
    view.mean = moments.mean;
    view.deviation = moments.std;
    const double width = (line_bins.high - line_bins.low) / line_bins.count;
    for (std::vector<double>* shares : {&view.generated, &view.real}) {
        shares->pop_back();  // what lies outside
        for (double& share : *shares) share /= width;
    }
    return view;
}

std::vector<double> bin_edges(const Bins& bins) {
    std::vector<double> edges;
    for (int i = 0; i <= bins.count; ++i) edges.push_back(bins.low + (bins.high - bins.low) * i / bins.count);
    return edges;
}

std::vector<double> bin_middles(const Bins& bins) {
    return in_doubles(places_on_line(bins.low, bins.high, bins.count).values);
}

plot::Mark truth_mark(const ToyDistribution& truth) {
    plot::Mark mark{
        .label = "p_data", .colour = plot::Colour::black, .stroke = plot::Stroke::dotted, .size = 2.4};
    mark.x = in_doubles(places_on_line(line_bins.low, line_bins.high, 400).values);
    for (const double x : mark.x) mark.y.push_back(truth.density(x));
    return mark;
}

plot::Mark generated_mark(const LineView& view) {
    return {.kind = plot::Mark::Kind::area,
            .x = bin_edges(line_bins),
            .y = view.generated,
            .label = "p_g (histogram)",
            .colour = plot::Colour::green,
            .opacity = 0.45};
}

}  // namespace vkgan
