// A run keeps the kernels that it began with, whatever is found while it is away.
// SPDX-License-Identifier: MIT
#include "host/engine/tuner.hpp"
#include "host/lower/lower.hpp"
#include "tests/engine/tiny_run.hpp"

namespace vkgan::test {

namespace {

// The last candidate of every problem of the tiny model.
TuningTable other_choices() {
    const auto choice = choose_model("dcgan", tiny_settings());
    REQUIRE(choice.ok());
    const auto lowered = lower_training(choice->model, {.batch = 4});
    REQUIRE(lowered.ok());
    TuningTable table;
    for (const LoweredPhase& phase : lowered->phases)
        for (const TunedProblem& problem : problems_of(simplify(phase.graph), test_device().traits()))
            if (problem.tunable.candidates.size() > 1)
                table[problem.tunable.problem] = problem.tunable.candidates.back().to_string();
    return table;
}

// The shared device with these choices, for a test.
struct Tuned {
    explicit Tuned(TuningTable table) { test_device().set_tuning(std::move(table)); }
    ~Tuned() { test_device().set_tuning({}); }
};

std::string tuning_of(const TinyRun& tiny, const std::string& file) {
    const auto read = read_safetensors(tiny.temporary.path / file);
    REQUIRE(read.ok());
    const auto found = read->metadata.find("tuning");
    return found == read->metadata.end() ? "" : found->second;
}

void run_steps(const TinyRun& tiny, const RunOptions& options, int count) {
    const auto run = tiny.open(options);
    steps(*run, count);
    REQUIRE(run->save().ok());
}

}  // namespace

TEST_CASE("a resumed run keeps its choices although the tuning file is gone, byte for byte") {
    if (test_device().traits().family == Family::direct) return;
    const TinyRun tiny;
    RunOptions whole = tiny.options("whole"), parted = tiny.options("parted");
    {
        const Tuned tuned(other_choices());
        run_steps(tiny, whole, 4);
        run_steps(tiny, parted, 2);
    }
    CHECK(tuning_of(tiny, "whole/checkpoint.vkgan").size() > 100);
    parted.resume = true;
    run_steps(tiny, parted, 2);
    CHECK(tiny.bytes("whole/checkpoint.vkgan") == tiny.bytes("parted/checkpoint.vkgan"));
    CHECK(tiny.bytes("whole/model.vkgan") == tiny.bytes("parted/model.vkgan"));
}

TEST_CASE("a run that began by the built-in rules goes on by them although something was found since") {
    const TinyRun tiny;
    RunOptions whole = tiny.options("whole"), parted = tiny.options("parted");
    run_steps(tiny, whole, 4);
    run_steps(tiny, parted, 2);
    parted.resume = true;
    {
        const Tuned tuned(other_choices());
        run_steps(tiny, parted, 2);
    }
    CHECK(tuning_of(tiny, "parted/checkpoint.vkgan").empty());
    CHECK(tiny.bytes("whole/checkpoint.vkgan") == tiny.bytes("parted/checkpoint.vkgan"));
}

TEST_CASE("choices that this device does not have are named when a run is resumed with them") {
    if (test_device().traits().family == Family::direct) return;
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    const TuningTable choices = other_choices();
    {
        const Tuned tuned(choices);
        run_steps(tiny, options, 1);
    }
    const std::string path = (tiny.temporary.path / "run/checkpoint.vkgan").string();
    auto file = read_safetensors(path);
    REQUIRE(file.ok());
    std::string& text = file->metadata["tuning"];
    const std::string choice = choices.begin()->second;
    const size_t at = text.find("\"" + choice + "\"");
    REQUIRE(at != std::string::npos);
    text.replace(at + 1, choice.size(), "7x7 by 49");
    REQUIRE(write_safetensors(path, *file).ok());
    const size_t before = test_device().notices().size();
    options.resume = true;
    CHECK(tiny.try_open(options).ok());
    const std::vector<std::string> notices = test_device().notices();
    REQUIRE(notices.size() == before + 2);
    CHECK(notices.back().find("7x7 by 49") != std::string::npos);
    for (const char* const wrong : {"[]", "{\"a\": 1}", "no JSON"}) {
        file->metadata["tuning"] = wrong;
        REQUIRE(write_safetensors(path, *file).ok());
        const auto run = tiny.try_open(options);
        REQUIRE(!run.ok());
        CHECK(is_bad_input(run.error().code));
        CHECK(run.error().message.find("tuning is not an object of texts") != std::string::npos);
    }
}

}  // namespace vkgan::test
