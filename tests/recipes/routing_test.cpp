// VAE-GAN: which loss reaches which network.
// SPDX-License-Identifier: MIT
#include "host/recipes/recipe.hpp"
#include "tests/lower/reference_state.hpp"

#include <algorithm>

using namespace vkgan;

namespace {

// The first step's gradients with one of the live weights changed; empty: none.
DoubleTensorMap gradients(const std::string& weight) {
    const auto model = make_model(
        "vae_gan", {{"image", "16"}, {"filters", "4"}, {"latent", "3"}, {"batch", "4"}, {"gamma", "0.3"}});
    REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().message));
    auto low = lower_training(*model, {.batch = 4, .gradients = true, .feed_noise = true});
    REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
    bool found = weight.empty();
    for (Scalar& scalar : low->phases[0].scalars) {
        if (scalar.input != weight) continue;
        scalar.value = scalar.value * 2 + 0.25;
        found = true;
    }
    REQUIRE_MESSAGE(found, weight);
    DoubleTensorMap variables;
    fill_variables(*low, variables);
    DoubleTensorMap outputs = run_phase(low->phases[0], 1, {}, variables);
    std::erase_if(outputs, [](const auto& entry) { return !entry.first.starts_with("grad/"); });
    return outputs;
}

bool same(const DoubleTensorMap& a, const DoubleTensorMap& b, const std::string& network) {
    int compared = 0;
    bool equal = true;
    for (const auto& [name, tensor] : a) {
        if (!name.starts_with("grad/" + network + ".")) continue;
        equal = equal && tensor.values == b.at(name).values;
        ++compared;
    }
    REQUIRE(compared > 4);
    return equal;
}

}  // namespace

TEST_CASE("of VAE-GAN's losses each network gets its own") {
    const DoubleTensorMap before = gradients("");
    struct Row {
        const char* weight;
        bool e, g, d;  // whom it reaches
    };
    // loss_e: divergence, features. loss_g: features, fooling twice. loss_d: real, fake, and fakes of both
    // kinds.
    for (const Row& row :
         {Row{"loss_e.weight.0", true, false, false}, Row{"loss_e.weight.1", true, false, false},
          Row{"loss_g.weight.0", false, true, false}, Row{"loss_g.weight.1", false, true, false},
          Row{"loss_g.weight.2", false, true, false}, Row{"loss_d.weight.0", false, false, true},
          Row{"loss_d.weight.1", false, false, true}, Row{"cost_fake.weight.0", false, false, true},
          Row{"cost_fake.weight.1", false, false, true}}) {
        CAPTURE(row.weight);
        const DoubleTensorMap after = gradients(row.weight);
        CHECK(same(before, after, "E") != row.e);
        CHECK(same(before, after, "G") != row.g);
        CHECK(same(before, after, "D") != row.d);
    }
}
