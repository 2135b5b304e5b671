// What seeds give, told to hosts: the same that sampling draws itself.
// SPDX-License-Identifier: MIT
#include "tests/engine/context_host.hpp"
#include "tests/engine/untrained_model.hpp"

namespace vkgan::test {

using namespace vkgan::api;

TEST_CASE("inputs that are told to be drawn give the images that the seed gives") {
    Settings uniform_latent = tiny_settings();
    uniform_latent["z"] = "uniform";
    for (const auto& [recipe, settings] :
         {std::pair("dcgan", tiny_settings()), std::pair("cgan", tiny_cgan()),
          std::pair("dcgan", uniform_latent)}) {
        CAPTURE(recipe);
        const std::vector<std::byte> file = file_of(model_of(recipe, settings));
        Host host;
        const Handle model = must(host.context.load_model({.data = file}));
        Arrays drawn = must(host.context.drawn_inputs(model, 3, 77, 5));
        REQUIRE(drawn.contains("z"));
        CHECK(drawn["z"].shape[0] == 3);
        const Arrays later = must(host.context.drawn_inputs(model, 1, 77, 7));
        const auto& z = drawn["z"].values;
        CHECK(std::vector<float>(z.begin() + long(z.size() / 3 * 2), z.end()) ==
              later.find("z")->second.values);

        const Handle generator =
            must(host.context.create_generator({.model = model, .batch = 3, .targets = 0}));
        host.warm_up();
        std::vector<GenerateQuery::Input> inputs;
        for (const auto& [name, array] : drawn) inputs.push_back({name, array.values});
        const Handle told =
            must(host.context.generate(generator, {.seed = 1, .inputs = inputs, .readback = true}));
        const Handle seeded =
            must(host.context.generate(generator, {.seed = 77, .first = 5, .readback = true}));
        host.frames_until(seeded);
        CHECK(host.read(told, ReadAs::float32) == host.read(seeded, ReadAs::float32));
    }
}

TEST_CASE("drawn inputs are refused by count and handle") {
    Host host;
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    for (const int count : {0, -1, 4097}) {
        const auto refused = host.context.drawn_inputs(model, count, 1);
        CHECK(reason(refused) == Reason::invalid_argument);
        CHECK(refused.failure().message.find(std::to_string(count)) != std::string::npos);
    }
    CHECK(reason(host.context.drawn_inputs(0, 1, 1)) == Reason::invalid_handle);
    const Handle reader = must(host.context.load_model({.recipe = "classifier"}));
    CHECK(reason(host.context.drawn_inputs(reader, 1, 1)) == Reason::not_found);  // it draws nothing
}

}  // namespace vkgan::test
