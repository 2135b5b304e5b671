// Losses of codes, reconstructions, classes and energies: values by plain loops, gradients by central
// differences.
// SPDX-License-Identifier: MIT
#include "tests/lower/reference_state.hpp"

#include <array>
#include <functional>
#include <numbers>

using namespace vkgan;

namespace {

using Rows = std::vector<std::vector<double>>;

constexpr int batch = 4, width = 6;

// P is one weight per input entry and output entry; the statement reads P's output x, and t from the data.
Model model_with(const std::vector<Statement>& statements, const Source& data) {
    Model model;
    Network network;
    network.name = "P";
    network.inputs = {{"x", {3}}};
    network.layers = {{"linear", "l", {}, {{"features", double(width)}, {"bias", 0.0}}}};
    model.networks = {network};
    model.optimisers = {{.network = "P", .kind = "sgd", .learning_rate = 0.0}};
    model.sources = {{"given", "image", {3}}, data};
    model.phases = {{"step", 1, {{"x", "apply", {"given"}, {{"network", "P"}}}}}};
    auto& run = model.phases[0].statements;
    run.insert(run.end(), statements.begin(), statements.end());
    run.push_back({"", "update", {"loss"}, {{"network", "P"}}});
    model.reports["loss"] = "loss";
    model.sample_network = "P";
    model.sample_source = "given";
    model.batch = batch;
    return model;
}

struct Case {
    const char* what;
    std::vector<Statement> statements;
    // Of x [batch, width] and t, which is t [batch, width] or the classes [batch, 1].
    std::function<double(const Rows&, const Rows&)> formula;
    Source data{"t", "image", {width}};
};

double sp(double x) { return std::log1p(std::exp(x)); }

double mean_of(const Rows& x, const std::function<double(const std::vector<double>&, size_t)>& each) {
    double sum = 0;
    for (size_t n = 0; n < x.size(); ++n) sum += each(x[n], n);
    return sum / double(x.size());
}

double cosine(const std::vector<double>& a, const std::vector<double>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return ab / std::sqrt(aa * bb);
}

double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

std::vector<Case> cases() {
    return {
        {"kl_normal",
         {{"loss", "kl_normal", {"x"}, {}}},
         [](const Rows& x, const Rows&) {
             return mean_of(x, [](const std::vector<double>& row, size_t) {
                 double sum = 0;
                 for (size_t i = 0; i < width / 2; ++i)
                     sum += row[i] * row[i] + std::exp(row[i + 3]) - row[i + 3] - 1;
                 return sum / 2;
             });
         }},
        {"reparameterise",
         {{"z", "reparameterise", {"x"}, {}}, {"loss", "mean", {"z"}, {}}},
         [](const Rows& x, const Rows& noise) {
             return mean_of(x, [&](const std::vector<double>& row, size_t n) {
                 double sum = 0;
                 for (size_t i = 0; i < 3; ++i) sum += row[i] + std::exp(row[i + 3] / 2) * noise[n][i];
                 return sum / 3;
             });
         },
         {"t", "image", {3}}},
        {"bernoulli_nll",
         {{"share", "affine", {"t"}, {{"factor", 0.5}, {"offset", 0.5}}},
          {"loss", "bernoulli_nll", {"x", "share"}, {}}},
         [](const Rows& x, const Rows& t) {
             return mean_of(x, [&](const std::vector<double>& row, size_t n) {
                 double sum = 0;
                 for (size_t i = 0; i < width; ++i) {
                     const double share = t[n][i] / 2 + 0.5;
                     sum += share * sp(-row[i]) + (1 - share) * sp(row[i]);
                 }
                 return sum;
             });
         }},
        {"gaussian_nll",
         {{"loss", "gaussian_nll", {"x", "t"}, {{"deviation", 0.5}}}},
         [](const Rows& x, const Rows& t) {
             return mean_of(x, [&](const std::vector<double>& row, size_t n) {
                 return squared_distance(row, t[n]) / (2 * 0.25) +
                        width * std::log(0.5 * std::sqrt(2 * std::numbers::pi));
             });
         }},
        {"cross_entropy of labels",
         {{"loss", "cross_entropy", {"x", "t"}, {}}},
         [](const Rows& x, const Rows& t) {
             return mean_of(x, [&](const std::vector<double>& row, size_t n) {
                 double sum = 0;
                 for (const double logit : row) sum += std::exp(logit);
                 return std::log(sum) - row[size_t(t[n][0])];
             });
         },
         {"t", "labels", {}}},
        {"energy",
         {{"e", "energy", {"x", "t"}, {}}, {"loss", "mean", {"e"}, {}}},
         [](const Rows& x, const Rows& t) {
             return mean_of(x, [&](const std::vector<double>& row, size_t n) {
                 return squared_distance(row, t[n]) / width;
             });
         }},
        {"energy_margin",
         {{"e", "energy", {"x", "t"}, {}},
          {"other", "roll", {"t"}, {}},
          {"f", "energy", {"x", "other"}, {}},
          {"loss", "energy_margin", {"e", "f"}, {{"margin", 0.7}}}},
         [](const Rows& x, const Rows& t) {
             return mean_of(x, [&](const std::vector<double>& row, size_t n) {
                 const double fake = squared_distance(row, t[(n + batch - 1) % batch]) / width;
                 return squared_distance(row, t[n]) / width + std::max(0.0, 0.7 - fake);
             });
         }},
        {"pull_away",
         {{"loss", "pull_away", {"x"}, {}}},
         [](const Rows& x, const Rows&) {
             double sum = 0;
             for (size_t i = 0; i < x.size(); ++i) {
                 for (size_t j = 0; j < x.size(); ++j)
                     if (i != j) sum += std::pow(cosine(x[i], x[j]), 2);
             }
             return sum / (batch * (batch - 1));
         }},
    };
}

struct Setting {
    Rows given, t, weight;
};

double irregular(int i) { return 0.6 * std::sin(1.0 + 2.3 * i); }

Setting setting_of(const Case& c) {
    Setting s;
    const bool labels = c.data.kind == "labels";
    const size_t targets = labels ? 1 : size_t(c.data.shape[0]);
    for (int n = 0; n < batch; ++n) {
        s.given.emplace_back();
        s.t.emplace_back();
        for (int i = 0; i < 3; ++i) s.given.back().push_back(irregular(7 * n + i));
        for (size_t i = 0; i < targets; ++i)
            s.t.back().push_back(labels ? (n * 5) % width : irregular(40 + 11 * n + int(i)));
    }
    for (int o = 0; o < width; ++o) {
        s.weight.emplace_back();
        for (int i = 0; i < 3; ++i) s.weight.back().push_back(irregular(100 + 5 * o + i));
    }
    return s;
}

Rows outputs_of(const Setting& s) {
    Rows x(batch, std::vector<double>(width));
    for (size_t n = 0; n < batch; ++n)
        for (size_t o = 0; o < width; ++o)
            for (size_t i = 0; i < 3; ++i) x[n][o] += s.given[n][i] * s.weight[o][i];
    return x;
}

DoubleTensor tensor_of(const Rows& rows, bool flat = false) {
    const Shape shape =
        flat ? Shape{int64_t(rows.size())} : Shape{int64_t(rows.size()), int64_t(rows[0].size())};
    DoubleTensor tensor(shape);
    tensor.values.clear();
    for (const auto& row : rows) tensor.values.insert(tensor.values.end(), row.begin(), row.end());
    return tensor;
}

DoubleTensorMap run_case(const Case& c, const Setting& s) {
    const auto low = lower_training(model_with(c.statements, c.data),
                                    {.batch = batch, .gradients = true, .feed_noise = true});
    REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
    DoubleTensorMap variables{{"P.l.weight", tensor_of(s.weight)}};
    fill_variables(*low, variables);
    const bool labels = c.data.kind == "labels";
    return run_phase(
        low->phases[0], 1,
        {{"given", tensor_of(s.given)}, {"t", tensor_of(s.t, labels)}, {"z.noise", tensor_of(s.t)}},
        variables);
}

std::string failure(const std::vector<Statement>& statements, const Source& data) {
    const auto low = lower_training(model_with(statements, data), {.batch = batch});
    REQUIRE(!low.ok());
    CHECK(is_bad_input(low.error().code));
    return low.error().message;
}

}  // namespace

TEST_CASE("losses of codes, classes and energies have the values and gradients of their formulas") {
    for (const Case& c : cases()) {
        CAPTURE(c.what);
        Setting s = setting_of(c);
        const DoubleTensorMap outputs = run_case(c, s);
        CHECK(outputs.at("loss").values[0] == doctest::Approx(c.formula(outputs_of(s), s.t)).epsilon(1e-10));
        const DoubleTensor& gradient = outputs.at("grad/P.l.weight");
        // Central differences of smooth functions at 1e-5 are right to about 1e-10 in double.
        for (size_t o = 0; o < width; ++o) {
            for (size_t i = 0; i < 3; ++i) {
                const double at = s.weight[o][i], h = 1e-5;
                s.weight[o][i] = at + h;
                const double above = c.formula(outputs_of(s), s.t);
                s.weight[o][i] = at - h;
                const double below = c.formula(outputs_of(s), s.t);
                s.weight[o][i] = at;
                CHECK(gradient.values[o * 3 + i] == doctest::Approx((above - below) / (2 * h)).epsilon(1e-6));
            }
        }
    }
}

TEST_CASE("a class that is all but sure gives no infinite loss") {
    Case c = cases()[4];
    Setting s = setting_of(c);
    for (auto& row : s.weight)
        for (double& w : row) w *= 1e4;
    const DoubleTensorMap outputs = run_case(c, s);
    CHECK(std::isfinite(outputs.at("loss").values[0]));
    CHECK(std::isfinite(outputs.at("grad_norm/P").values[0]));
}

TEST_CASE("codes, classes and pairs of the wrong shape are refused with what they have") {
    const Source image{"t", "image", {5}}, labels{"t", "labels", {}};
    CHECK(failure({{"loss", "bernoulli_nll", {"x", "t"}, {}}}, image).find("[4, 6] with [4, 5]") !=
          std::string::npos);
    CHECK(failure({{"y", "mean", {"x"}, {}}, {"loss", "kl_normal", {"y"}, {}}}, image).find("[batch, 2 d]") !=
          std::string::npos);
    CHECK(failure({{"y", "roll", {"t"}, {}}, {"loss", "mean", {"x"}, {}}}, labels).find("labels") !=
          std::string::npos);
    CHECK(failure({{"y", "roll", {"x"}, {{"by", 4.0}}}, {"loss", "mean", {"y"}, {}}}, image)
              .find("by is 4 in a batch of 4") != std::string::npos);
    CHECK(failure({{"loss", "gaussian_nll", {"x", "x"}, {{"deviation", 0.0}}}}, image).find("above 0") !=
          std::string::npos);
}
