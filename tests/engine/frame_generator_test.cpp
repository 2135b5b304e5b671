// Generation in frames: the images of whole runs, from the weights that training publishes, before training.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_generator.hpp"

#include "host/engine/frame_training.hpp"
#include "tests/engine/tiny_run.hpp"

#include "host/lower/network.hpp"

#include <chrono>
#include <limits>

namespace vkgan::test {

namespace {

TrainedModel trained_model(TrainingRun& run) {
    REQUIRE(run.save().ok());
    auto trained = read_trained(run.folder() / "model.vkgan");
    if (!trained) FAIL(trained.error().message);
    return std::move(*trained);
}

std::vector<float> sampled(const TrainedModel& trained, int count, uint64_t seed,
                           const Controls& controls = {}, uint64_t first = 0) {
    auto inference = Inference::create(test_device(), trained);
    REQUIRE(inference.ok());
    const auto images = (*inference)->sample(count, seed, controls, first);
    if (!images) FAIL(images.error().message);
    return images->values;
}

struct Frames {
    Frames() {
        auto made = FrameQueue::create(test_device());
        REQUIRE(made.ok());
        queue = std::move(*made);
    }
    // Until the generator has something to take.
    FrameSample wait(FrameGenerator& generator, double budget_ns, FrameTraining* training = nullptr) {
        for (;;) {
            frame(generator, budget_ns, training);
            if (auto sample = generator.next()) return std::move(*sample);
        }
    }
    void frame(FrameGenerator& generator, double budget_ns, FrameTraining* training = nullptr) {
        if (std::chrono::steady_clock::now() > deadline) FAIL("generation in frames hangs");
        REQUIRE(queue->begin(budget_ns).ok());
        const Status status = generator.advance();
        if (!status) FAIL(status.error().message);
        if (training) {
            const auto steps = training->advance();
            if (!steps) FAIL(steps.error().message);
        }
        REQUIRE(queue->submit().ok());
    }
    std::unique_ptr<FrameQueue> queue;
    std::chrono::steady_clock::time_point deadline =
        std::chrono::steady_clock::now() + std::chrono::minutes(2);
};

}  // namespace

TEST_CASE("images in frames are those of whole runs, for any seed, control and budget") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    steps(*run, 2);
    const TrainedModel trained = trained_model(*run);
    Frames frames;
    auto generator =
        FrameGenerator::create(test_device(), trained, *frames.queue, {.batch = 4, .slice_ns = 20'000});
    if (!generator) FAIL(generator.error().message);
    CHECK((*generator)->idle());
    for (const double budget : {1e12, 1e5, 2e4}) {
        CAPTURE(budget);
        const auto ticket = (*generator)->request({.seed = 7, .first = 3, .controls = {{"z.1", 0.5}}});
        REQUIRE(ticket.ok());
        const FrameSample sample = frames.wait(**generator, budget);
        CHECK(sample.ticket == *ticket);
        CHECK(sample.steps == 2);
        CHECK(sample.images.shape == Shape{4, 3, 16, 16});
        CHECK(sample.images.values == sampled(trained, 4, 7, {{"z.1", 0.5}}, 3));
    }
    const auto unknown = (*generator)->request({.seed = 7, .controls = {{"z.99", 0.5}}});
    REQUIRE_FALSE(unknown.ok());
    CHECK(contains(unknown.error().message, "z.99"));
    CHECK_FALSE((*generator)->next());
    CHECK_FALSE(FrameGenerator::create(test_device(), trained, *frames.queue, {.batch = 0}).ok());
}

TEST_CASE("of requests with one key that come meanwhile the newest is answered") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    steps(*run, 1);
    const TrainedModel trained = trained_model(*run);
    Frames frames;
    auto generator = FrameGenerator::create(test_device(), trained, *frames.queue, {.slice_ns = 20'000});
    REQUIRE(generator.ok());
    const auto ask = [&](uint64_t seed) { return (*generator)->request({.seed = seed, .replaces = 9}).ok(); };
    REQUIRE(ask(1));
    frames.frame(**generator, 2e4);  // the first is begun
    for (uint64_t seed = 2; seed <= 5; ++seed) REQUIRE(ask(seed));
    for (uint64_t ticket = 2; ticket <= 4; ++ticket) {
        const auto dropped = (*generator)->next();
        REQUIRE(dropped);
        CHECK(dropped->ticket == ticket);
        CHECK(dropped->what == FrameSample::What::dropped);
    }
    const FrameSample first = frames.wait(**generator, 2e4);
    CHECK(first.ticket == 1);
    CHECK(first.what == FrameSample::What::done);
    CHECK(first.images.values == sampled(trained, 1, 1));
    const FrameSample last = frames.wait(**generator, 1e6);
    CHECK(last.ticket == 5);
    CHECK(last.images.values == sampled(trained, 1, 5));
    CHECK((*generator)->idle());
}

TEST_CASE("requests without a key are all answered, in order, several in flight") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    const TrainedModel trained = trained_model(*run);
    Frames frames;
    auto generator = FrameGenerator::create(test_device(), trained, *frames.queue, {.slice_ns = 20'000});
    REQUIRE(generator.ok());
    for (uint64_t seed = 1; seed <= 6; ++seed) REQUIRE((*generator)->request({.seed = seed}).ok());
    for (uint64_t seed = 1; seed <= 6; ++seed) {
        const FrameSample sample = frames.wait(**generator, 1e6);
        CHECK(sample.ticket == seed);
        CHECK(sample.images.values == sampled(trained, 1, seed));
    }
    CHECK((*generator)->idle());
}

TEST_CASE("rows of the host's own take the place of what is drawn") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    const TrainedModel trained = trained_model(*run);
    Frames frames;
    auto generator = FrameGenerator::create(test_device(), trained, *frames.queue, {.batch = 2});
    REQUIRE(generator.ok());
    const auto entries = int64_t(trained.model.parameters.at("nz"));
    Tensor rows(with_batch(2, std::vector<int64_t>{entries, 1, 1}));
    for (size_t i = 0; i < rows.values.size(); ++i) rows.values[i] = float(i % 7) / 3 - 1;
    REQUIRE((*generator)->request({.seed = 1, .rows = {{"z", rows}}}).ok());
    const FrameSample sample = frames.wait(**generator, 1e6);
    auto inference = Inference::create(test_device(), trained);
    REQUIRE(inference.ok());
    const auto whole = (*inference)->run("G", {{"z", rows}});
    REQUIRE_MESSAGE(whole.ok(), whole.error().message);
    CHECK(sample.images.values == whole->values);
    const auto short_of = (*generator)->request({.rows = {{"z", Tensor(Shape{1, entries, 1, 1})}}});
    REQUIRE_FALSE(short_of.ok());
    CHECK(short_of.error().code == Code::shape_mismatch);
    const auto unknown = (*generator)->request({.rows = {{"w", rows}}});
    REQUIRE_FALSE(unknown.ok());
    CHECK(contains(unknown.error().message, "\"w\""));
    rows.values[3] = std::numeric_limits<float>::quiet_NaN();
    CHECK_FALSE((*generator)->request({.rows = {{"z", rows}}}).ok());
}

TEST_CASE("training publishes its weights whole, at the ends of steps, while images go on") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    const TrainedModel untrained = trained_model(*run);
    Frames frames;
    auto generator =
        FrameGenerator::create(test_device(), untrained, *frames.queue, {.batch = 2, .slice_ns = 20'000});
    REQUIRE(generator.ok());
    std::map<int64_t, std::vector<float>> images;  // of seed 9, by the steps that the weights have had
    {
        auto training = FrameTraining::create(run->session(), *frames.queue, {.slice_ns = 20'000});
        REQUIRE(training.ok());
        while (images.size() < 5) {
            REQUIRE((*training)->publish_to(**generator).ok());
            REQUIRE((*generator)->request({.seed = 9}).ok());
            const FrameSample sample = frames.wait(**generator, 1e5, training->get());
            const auto known = images.find(sample.steps);
            if (known != images.end()) CHECK(known->second == sample.images.values);
            images.emplace(sample.steps, sample.images.values);
        }
    }
    const auto whole = tiny.open(tiny.options("whole"));
    for (const auto& [steps_done, values] : images) {
        CAPTURE(steps_done);
        while (whole->session().progress().steps < steps_done) steps(*whole, 1);
        CHECK(sampled(trained_model(*whole), 2, 9) == values);
    }
}

}  // namespace vkgan::test
