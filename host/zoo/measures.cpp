// Measures that several entries of the zoo share.
// SPDX-License-Identifier: MIT
#include "host/metrics/diagnosis.hpp"
#include "host/metrics/distances.hpp"
#include "host/metrics/labels.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/context.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr int64_t reference_images = 5000;
constexpr double shown_share = 0.01;

Tensor images_of_class(const Tensor& images, const std::vector<int>& labels, int wanted) {
    const size_t each = images.values.size() / labels.size();
    Shape shape = images.shape;
    shape[0] = std::ranges::count(labels, wanted);
    std::vector<float> values;
    for (size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] != wanted) continue;
        const auto begin = images.values.begin() + ptrdiff_t(i * each);
        values.insert(values.end(), begin, begin + ptrdiff_t(each));
    }
    return {shape, std::move(values)};
}

}  // namespace

Tensor means_of(const Tensor& codes) {
    const int64_t count = codes.shape[0], width = codes.shape[1] / 2;
    Tensor means(Shape{count, width});
    for (int64_t i = 0; i < count; ++i)
        std::copy_n(codes.values.begin() + i * width * 2, width, means.values.begin() + i * width);
    return means;
}

double mean_distance(const Tensor& a, const Tensor& b, size_t shift) {
    const auto count = size_t(a.shape[0]);
    const size_t each = a.values.size() / count;
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
        double square = 0;
        for (size_t k = 0; k < each; ++k) {
            const double difference =
                double(a.values[i * each + k]) - double(b.values[(i + shift) % count * each + k]);
            square += difference * difference;
        }
        sum += std::sqrt(square);
    }
    return sum / double(count);
}

Result<SampleQuality> quality_of(ZooContext& zoo, const Tensor& samples, const std::string& data) {
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator(data));
    VKGAN_ASSIGN(const LabelledImages* const train,
                 zoo.images({.data = data, .split = "train", .limit = reference_images}));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = data, .split = "test"}));
    VKGAN_ASSIGN(const Evaluator::Seen drawn, evaluator->look(samples));
    VKGAN_ASSIGN(const Evaluator::Seen real, evaluator->look(train->images));
    VKGAN_ASSIGN(const Evaluator::Seen held, evaluator->look(test->images));
    SampleQuality quality;
    VKGAN_ASSIGN(const InceptionScore score, inception_score_of_logits(features_of(drawn.logits)));
    VKGAN_ASSIGN(const InceptionScore real_score, inception_score_of_logits(features_of(held.logits)));
    quality.score = score.mean;
    quality.real_score = real_score.mean;
    VKGAN_ASSIGN(quality.distance, frechet_distance(features_of(drawn.features), features_of(real.features)));
    VKGAN_ASSIGN(quality.floor, frechet_distance(features_of(held.features), features_of(real.features)));
    const std::vector<int> labels = argmax_rows(features_of(drawn.logits));
    VKGAN_ASSIGN(const std::vector<int64_t> counts, count_labels(labels, int(evaluator->classes())));
    for (const int64_t count : counts) {
        quality.classes += double(count) >= shown_share * double(labels.size());
        quality.seen += count > 0;
    }
    return quality;
}

Result<ConditionalQuality> conditional_quality(ZooContext& zoo, TrainingRun& run, const std::string& data,
                                               int each, const std::string& control) {
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator(data));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = data, .split = "test"}));
    const int classes = int(evaluator->classes());
    const std::vector<int> labels = test->labels();
    std::vector<int> wanted, seen;
    double diversity = 0;
    for (int k = 0; k < classes; ++k) {
        VKGAN_ASSIGN(const Tensor images, zoo.samples(run, each, {{control, double(k)}}));
        const Tensor real = images_of_class(test->images, labels, k);
        VKGAN_ASSIGN(const double relative, relative_diversity(features_of(images), features_of(real)));
        diversity += relative / classes;
        VKGAN_ASSIGN(const Evaluator::Seen looked, evaluator->look(images));
        const std::vector<int> labels = argmax_rows(features_of(looked.logits));
        seen.insert(seen.end(), labels.begin(), labels.end());
        wanted.insert(wanted.end(), labels.size(), k);
    }
    VKGAN_ASSIGN(const Contingency confusion, confusion_matrix(wanted, seen, classes));
    VKGAN_ASSIGN(const ConditionalAccuracy accuracy, conditional_accuracy(confusion));
    VKGAN_ASSIGN(const double real, evaluator->accuracy(*test));
    return ConditionalQuality{accuracy.overall, accuracy.minimum, real, diversity};
}

}  // namespace vkgan
