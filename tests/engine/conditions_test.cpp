// Conditions: classes and signs that training draws, names from the data set, and what sampling lets one set.
// SPDX-License-Identifier: MIT
#include "host/engine/checkpoint.hpp"
#include "host/engine/inference.hpp"
#include "tests/engine/tiny_run.hpp"
#include "tests/recipes/variants.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace vkgan::test {

namespace {

constexpr int batch = 64, classes = 4, signs = 3;

// P's logits tell by their mean over a batch how often each of four classes was drawn: `weights` are powers
// of batch + 1. Signs report their mean and mean square.
constexpr std::array<float, classes> weights{0, 1, batch + 1, (batch + 1) * (batch + 1)};

Model drawing_model() {
    Model model;
    Network p;
    p.name = "P";
    p.inputs = {{"one", {1}}};
    p.layers = {{"linear", "l", {}, {{"features", double(classes)}, {"bias", 0.0}}}};
    model.networks = {p};
    model.optimisers = {{.network = "P", .kind = "sgd", .learning_rate = 0}};
    model.sources = {{"one", "uniform", {1}, 1, 1},
                     {"c", "categorical", {classes}},
                     {"s", "signs", {signs}},
                     {"nothing", "uniform", {signs}, 0, 0},
                     {"real", "image", {1, 1, 1}}};
    model.phases = {{"step",
                     1,
                     {{"logits", "apply", {"one"}, {{"network", std::string("P")}}},
                      {"told", "cross_entropy", {"logits", "c"}, {}},
                      {"mean", "mean", {"s"}, {}},
                      {"square", "mse", {"s", "nothing"}, {}},
                      {"", "update", {"told"}, {{"network", std::string("P")}}}}}};
    model.reports = {{"told", "told"}, {"mean", "mean"}, {"square", "square"}};
    model.sample_network = "none";
    model.batch = batch;
    return model;
}

std::vector<StepResult> drawn(uint64_t seed, int steps) {
    auto session = Session::create(test_device(), drawing_model(), {.seed = seed, .data = "toy:normal"});
    REQUIRE_MESSAGE(session.ok(), (session.ok() ? "" : session.error().message));
    TrainingState state;
    state.variables = *(*session)->initial_values();
    state.variables.at("P.l.weight").values.assign(weights.begin(), weights.end());
    REQUIRE((*session)->start(std::move(state)).ok());
    std::vector<StepResult> results;
    for (int i = 0; i < steps; ++i) {
        auto result = (*session)->step();
        REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
        results.push_back(std::move(*result));
    }
    return results;
}

// The log of the sum of exp(logits) is the largest to float's last digit.
std::array<int, classes> counts_of(const StepResult& result) {
    auto code = std::lround(batch * (double(weights[3]) - result.values.at("told")));
    std::array<int, classes> counts{batch, 0, 0, 0};
    for (size_t k = classes - 1; k > 0; --k) {
        counts[k] = int(code / std::lround(weights[k]));
        code %= std::lround(weights[k]);
        counts[0] -= counts[k];
    }
    return counts;
}

struct Trained {
    TinyRun tiny;
    std::unique_ptr<TrainingRun> run;
    Trained(const std::string& recipe, const Settings& settings, const std::string& data) {
        auto choice = choose_model(recipe, settings);
        REQUIRE_MESSAGE(choice.ok(), (choice.ok() ? "" : choice.error().message));
        RunOptions options = tiny.options("run");
        options.session.data = data;
        auto opened = TrainingRun::open(test_device(), std::move(*choice), options);
        REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().message));
        run = std::move(*opened);
        steps(*run, 1);
        REQUIRE(run->save().ok());
    }
    std::unique_ptr<Inference> inference() const {
        auto trained = read_trained(tiny.temporary.path / "run/model.vkgan");
        REQUIRE_MESSAGE(trained.ok(), (trained.ok() ? "" : trained.error().message));
        auto made = Inference::create(test_device(), std::move(*trained));
        REQUIRE(made.ok());
        return std::move(*made);
    }
};

std::vector<float> images(Inference& inference, const Controls& controls, int count = 8) {
    const auto drawn = inference.sample(count, 3, controls);
    REQUIRE_MESSAGE(drawn.ok(), (drawn.ok() ? "" : drawn.error().message));
    return drawn->values;
}

std::string refusal(Inference& inference, const Controls& controls) {
    const auto drawn = inference.sample(2, 3, controls);
    REQUIRE_FALSE(drawn.ok());
    CHECK(is_bad_input(drawn.error().code));
    return drawn.error().message;
}

const Settings digits{{"filters", "4"}, {"nz", "6"}, {"batch", "4"}, {"conditioning", "every_layer"}};
const Settings faces{{"image", "16"}, {"channels", "3"},  {"filters", "4"},     {"nz", "6"},
                     {"batch", "4"},  {"condition", "6"}, {"of", "attributes"}, {"wrong", "on"}};

}  // namespace

TEST_CASE("training draws every class as often, other ones in every step, and again the same") {
    constexpr int count = 60;
    const std::vector<StepResult> steps = drawn(1, count), again = drawn(1, 3), other = drawn(2, 3);
    std::array<int, classes> sums{};
    for (const StepResult& step : steps) {
        const auto counts = counts_of(step);
        for (size_t k = 0; k < classes; ++k) sums[k] += counts[k];
    }
    CHECK(sums[0] + sums[1] + sums[2] + sums[3] == count * batch);
    for (const int sum : sums)  // four deviations of a binomial distribution
        CHECK(std::abs(sum - count * batch / 4.0) < 4 * std::sqrt(count * batch * 0.25 * 0.75));
    CHECK(counts_of(steps[0]) != counts_of(steps[1]));
    int same = 0;
    for (size_t i = 0; i < 3; ++i) {
        CHECK(counts_of(steps[i]) == counts_of(again[i]));
        CHECK(steps[i].values.at("mean") == again[i].values.at("mean"));
        same += counts_of(steps[i]) == counts_of(other[i]);
    }
    CHECK(same < 3);
}

TEST_CASE("training draws signs of which each is as likely") {
    constexpr int count = 60;
    double sum = 0;
    for (const StepResult& step : drawn(1, count)) {
        CHECK(step.values.at("square") == 1);
        sum += step.values.at("mean");
    }
    CHECK(std::abs(sum / count) < 4 / std::sqrt(double(count * batch * signs)));
}

TEST_CASE("the class of samples can be set, blended or left open") {
    const Trained trained("cgan", digits, "digits");
    const auto g = trained.inference();
    const std::vector<float> any = images(*g, {}), any_too = images(*g, {{"y", -1}});
    CHECK(any == any_too);
    std::vector<std::vector<float>> of_class;
    for (int k = 0; k < 10; ++k) of_class.push_back(images(*g, {{"y", double(k)}}));
    const size_t each = any.size() / 8;
    std::set<size_t> met;
    for (size_t n = 0; n < 8; ++n) {
        const auto same = [&](const std::vector<float>& other) {
            return std::equal(any.begin() + ptrdiff_t(n * each), any.begin() + ptrdiff_t((n + 1) * each),
                              other.begin() + ptrdiff_t(n * each));
        };
        CHECK(std::ranges::count_if(of_class, same) == 1);
        met.insert(size_t(std::ranges::find_if(of_class, same) - of_class.begin()));
    }
    CHECK(met.size() > 2);  // eight even draws of ten: fewer come up once in 10^5 seeds
    CHECK(images(*g, {{"y.3", 1}}) == of_class[3]);
    const std::vector<float> blend = images(*g, {{"y.3", 0.5}, {"y.7", 0.5}});
    CHECK(blend != of_class[3]);
    CHECK(blend != of_class[7]);
    CHECK(images(*g, {{"3", 1}}) == of_class[3]);  // as the data set calls it
    const auto while_training = trained.run->session().sample(8, 3, {{"y", 3}});
    REQUIRE(while_training.ok());
    CHECK(while_training->values == of_class[3]);
}

TEST_CASE("a class that is left open is any of a network's that reads its number, each as likely") {
    TrainedModel trained;
    Network g;
    g.name = "G";
    g.inputs = {{"label", {}, "index"}};
    g.layers = {{"embedding", "e", {"label"}, {{"count", double(classes)}, {"features", 1.0}}},
                {"reshape", "r", {}, {{"shape", std::vector<double>{1, 1, 1}}}}};
    trained.model.networks = {g};
    trained.model.sources = {{"label", "labels", {}}};
    trained.variables["G.e.weight"] = Tensor(Shape{classes, 1});
    for (size_t k = 0; k < classes; ++k) trained.variables["G.e.weight"].values[k] = float(k);
    for (const bool named : {true, false}) {
        CAPTURE(named);
        if (!named) trained.model.networks[0].layers[0].from.clear();
        auto inference = Inference::create(test_device(), trained);
        REQUIRE(inference.ok());
        const std::vector<float> any = images(**inference, {}, 100);
        CHECK(std::set<float>(any.begin(), any.end()) == std::set<float>{0, 1, 2, 3});
    }
    for (const bool controlled : {false, true}) {
        CAPTURE(controlled);
        if (controlled) trained.model.controls = {{"label", "label", -1, -1, classes - 1, false, "class"}};
        auto inference = Inference::create(test_device(), trained);
        REQUIRE(inference.ok());
        constexpr int count = 400;
        const std::vector<float> any = images(**inference, {}, count);
        for (int k = 0; k < classes; ++k) {  // four deviations of a binomial distribution
            const auto met = double(std::ranges::count(any, float(k)));
            CHECK(std::abs(met - count / 4.0) < 4 * std::sqrt(count * 0.25 * 0.75));
        }
        CHECK(images(**inference, {}, count) == any);
        if (!controlled) continue;
        CHECK(images(**inference, {{"label", -1}}, count) == any);
        CHECK(images(**inference, {{"label", 2}}, 3) == std::vector<float>{2, 2, 2});
    }
}

TEST_CASE("classes that are none are refused with their range") {
    const Trained trained("cgan", digits, "digits");
    const auto g = trained.inference();
    CHECK(refusal(*g, {{"y", 10}}) == "y: 10 is not from -1 to 9");
    CHECK(refusal(*g, {{"y", -2}}) == "y: -2 is not from -1 to 9");
    CHECK(refusal(*g, {{"y", 2.5}}) == "y: 2.5 is no class, which are whole numbers");
    CHECK(refusal(*g, {{"y.3", 1.5}}) == "y.3: 1.5 is not from 0 to 1");
    CHECK(refusal(*g, {{"y.10", 1}}) == "y.10: the entries of y are y.0 to y.9");
    CHECK(contains(refusal(*g, {{"G.learning_rate", 0.1}}), "a control of training"));
    CHECK(contains(refusal(*g, {{"z", 1}}), "z.0"));
}

TEST_CASE("attributes are set by number or by the data set's name for them") {
    const Trained trained("cgan", faces, "toy-faces");
    const std::vector<Source>& sources = trained.run->session().model().sources;
    for (const char* name : {"y", "real_y"}) {
        const auto source = std::ranges::find(sources, name, &Source::name);
        REQUIRE(source != sources.end());
        REQUIRE(source->names.size() == 6);
        CHECK(source->names[0] == "Smiling");
    }
    const auto g = trained.inference();
    const std::vector<float> smiling = images(*g, {{"Smiling", 1}});
    CHECK(smiling == images(*g, {{"y.0", 1}}));
    CHECK(smiling != images(*g, {{"Smiling", -1}}));
    CHECK(images(*g, {}) != smiling);
    CHECK(contains(refusal(*g, {{"Smilng", 1}}), "did you mean \"Smiling\"?"));
    CHECK(refusal(*g, {{"Smiling", 3}}) == "y.0: 3 is not from -2 to 2");
    CHECK(contains(refusal(*g, {{"y", 1}}), "y.0"));
}

TEST_CASE("a model that draws nothing trains, writes no samples and says so when asked for some") {
    const Trained trained("classifier", {{"filters", "2"}, {"features", "8"}, {"batch", "4"}}, "digits");
    CHECK(std::filesystem::is_empty(trained.tiny.temporary.path / "run/samples"));
    const auto c = trained.inference();
    CHECK(refusal(*c, {}) == "classifier has no network that draws samples");
    const auto plan = c->sampling_plan(4);
    REQUIRE_FALSE(plan.ok());
    CHECK(contains(plan.error().message, "no network"));
    CHECK(is_bad_input(plan.error().code));
    CHECK_FALSE(trained.run->session().sample(2, 1).ok());
}

TEST_CASE("inner layers of a network can be had, also those that read only some of its inputs") {
    Settings settings = digits;
    settings["conditioning"] = "projection";
    const Trained trained("cgan", settings, "digits");
    const auto inference = trained.inference();
    const TensorMap inputs{{"image", Tensor(Shape{3, 1, 28, 28}, 0.25f)}, {"y", Tensor(Shape{3, 10}, 0.1f)}};
    const auto at = [&](const char* layer) {
        const auto result = inference->run("D", inputs, layer);
        REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
        return *result;
    };
    const Tensor features = at("features"), embedding = at("embedding"), score = at("score");
    const Tensor projected = at("projected"), judged = at("judged"), whole = at("");
    CHECK(features.shape == Shape{3, 392});
    CHECK(embedding.shape == Shape{3, 392});
    CHECK(whole.values == judged.values);
    // Products of 392 numbers in another order: a few hundred roundings of 6e-8, of values below 10.
    double dot = 0;
    for (size_t i = 0; i < 392; ++i) dot += double(features.values[i]) * double(embedding.values[i]);
    CHECK(std::abs(projected.values[0] - dot) < 1e-4 * (1 + std::abs(dot)));
    CHECK(std::abs(judged.values[0] - score.values[0] - projected.values[0]) <
          1e-5 * (1 + std::abs(judged.values[0])));
    const auto unknown = inference->run("D", inputs, "featurs");
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().message == "network D has no layer \"featurs\"; did you mean \"features\"?");
}

}  // namespace vkgan::test
