// Phases that run more often early, or only now and then: data, feeds and resuming keep up with them.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace vkgan::test {

namespace {

constexpr Timing early{.early_repeat = 3, .early_steps = 2, .early_every = 4};

// Critic and generator of points; the critic's phase has a timing of its own, and one may be a regulariser.
Model timed_model(const Timing& timing, int every) {
    auto made = choose_model("toy", {{"hidden", "4"}, {"hidden_d", "4"}, {"batch", "4"}, {"k", "2"}});
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    Model model = std::move(made->model);
    model.phases[0].timing = timing;
    if (every == 0) return model;
    Phase lazy{"lazy",
               1,
               {{"r1", "r1", {"real"}, {{"network", std::string("D")}, {"gamma", 1.0}}},
                {"", "update", {"r1"}, {{"network", std::string("D")}}}}};
    lazy.timing.every = every;
    model.phases.push_back(std::move(lazy));
    return model;
}

std::unique_ptr<Session> session_of(const Model& model, const SessionOptions& options) {
    auto session = Session::create(test_device(), model, options);
    REQUIRE_MESSAGE(session.ok(), (session.ok() ? "" : session.error().message));
    return std::move(*session);
}

TensorFile feed_of(int64_t reals, int64_t noises) {
    TensorFile file;
    for (const auto& [name, rows] : {std::pair("real", reals), std::pair("z", noises)}) {
        Tensor tensor(name == std::string("real") ? Shape{rows, 4, 1, 1, 1} : Shape{rows, 4, 1});
        for (size_t i = 0; i < tensor.values.size(); ++i) tensor.values[i] = float(i / 4);
        file.tensors.emplace(name, StoredTensor::from(tensor));
    }
    return file;
}

float first_number(const StagedInputs& inputs, const std::string& name) {
    float number = -1;
    std::memcpy(&number, inputs.at(name).data(), sizeof number);
    return number;
}

}  // namespace

TEST_CASE("a feed gives each run of a phase the next row, whatever the timing") {
    const TemporaryFolder folder;
    const std::string path = (folder.path / "feed.safetensors").string();
    const Model model = timed_model(early, 3);
    // Reals: 3, 3, 2, 2, 3 of the critic and 1, 0, 0, 1, 0 of the regulariser; noise: 1 more a step, of the
    // generator's.
    REQUIRE(write_safetensors(path, feed_of(15, 18)).ok());
    const auto session = session_of(model, {.feed = path});
    const auto source =
        open_feed({.model = session->model(), .compiled = session->compiled(), .batch = 4}, path);
    REQUIRE_MESSAGE(source.ok(), (source.ok() ? "" : source.error().message));
    CHECK((*source)->steps() == 5);
    float reals = 0, noises = 0;
    for (int64_t step = 0; step < 5; ++step) {
        const auto list = executions_of(session->compiled(), step);
        for (size_t i = 0; i < list.size(); ++i) {
            const auto inputs = (*source)->inputs(step, i);
            REQUIRE(inputs.ok());
            const bool critic = list[i].phase == 0, generator = list[i].phase == 1;
            CHECK((*inputs)->contains("real") == !generator);
            CHECK((*inputs)->contains("z") == (critic || generator));
            if (!generator) CHECK(first_number(**inputs, "real") == reals++);
            if (critic || generator) CHECK(first_number(**inputs, "z") == noises++);
        }
    }
    CHECK(reals == 15);
    CHECK(noises == 18);
}

TEST_CASE("a feed lasts as many whole steps as its shortest tensor") {
    const TemporaryFolder folder;
    const std::string path = (folder.path / "feed.safetensors").string();
    const Model model = timed_model(early, 3);
    for (const auto& [reals, noises, steps] :
         {std::array{14, 100, 4}, std::array{100, 17, 4}, std::array{100, 18, 5}, std::array{4, 4, 1}}) {
        CAPTURE(reals);
        CAPTURE(noises);
        REQUIRE(write_safetensors(path, feed_of(reals, noises)).ok());
        const auto session = session_of(model, {.feed = path});
        CHECK(session->source().steps() == steps);
        TrainingState state;
        state.variables = *session->initial_values();
        REQUIRE(session->start(std::move(state)).ok());
        for (int i = 0; i < steps; ++i) REQUIRE(session->step().ok());
        CHECK_FALSE(session->step().ok());
    }
}

TEST_CASE("runs of phases take batches of the data set in turn, whatever the timing") {
    const Model timed = timed_model(early, 3);
    Model plain = timed;
    plain.phases = {timed.phases[2]};
    plain.phases[0].timing = {};
    plain.reports.clear();
    const SessionOptions options{.seed = 5, .data = "toy:bimodal"};
    const auto a = session_of(timed, options), b = session_of(plain, options);
    const auto in_turn = open_data({b->model(), b->compiled(), 4, 5}, "toy:bimodal");
    const auto source = open_data({a->model(), a->compiled(), 4, 5}, "toy:bimodal");
    REQUIRE(in_turn.ok());
    REQUIRE(source.ok());
    int64_t next = 0;
    for (int64_t step = 0; step < 9; ++step) {
        const auto list = executions_of(a->compiled(), step);
        for (size_t i = 0; i < list.size(); ++i) {
            if (list[i].phase == 1) continue;
            const auto got = (*source)->inputs(step, i);
            REQUIRE(got.ok());
            const std::vector<std::byte> real = (*got)->at("real");
            const auto wanted = (*in_turn)->inputs(next++, 0);
            REQUIRE(wanted.ok());
            CHECK(real == (*wanted)->at("real"));
        }
    }
    CHECK(next == 3 * 4 + 2 * 5 + 3);  // steps 0, 1, 4 and 8; the others; 0, 3 and 6
}

TEST_CASE("a run that is resumed between, before or after early phases goes on to the bit") {
    const TinyRun tiny;
    const auto open = [&](const std::string& folder, bool resume) {
        RunOptions options = tiny.options(folder);
        options.session.data = "toy:bimodal";
        options.resume = resume;
        ModelChoice choice;
        choice.model = timed_model(early, 3);
        auto run = TrainingRun::open(test_device(), std::move(choice), options);
        REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
        return std::move(*run);
    };
    const auto whole = open("whole", false);
    steps(*whole, 9);
    REQUIRE(whole->save().ok());
    for (const int first : {1, 2, 4, 5}) {
        CAPTURE(first);
        const std::string folder = "parts" + std::to_string(first);
        {
            const auto run = open(folder, false);
            steps(*run, first);
            REQUIRE(run->save().ok());
        }
        const auto rest = open(folder, true);
        steps(*rest, 9 - first);
        REQUIRE(rest->save().ok());
        CHECK(tiny.bytes(folder + "/checkpoint.vkgan") == tiny.bytes("whole/checkpoint.vkgan"));
    }
}

TEST_CASE("what a phase reports is there in the steps in which it runs") {
    const TinyRun tiny;
    ModelChoice choice;
    choice.model = timed_model({}, 3);
    choice.model.reports["r1"] = "r1";
    RunOptions options = tiny.options("run");
    options.session.data = "toy:bimodal";
    auto run = TrainingRun::open(test_device(), std::move(choice), options);
    REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
    for (int i = 0; i < 6; ++i) {
        const auto step = (*run)->step();
        REQUIRE(step.ok());
        CHECK(step->values.contains("r1") == (i % 3 == 0));
        CHECK(step->values.contains("loss_d"));
    }
}

}  // namespace vkgan::test
