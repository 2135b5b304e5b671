// The collapse watch: silent on a healthy run, loud on generators that are collapsed by construction.
// SPDX-License-Identifier: MIT
#include "host/engine/collapse_watch.hpp"
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

using namespace vkgan;
using namespace vkgan::test;

namespace {

struct Watched {
    std::vector<std::string> alarms;
    int64_t first_step = 0;  // of an alarm
    std::string log;
};

Watched watch(const std::string& recipe, const Settings& settings, bool collapsed, int64_t steps) {
    auto choice = choose_model(recipe, settings);
    if (!choice) FAIL(choice.error().message);
    if (collapsed) {  // whatever the noise is, the samples are one point
        Network& g = choice->model.networks[0];
        REQUIRE(g.name == "G");
        g.layers.push_back(
            {"scale", "collapsed", {g.layers.back().name}, {{"factor", 0.0}, {"offset", 0.3}}});
        g.output = "collapsed";
    }
    const TemporaryFolder folder;
    RunOptions options{.folder = folder.path / "run",
                       .checkpoint_every = 0,
                       .sample_every = 0,
                       .watch_every = 50,
                       .session = {}};
    options.session.data = "toy:ring";
    auto run = TrainingRun::open(test_device(), std::move(*choice), options);
    if (!run) FAIL(run.error().message);
    Watched watched;
    for (int64_t i = 0; i < steps; ++i) {
        const auto result = (*run)->step();
        if (!result) FAIL(result.error().message);
        if (!result->alarms.empty() && watched.first_step == 0) watched.first_step = result->step;
        watched.alarms.insert(watched.alarms.end(), result->alarms.begin(), result->alarms.end());
    }
    REQUIRE((*run)->save().ok());
    const auto log = read_file(folder.path / "run" / "log.jsonl", uint64_t(1) << 24);
    REQUIRE(log.ok());
    watched.log.assign(reinterpret_cast<const char*>(log->data()), log->size());
    return watched;
}

bool any_contains(const std::vector<std::string>& alarms, std::string_view part) {
    return std::ranges::any_of(alarms, [&](const std::string& a) { return contains(a, part); });
}

const Settings points{{"nets", "points"}, {"nz", "2"},     {"hidden", "32"}, {"penalty", "0.1"},
                      {"lr", "0.001"},    {"batch", "64"}, {"ema", "0"},     {"k", "2"}};

}  // namespace

TEST_CASE("the watch flags a collapsed generator within 200 steps, once, and not a healthy WGAN-GP run") {
    const Watched healthy = watch("wgan_gp", points, false, 200);
    CHECK_MESSAGE(healthy.alarms.empty(), (healthy.alarms.empty() ? "" : healthy.alarms[0]));
    CHECK(!contains(healthy.log, "alarms"));

    const Watched collapsed = watch("wgan_gp", points, true, 300);
    CHECK(collapsed.first_step == 150);
    CHECK(any_contains(collapsed.alarms, "the samples are alike"));
    CHECK(any_contains(collapsed.alarms, "the generator repeats itself"));
    CHECK(collapsed.alarms.size() == 2);  // told when it begins, not at every look
    CHECK(contains(collapsed.log, "\"step\": 150,"));
    const size_t line = collapsed.log.find("\"step\": 150,");
    const auto json = nlohmann::json::parse(
        collapsed.log.substr(line - 1, collapsed.log.find('\n', line) - line + 1), nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["alarms"].size() == 2);
}

TEST_CASE("a discriminator's loss near nothing is told after 500 steps of it, a Wasserstein loss never") {
    const TinyRun tiny;
    const auto watched = [&](const char* recipe, const Settings& settings) {
        auto choice = choose_model(recipe, settings);
        if (!choice) FAIL(choice.error().message);
        RunOptions options = tiny.options(recipe);
        const Model model = choice->model;
        auto run = TrainingRun::open(test_device(), std::move(*choice), options);
        if (!run) FAIL(run.error().message);
        auto watch = CollapseWatch::start(model, (*run)->session().source());
        REQUIRE(watch.ok());
        std::vector<int64_t> told;
        for (int64_t step = 1; step <= 1300; ++step)
            for (const std::string& alarm : watch->see_step(step, {{"loss_d", step == 700 ? 0.3 : 0.01}})) {
                CHECK(contains(alarm, "it wins, and the generator learns nothing"));
                told.push_back(step);
            }
        return told;
    };
    CHECK(watched("dcgan", tiny_settings()) == std::vector<int64_t>{1201});
    CHECK(watched("wgan", {{"image", "16"}, {"channels", "3"}, {"filters", "4"}}).empty());
}

TEST_CASE("what draws no samples from noise is not watched, and a wrong interval is refused") {
    const auto suits = [](const char* recipe) {
        auto choice = choose_model(recipe, {});
        if (!choice) FAIL(choice.error().message);
        return CollapseWatch::suits(choice->model);
    };
    CHECK(suits("dcgan"));
    CHECK(suits("cgan"));
    CHECK(suits("ebgan"));
    CHECK_FALSE(suits("vae"));
    CHECK_FALSE(suits("classifier"));
    CHECK_FALSE(suits("optimal_d"));
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    options.watch_every = -1;
    const auto run = tiny.try_open(options);
    REQUIRE_FALSE(run.ok());
    CHECK(contains(run.error().message, "watch_every is -1"));
}

TEST_CASE("a data set of one picture again and again is trained on without alarms") {
    const TinyRun tiny;
    for (const int64_t count : {2, 6}) {
        CAPTURE(count);
        const std::string file = "same" + std::to_string(count) + ".npy";
        REQUIRE(write_npy(tiny.temporary.path / file, Tensor(Shape{count, 3, 16, 16}, 0.25F)).ok());
        RunOptions options = tiny.options("run" + std::to_string(count));
        options.session.data = "npy:" + (tiny.temporary.path / file).string();
        options.watch_every = 1;
        Settings settings = tiny_settings();
        settings["batch"] = "2";
        auto run = tiny.try_open(options, settings);
        REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
        for (int i = 0; i < 4; ++i) {
            const auto result = (*run)->step();
            REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
            CHECK(result->alarms.empty());
        }
    }
}
