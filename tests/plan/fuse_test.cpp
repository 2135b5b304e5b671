// Fused plans against the graph itself, on graphs drawn at random.
// SPDX-License-Identifier: MIT
#include "host/plan/plan.hpp"
#include "tests/plan/fake_ops.hpp"
#include "tests/plan/random_graph.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>

using namespace vkgan;

namespace {

bool same_bits(const fake::Floats& a, const fake::Floats& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// Outputs and variables after two steps of the plan equal those of the graph.
void check_plan(const Graph& graph, const PlanOptions& options) {
    const std::array graphs{&graph};
    const auto layout = lay_out_variables(graphs, options.device.offset_alignment);
    REQUIRE(layout.ok());
    const auto plan = make_plan(graph, *layout, options);
    REQUIRE_MESSAGE(plan.ok(), (plan.ok() ? "" : plan.error().message));
    fake::Memory expected = fake::random_memory(*layout), had = expected;
    for (int step = 0; step < 2; ++step) {
        const auto outputs = fake::run_graph(graph, *layout, expected);
        fake::run_plan(*plan, had);
        for (const auto& [name, values] : outputs) {
            CAPTURE(name);
            CHECK(same_bits(values, fake::read_output(*plan, had, name)));
        }
    }
    for (const auto& [region, bytes] : layout->region_bytes)
        CHECK(same_bits(expected.at(region), had.at(region)));
}

size_t kernel_count(const Graph& graph, bool fuse) {
    const std::array graphs{&graph};
    const auto layout = lay_out_variables(graphs, 16);
    PlanOptions options{.device = {.offset_alignment = 16}, .fuse = fuse};
    const auto plan = make_plan(graph, *layout, options);
    REQUIRE(plan.ok());
    return plan->kernels.size();
}

}  // namespace

TEST_CASE("a plan computes what its graph says, fused and unfused, on random graphs") {
    for (uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Graph graph;
        fake::draw_graph(graph, seed);
        REQUIRE(graph.status().ok());
        PlanOptions options;
        options.device.offset_alignment = 16;
        options.device.max_storage_bindings = seed % 3 == 0 ? 4 : 12;
        options.device.texel_loads = seed % 2 == 0;
        for (const bool fuse : {false, true}) {
            CAPTURE(fuse);
            options.fuse = fuse;
            check_plan(graph, options);
        }
    }
}

TEST_CASE("a chain of pointwise nodes over a broadcast is one kernel") {
    Graph graph;
    const Value x = graph.input("x", {4, 8}), bias = graph.input("bias", {1, 8});
    graph.mark_output("y", fake::square(fake::scale(fake::add(x, fake::broadcast(bias, {4, 8})), 2)));
    CHECK(kernel_count(graph, false) == 4);
    CHECK(kernel_count(graph, true) == 1);
}

TEST_CASE("bias and activation become a contraction's epilogue, a square becomes a sum's prologue") {
    Graph graph;
    const Value x = graph.input("x", {4, 8}), w = graph.input("w", {1, 8}),
                bias = graph.input("bias", {1, 8});
    const Value y = fake::square(fake::add(fake::mix(x, w), fake::broadcast(bias, {4, 8})));
    graph.mark_output("sum", fake::total(fake::square(fake::scale(y, 3))));
    CHECK(kernel_count(graph, false) == 8);
    CHECK(kernel_count(graph, true) == 3);  // pack, mix > add+square, scale+square > total
}

TEST_CASE("a value that the fused run and others need is stored by the run") {
    Graph graph;
    const Value x = graph.input("x", {4, 8}), z = graph.input("z", {4, 8});
    const Value a = fake::mul(x, z), b = fake::square(a);
    graph.mark_output("a", a);
    graph.mark_output("b", b);
    CHECK(kernel_count(graph, true) == 1);
}

TEST_CASE("a read is not moved across an update of its variable") {
    Graph graph;
    const int32_t v = graph.declare_variable({.name = "v", .group = "p", .shape = {4, 8}});
    const Value x = graph.input("x", {4, 8});
    const Value before = fake::scale(graph.read(v), 2);
    fake::descend(graph, std::array{v}, std::array{fake::square(x)});
    graph.mark_output("change", fake::add(before, fake::scale(graph.read(v), 3)));
    PlanOptions options;
    for (const bool fuse : {false, true}) {
        options.fuse = fuse;
        check_plan(graph, options);
    }
}

TEST_CASE("two sums of what they both read are one kernel") {
    Graph graph;
    const Value x = graph.input("x", {4, 8});
    graph.mark_output("sum", fake::total(x));
    graph.mark_output("squares", fake::total(fake::square(x)));
    CHECK(kernel_count(graph, false) == 3);
    CHECK(kernel_count(graph, true) == 1);
    check_plan(graph, {});
}

TEST_CASE(
    "what an assign takes is computed where the variable lies, where nothing else needs the old value") {
    const auto moved = [](Graph& graph, bool needed_later) {
        const int32_t v = graph.declare_variable({.name = "v", .group = "p", .shape = {4, 8}});
        const Value old = graph.read(v);
        const Value moved = fake::add(fake::scale(old, 0.5), graph.input("x", {4, 8}));
        fake::assign(graph, v, moved);
        graph.mark_output("mix", fake::mix(needed_later ? old : moved, graph.input("w", {1, 8})));
    };
    Graph kept, alone;
    moved(kept, true);
    check_plan(kept, {});
    const int32_t v = alone.declare_variable({.name = "v", .group = "p", .shape = {4, 8}});
    fake::assign(alone, v, fake::add(fake::scale(alone.read(v), 0.5), alone.input("x", {4, 8})));
    CHECK(kernel_count(alone, false) == 3);
    CHECK(kernel_count(alone, true) == 1);
    check_plan(alone, {});
}

TEST_CASE("small chains of one form share a kernel, and slices need none") {
    Graph graph;
    const Value x = graph.input("x", {4, 8}), a = graph.input("a", {1, 8});
    graph.mark_output("last", fake::add(fake::rows_of(x, 3, 1), a));
    graph.mark_output("twice", fake::scale(a, 2));
    graph.mark_output("all", fake::add(x, fake::broadcast(fake::rows_of(x, 1, 1), {4, 8})));
    CHECK(kernel_count(graph, true) == 2);
    check_plan(graph, {});
}
