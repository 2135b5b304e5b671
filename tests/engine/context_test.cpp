// A host's context through the public interface: images and training in its frames, equal to what the engine
// does alone.
// SPDX-License-Identifier: MIT
#include "tests/engine/context_host.hpp"

#include <cstring>

namespace vkgan::test {

using namespace vkgan::api;

TEST_CASE("a host's context draws the samples of whole runs, within frames") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    steps(*run, 1);
    REQUIRE(run->save().ok());
    const std::string path = (tiny.temporary.path / "run" / "model.vkgan").string();
    auto network = api::Network::load(path, {.validation = true, .fixed_tuning = true});
    REQUIRE(bool(network));
    const Array whole = must(network->sample(2, 7, {{"z.1", 0.5}}));

    Host host;
    const Handle model = must(host.context.load_model({.path = path}));
    const ModelDescription described = must(host.context.describe(model));
    CHECK(described.recipe == "dcgan");
    CHECK(described.width == 16);
    CHECK(described.channels == 3);
    CHECK(described.latent_size == 8);
    CHECK(described.steps == 1);
    const ContextPlan plan = must(host.context.plan(GeneratorQuery{.model = model, .batch = 2}));
    CHECK(plan.total == plan.weights + plan.activations + plan.staging);
    CHECK(plan.dispatches > 0);
    CHECK_FALSE(plan.measured);
    const Handle generator =
        must(host.context.create_generator({.model = model, .batch = 2, .targets = 0, .slice_ns = 20'000}));
    CHECK(reason(host.context.generate(generator, {.readback = true})) == Reason::not_ready);
    host.warm_up();
    const ContextPlan measured = must(host.context.plan(GeneratorQuery{.model = model, .batch = 2}));
    CHECK(measured.measured);
    CHECK(measured.expected_ns > 0);
    CHECK(measured.flops == plan.flops);
    must(host.context.release(model));
    must(host.context.set_control(generator, "z.1", 0.5));
    const Handle ticket = must(host.context.generate(generator, {.seed = 7, .readback = true}));
    host.frames_until(ticket, 0, -1, 5e4);
    const std::vector<std::byte> bytes = host.read(ticket, ReadAs::float32);
    REQUIRE(bytes.size() == whole.values.size() * sizeof(float));
    CHECK(std::memcmp(bytes.data(), whole.values.data(), bytes.size()) == 0);
    const std::vector<std::byte> rgba = host.read(ticket, ReadAs::rgba8);
    REQUIRE(rgba.size() == 2 * 16 * 16 * 4);
    const float first = (whole.values[0] + 1) / 2 * 255;
    CHECK(std::abs(float(int(rgba[0])) - first) <= 0.5f + 1e-4f);  // rounded to the nearest
    CHECK(int(rgba[3]) == 255);
    const auto list = must(host.context.slices(generator));
    CHECK(list.size() > 1);
    must(host.context.release(generator));
    CHECK(reason(host.context.generate(generator, {.readback = true})) == Reason::invalid_handle);
}

TEST_CASE("training in a host's frames goes on in another context to the bit, from a snapshot") {
    const Pictures pictures;
    std::vector<std::byte> middle, end, resumed;
    {
        Host host;
        const Handle training = begin(host, pictures);
        host.warm_up();
        host.train(training, 3);
        const Handle first = must(host.context.snapshot(training));
        host.frames_until(first, training, 3);
        CHECK(must(host.context.poll(first)).steps == 3);
        middle = host.read(first, ReadAs::bytes);
        host.train(training, 6, unlimited_ns);
        const Handle last = must(host.context.snapshot(training));
        host.frames_until(last, training, 6);
        end = host.read(last, ReadAs::bytes);
        const TrainingInfo info = must(host.context.training(training));
        CHECK(info.steps == 6);
        CHECK(info.between_steps);
        REQUIRE(info.values > 0);
        bool found = false;
        for (int i = 0; i < info.values; ++i)
            found |= must(host.context.training_value(training, i)).name == "loss_d";
        CHECK(found);
    }
    Host host(2);
    const Handle training = begin(host, pictures, middle);
    host.warm_up();
    CHECK(must(host.context.training(training)).steps == 3);
    host.train(training, 6, 1e5);
    const Handle last = must(host.context.snapshot(training));
    host.frames_until(last, training, 6);
    resumed = host.read(last, ReadAs::bytes);
    CHECK(end == resumed);
    CHECK(middle != end);
}

TEST_CASE("training gets its share of a frame while more images are asked for than frames can bring") {
    const Pictures pictures;
    Host host;
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    const Handle training = begin(host, pictures);
    const Handle generator = must(host.context.create_generator(
        {.model = model, .training = training, .batch = 16, .slice_ns = 50'000}));
    host.warm_up();
    must(host.context.publish(training));
    host.train(training, 1, unlimited_ns);
    const double step_ns =
        must(host.context.plan(TrainingQuery{.model = model, .images = &pictures.images})).expected_ns;
    uint64_t seed = 0;
    while (must(host.context.training(training)).steps < 4) {
        if (std::chrono::steady_clock::now() > host.deadline) FAIL("training gets nothing");
        must(host.context.begin_frame(++host.number, 0, step_ns / 4, 0.5));
        for (int i = 0; i < 4; ++i)  // more than a frame brings, until no more can wait
            (void)host.context.generate(generator, {.seed = ++seed, .readback = true});
        must(host.context.advance(training, -1));
        must(host.context.submit({}, {}));
    }
    const Outcome<Done> refused = host.context.begin_frame(++host.number, 0, 1000, 1.5);
    CHECK(reason(refused) == Reason::invalid_argument);
}

TEST_CASE("training and generation both go on where each slice is longer than a frame's budget") {
    const Pictures pictures;
    Host host;
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    const Handle training =
        must(host.context.begin_training({.model = model, .images = &pictures.images, .slice_ns = 1e9}));
    const Handle generator = must(
        host.context.create_generator({.model = model, .training = training, .batch = 16, .slice_ns = 1e9}));
    host.warm_up();
    must(host.context.publish(training));
    host.train(training, 1, unlimited_ns);
    // The weights may have come with the step itself: then the next frame takes them over.
    while (must(host.context.training(training)).published_steps < 0)
        host.frame_with(unlimited_ns, [&] { must(host.context.advance(training, 1)); });
    int images = 0;
    Handle ticket = must(host.context.generate(generator, {.readback = true}));
    while (images < 3 || must(host.context.training(training)).steps < 4) {
        if (std::chrono::steady_clock::now() > host.deadline) FAIL("one of both gets nothing");
        must(host.context.begin_frame(++host.number, 0, 2000, 0.25));
        must(host.context.advance(training, -1));
        must(host.context.submit({}, {}));
        if (must(host.context.poll(ticket)).state != TicketState::done) continue;
        ++images;
        ticket = must(host.context.generate(generator, {.readback = true}));
    }
    CHECK(images >= 3);
}

TEST_CASE("a plan says what a generator and a training take of the device's memory") {
    const Pictures pictures;
    Host host;
    Settings settings = tiny_settings();
    settings["ngf"] = settings["ndf"] = "48";  // megabytes of weights, beside which small tables are nothing
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = settings}));
    const TrainingQuery query{.model = model, .images = &pictures.images};
    const auto near = [&](int64_t before, int64_t planned) {
        const int64_t taken = host.context.statistics().device_bytes - before;
        MESSAGE("planned " << planned << " bytes, taken " << taken);
        CHECK(double(taken) > 0.9 * double(planned));
        CHECK(double(taken) < 1.1 * double(planned));
    };
    int64_t before = host.context.statistics().device_bytes;
    const int64_t of_training = must(host.context.plan(query)).total;
    CHECK(host.context.statistics().device_bytes == before);
    const Handle training = must(host.context.begin_training(query));
    host.warm_up();
    near(before, of_training);
    const vkgan::api::ContextStatistics taken = host.context.statistics();
    int64_t sum = 0;
    for (const auto& [name, bytes] : taken.bytes_by_class) sum += bytes;
    CHECK(sum == taken.device_bytes);
    // Adam remembers two numbers of each weight; two copies of all that are kept.
    const auto of = [&](const char* name) { return double(taken.bytes_by_class.at(name)); };
    CHECK(of("moments") == doctest::Approx(2 * of("parameters")).epsilon(0.01));
    CHECK(of("copies") > 2 * (of("parameters") + of("moments")));
    before = host.context.statistics().device_bytes;
    const GeneratorQuery images{.model = model, .training = training, .batch = 16};
    const int64_t of_generator = must(host.context.plan(images)).total;
    must(host.context.create_generator(images));
    host.warm_up();
    near(before, of_generator);
}

TEST_CASE("generators of a training draw with what it publishes, and only then") {
    const Pictures pictures;
    Host host;
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    CHECK(reason(host.context.create_generator({.model = model})) == Reason::invalid_argument);
    const Handle training = begin(host, pictures, {}, 2);
    const Handle generator =
        must(host.context.create_generator({.model = model, .training = training, .targets = 0}));
    host.warm_up();
    CHECK(reason(host.context.generate(generator, {.seed = 1, .readback = true})) == Reason::not_ready);
    std::map<int64_t, std::vector<std::byte>> seen;
    while (seen.size() < 3) {
        host.train(training, must(host.context.training(training)).steps + 2);
        const auto asked = host.context.generate(generator, {.seed = 1, .readback = true});
        if (!asked) continue;
        const Handle ticket = must(asked);
        host.frames_until(ticket);
        const int64_t steps_had = must(host.context.poll(ticket)).steps;
        CHECK(steps_had % 2 == 0);
        seen[steps_had] = host.read(ticket, ReadAs::float32);
    }
    CHECK(seen.begin()->second != seen.rbegin()->second);
    CHECK(must(host.context.training(training)).published_steps == seen.rbegin()->first);
    must(host.context.release(training));
    const Handle after = must(host.context.generate(generator, {.seed = 1, .readback = true}));
    host.frames_until(after);
    CHECK(host.read(after, ReadAs::float32) == seen.rbegin()->second);
}

TEST_CASE("a training that is paused stands still, goes on, and gives up a step without a trace") {
    const Pictures pictures;
    Host host;
    const Handle training = begin(host, pictures);
    host.warm_up();
    host.train(training, 1);
    const auto frame = [&] { host.frame_with(1e5, [&] { must(host.context.advance(training, -1)); }); };
    while (must(host.context.training(training)).between_steps) frame();
    must(host.context.pause(training, true));
    CHECK(must(host.context.training(training)).paused);
    const int64_t before = must(host.context.training(training)).steps;
    for (int i = 0; i < 20; ++i) frame();
    CHECK(must(host.context.training(training)).steps <= before + 1);  // what was sent to its end
    must(host.context.pause(training, false));
    must(host.context.cancel_step(training));
    for (int i = 0; i < 200 && !must(host.context.training(training)).between_steps; ++i) frame();
    must(host.context.finish_step(training));
    CHECK(must(host.context.training(training)).between_steps);
    host.train(training, before + 2);
    CHECK(reason(host.context.set_control(training, "G.learning_rat", 1e-4)) == Reason::not_found);
    must(host.context.set_control(training, "G.learning_rate", 1e-4));
}

TEST_CASE("a context refuses what is wrong by its name") {
    Host host, other(2);
    Context& c = host.context;
    const Handle model = must(c.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    const Handle foreign = must(other.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    CHECK(contains(c.describe(foreign).failure().message, "another context"));
    CHECK(reason(c.describe(0)) == Reason::invalid_handle);
    CHECK(contains(c.generate(model, {}).failure().message, "is of a model"));
    CHECK(reason(c.submit({}, {})) == Reason::wrong_order);
    CHECK(reason(c.begin_frame(1, 0, 0)) == Reason::invalid_argument);
    CHECK(reason(c.begin_frame(1, 5, 1e6)) == Reason::invalid_argument);
    must(c.begin_frame(1, 0, 1e6));
    CHECK(reason(c.begin_frame(2, 0, 1e6)) == Reason::wrong_order);
    must(c.submit({}, {}));
    CHECK(reason(c.begin_frame(1, 0, 1e6)) == Reason::invalid_argument);
    CHECK(reason(c.load_model({})) == Reason::invalid_argument);
    CHECK(reason(c.load_model({.path = "nowhere.vkgan"})) == Reason::not_found);
    const std::vector<std::byte> noise(100, std::byte{0x55});
    CHECK(reason(c.load_model({.data = noise})) == Reason::malformed);
    CHECK(reason(c.begin_training({.model = model})) == Reason::invalid_argument);
    CHECK(reason(c.release(0)) == Reason::invalid_handle);
    // Wrong data is found when the training is made, and told by warm_up.
    const Handle training = must(c.begin_training({.model = model, .data = "folder:nowhere"}));
    Reason told = Reason::not_ready;
    for (int i = 0; i < 6000 && told == Reason::not_ready; ++i) {
        const auto done = c.warm_up(10e6, nullptr);
        REQUIRE_FALSE(bool(done));
        told = done.failure().reason;
    }
    CHECK(told == Reason::not_found);
    CHECK(reason(c.training(training)) == Reason::not_found);
}

}  // namespace vkgan::test
