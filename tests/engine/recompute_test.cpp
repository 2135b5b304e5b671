// Recomputation in training: less workspace, the same bits, and tried before training is refused.
// SPDX-License-Identifier: MIT
#include "host/gpu/memory.hpp"
#include "tests/engine/tiny_run.hpp"

namespace vkgan::test {

namespace {

// Large enough for values to be worth it.
Settings settings() { return {{"image", "16"}, {"ngf", "16"}, {"ndf", "16"}, {"nz", "8"}, {"batch", "32"}}; }

TensorMap trained(const TinyRun& tiny, Recompute level) {
    RunOptions options = tiny.options("run");
    options.session.recompute = level;
    const auto run = tiny.open(options, settings());
    CHECK((run->session().compiled().recompute == Recompute::never) == (level == Recompute::never));
    steps(*run, 2);
    return std::move(run->session().state()->variables);
}

Compiled compiled(Recompute level, int64_t memory_bytes = INT64_MAX) {
    auto choice = choose_model("dcgan", {{"image", "64"}, {"ngf", "64"}, {"ndf", "64"}});
    REQUIRE(choice.ok());
    CompileOptions options{.recompute = level, .memory_bytes = memory_bytes};
    options.lower.batch = 32;
    auto result = compile_training(choice->model, options);
    if (!result) FAIL(result.error().message);
    return std::move(*result);
}

int64_t total(const Compiled& compiled) {
    int64_t sum = 0;
    for (const auto& [name, bytes] : bytes_by_class(compiled)) sum += bytes;
    return sum;
}

}  // namespace

TEST_CASE("training with recomputation gives the same bits") {
    const TinyRun tiny;
    const TensorMap expected = trained(tiny, Recompute::never);
    for (const Recompute level : {Recompute::pointwise, Recompute::segments}) {
        const TensorMap found = trained(tiny, level);
        REQUIRE(found.size() == expected.size());
        for (const auto& [name, tensor] : expected) {
            INFO(recompute_name(level), " ", name);
            CHECK(found.at(name).values == tensor.values);
        }
    }
}

TEST_CASE("DCGAN's workspace shrinks with each level, by as much as the docs say") {
    const Compiled kept = compiled(Recompute::never), pointwise = compiled(Recompute::pointwise),
                   segments = compiled(Recompute::segments);
    CHECK(kept.recompute_text().empty());
    CHECK(pointwise.workspace_without_bytes == kept.workspace_bytes);
    CHECK(pointwise.workspace_bytes <= kept.workspace_bytes * 9 / 10);
    CHECK(segments.workspace_bytes <= pointwise.workspace_bytes);
    CHECK(contains(pointwise.recompute_text(), "recomputing (pointwise): workspace "));
}

TEST_CASE("automatic recomputation does as much as it takes to fit, and no more") {
    const Compiled kept = compiled(Recompute::never), pointwise = compiled(Recompute::pointwise);
    CHECK(compiled(Recompute::automatic, total(kept)).recompute == Recompute::never);
    CHECK(compiled(Recompute::automatic, total(kept) - 1).recompute == Recompute::pointwise);
    CHECK(compiled(Recompute::automatic, total(pointwise)).recompute == Recompute::pointwise);
    // Its caller refuses what fits with no level.
    CHECK(compiled(Recompute::automatic, 1).workspace_bytes == compiled(Recompute::segments).workspace_bytes);
}

TEST_CASE("the words for recomputation are those of the command line") {
    for (const char* word : {"never", "pointwise", "segments", "auto"}) {
        const auto level = parse_recompute(word);
        REQUIRE(level.ok());
        CHECK(recompute_name(*level) == word);
    }
    const auto refused = parse_recompute("sometimes");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message ==
          "recompute is \"sometimes\", but must be \"never\", \"auto\", \"pointwise\" or \"segments\"");
}

}  // namespace vkgan::test
