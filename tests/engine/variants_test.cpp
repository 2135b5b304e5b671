// Every recipe trains on its own data, and a run that is resumed goes on to the bit.
// SPDX-License-Identifier: MIT
#include "tests/recipes/variants.hpp"
#include "tests/engine/tiny_run.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan::test {

namespace {

std::unique_ptr<TrainingRun> open_variant(const TinyRun& tiny, const Variant& variant,
                                          const std::string& folder, bool resume) {
    auto choice = choose_model(variant.recipe, variant.settings);
    REQUIRE_MESSAGE(choice.ok(), (choice.ok() ? "" : choice.error().message));
    RunOptions options = tiny.options(folder);
    options.session.data = variant.data;
    options.resume = resume;
    auto run = TrainingRun::open(test_device(), std::move(*choice), options);
    REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
    return std::move(*run);
}

double largest_weight(const TrainingRun& run, const std::string& network) {
    double largest = 0;
    const TrainingState state = *const_cast<TrainingRun&>(run).session().state();
    for (const auto& [name, tensor] : state.variables) {
        if (!name.starts_with(network + ".") || name.find(".running_") != std::string::npos) continue;
        for (const float x : tensor.values) largest = std::max(largest, std::abs(double(x)));
    }
    return largest;
}

}  // namespace

TEST_CASE("every recipe trains, and resumed it writes the checkpoint of the uninterrupted run") {
    for (const Variant& variant : variants()) {
        if (!variant.trained) continue;
        CAPTURE(variant.name());
        const TinyRun tiny;
        const auto whole = open_variant(tiny, variant, "whole", false);
        for (int i = 0; i < 4; ++i) {
            const auto step = whole->step();
            REQUIRE_MESSAGE(step.ok(), (step.ok() ? "" : step.error().message));
            CHECK(step->notice == "");
            for (const auto& [key, value] : step->values) CHECK_MESSAGE(std::isfinite(value), key);
        }
        REQUIRE(whole->save().ok());
        const bool draws = whole->session().model().sample_network != "none";
        CHECK(std::filesystem::exists(tiny.temporary.path / "whole/samples/step_000004.png") == draws);
        {
            const auto first = open_variant(tiny, variant, "parts", false);
            steps(*first, 2);
            REQUIRE(first->save().ok());
        }
        const auto rest = open_variant(tiny, variant, "parts", true);
        steps(*rest, 2);
        REQUIRE(rest->save().ok());
        CHECK(tiny.bytes("whole/checkpoint.vkgan") == tiny.bytes("parts/checkpoint.vkgan"));
    }
}

TEST_CASE("after every step no weight of WGAN's critic is beyond the clip, also of the first update") {
    const TinyRun tiny;
    Variant variant{"wgan", {{"nets", "points"}, {"nz", "2"}, {"hidden", "8"}, {"batch", "8"}}, "toy:ring"};
    variant.settings["k"] = "2";
    variant.settings["early"] = "0";
    variant.settings["clip"] = "0.05";
    const auto run = open_variant(tiny, variant, "run", false);
    for (int i = 0; i < 5; ++i) {
        steps(*run, 1);
        CHECK(largest_weight(*run, "D") <= double(0.05f));
        CHECK(largest_weight(*run, "G") > 0.05);
    }
}

}  // namespace vkgan::test
