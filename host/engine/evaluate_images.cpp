// Measures of pixels or points that need no evaluator: textures, likeness among samples, duplicates.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate_metrics.hpp"
#include "host/metrics/diagnosis.hpp"
#include "host/metrics/images.hpp"
#include "host/metrics/neighbours.hpp"
#include "host/metrics/sliced_wasserstein.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

struct Pixels {
    Tensor fake, train, test;
};

// Of each at most `most`, and of real ones no more than of samples.
Result<Pixels> pixels_of(Subject& subject, int64_t most) {
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const train, subject.train());
    VKGAN_ASSIGN(const View* const test, subject.test());
    most = std::min<int64_t>(most, subject.query().count);
    return Pixels{first_images(fake->images, most), first_images(train->images, most),
                  first_images(test->images, most)};
}

Result<Scores> swd_of_points(Subject& subject) {
    VKGAN_ASSIGN(const Pixels pixels, pixels_of(subject, most_reference_images));
    const FeatureMatrix train = features_of(pixels.train);
    VKGAN_ASSIGN(const double distance, sliced_wasserstein(features_of(pixels.fake), train));
    return Scores{
        {.name = "SWD",
         .value = distance,
         .floor = floor_of(sliced_wasserstein(features_of(pixels.test), train), [](double x) { return x; }),
         .better = Better::lower,
         .note = fmt::format("{} points; in their unit", pixels.fake.shape[0])}};
}

}  // namespace

Result<Scores> measure_swd(Subject& subject) {
    if (subject.points()) return swd_of_points(subject);
    VKGAN_ASSIGN(const Pixels pixels, pixels_of(subject, most_kept_images));
    VKGAN_ASSIGN(const PyramidDistance distance, sliced_wasserstein_images(pixels.fake, pixels.train));
    const auto floor = sliced_wasserstein_images(pixels.test, pixels.train);
    Scores scores;
    for (size_t i = 0; i < distance.sides.size(); ++i)
        scores.push_back({.name = fmt::format("SWD {} px", distance.sides[i]),
                          .value = distance.distances[i],
                          .floor = floor_of(floor, [&](const PyramidDistance& d) { return d.distances[i]; }),
                          .better = Better::lower,
                          .note = fmt::format("x 1000; {} images", pixels.fake.shape[0])});
    if (scores.size() > 1)
        scores.push_back({.name = "SWD average",
                          .value = distance.average,
                          .floor = floor_of(floor, [](const PyramidDistance& d) { return d.average; }),
                          .better = Better::lower,
                          .note = "x 1000"});
    return scores;
}

Result<Scores> measure_ms_ssim(Subject& subject) {
    if (subject.points())
        return Error{Code::unsupported,
                     fmt::format("compares images, but {} has points", subject.query().data)};
    VKGAN_ASSIGN(const Pixels pixels, pixels_of(subject, most_kept_images));
    VKGAN_ASSIGN(const PairDiversity pairs, ms_ssim_of_random_pairs(pixels.fake));
    const auto floor = ms_ssim_of_random_pairs(pixels.test);
    return Scores{
        {.name = "MS-SSIM of pairs",
         .value = pairs.ms_ssim.mean,
         .std = pairs.ms_ssim.std,
         .floor = floor_of(floor, [](const PairDiversity& p) { return p.ms_ssim.mean; }),
         .note = fmt::format("{} pairs, {} levels; above the floor: alike", pairs.pairs, pairs.levels)}};
}

Result<Scores> measure_diversity(Subject& subject) {
    VKGAN_ASSIGN(const Pixels pixels, pixels_of(subject, most_kept_images));
    const FeatureMatrix fake = features_of(pixels.fake), train = features_of(pixels.train),
                        test = features_of(pixels.test);
    VKGAN_ASSIGN(const double relative, relative_diversity(fake, train));
    Scores scores{{.name = "relative diversity",
                   .value = relative,
                   .floor = floor_of(relative_diversity(test, train), [](double x) { return x; }),
                   .note = fmt::format("L2 of pairs against real ones; below 0.4: collapse; {} {}", fake.rows,
                                       subject.points() ? "points" : "images")}};
    VKGAN_ASSIGN(const double threshold, duplicate_threshold(train));
    if (threshold <= 0) {
        scores[0].note += "; duplicates not told, as real ones repeat";
        return scores;
    }
    VKGAN_ASSIGN(const double duplicates, duplicate_rate(fake, threshold));
    scores.push_back(
        {.name = "duplicates",
         .value = duplicates,
         .floor = floor_of(duplicate_rate(test, threshold), [](double x) { return x; }),
         .better = Better::lower,
         .note = fmt::format("share with another nearer than {:.3g}; above 0.05: collapse", threshold)});
    return scores;
}

}  // namespace vkgan
