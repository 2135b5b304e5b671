// Training is a function of its options: the same bytes again, resumed or not.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

namespace vkgan::test {

TEST_CASE("the same seed twice gives the same checkpoint, and another seed another one") {
    const TinyRun tiny;
    for (const std::string folder : {"a", "b"}) {
        const auto run = tiny.open(tiny.options(folder));
        steps(*run, 3);
        REQUIRE(run->save().ok());
    }
    CHECK(tiny.bytes("a/checkpoint.vkgan") == tiny.bytes("b/checkpoint.vkgan"));
    CHECK(tiny.bytes("a/model.vkgan") == tiny.bytes("b/model.vkgan"));
    CHECK(tiny.bytes("a/samples/step_000003.png") == tiny.bytes("b/samples/step_000003.png"));
    RunOptions other = tiny.options("c");
    other.session.seed = 8;
    const auto run = tiny.open(other);
    steps(*run, 3);
    REQUIRE(run->save().ok());
    CHECK(tiny.bytes("a/checkpoint.vkgan") != tiny.bytes("c/checkpoint.vkgan"));
}

TEST_CASE("a run that was killed and resumed equals the uninterrupted one byte for byte") {
    const TinyRun tiny;
    RunOptions whole = tiny.options("whole"), killed = tiny.options("killed");
    whole.checkpoint_every = killed.checkpoint_every = 2;
    {
        const auto run = tiny.open(whole);
        steps(*run, 6);
    }
    {
        const auto run = tiny.open(killed);
        steps(*run, 5);  // the checkpoint is of step 4; step 5 is lost
    }
    killed.resume = true;
    const auto run = tiny.open(killed);
    CHECK(run->session().progress().steps == 4);
    steps(*run, 2);
    CHECK(tiny.bytes("whole/checkpoint.vkgan") == tiny.bytes("killed/checkpoint.vkgan"));
    CHECK(tiny.bytes("whole/model.vkgan") == tiny.bytes("killed/model.vkgan"));
}

TEST_CASE("a control that was turned is part of the checkpoint") {
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    {
        const auto run = tiny.open(options);
        REQUIRE(run->session().set_control("G.learning_rate", 0.001).ok());
        steps(*run, 1);
        REQUIRE(run->save().ok());
    }
    options.resume = true;
    const auto run = tiny.open(options);
    CHECK(run->session().controls() == Controls{{"G.learning_rate", 0.001}});
    CHECK_FALSE(run->session().set_control("G.learning_rate", -1).ok());
    const Status unknown = run->session().set_control("G.learning_rat", 1);
    REQUIRE_FALSE(unknown.ok());
    CHECK(contains(unknown.error().message, "did you mean \"G.learning_rate\""));
}

TEST_CASE("resuming another run is refused with the field and both values, and changes nothing") {
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    {
        const auto run = tiny.open(options);
        steps(*run, 1);
        REQUIRE(run->save().ok());
    }
    const auto before = tiny.bytes("run/checkpoint.vkgan"), model = tiny.bytes("run/model.json"),
               log = tiny.bytes("run/log.jsonl");
    options.resume = true;
    const auto message = [&](const RunOptions& wrong, const Settings& settings) {
        const auto run = tiny.try_open(wrong, settings);
        REQUIRE_FALSE(run.ok());
        CHECK(is_bad_input(run.error().code));
        return run.error().message;
    };
    Settings wider = tiny_settings();
    wider["ngf"] = "8";
    CHECK(contains(message(options, wider), "cannot resume"));
    RunOptions batch = options, seed = options, data = options;
    batch.session.batch = 2;
    CHECK(contains(message(batch, tiny_settings()), "batch: the checkpoint has 4, this run has 2"));
    seed.session.seed = 9;
    CHECK(contains(message(seed, tiny_settings()), "seed: the checkpoint has 7, this run has 9"));
    data.session.data = tiny.pictures("others.npy", 5);
    CHECK(contains(message(data, tiny_settings()), "data: the checkpoint has npy:"));
    CHECK(tiny.bytes("run/checkpoint.vkgan") == before);
    CHECK(tiny.bytes("run/model.json") == model);
    CHECK(tiny.bytes("run/log.jsonl") == log);
}

TEST_CASE("the log has exactly its keys, each step once, and is cut back on resuming") {
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    options.checkpoint_every = 2;
    { steps(*tiny.open(options), 3); }
    options.resume = true;
    { steps(*tiny.open(options), 2); }
    const std::vector<std::string> keys{"step",   "loss_d",      "loss_g",      "d_real",
                                        "d_fake", "grad_norm_d", "grad_norm_g", "images_per_s",
                                        "gpu_ms", "host_ms",     "time"};
    std::istringstream lines(tiny.text("run/log.jsonl"));
    std::string line;
    int step = 0;
    double seconds = 0;
    while (std::getline(lines, line)) {
        const auto json = nlohmann::ordered_json::parse(line);
        std::vector<std::string> found;
        for (const auto& [key, value] : json.items()) {
            found.push_back(key);
            CHECK(value.is_number());
        }
        CHECK(found == keys);
        CHECK(json["step"] == ++step);
        CHECK(json["time"].get<double>() >= seconds);
        seconds = json["time"];
    }
    CHECK(step == 4);
}

}  // namespace vkgan::test
