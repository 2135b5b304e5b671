// Principal components, K-means, L2-SVM.
// SPDX-License-Identifier: MIT
#include "host/metrics/linear.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <set>

using namespace vkgan;
using namespace vkgan::test;

namespace {

double mean_squared_error(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += std::pow(double(a[i]) - b[i], 2);
    return sum / double(a.size());
}

double reconstruction_error(const Pca& pca, const FeatureMatrix& features) {
    const auto codes = taken(pca_transform(pca, features));
    const auto back = taken(pca_reconstruct(pca, matrix(codes, pca.components)));
    return mean_squared_error(back, features.values);
}

// Rows around (0, 0), (10, 0) and (0, 10), in turn.
struct Clusters {
    std::vector<float> values = lcg(70, 60 * 2);
    std::vector<int> labels;

    Clusters() {
        for (size_t i = 0; i < 60; ++i) {
            labels.push_back(int(i % 3));
            if (i % 3 == 1) values[i * 2] += 10;
            if (i % 3 == 2) values[i * 2 + 1] += 10;
        }
    }
};

}  // namespace

TEST_CASE("the principal component of a line is the line") {
    const std::vector<float> line{0, 0, 3, 4, 6, 8};
    const Pca pca = taken(fit_pca(matrix(line, 2), 1));
    CHECK(pca.axes[0] == tight(0.6));
    CHECK(pca.axes[1] == tight(0.8));
    CHECK(pca.variances[0] == tight(25));
    CHECK(taken(pca_transform(pca, matrix(line, 2)))[2] == near(5));
    CHECK(reconstruction_error(pca, matrix(line, 2)) < 1e-12);
}

TEST_CASE("principal components agree with scikit-learn, for many rows and for few") {
    const auto wanted = references("linear");
    const ReferenceFeatures sets;
    const Pca pca = taken(fit_pca(sets.a, 3)), wide = taken(fit_pca({sets.a.values.first(48), 6, 8}, 3));
    for (size_t k = 0; k < 3; ++k) {
        CHECK(pca.variances[k] == tight(wanted["variances"][k]));
        CHECK(wide.variances[k] == tight(wanted["wide_variances"][k]));
    }
    // scikit-learn chooses the sign by another rule.
    double dot = 0;
    for (size_t k = 0; k < 8; ++k) dot += pca.axes[k] * wanted["axis"][k].get<double>();
    CHECK(std::abs(dot) == tight(1));
    CHECK(*std::max_element(pca.axes.begin(), pca.axes.begin() + 8) ==
          std::abs(*std::max_element(pca.axes.begin(), pca.axes.begin() + 8,
                                     [](double x, double y) { return std::abs(x) < std::abs(y); })));
    CHECK(reconstruction_error(pca, sets.b) == near(wanted["error"]));
    CHECK(reconstruction_error(wide, sets.b) == near(wanted["wide_error"]));
    CHECK(contains(error_of(fit_pca(sets.a, 9)), "components is 9, but 60 rows of 8 columns have 1 to 8"));
    CHECK(contains(error_of(pca_transform(pca, matrix(sets.a_values, 4))),
                   "4 columns, but the components need 8"));
}

TEST_CASE("K-means finds what is apart, with any threads and from any seed") {
    const Clusters data;
    const FeatureMatrix features = matrix(data.values, 2);
    for (const uint64_t seed : {0, 1, 2, 3}) {
        const KMeans found = taken(fit_kmeans(features, {.clusters = 3, .seed = seed, .workers = 1}));
        std::set<std::pair<int, int>> pairs;
        for (size_t i = 0; i < 60; ++i) pairs.insert({data.labels[i], found.labels[i]});
        CHECK(pairs.size() == 3);
        CHECK(found.inertia < 60 * 2 / 6.0);  // each unit square: 1/12 per axis and row, doubled
        CHECK(found.iterations < 100);
        CHECK(taken(fit_kmeans(features, {.clusters = 3, .seed = seed, .workers = 3})).centres ==
              found.centres);
    }
    const KMeans each = taken(fit_kmeans(features, {.clusters = 60}));
    CHECK(each.inertia == 0);
    CHECK(contains(error_of(fit_kmeans(features, {.clusters = 61})), "clusters is 61"));
}

TEST_CASE("K-means stands rows that repeat") {
    const std::vector<float> two{1, 1, 1, 1, 5, 5};
    const KMeans found = taken(fit_kmeans(matrix(two, 1), {.clusters = 3}));
    CHECK(found.inertia == 0);
}

TEST_CASE("triangle features keep what is nearer than the mean distance") {
    const std::vector<float> centres{0, 4, 8}, point{1};  // distances 1, 3, 7: mean 11/3
    const auto got = taken(triangle_features(matrix(point, 1), matrix(centres, 1)));
    CHECK(got[0] == near(8 / 3.0));
    CHECK(got[1] == near(2 / 3.0));
    CHECK(got[2] == 0);
    const auto wanted = references("linear")["triangle"];
    const ReferenceFeatures sets;
    const auto rows = taken(triangle_features(sets.a, {sets.b.values.first(32), 4, 8}));
    for (size_t k = 0; k < 4; ++k) CHECK(rows[k] == near(wanted[k]));
}

TEST_CASE("the L2-SVM agrees with LIBLINEAR") {
    const auto wanted = references("linear");
    const ReferenceFeatures sets;
    const auto labels = lcg_labels(5, 60, 3);
    const Svm svm = taken(fit_svm({sets.a, labels}, 3, {.c = 0.5, .tolerance = 1e-8, .epochs = 100000}));
    CHECK(svm.converged);
    for (size_t k = 0; k < 3; ++k)
        for (size_t j = 0; j < 9; ++j) CHECK(svm.weights[k * 9 + j] == near(wanted["svm"][k][j]));
    CHECK(taken(svm_accuracy(svm, {sets.a, labels})) == tight(wanted["svm_accuracy"]));
}

TEST_CASE("the L2-SVM's minimum depends neither on seed nor on threads, and lies below its neighbours") {
    const ReferenceFeatures sets;
    const auto labels = lcg_labels(5, 60, 3);
    const LabelledFeatures train{sets.a, labels};
    Svm svm = taken(fit_svm(train, 3, {.tolerance = 1e-8, .epochs = 100000, .workers = 1}));
    const Svm other =
        taken(fit_svm(train, 3, {.tolerance = 1e-8, .epochs = 100000, .seed = 9, .workers = 3}));
    for (size_t i = 0; i < svm.weights.size(); ++i) CHECK(svm.weights[i] == near(other.weights[i]));
    const double least = taken(svm_objective(svm, train, 1));
    for (const size_t j : {9, 13, 17}) {
        for (const double step : {-1e-3, 1e-3}) {
            svm.weights[j] += step;
            CHECK(taken(svm_objective(svm, train, 1)) > least);
            svm.weights[j] -= step;
        }
    }
}

TEST_CASE("the L2-SVM separates clusters, and its C is chosen on other rows") {
    const Clusters data;
    const FeatureMatrix all = matrix(data.values, 2);
    const std::span<const int> labels = data.labels;
    const LabelledFeatures train{{all.values.first(60), 30, 2}, labels.first(30)};
    const LabelledFeatures validation{{all.values.subspan(60), 30, 2}, labels.subspan(30)};
    const std::vector<double> grid{1, 1e-6, 0.1};
    const SvmGrid chosen = taken(fit_svm_grid(train, validation, 3, grid));
    REQUIRE(chosen.validation_shares.size() == 3);
    CHECK(chosen.validation_shares[0] == 1);
    CHECK(chosen.best.c <= 0.1);  // the least C among the best
    CHECK(taken(svm_predict(chosen.best, train.features)) ==
          std::vector<int>(labels.begin(), labels.begin() + 30));
}

TEST_CASE("the L2-SVM says when it ran out of epochs, and refuses wrong input") {
    const Clusters data;
    const LabelledFeatures set{matrix(data.values, 2), data.labels};
    CHECK(!taken(fit_svm(set, 3, {.c = 1000, .tolerance = 1e-10, .epochs = 1})).converged);
    CHECK(contains(error_of(fit_svm(set, 3, {.c = 0})), "c 0"));
    CHECK(contains(error_of(fit_svm(set, 2)), "entry 2 is 2"));
    CHECK(contains(error_of(fit_svm({set.features, set.labels.first(3)}, 3)), "3 labels, but 60 rows"));
    CHECK(contains(error_of(fit_svm_grid(set, set, 3, {})), "grid has 0"));
    const Svm svm = taken(fit_svm(set, 3));
    CHECK(contains(error_of(svm_predict(svm, matrix(data.values, 4))),
                   "4 columns, but the model was fitted to 2"));
    CHECK(contains(error_of(svm_objective(svm, set, 3)), "class 3"));
}
