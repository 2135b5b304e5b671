// Cases of constants, random numbers and updates for the registry tests.
// SPDX-License-Identifier: MIT
#include "tests/ops/cases.hpp"

#include <array>

namespace vkgan::test {
namespace {

Value random_key(Graph& graph) { return graph.input("key", {4}, DType::i32); }

// One group of parameters on ragged shapes, a group for each kind of moment, and a gradient each.
struct Group {
    std::vector<int32_t> parameters, first, second;
    std::vector<Value> gradients;
    op::Moments moments() const { return {.parameters = parameters, .first = first, .second = second}; }
};

Group declare_group(Graph& graph) {
    const std::array<Shape, 5> shapes{Shape{3, 5, 4, 4}, Shape{3}, Shape{}, Shape{7, 17}, Shape{2, 1, 3, 3}};
    Group group;
    for (size_t i = 0; i < shapes.size(); ++i) {
        const std::string name = std::to_string(i);
        group.parameters.push_back(graph.declare_variable({"p" + name, "parameters", shapes[i]}));
        group.gradients.push_back(graph.input("gradient" + name, shapes[i]));
    }
    for (size_t i = 0; i < shapes.size(); ++i)
        group.first.push_back(graph.declare_variable({"m" + std::to_string(i), "first", shapes[i]}));
    for (size_t i = 0; i < shapes.size(); ++i)
        group.second.push_back(graph.declare_variable({"v" + std::to_string(i), "second", shapes[i]}));
    return group;
}

Value adam_case(Graph& graph, const op::AdamOptions& options) {
    const Group group = declare_group(graph);
    return op::adam(graph, group.moments(), group.gradients, graph.input("lr", {}), graph.input("c1", {}),
                    graph.input("c2", {}), options);
}

Value assign_case(Graph& graph, const Shape& shape) {
    const int32_t variable = graph.declare_variable({"x", "state", shape});
    return op::assign(graph, variable, graph.input("value", shape));
}

Value sgd_case(Graph& graph) {
    const Group group = declare_group(graph);
    return op::sgd(graph, group.moments(), group.gradients, graph.input("lr", {}),
                   graph.input("momentum", {}));
}

Value rmsprop_case(Graph& graph) {
    const Group group = declare_group(graph);
    return op::rmsprop(graph, group.moments(), group.gradients, graph.input("lr", {}), 0.9, 1e-2);
}

// Scaled gradients: `unscale` is drawn like the rest.
Value unscaled_case(Graph& graph, std::string_view op) {
    const Group group = declare_group(graph);
    const Value lr = graph.input("lr", {}), c = graph.input("c", {}), unscale = graph.input("unscale", {});
    if (op == "sgd") return op::sgd(graph, group.moments(), group.gradients, lr, c, unscale);
    if (op == "rmsprop") return op::rmsprop(graph, group.moments(), group.gradients, lr, 0.9, 1e-2, unscale);
    return op::adam(graph, group.moments(), group.gradients, lr, c, c, {.beta1 = 0.5, .eps = 1e-2}, unscale);
}

Value ema_case(Graph& graph) {
    const Group group = declare_group(graph);
    return op::ema(graph, group.first, group.parameters, graph.input("decay", {}));
}

void add_random_cases(std::vector<OpCase>& cases) {
    const std::array<Shape, 6> shapes{Shape{},           Shape{5},          Shape{3, 17},
                                      Shape{2, 3, 5, 7}, Shape{1, 1, 4, 4}, Shape{2, 3, 2, 2, 5}};
    for (const Shape& shape : shapes) {
        const auto uniform = [shape](Graph& g) { return op::random_uniform(random_key(g), 3, shape); };
        const auto normal = [shape](Graph& g) { return op::random_normal(random_key(g), 3, shape); };
        cases.push_back({.op = "random_uniform",
                         .label = shape.to_string(),
                         .build = uniform,
                         .smooth = false,
                         .index_count = 1000});
        cases.push_back({.op = "random_normal",
                         .label = shape.to_string(),
                         .build = normal,
                         .smooth = false,
                         .index_count = 1000});
        const auto constant = [shape](Graph& g) { return op::constant(g, 1.5, shape); };
        cases.push_back({.op = "constant", .label = shape.to_string(), .build = constant});
    }
}

}  // namespace

// Updates take positive inputs: variables of these cases, moments among them, start with numbers of the same
// range.
std::vector<OpCase> leaf_and_update_cases() {
    std::vector<OpCase> cases;
    add_random_cases(cases);
    const auto add = [&](const char* op, const char* label, std::function<Value(Graph&)> build) {
        cases.push_back({.op = op,
                         .label = label,
                         .build = std::move(build),
                         .smooth = false,
                         .input_low = 0.1,
                         .input_high = 1});
    };
    add("assign", "an image", [](Graph& g) { return assign_case(g, {2, 3, 5, 7}); });
    add("assign", "a scalar", [](Graph& g) { return assign_case(g, {}); });
    add("sgd", "momentum", sgd_case);
    add("rmsprop", "ragged", rmsprop_case);
    add("adam", "plain", [](Graph& g) { return adam_case(g, {.beta1 = 0.5, .eps = 1e-2}); });
    add("adam", "decoupled decay",
        [](Graph& g) { return adam_case(g, {.beta1 = 0.5, .eps = 1e-2, .decay = 0.1}); });
    for (const char* op : {"sgd", "rmsprop", "adam"})
        add(op, "scaled gradients", [op](Graph& g) { return unscaled_case(g, op); });
    add("ema", "ragged", ema_case);
    return cases;
}

}  // namespace vkgan::test
