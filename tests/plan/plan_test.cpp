// Plans of small graphs: what is in them, where it lies, and what is refused.
// SPDX-License-Identifier: MIT
#include "host/plan/plan.hpp"
#include "host/plan/views.hpp"

#include "host/graph/layout.hpp"
#include "host/plan/analysis.hpp"
#include "host/schedule/schedule.hpp"
#include "tests/plan/fake_ops.hpp"
#include "tests/plan/random_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace vkgan;

namespace {

PlanOptions options_with(int64_t alignment) {
    PlanOptions options;
    options.device.offset_alignment = alignment;
    return options;
}

Result<Plan> plan_of(const Graph& graph, const PlanOptions& options = options_with(16)) {
    const std::array graphs{&graph};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, options.device.offset_alignment));
    return make_plan(graph, layout, options);
}

int kernels_named(const Plan& plan, std::string_view shader) {
    return static_cast<int>(std::ranges::count(plan.kernels, shader, &PlannedKernel::shader));
}

const PlannedKernel& kernel_named(const Plan& plan, std::string_view shader) {
    return *std::ranges::find(plan.kernels, shader, &PlannedKernel::shader);
}

}  // namespace

TEST_CASE("the dump of a small plan") {
    Graph graph;
    const Value x = graph.input("x", {4, 8}), w = graph.input("w", {1, 8});
    graph.mark_output("y", fake::scale(fake::mix(x, w), 2));
    const auto plan = plan_of(graph);
    REQUIRE(plan.ok());
    CHECK(plan->dump() ==
          "   0 fake:pack %2 mix groups 1x1x1 64 bytes 0.000 MFLOP\n"
          "   1 fake:mix_s4 %2 mix > scale groups 1x1x1 288 bytes 0.000 MFLOP\n"
          "2 kernels, 0.000 MFLOP, 0.000 MB moved\n"
          "workspace 160 bytes\n"
          "inputs 160 bytes\n"
          "peak live 160 bytes of workspace\n");
}

TEST_CASE("the gradients of an update lie together in the order of the list") {
    Graph graph;
    const Value x = graph.input("x", {2, 8}), r = graph.input("r", {1, 8});
    const std::array variables{graph.declare_variable({.name = "a", .group = "p", .shape = {1, 8}}),
                               graph.declare_variable({.name = "b", .group = "p", .shape = {2, 8}}),
                               graph.declare_variable({.name = "c", .group = "p", .shape = {1, 8}})};
    // The second is made before the first; the third is an input and has to be copied.
    const Value b = fake::mix(x, r), a = fake::total(x);
    fake::descend(graph, variables, std::array{a, b, r});
    const auto plan = plan_of(graph);
    REQUIRE(plan.ok());
    const PlannedBinding& list = kernel_named(*plan, "fake:descend").bindings[1];
    CHECK(list.bytes == 32 + 64 + 32);
    CHECK(kernel_named(*plan, "fake:total").bindings[1].offset_bytes == list.offset_bytes);
    CHECK(kernel_named(*plan, "fake:mix").bindings[2].offset_bytes == list.offset_bytes + 32);
    CHECK(kernel_named(*plan, "pointwise:ssbo_out1_s4").bindings[0].offset_bytes == list.offset_bytes + 96);
    CHECK(kernels_named(*plan, "pointwise:ssbo_out1_s4") == 1);
}

TEST_CASE("weights packed once serve all kernels of the plan") {
    Graph graph;
    const Value x = graph.input("x", {4, 8}), w = graph.input("w", {1, 8}),
                other = graph.input("other", {1, 8});
    graph.mark_output("y", fake::mix(fake::mix(fake::mix(x, w), other), w));
    const auto plan = plan_of(graph);
    REQUIRE(plan.ok());
    CHECK(kernels_named(*plan, "fake:mix") == 3);
    CHECK(kernels_named(*plan, "fake:pack") == 2);
}

TEST_CASE("weights are packed again after an update of them") {
    Graph graph;
    const std::array variables{graph.declare_variable({.name = "w", .group = "p", .shape = {1, 8}})};
    const Value x = graph.input("x", {4, 8});
    const Value y = fake::mix(x, graph.read(variables[0]));
    fake::descend(graph, variables, std::array{fake::total(y)});
    graph.mark_output("y", fake::mix(y, graph.read(variables[0])));
    const auto plan = plan_of(graph);
    REQUIRE(plan.ok());
    CHECK(kernels_named(*plan, "fake:pack") == 2);
}

TEST_CASE("what is packed of variables that nothing updates lasts from run to run") {
    for (const bool updated : {false, true}) {
        Graph graph;
        const std::array variables{graph.declare_variable({.name = "w", .group = "p", .shape = {1, 8}})};
        const Value x = graph.input("x", {4, 8});
        graph.mark_output("y", fake::mix(fake::mix(x, graph.input("v", {1, 8})), graph.read(variables[0])));
        if (updated) fake::descend(graph, variables, std::array{fake::total(x)});
        const std::array graphs{&graph};
        const auto layout = lay_out_variables(graphs, 16);
        const auto plan =
            make_plan(graph, *layout, {.device = {.offset_alignment = 16}, .keep_packed = true});
        REQUIRE(plan.ok());
        CHECK(plan->setup_kernels == (updated ? 0 : 1));
        CHECK(kernels_named(*plan, "fake:pack") == 2);
        const auto packed = std::ranges::find(plan->regions, packed_region);
        REQUIRE((packed != plan->regions.end()) == !updated);
        if (updated) continue;
        CHECK(plan->region_bytes[size_t(packed - plan->regions.begin())] == 32);
        CHECK(plan->kernels[0].shader == "fake:pack");
        // Run again without the setup: the same numbers.
        fake::Memory memory = fake::random_memory(*layout);
        fake::run_plan(*plan, memory);
        const fake::Floats first = fake::read_output(*plan, memory, "y");
        Plan rest = *plan;
        rest.kernels.erase(rest.kernels.begin());
        fake::run_plan(rest, memory);
        CHECK(fake::read_output(rest, memory, "y") == first);
        const Schedule schedule = make_schedule(*plan);
        CHECK(schedule.setup_slices == 1);
        CHECK(schedule.slices.at(1).first == 1);
    }
}

TEST_CASE("inputs and variables may be outputs") {
    Graph graph;
    const int32_t v = graph.declare_variable({.name = "v", .group = "p", .shape = {1, 8}});
    const Value x = graph.input("x", {1, 8});
    graph.mark_output("x again", x);
    graph.mark_output("v", graph.read(v));
    const auto plan = plan_of(graph);
    REQUIRE(plan.ok());
    CHECK(plan->kernels.empty());
    CHECK(plan->regions[static_cast<size_t>(plan->outputs.at("x again").region)] == "inputs");
    CHECK(plan->regions[static_cast<size_t>(plan->outputs.at("v").region)] == "p");
    CHECK(plan->inputs.at("x").offset_bytes == plan->outputs.at("x again").offset_bytes);
}

TEST_CASE("an output keeps its memory to the end") {
    Graph graph;
    Value x = fake::mix(graph.input("x", {64, 8}), graph.input("w", {1, 8}));
    graph.mark_output("early", x);
    for (int i = 0; i < 6; ++i) x = fake::mix(x, graph.input("w" + std::to_string(i), {1, 8}));
    graph.mark_output("late", x);
    const auto plan = plan_of(graph);
    REQUIRE(plan.ok());
    const PlannedBinding& early = plan->outputs.at("early");
    for (size_t k = 2; k < plan->kernels.size(); ++k) {
        for (const PlannedBinding& binding : plan->kernels[k].bindings) {
            const bool apart = binding.offset_bytes + binding.bytes <= early.offset_bytes ||
                               early.offset_bytes + early.bytes <= binding.offset_bytes;
            CHECK((binding.region != early.region || binding.access == Access::read || apart));
        }
    }
}

TEST_CASE("a binding past the device's limit is refused with both numbers") {
    Graph graph;
    graph.mark_output("y", fake::square(graph.input("x", {64, 8})));
    PlanOptions options = options_with(16);
    options.device.max_binding_bytes = 1024;
    const auto plan = plan_of(graph, options);
    REQUIRE_FALSE(plan.ok());
    CHECK(plan.error().code == Code::unsupported);
    CHECK(plan.error().message.find("[64, 8]") != std::string::npos);
    CHECK(plan.error().message.find("2048") != std::string::npos);
    CHECK(plan.error().message.find("1024") != std::string::npos);
}

TEST_CASE("texel loads are given up where the buffer is too long for them") {
    Graph graph;
    graph.mark_output("y", fake::square(graph.input("x", {64, 8})));
    PlanOptions options = options_with(16);
    options.device.texel_loads = true;
    options.device.wide_stores = true;
    CHECK(plan_of(graph, options)->kernels[0].shader == "pointwise:texel_u64_out1_s4");
    options.device.max_texel_quads = 100;
    CHECK(plan_of(graph, options)->kernels[0].shader == "pointwise:ssbo_out1_s4");
}

TEST_CASE("too many workgroups for one axis go over two") {
    Graph graph;
    graph.mark_output("y", fake::square(graph.input("x", {1000, 8})));
    PlanOptions options = options_with(16);
    options.device.max_groups = {5, 5, 5};
    const auto plan = plan_of(graph, options);
    REQUIRE(plan.ok());
    CHECK(plan->kernels[0].groups == std::array<uint32_t, 3>{4, 4, 1});  // 2000 quads are 15.6 groups of 128
}

TEST_CASE("variables of a group follow one another, inputs fit the largest graph") {
    Graph train, sample;
    train.declare_variable({.name = "a", .group = "G", .shape = {3}});
    train.declare_variable({.name = "m", .group = "moments", .shape = {5}});
    train.declare_variable({.name = "b", .group = "G", .shape = {9}});
    train.input("z", {32, 4});
    sample.declare_variable({.name = "b", .group = "G", .shape = {9}});
    sample.input("z", {64, 4});
    const std::array graphs{static_cast<const Graph*>(&train), static_cast<const Graph*>(&sample)};
    const auto layout = lay_out_variables(graphs, 16);
    REQUIRE(layout.ok());
    CHECK(layout->variables.at("a").offset_bytes == 0);
    CHECK(layout->variables.at("b").offset_bytes == 16);
    CHECK(layout->region_bytes.at("G") == 64);
    CHECK(layout->region_bytes.at("moments") == 32);
    CHECK(layout->inputs.at("z").bytes == 1024);
    CHECK(lay_out_variables(graphs, 256)->variables.at("b").offset_bytes == 256);
}

TEST_CASE("a variable declared in two shapes is refused by name") {
    Graph a, b;
    a.declare_variable({.name = "w", .group = "G", .shape = {3}});
    b.declare_variable({.name = "w", .group = "G", .shape = {4}});
    const std::array graphs{static_cast<const Graph*>(&a), static_cast<const Graph*>(&b)};
    const auto layout = lay_out_variables(graphs, 16);
    REQUIRE_FALSE(layout.ok());
    CHECK(layout.error().message.find("'w'") != std::string::npos);
}

TEST_CASE("broadcasts are addressed as their elements lie") {
    const std::vector<std::pair<Shape, Shape>> pairs{{{}, {5}},
                                                     {{1, 8}, {5, 8}},
                                                     {{8}, {5, 8}},
                                                     {{5, 1}, {5, 7}},
                                                     {{1, 6, 1, 1}, {2, 6, 3, 3}},
                                                     {{2, 6, 1, 1}, {2, 6, 3, 3}},
                                                     {{2, 1, 3, 3}, {2, 6, 3, 3}},
                                                     {{2, 1, 1, 1}, {2, 6, 3, 3}},
                                                     {{1, 6, 3, 3}, {2, 6, 3, 3}},
                                                     {{1, 1, 3, 3}, {2, 6, 3, 3}},
                                                     {{2, 6, 1, 3}, {2, 6, 3, 3}},
                                                     {{2, 6, 3, 1}, {2, 6, 3, 3}},
                                                     {{1, 2, 1}, {3, 2, 5}},
                                                     {{1, 1, 3, 3}, {1, 2, 3, 3}},
                                                     {{3}, {2, 6, 3, 3}},
                                                     {{3, 1, 2, 1}, {3, 9, 2, 4}}};
    int addressed = 0;
    for (const auto& [from, to] : pairs) {
        const auto address = broadcast_address(from, to);
        CAPTURE(from.to_string());
        CAPTURE(to.to_string());
        if (!address) continue;
        ++addressed;
        for (int64_t element = 0; element < to.element_count(); ++element) {
            int64_t source = 0;
            for (int axis = 0; axis < from.rank(); ++axis) {
                const int in_to = axis + to.rank() - from.rank();
                const int64_t at = element / to.stride(in_to) % to[in_to];
                source += from[axis] == 1 ? 0 : at * from.stride(axis);
            }
            const int64_t place = physical_index(to, element), quad = place / 4;
            const int64_t read =
                address->base + quad / address->span * address->stride + quad % address->inner;
            CHECK(read * 4 + (address->splat ? 0 : place % 4) == physical_index(from, source));
        }
    }
    CHECK(addressed == 13);  // all but three, which need a second division or another inner axis
}
