// Optimisers, averages and assignment: hand-checkable steps, checked arguments, kernels as data.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/flat.hpp"
#include "host/ops/ops.hpp"
#include "host/reference/interpreter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using namespace vkgan;

namespace {

// One parameter [2] with both moments, a gradient and scalars given by the host.
struct Rig {
    Graph graph;
    std::array<int32_t, 1> p{graph.declare_variable({"p", "parameters", {2}})};
    std::array<int32_t, 1> m{graph.declare_variable({"m", "first", {2}})};
    std::array<int32_t, 1> v{graph.declare_variable({"v", "second", {2}})};
    std::array<Value, 1> g{graph.input("g", {2})};
    op::Moments moments{.parameters = p, .first = m, .second = v};
    DoubleTensorMap inputs{{"g", {{2}, {2.0, -4.0}}}};
    DoubleTensorMap state{{"p", {{2}, {1.0, 1.0}}}, {"m", DoubleTensor({2})}, {"v", DoubleTensor({2})}};

    Value scalar(const char* name, double value) {
        inputs[name] = DoubleTensor({}, value);
        return graph.input(name, {});
    }
    void step() {
        const auto run = run_reference(graph, inputs, state);
        if (!run) FAIL(run.error().message);
    }
    double at(const char* name, size_t i) { return state[name].values[i]; }
};

DeviceTraits small_device() {
    DeviceTraits device;
    device.texel_loads = device.wide_stores = true;
    device.max_texel_quads = 64;
    device.offset_alignment = 64;
    return device;
}

const Node& last_node(const Graph& graph) { return graph.nodes().back(); }

Result<Emission> kernels_of(const Graph& graph, const DeviceTraits& device) {
    const Node& node = last_node(graph);
    std::vector<Shape> shapes;
    for (const int32_t input : node.inputs) shapes.push_back(graph.nodes()[static_cast<size_t>(input)].shape);
    const Chain none;
    return node.op->kernels({device, node, shapes, none, none});
}

}  // namespace

TEST_CASE("assign copies the value") {
    Rig rig;
    op::assign(rig.graph, rig.p[0], rig.g[0]);
    rig.step();
    CHECK(rig.at("p", 0) == 2.0);
    CHECK(rig.at("p", 1) == -4.0);
}

TEST_CASE("sgd's first step is lr g, and momentum adds up from the second on") {
    Rig rig;
    op::sgd(rig.graph, rig.moments, rig.g, rig.scalar("lr", 0.25), rig.scalar("momentum", 0.5));
    rig.step();
    CHECK(rig.at("p", 0) == 0.5);  // 1 - 0.25 * 2
    CHECK(rig.at("p", 1) == 2.0);
    rig.step();
    CHECK(rig.at("m", 0) == 3.0);  // 0.5 * 2 + 2
    CHECK(rig.at("p", 0) == -0.25);
}

TEST_CASE("rmsprop divides by the root of the square average plus eps") {
    Rig rig;
    op::rmsprop(rig.graph, rig.moments, rig.g, rig.scalar("lr", 1.0), 0.75, 1.0);
    rig.step();
    CHECK(rig.at("v", 0) == 1.0);  // 0.25 * 2^2
    CHECK(rig.at("p", 0) == 0.0);  // 1 - 2 / (1 + 1)
    CHECK(rig.at("p", 1) == doctest::Approx(1.0 + 4.0 / 3.0));
}

TEST_CASE("adam with bias correction moves lr times the gradient's sign at first") {
    Rig rig;
    const double b1 = 0.5, b2 = 0.75;
    op::adam(rig.graph, rig.moments, rig.g, rig.scalar("lr", 0.125), rig.scalar("c1", 1 / (1 - b1)),
             rig.scalar("c2", 1 / (1 - b2)), {.beta1 = b1, .beta2 = b2, .eps = 1e-12});
    rig.step();
    CHECK(rig.at("m", 0) == 1.0);
    CHECK(rig.at("v", 1) == 4.0);
    CHECK(rig.at("p", 0) == doctest::Approx(0.875));
    CHECK(rig.at("p", 1) == doctest::Approx(1.125));
}

TEST_CASE(
    "adam adds eps after the root of the corrected second moment, and decay shrinks the parameter first") {
    Rig rig;
    op::adam(rig.graph, rig.moments, rig.g, rig.scalar("lr", 0.5), rig.scalar("c1", 1), rig.scalar("c2", 4),
             {.beta1 = 0, .beta2 = 0.75, .eps = 2.0, .decay = 0.5});
    rig.step();
    // v = 0.25 * 4 = 1, sqrt(4 v) + 2 = 4, p = 1 - 0.5 * 0.5 - 0.5 * 2 / 4
    CHECK(rig.at("p", 0) == doctest::Approx(0.5));
}

TEST_CASE("ema moves by (1 - decay) of the distance and leaves its source alone") {
    Rig rig;
    op::ema(rig.graph, rig.m, rig.p, rig.scalar("decay", 0.75));
    rig.step();
    CHECK(rig.at("m", 0) == 0.25);
    CHECK(rig.at("p", 0) == 1.0);
    rig.step();
    CHECK(rig.at("m", 0) == 0.4375);
}

TEST_CASE("wrong arguments of an update poison the graph with a sentence that names both sides") {
    SUBCASE("a gradient of another shape") {
        Rig rig;
        const std::array wrong{rig.graph.input("wrong", {3})};
        op::sgd(rig.graph, rig.moments, wrong, rig.scalar("lr", 1), rig.scalar("momentum", 0));
        REQUIRE(!rig.graph.status());
        CHECK(rig.graph.status().error().message == "sgd: the value for p is [3] but the variable is [2]");
    }
    SUBCASE("too few gradients") {
        Rig rig;
        const std::array<int32_t, 2> two{rig.p[0], rig.p[0]};
        op::sgd(rig.graph, {.parameters = two, .first = two, .second = {}}, rig.g, rig.scalar("lr", 1),
                rig.scalar("momentum", 0));
        REQUIRE(!rig.graph.status());
        CHECK(rig.graph.status().error().message == "sgd: 2 parameters but 1 gradients");
    }
    SUBCASE("no gradients at all") {
        Rig rig;
        op::sgd(rig.graph, rig.moments, {}, rig.scalar("lr", 1), rig.scalar("momentum", 0));
        REQUIRE(!rig.graph.status());
        CHECK(rig.graph.status().error().message == "sgd: 1 parameters but 0 gradients");
    }
    SUBCASE("a learning rate that is no scalar") {
        Rig rig;
        op::rmsprop(rig.graph, rig.moments, rig.g, rig.g[0], 0.9, 1e-8);
        CHECK(!rig.graph.status());
    }
    SUBCASE("a variable that does not exist") {
        Rig rig;
        op::assign(rig.graph, 99, rig.g[0]);
        REQUIRE(!rig.graph.status());
        CHECK(rig.graph.status().error().message == "assign: variable 99 is not one of the 3 declared");
    }
    SUBCASE("no eps") {
        Rig rig;
        op::adam(rig.graph, rig.moments, rig.g, rig.scalar("lr", 1), rig.scalar("c1", 1), rig.scalar("c2", 1),
                 {.eps = 0});
        CHECK(!rig.graph.status());
    }
    SUBCASE("a value that is none") {
        Rig rig;
        op::assign(rig.graph, rig.p[0], Value{});
        op::ema(rig.graph, rig.m, rig.p, Value{});
        CHECK(!rig.graph.status());
    }
}

TEST_CASE("one dispatch steps a whole group where bindings are large enough") {
    Graph graph;
    std::vector<int32_t> p, m, v;
    std::vector<Value> g;
    for (int i = 0; i < 3; ++i) {
        const std::string name = std::to_string(i);
        p.push_back(graph.declare_variable({"p" + name, "parameters", {5}}));
        m.push_back(graph.declare_variable({"m" + name, "first", {5}}));
        v.push_back(graph.declare_variable({"v" + name, "second", {5}}));
        g.push_back(graph.input("g" + name, {5}));
    }
    op::adam(graph, {.parameters = p, .first = m, .second = v}, g, graph.input("lr", {}),
             graph.input("c1", {}), graph.input("c2", {}), {});
    REQUIRE_MESSAGE(graph.status().ok(), graph.status().error().message);
    const auto emission = kernels_of(graph, small_device());
    REQUIRE(emission.ok());
    REQUIRE(emission->kernels.size() == 1);
    const Kernel& kernel = emission->kernels[0];
    CHECK(kernel.shader == "adam:texel_u64");
    CHECK(kernel.push[0] == 10);  // [5] is two quads, the next multiple of 64 bytes is at quad 4: 4 + 4 + 2
    CHECK(kernel.operands.size() == 8);
    for (const Operand& operand : kernel.operands)
        CHECK((operand.binding == 4 || operand.bytes == 160));  // all but the scalars span their lists
}

TEST_CASE("a group larger than a binding is stepped in parts that join without overlap") {
    const std::vector<FlatPart> parts = flat_parts(150, true, small_device());
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].quads == 64);
    CHECK(parts[1].first_quad == 64);
    CHECK(parts[2].first_quad == 128);
    CHECK(parts[2].quads == 22);
    CHECK(flat_parts(150, false, small_device()).size() == 1);
}
