// What a discriminator learnt without labels is worth to a linear classifier (Radford et al. 2015, section
// 5).
// SPDX-License-Identifier: MIT
#include "host/metrics/draws.hpp"
#include "host/metrics/linear.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vkgan {

namespace {

constexpr int classes = 10, pooled_side = 4;
constexpr int64_t unlabelled = 4000, tested = 2000, validated = 500;
constexpr std::array<double, 4> grid{0.1, 1, 10, 100};

struct Rows {
    std::vector<float> values;
    int64_t columns = 0;

    FeatureMatrix matrix() const { return {values, int64_t(values.size()) / columns, columns}; }
};

struct FeatureSet {
    std::string name;
    Rows train, test;
    std::vector<double> accuracies{};  // by draw of labels
};

// The greatest of each of 4 x 4 parts of every map.
Rows pooled(const Tensor& maps) {
    const int64_t side = maps.shape[2], planes = maps.shape[0] * maps.shape[1];
    Rows rows{{}, maps.shape[1] * pooled_side * pooled_side};
    for (int64_t plane = 0; plane < planes; ++plane) {
        for (int64_t part = 0; part < pooled_side * pooled_side; ++part) {
            const int64_t top = part / pooled_side * side / pooled_side,
                          left = part % pooled_side * side / pooled_side;
            const int64_t bottom = ((part / pooled_side + 1) * side + pooled_side - 1) / pooled_side;
            const int64_t right = ((part % pooled_side + 1) * side + pooled_side - 1) / pooled_side;
            float greatest = maps.values[size_t((plane * side + top) * side + left)];
            for (int64_t y = top; y < bottom; ++y)
                for (int64_t x = left; x < right; ++x)
                    greatest = std::max(greatest, maps.values[size_t((plane * side + y) * side + x)]);
            rows.values.push_back(greatest);
        }
    }
    return rows;
}

Rows beside(const Rows& a, const Rows& b) {
    Rows both{{}, a.columns + b.columns};
    for (int64_t i = 0; i < a.matrix().rows; ++i)
        for (const Rows* rows : {&a, &b}) {
            const std::span<const float> row = rows->matrix().row(i);
            both.values.insert(both.values.end(), row.begin(), row.end());
        }
    return both;
}

Rows flat(const Tensor& tensor) { return {tensor.values, features_of(tensor).columns}; }

// Activations of D's convolutions, each pooled.
Result<Rows> seen_by_d(Inference& networks, const Tensor& images) {
    Rows all;
    for (const Network& network : networks.trained().model.networks) {
        if (network.name != "D") continue;
        for (const Layer& layer : network.layers) {
            if (layer.type != "leaky_relu") continue;
            VKGAN_ASSIGN(const Tensor maps, networks.run_all("D", {{"image", images}}, layer.name));
            all = all.columns == 0 ? pooled(maps) : beside(all, pooled(maps));
        }
    }
    return all;
}

struct Images {
    std::string data;
    Tensor train, test;
    std::vector<int> train_labels, test_labels;
};

Status add_discriminators(DemoContext& demo, const Images& images, std::vector<FeatureSet>& sets) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run, zoo.open({"dcgan",
                                           {{"image", "28"},
                                            {"channels", "1"},
                                            {"nets", "small"},
                                            {"ndf", "16"},
                                            {"batch", "32"},
                                            {"ema", "0"}},
                                           images.data,
                                           "dcgan"}));
    for (const char* name : {"D, untrained", "D of the DCGAN"}) {
        VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
        VKGAN_ASSIGN(Rows train, seen_by_d(*networks, images.train));
        VKGAN_ASSIGN(Rows test, seen_by_d(*networks, images.test));
        sets.push_back({name, std::move(train), std::move(test)});
        if (sets.back().name == "D, untrained") VKGAN_TRY(zoo.train(*run, demo.steps(600, 5)));
    }
    return {};
}

Status add_encoder(DemoContext& demo, const Images& images, const Training& training,
                   std::vector<FeatureSet>& sets) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run, zoo.open(training));
    VKGAN_TRY(zoo.train(*run, demo.steps(1000, 5)));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const Tensor train, networks->run_all("E", {{"image", images.train}}));
    VKGAN_ASSIGN(const Tensor test, networks->run_all("E", {{"image", images.test}}));
    FeatureSet set{training.recipe == "vae" ? "VAE, mean of 20" : "AE, code of 32", flat(train), flat(test)};
    if (training.recipe == "vae") {
        // Means lie before the log variances.
        for (Rows* rows : {&set.train, &set.test}) {
            Rows means{{}, rows->columns / 2};
            for (int64_t i = 0; i < rows->matrix().rows; ++i) {
                const auto row = rows->matrix().row(i).first(size_t(means.columns));
                means.values.insert(means.values.end(), row.begin(), row.end());
            }
            *rows = std::move(means);
        }
    }
    sets.push_back(std::move(set));
    return {};
}

Status add_classical(DemoContext& demo, const Images& images, std::vector<FeatureSet>& sets) {
    const Rows train = flat(images.train), test = flat(images.test);
    sets.push_back({"pixels", train, test});
    VKGAN_ASSIGN(const Pca pca, fit_pca(train.matrix(), 256));
    VKGAN_ASSIGN(std::vector<float> train_parts, pca_transform(pca, train.matrix()));
    VKGAN_ASSIGN(std::vector<float> test_parts, pca_transform(pca, test.matrix()));
    sets.push_back({"PCA, 256", {std::move(train_parts), 256}, {std::move(test_parts), 256}});
    VKGAN_ASSIGN(const KMeans means,
                 fit_kmeans(train.matrix(),
                            {.clusters = 256, .iterations = demo.quick() ? 2 : 20, .seed = demo.seed()}));
    const FeatureMatrix centres{means.centres, 256, train.columns};
    VKGAN_ASSIGN(std::vector<float> train_near, triangle_features(train.matrix(), centres));
    VKGAN_ASSIGN(std::vector<float> test_near, triangle_features(test.matrix(), centres));
    sets.push_back({"K-means triangles", {std::move(train_near), 256}, {std::move(test_near), 256}});
    return {};
}

// Rows of a mean square norm of 1, so that one grid of C fits all.
void normalise(FeatureSet& set) {
    double sum = 0;
    for (const float value : set.train.values) sum += double(value) * double(value);
    const float factor = float(std::sqrt(double(set.train.matrix().rows) / sum));
    for (Rows* rows : {&set.train, &set.test})
        for (float& value : rows->values) value *= factor;
}

struct Labelled {
    Rows rows;
    std::vector<int> labels;
};

Labelled picked(const FeatureSet& set, const std::vector<int>& labels, std::span<const uint32_t> which) {
    Labelled result{{{}, set.train.columns}, {}};
    for (const uint32_t i : which) {
        const auto row = set.train.matrix().row(int64_t(i));
        result.rows.values.insert(result.rows.values.end(), row.begin(), row.end());
        result.labels.push_back(labels[i]);
    }
    return result;
}

Status judge(FeatureSet& set, const Images& images, int64_t labels, uint64_t seed) {
    Draws draws(seed, 7);
    const std::vector<uint32_t> order =
        draw_subset(draws, uint32_t(images.train_labels.size()), uint32_t(labels + validated));
    const Labelled train = picked(set, images.train_labels, std::span(order).first(size_t(labels)));
    const Labelled validation = picked(set, images.train_labels, std::span(order).subspan(size_t(labels)));
    VKGAN_ASSIGN(const SvmGrid fitted, fit_svm_grid({train.rows.matrix(), train.labels},
                                                    {validation.rows.matrix(), validation.labels}, classes,
                                                    grid, {.tolerance = 0.01, .epochs = 300}));
    VKGAN_ASSIGN(const double accuracy, svm_accuracy(fitted.best, {set.test.matrix(), images.test_labels}));
    set.accuracies.push_back(accuracy);
    return {};
}

plot::Plot plot_of(const std::vector<FeatureSet>& sets, const std::string& data, int64_t labels) {
    plot::Plot plot{.title = fmt::format("Linear classifiers of {} by {} labels", data, labels),
                    .columns = 1,
                    .panel_width = 1120,
                    .panel_height = 380};
    plot::Panel panel{.title = "Mean over draws of labels (bar), every draw (dot)",
                      .y = {.title = "test accuracy", .low = 0, .high = 1.05}};
    for (size_t i = 0; i < sets.size(); ++i) {
        const double x = double(i), mean = mean_std(std::span<const double>(sets[i].accuracies)).mean;
        panel.x.names.emplace_back(x, sets[i].name);
        const bool trained = sets[i].name == "D of the DCGAN";
        panel.marks.push_back({.kind = plot::Mark::Kind::bars,
                               .x = {x},
                               .y = {mean},
                               .colour = trained ? plot::Colour::vermillion : plot::Colour::sky,
                               .width = 0.6});
        panel.notes.push_back({x, mean + 0.025, fmt::format("{:.1f} %", 100 * mean)});
    }
    plot::Mark dots{
        .kind = plot::Mark::Kind::points, .colour = plot::Colour::black, .size = 2.5, .opacity = 0.7};
    for (size_t i = 0; i < sets.size(); ++i)
        for (const double accuracy : sets[i].accuracies) {
            dots.x.push_back(double(i));
            dots.y.push_back(accuracy);
        }
    panel.marks.push_back(std::move(dots));
    plot.panels.push_back(std::move(panel));
    return plot;
}

Status run_dcgan_features(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    const int64_t labels = demo.steps(1000, 200);
    // Fashion-MNIST is a Debian package that may be missing; digits are shipped.
    const bool fashion = zoo.images({.data = "fashion", .split = "test", .limit = tested}).ok();
    const std::string data = fashion ? "fashion" : "digits";
    VKGAN_ASSIGN(const LabelledImages* const train,
                 zoo.images({.data = data, .split = "train", .limit = unlabelled}));
    VKGAN_ASSIGN(const LabelledImages* const test,
                 zoo.images({.data = data, .split = "test", .limit = tested}));
    demo.numbers()["data"] = data;
    demo.say(fmt::format("{} labels of {}, mean and deviation over draws of labels:", labels, data));
    const Images images{data, train->images, test->images, train->labels(), test->labels()};
    std::vector<FeatureSet> sets;
    VKGAN_TRY(add_classical(demo, images, sets));
    VKGAN_TRY(add_encoder(
        demo, images,
        {"autoencoder", {{"image", "28"}, {"channels", "1"}, {"latent", "32"}}, data, "autoencoder"}, sets));
    VKGAN_TRY(add_encoder(demo, images, {"vae", {{"image", "28"}, {"channels", "1"}}, data, "vae"}, sets));
    VKGAN_TRY(add_discriminators(demo, images, sets));
    for (FeatureSet& set : sets) {
        normalise(set);
        for (uint64_t draw = 0; draw < (demo.quick() ? 1 : 10); ++draw)
            VKGAN_TRY(judge(set, images, labels, demo.seed() + draw));
        const MeanStd over = mean_std(std::span<const double>(set.accuracies));
        demo.numbers()[set.name] = {{"columns", set.train.columns},
                                    {"labels", labels},
                                    {"mean", over.mean},
                                    {"std", over.std},
                                    {"accuracies", set.accuracies}};
        demo.say(fmt::format("{:<24} {:>4} numbers: {:.2f} % +- {:.2f} of {} test images", set.name,
                             set.train.columns, 100 * over.mean, 100 * over.std, images.test_labels.size()));
    }
    return demo.plot("dcgan_features", plot_of(sets, data, labels));
}

}  // namespace

namespace demo_def {

extern const Demo dcgan_features;
const Demo dcgan_features = {
    .name = "dcgan_features",
    .title = "Features of a discriminator",
    .what = "a linear classifier on what D learnt without labels, beside pixels, PCA, K-means and encoders",
    .run = run_dcgan_features,
};

}  // namespace demo_def

}  // namespace vkgan
