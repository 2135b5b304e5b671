// What a context refuses of networks, layers, their inputs and what they gave: each by its name.
// SPDX-License-Identifier: MIT
#include "tests/engine/context_host.hpp"
#include "tests/engine/untrained_model.hpp"

#include <array>
#include <limits>

namespace vkgan::test {

using namespace vkgan::api;

namespace {

using Input = GenerateQuery::Input;
using Names = std::vector<std::string>;

void check_refused(Host& host, const GeneratorQuery& query, Reason why, const Names& words) {
    const auto made = host.context.create_generator(query);
    const auto planned = host.context.plan(query);
    CHECK(reason(made) == why);
    CHECK(reason(planned) == why);
    for (const std::string& word : words) {
        CAPTURE(made.failure().message);
        CHECK(contains(made.failure().message, word));
        CHECK(contains(planned.failure().message, word));
    }
}

}  // namespace

TEST_CASE("networks, layers and batches that a model does not have are refused by their names") {
    const std::vector<std::byte> file = file_of(model_of("dcgan", tiny_settings()));
    Host host;
    const Handle model = must(host.context.load_model({.data = file}));
    const auto query = [&](int batch, int targets, std::string network, std::string layer = {}) {
        return GeneratorQuery{.model = model,
                              .batch = batch,
                              .targets = targets,
                              .network = std::move(network),
                              .layer = std::move(layer)};
    };
    check_refused(host, query(1, 0, "H"), Reason::not_found, {"network \"H\"", "G, D"});
    check_refused(host, query(1, 0, "D", "main.33"), Reason::not_found,
                  {"network D", "layer \"main.33\"", "of its 6", "main.3"});
    check_refused(host, query(1, 0, "D", "image"), Reason::not_found, {"layer \"image\""});
    check_refused(host, query(1, 0, "", "main.77"), Reason::not_found, {"network G", "main.7"});
    check_refused(host, query(0, 0, "D"), Reason::invalid_argument, {"batch: 0", "4096"});
    check_refused(host, query(4097, 0, "D"), Reason::invalid_argument, {"batch: 4097", "4096"});
    check_refused(host, query(65, 0, "", "main.3"), Reason::invalid_argument, {"batch: 65", "64"});
    check_refused(host, query(1, 1, "D"), Reason::invalid_argument, {"targets: 1", "0"});
    check_refused(host, query(1, 2, "", "main.7"), Reason::invalid_argument, {"targets: 2", "0"});
}

TEST_CASE("inputs that a network does not have, or has otherwise, are refused with both values") {
    const std::vector<std::byte> file = file_of(model_of("cgan", tiny_cgan()));
    Host host;
    const Handle model = must(host.context.load_model({.data = file}));
    const Handle d =
        must(host.context.create_generator({.model = model, .batch = 4, .targets = 0, .network = "D"}));
    host.warm_up();
    const auto refused = [&](const TensorMap& tensors, const Names& words) {
        const std::vector<Input> inputs = inputs_of(tensors);
        const auto ticket = host.context.generate(d, {.inputs = inputs, .readback = true});
        CHECK(reason(ticket) == Reason::invalid_argument);
        for (const std::string& word : words) {
            CAPTURE(ticket.failure().message);
            CHECK(contains(ticket.failure().message, word));
        }
    };
    const Tensor images = uniform(Shape{4, 1, 16, 16}, 1), classes = uniform(Shape{4, 10}, 2);
    refused({}, {"\"image\" of network D is missing", "0 values", "1024", "[4, 1, 16, 16]"});
    refused({{"image", images}}, {"\"y\" of network D is missing", "40", "[4, 10]"});
    refused({{"image", images}, {"y", Tensor(Shape{5})}}, {"\"y\"", "has 5 values", "40"});
    refused({{"image", images}, {"y", classes}, {"x", classes}}, {"no input \"x\"", "image, y"});
    Tensor broken = classes;
    broken.values[3] = std::numeric_limits<float>::quiet_NaN();
    refused({{"image", images}, {"y", broken}}, {"\"y\"", "nan"});
    const auto control = host.context.set_control(d, "y", 3);
    CHECK(reason(control) == Reason::invalid_argument);
    CHECK(contains(control.failure().message, "network D"));
    const std::array<ImageTarget, 1> targets{};
    const auto into = host.context.generate(d, {.targets = targets, .readback = true});
    CHECK(reason(into) == Reason::invalid_argument);
}

TEST_CASE("what a network gives is read as an image only if it is one") {
    const std::vector<std::byte> file = file_of(model_of("dcgan", tiny_settings()));
    Host host;
    const Handle model = must(host.context.load_model({.data = file}));
    const TensorMap z{{"z", uniform(Shape{2, 8, 1, 1}, 3)}};
    const std::vector<Input> inputs = inputs_of(z);
    const auto ticket = [&](std::string_view layer) {
        const Handle generator = must(host.context.create_generator(
            {.model = model, .batch = 2, .targets = 0, .network = "G", .layer = std::string(layer)}));
        host.warm_up();
        const Handle asked = must(host.context.generate(generator, {.inputs = inputs, .readback = true}));
        host.frames_until(asked);
        return asked;
    };
    CHECK(host.read(ticket("main.7"), ReadAs::rgba8).size() == 2 * 16 * 16 * 4);
    const Handle inner = ticket("main.0");
    const auto refused = host.context.read(inner, ReadAs::rgba8, {});
    CHECK(reason(refused) == Reason::unsupported);
    CHECK(contains(refused.failure().message, "[2, 8, 4, 4] has 8 channels"));
    CHECK(must(host.context.poll(inner)).bytes == 2 * 8 * 4 * 4 * sizeof(float));
    CHECK(reason(host.context.read(inner, ReadAs::bytes, {})) == Reason::invalid_argument);
}

}  // namespace vkgan::test
