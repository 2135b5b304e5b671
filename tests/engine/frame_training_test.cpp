// Training in frames: to the bit what whole steps do, given up and gone back from without a trace.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_training.hpp"

#include "tests/engine/tiny_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <utility>

namespace vkgan::test {

namespace {

TensorMap variables_of(Session& session) {
    auto state = session.state();
    if (!state) FAIL(state.error().message);
    return std::move(state->variables);
}

bool same(const TensorMap& a, const TensorMap& b) {
    if (a.size() != b.size()) return false;
    for (const auto& [name, tensor] : a) {
        const auto other = b.find(name);
        if (other == b.end() || other->second.values.size() != tensor.values.size()) return false;
        if (std::memcmp(tensor.values.data(), other->second.values.data(), tensor.values.size() * 4) != 0)
            return false;
    }
    return true;
}

struct Framed {
    explicit Framed(TrainingRun& run, const FrameOptions& options = {}) : session(run.session()) {
        auto made = FrameQueue::create(test_device());
        REQUIRE(made.ok());
        queue = std::move(*made);
        auto trained = FrameTraining::create(session, *queue, options);
        if (!trained) FAIL(trained.error().message);
        training = std::move(*trained);
    }
    // One frame. Without waiting the next may come before the device is done.
    FrameSteps frame(double budget_ns, int64_t last_step, bool wait = true) {
        if (std::chrono::steady_clock::now() > deadline) FAIL("training in frames hangs");
        REQUIRE(queue->begin(budget_ns).ok());
        auto steps = training->advance(last_step);
        if (!steps) FAIL(steps.error().message);
        REQUIRE(queue->submit().ok());
        if (wait) REQUIRE(queue->wait_idle().ok());
        return std::move(*steps);
    }
    Session& session;
    std::chrono::steady_clock::time_point deadline =
        std::chrono::steady_clock::now() + std::chrono::minutes(2);  // else it hangs
    std::unique_ptr<FrameQueue> queue;
    std::unique_ptr<FrameTraining> training;
};

}  // namespace

TEST_CASE(
    "steps in slices of random frames equal whole steps to the bit, for recipes of one phase and of many") {
    const TinyRun tiny;
    struct Case {
        const char* recipe;
        Settings settings;
        int steps;
    };
    const Settings critic{{"image", "16"}, {"filters", "4"}, {"nz", "8"}, {"batch", "4"}};
    for (const Case& c : {Case{"dcgan", tiny_settings(), 12}, Case{"wgan_gp", critic, 4}}) {
        CAPTURE(std::string(c.recipe));
        const auto open = [&](const std::string& folder, int in_flight) {
            auto choice = choose_model(c.recipe, c.settings);
            if (!choice) FAIL(choice.error().message);
            RunOptions options = tiny.options(std::string(c.recipe) + folder);
            options.session.snapshot_every = 3;
            options.session.in_flight = in_flight;
            auto run = TrainingRun::open(test_device(), std::move(*choice), options);
            if (!run) FAIL(run.error().message);
            return std::move(*run);
        };
        const auto whole = open("whole", 2);
        std::vector<std::map<std::string, double, std::less<>>> values;
        for (int i = 0; i < c.steps; ++i) {
            const auto result = whole->step();
            REQUIRE(result.ok());
            values.push_back(result->values);
        }
        const auto sliced = open("sliced", 4);
        // A kernel counts as a microsecond at least, so that no slice holds more than three.
        Framed framed(*sliced, {.slice_ns = 3'000});
        CHECK(framed.training->slices() > 20);
        std::mt19937 random(3);
        int frames = 0, told = 0;
        while (told < c.steps || !framed.training->between_steps()) {
            ++frames;
            const double budget = random() % 8 == 0 ? 1e9 : 1e4 * double(1 + random() % 300);
            for (const StepResult& step : framed.frame(budget, c.steps, random() % 2 == 0).finished) {
                CHECK(step.step == told + 1);
                CHECK(step.values == values[size_t(told)]);
                ++told;
            }
        }
        CHECK(frames > c.steps);
        CHECK(framed.session.progress().steps == c.steps);
        CHECK(framed.session.batches_tracked() == whole->session().batches_tracked());
        CHECK(same(variables_of(framed.session), variables_of(whole->session())));
    }
}

TEST_CASE("a step that is given up leaves no trace, wherever it was") {
    const TinyRun tiny;
    const auto whole = tiny.open(tiny.options("whole"));
    steps(*whole, 6);
    const auto sliced = tiny.open(tiny.options("sliced"));
    Framed framed(*sliced, {.slice_ns = 20'000});
    std::mt19937 random(5);
    int given_up = 0;
    while (framed.session.progress().steps < 6) {
        framed.frame(2e5, 6);
        if (framed.training->between_steps() || random() % 12 != 0 || given_up == 12) continue;
        const int64_t before = framed.session.progress().steps;
        framed.training->cancel();
        while (!framed.training->between_steps()) framed.frame(2e5, 6);
        CHECK(framed.session.progress().steps <= before + 1);
        ++given_up;
    }
    CHECK(given_up == 12);
    auto rest = framed.training->finish();
    REQUIRE(rest.ok());
    CHECK(same(variables_of(framed.session), variables_of(whole->session())));
    CHECK(framed.session.batches_tracked() == whole->session().batches_tracked());
}

TEST_CASE("in mid-step the session refuses what needs whole steps, and finishing completes it") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    {
        Framed framed(*run, {.slice_ns = 20'000, .can_cancel = false});
        while (framed.training->between_steps()) framed.frame(1e5, -1);
        const auto step = run->session().step();
        REQUIRE_FALSE(step.ok());
        CHECK(contains(step.error().message, "step: step 1 is in flight in slices"));
        const auto state = run->session().state();
        REQUIRE_FALSE(state.ok());
        CHECK(contains(state.error().message, "state: step 1 is in flight in slices"));
        const auto finished = framed.training->finish();
        REQUIRE(finished.ok());
        REQUIRE(finished->finished.size() == 1);
        CHECK(finished->finished[0].step == 1);
        CHECK(run->session().state().ok());
        while (framed.training->between_steps()) framed.frame(1e5, -1);
        // and what is in flight at the end is finished, too
    }
    steps(*run, 2);
    const auto whole = tiny.open(tiny.options("whole"));
    steps(*whole, int(run->session().progress().steps));
    CHECK(same(variables_of(run->session()), variables_of(whole->session())));
}

TEST_CASE("a NaN in frames goes back to a good copy, says so, and the third in a row ends training") {
    const TinyRun tiny;
    constexpr int64_t fed = 12, bad = 7;
    Tensor real(Shape{fed, 4, 3, 16, 16}), noise(Shape{fed, 4, 8, 1, 1});
    fill_uniform({}, 1, real.values);
    fill_normal({}, 2, noise.values);
    noise.values[size_t((bad - 1) * 4 * 8)] = std::numeric_limits<float>::quiet_NaN();
    TensorFile feed;
    feed.tensors.emplace("real", StoredTensor::from(real));
    feed.tensors.emplace("noise", StoredTensor::from(noise));
    const std::string path = (tiny.temporary.path / "feed.safetensors").string();
    REQUIRE(write_safetensors(path, feed).ok());
    const auto open = [&](const std::string& folder, int64_t snapshot_every, int in_flight) {
        RunOptions options = tiny.options(folder);
        options.session.feed = path;
        options.session.snapshot_every = snapshot_every;
        options.session.in_flight = in_flight;
        return tiny.open(options);
    };
    std::vector<TensorMap> states;  // of whole steps, until the bad noise comes
    const auto whole = open("whole", 2, 2);
    while (states.size() < size_t(bad)) {
        states.push_back(variables_of(whole->session()));
        REQUIRE(whole->step().ok());
    }
    // Snapshots at every step of many in flight, and now and then of few.
    for (const auto& [every, in_flight] : std::array{std::pair{1, 8}, std::pair{2, 2}}) {
        CAPTURE(every);
        const auto sliced = open(fmt::format("sliced{}", every), every, in_flight);
        Framed framed(*sliced, {.slice_ns = 20'000});
        int notices = 0;
        std::optional<Error> end;
        while (!end) {
            if (std::chrono::steady_clock::now() > framed.deadline) FAIL("training in frames hangs");
            REQUIRE(framed.queue->begin(2e6).ok());
            const auto steps = framed.training->advance();
            if (!steps) end = steps.error();
            REQUIRE(framed.queue->submit().ok());
            if (!steps) break;
            for (const StepResult& step : steps->finished) {
                if (step.notice.empty()) continue;
                ++notices;
                CHECK(contains(step.notice, fmt::format("step {}: ", bad)));
                CHECK(contains(step.notice, fmt::format("went back to step {}", step.step)));
                REQUIRE(framed.training->finish().ok());  // no more than going back
                CHECK(framed.session.progress().steps == step.step);
                REQUIRE(size_t(step.step) < states.size());
                CHECK(same(variables_of(framed.session), states[size_t(step.step)]));
            }
        }
        CHECK(notices == 2);
        CHECK(end->code == Code::diverged);
        CHECK(contains(end->message, "3 times in a row"));
    }
    const auto unkept = open("unkept", 0, 4);  // and without snapshots the first ends it
    Framed framed(*unkept, {.slice_ns = 20'000});
    int64_t done = 0;
    for (int i = 0; i < 2;) {
        if (std::chrono::steady_clock::now() > framed.deadline) FAIL("training in frames hangs");
        REQUIRE(framed.queue->begin(2e6).ok());
        const auto steps = framed.training->advance();
        REQUIRE(framed.queue->submit().ok());
        if (steps) {
            CHECK(i == 0);
            done += int64_t(steps->finished.size());
            continue;
        }
        CHECK(steps.error().code == Code::diverged);
        CHECK(contains(steps.error().message, "snapshot_every is 0"));
        ++i;
    }
    CHECK(done == bad - 1);
    CHECK_FALSE(framed.training->finish().ok());
}

TEST_CASE("a run in frames writes the files of a run in whole steps, stopping where they are due") {
    const TinyRun tiny;
    const auto options = [&](const std::string& folder) {
        RunOptions options = tiny.options(folder);
        options.checkpoint_every = 4;
        options.sample_every = 3;
        return options;
    };
    const auto whole = tiny.open(options("whole"));
    steps(*whole, 8);
    const auto sliced = tiny.open(options("sliced"));
    std::vector<int64_t> told;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (sliced->session().progress().steps < 5) {
        if (std::chrono::steady_clock::now() > deadline) FAIL("training in frames hangs");
        const auto frame = sliced->advance(1e6);
        if (!frame) FAIL(frame.error().message);
        for (const StepResult& step : frame->finished) told.push_back(step.step);
    }
    for (int64_t step = sliced->session().progress().steps; step < 8; ++step) {
        auto result = sliced->step();  // finishes what is in flight first
        REQUIRE(result.ok());
        step = result->step - 1;
    }
    CHECK(told == std::vector<int64_t>{1, 2, 3, 4, 5});
    for (const char* file :
         {"checkpoint.vkgan", "model.vkgan", "samples/step_000003.png", "samples/step_000006.png"})
        CHECK(tiny.bytes(std::string("whole/") + file) == tiny.bytes(std::string("sliced/") + file));
    const std::string log = tiny.text("sliced/log.jsonl");
    CHECK(std::ranges::count(log, '\n') == 8);
}

}  // namespace vkgan::test
