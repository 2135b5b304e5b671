// The public interface, end to end.
// SPDX-License-Identifier: MIT
#include "host/api/vkgan.hpp"
#include "tests/engine/tiny_run.hpp"

#include <chrono>
#include <cmath>

namespace vkgan::test {

TEST_CASE("samples depend on seed and number only, and averages are what is sampled") {
    const TinyRun tiny;
    {
        const auto run = tiny.open(tiny.options("run"));
        steps(*run, 2);
        REQUIRE(run->save().ok());
    }
    auto network = api::Network::load((tiny.temporary.path / "run/model.vkgan").string());
    REQUIRE(network);
    const auto draw = [&](int count, uint64_t seed) {
        auto images = network->sample(count, seed);
        if (!images) FAIL(images.failure().message);
        return images->values;
    };
    const std::vector<float> three = draw(3, 1), eight = draw(8, 1);
    CHECK(three.size() == 3 * 3 * 16 * 16);
    CHECK(std::equal(three.begin(), three.end(), eight.begin()));
    CHECK(draw(3, 2) != three);
    for (const float x : three) CHECK_MESSAGE(std::abs(x) <= 1, x);
    auto same = api::Network::load((tiny.temporary.path / "run/checkpoint.vkgan").string());
    REQUIRE(same);
    CHECK(same->sample(3, 1)->values == three);

    CHECK(network->sample(3, 1, {{"z.0", 2.5}})->values != three);
    CHECK(contains(network->sample(3, 1, {{"z.8", 1}}).failure().message, "z.0 to z.7"));
    CHECK(contains(network->sample(3, 1, {{"zz.0", 1}}).failure().message, "did you mean"));
    CHECK(network->sample(0, 1).failure().bad_input);
}

TEST_CASE("a network runs on given inputs, and says what it needs") {
    const TinyRun tiny;
    {
        const auto run = tiny.open(tiny.options("run"));
        REQUIRE(run->save().ok());
    }
    auto network = api::Network::load((tiny.temporary.path / "run/model.vkgan").string());
    REQUIRE(network);
    const api::Array latent{{2, 8, 1, 1}, std::vector<float>(16, 0.5f)};
    auto images = network->run("G", {{"z", latent}});
    REQUIRE(images);
    CHECK(images->at("output").shape == std::vector<int64_t>{2, 3, 16, 16});
    auto logits = network->run("D", {{"image", images->at("output")}});
    REQUIRE(logits);
    CHECK(logits->at("output").values.size() == 2);
    CHECK(logits->at("output").values[0] == logits->at("output").values[1]);
    CHECK(contains(network->run("E", {}).failure().message, "there are G, D"));
    CHECK(contains(network->run("G", {}).failure().message, "\"z\" of network G is missing"));
    CHECK(contains(network->run("G", {{"z", {{2, 9, 1, 1}, std::vector<float>(18)}}}).failure().message,
                   "[2, 9, 1, 1]"));
    CHECK(contains(network->run("G", {{"z", {{2, 8, 1, 1}, {1}}}}).failure().message, "1 values"));
}

TEST_CASE("a trainer steps, samples and reports; unknown names get the nearest one") {
    const TinyRun tiny;
    api::TrainOptions options{.model = "dcgan",
                              .settings = tiny_settings(),
                              .data = tiny.data,
                              .folder = (tiny.temporary.path / "run").string()};
    auto trainer = api::Trainer::open(options);
    if (!trainer) FAIL(trainer.failure().message);
    auto report = trainer->step();
    REQUIRE(report);
    for (const char* key : {"loss_d", "loss_g", "d_real", "d_fake", "grad_norm_d", "grad_norm_g"})
        CHECK(std::isfinite(report->values.at(key)));
    CHECK(trainer->steps_done() == 1);
    CHECK(trainer->feed_steps() == -1);
    CHECK(trainer->sample(5, 1)->shape == std::vector<int64_t>{5, 3, 16, 16});

    const auto fails = [](api::TrainOptions wrong) {
        auto opened = api::Trainer::open(wrong);
        REQUIRE_FALSE(opened);
        CHECK(opened.failure().bad_input);
        return opened.failure().message;
    };
    api::TrainOptions wrong = options;
    wrong.model = "dcgam";
    CHECK(contains(fails(wrong), "did you mean \"dcgan\""));
    wrong = options;
    wrong.settings["ngff"] = "4";
    CHECK(contains(fails(wrong), "did you mean \"ngf\""));
    wrong = options;
    wrong.settings["G.learning_rate"] = "7";
    CHECK(contains(fails(wrong), "G.learning_rate: 7 is not from 0 to 1"));
    wrong = options;
    wrong.data = "folder:" + (tiny.temporary.path / "none").string();
    CHECK(contains(fails(wrong), "none"));
    wrong = options;
    wrong.device.memory_limit_bytes = 100000;
    CHECK(contains(fails(wrong), "device memory"));
}

TEST_CASE("a trainer advances in frames, refuses to be read in mid-step, and gives a step up") {
    const TinyRun tiny;
    api::TrainOptions options;
    options.folder = (tiny.temporary.path / "run").string();
    options.data = tiny.data;
    options.settings = tiny_settings();
    options.checkpoint_every = options.sample_every = options.watch_every = 0;
    auto trainer = api::Trainer::open(options);
    REQUIRE_MESSAGE(trainer, trainer.failure().message);
    for (const double budget : {0.0, -1.0}) {
        const auto refused = trainer->advance(budget);
        REQUIRE_FALSE(refused);
        CHECK(refused.failure().bad_input);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    int64_t steps = 0;
    double planned = 0, measured = 0;
    while (steps < 3 || trainer->between_steps()) {
        if (std::chrono::steady_clock::now() > deadline) FAIL("training in frames hangs");
        auto frame = trainer->advance(0.5);
        REQUIRE(frame);
        steps += int64_t(frame->steps.size());
        planned += frame->planned_ms;
        measured += frame->measured_ms;
    }
    CHECK(planned > 0);
    CHECK(measured > 0);
    const auto sample = trainer->sample(1, 1);
    REQUIRE_FALSE(sample);
    CHECK(contains(sample.failure().message, "in flight"));
    trainer->cancel_step();
    while (!trainer->between_steps()) {
        if (std::chrono::steady_clock::now() > deadline) FAIL("giving a step up hangs");
        REQUIRE(trainer->advance(5));
    }
    CHECK(trainer->steps_done() >= 3);
    CHECK(trainer->sample(1, 1));
    CHECK(trainer->finish_step());
    CHECK(trainer->step());
    CHECK(trainer->save());
}

TEST_CASE("recipes, models and plans are texts") {
    CHECK(api::list_recipes().size() >= 2);
    CHECK(api::version().find('.') != std::string::npos);
    auto json = api::model_json("dcgan", tiny_settings());
    REQUIRE(json);
    CHECK(contains(*json, "\"main.0\""));
    auto plan = api::describe_plan("dcgan", {.settings = tiny_settings(), .batch = 4});
    REQUIRE(plan);
    CHECK(contains(*plan, "workspace"));
    auto devices = api::list_devices();
    REQUIRE(devices);
    CHECK(!devices->empty());
    const TinyRun tiny;
    tiny.temporary.write("model.json", *json);
    auto again = api::model_json((tiny.temporary.path / "model.json").string());
    REQUIRE(again);
    CHECK(*again == *json);
}

}  // namespace vkgan::test
