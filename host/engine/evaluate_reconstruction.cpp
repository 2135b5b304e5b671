// How well a model repeats real images: through its encoder E and back by its generator G.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate_metrics.hpp"
#include "host/metrics/features.hpp"
#include "host/metrics/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr int64_t batch = 50;

struct Way {
    const Network *e = nullptr, *g = nullptr;
    int64_t code = 0;    // numbers that E gives
    int64_t latent = 0;  // of which G reads the first so many
};

const Network* network_at(const Model& model, std::string_view name) {
    const auto found = std::ranges::find(model.networks, name, &Network::name);
    return found == model.networks.end() ? nullptr : &*found;
}

Result<Way> way_back(const Subject& subject) {
    const Model& model = subject.model();
    Way way{.e = network_at(model, "E"), .g = network_at(model, "G")};
    const auto reads = [](const Network* network) {
        return network && network->inputs.size() == 1
                   ? Shape(std::span<const int64_t>(network->inputs[0].shape))
                   : Shape{0};
    };
    const Error refused{Code::unsupported,
                        fmt::format("{} has no network E whose code of an image {} network G reads",
                                    subject.query().model, subject.image_shape().to_string())};
    if (reads(way.e) != subject.image_shape() || reads(way.g).element_count() < 1) return refused;
    VKGAN_ASSIGN(const Shape code, output_shape(model, "E"));
    VKGAN_ASSIGN(const Shape image, output_shape(model, "G"));
    way.code = code.element_count();
    way.latent = reads(way.g).element_count();
    const bool same = image.element_count() == subject.image_shape().element_count() && image.rank() == 4;
    if (!same || (way.code != way.latent && way.code != 2 * way.latent)) return refused;
    return way;
}

// The code's first half where it has means and log variances.
Tensor latents_of(const Tensor& codes, const Way& way) {
    Shape shape{batch};
    std::vector<int64_t> extents{batch};
    extents.insert(extents.end(), way.g->inputs[0].shape.begin(), way.g->inputs[0].shape.end());
    Tensor latents{Shape(std::span<const int64_t>(extents))};
    const auto width = size_t(way.latent), stride = size_t(way.code);
    for (size_t i = 0; i < size_t(batch); ++i)
        std::copy_n(codes.values.begin() + ptrdiff_t(i * stride), width,
                    latents.values.begin() + ptrdiff_t(i * width));
    return latents;
}

Result<Tensor> repeat_images(Subject& subject, const Way& way, const Tensor& images) {
    Tensor all(images.shape);
    const auto each = size_t(subject.image_shape().element_count());
    for (int64_t first = 0; first < images.shape[0]; first += batch) {
        const auto count = size_t(std::min(batch, images.shape[0] - first));
        Shape shape = images.shape;
        shape[0] = batch;
        Tensor part(shape);
        const auto place = ptrdiff_t(size_t(first) * each);
        std::copy_n(images.values.begin() + place, count * each, part.values.begin());
        Inference& inference = subject.inference();
        VKGAN_ASSIGN(const Tensor codes, inference.run("E", {{way.e->inputs[0].name, std::move(part)}}));
        VKGAN_ASSIGN(const Tensor again,
                     inference.run("G", {{way.g->inputs[0].name, latents_of(codes, way)}}));
        std::copy_n(again.values.begin(), count * each, all.values.begin() + place);
    }
    return all;
}

double mean_distance(const Tensor& a, const Tensor& b) {
    const auto count = size_t(a.shape[0]), each = a.values.size() / count;
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
        double squares = 0;
        for (size_t k = i * each; k < (i + 1) * each; ++k)
            squares += (double(a.values[k]) - b.values[k]) * (double(a.values[k]) - b.values[k]);
        sum += std::sqrt(squares);
    }
    return sum / double(count);
}

Score row_of(const char* name, const std::vector<double>& values, const Result<std::vector<double>>& floor,
             std::string note) {
    const MeanStd measured = mean_std(values);
    return {.name = name,
            .value = measured.mean,
            .std = measured.std,
            .floor = floor_of(floor, [](const auto& v) { return mean_std(v).mean; }),
            .better = Better::higher,
            .note = std::move(note)};
}

}  // namespace

Result<Scores> measure_reconstruction(Subject& subject) {
    if (subject.points())
        return Error{Code::unsupported,
                     fmt::format("compares images, but {} has points", subject.query().data)};
    VKGAN_ASSIGN(const Way way, way_back(subject));
    VKGAN_ASSIGN(const View* const test, subject.test());
    VKGAN_ASSIGN(const View* const train, subject.train());
    const int64_t count = std::min({subject.floor_count(), test->images.shape[0], train->images.shape[0]});
    const Tensor real = first_images(test->images, count), other = first_images(train->images, count);
    VKGAN_ASSIGN(const Tensor again, repeat_images(subject, way, real));
    VKGAN_ASSIGN(const std::vector<double> ratios, psnr(real, again));
    Scores scores{row_of("reconstruction PSNR", ratios, psnr(real, other),
                         fmt::format("dB, {} test images{}; floor: another real image", count,
                                     way.code > way.latent ? " by their codes' means" : ""))};
    if (std::min(subject.image_shape()[1], subject.image_shape()[2]) >= 11) {
        VKGAN_ASSIGN(const std::vector<double> likeness, ssim(real, again));
        scores.push_back(row_of("reconstruction SSIM", likeness, ssim(real, other), "1: the same"));
    }
    if (const double apart = mean_distance(real, other); apart > 0)
        scores.push_back({.name = "reconstruction distance",
                          .value = mean_distance(real, again) / apart,
                          .floor = 1,
                          .better = Better::lower,
                          .note = "L2, against that to another real image"});
    return scores;
}

}  // namespace vkgan
