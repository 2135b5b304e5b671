// Cases of the pointwise ops: one a row of host/ops/pointwise_rows.h, on the domain where it is smooth, and
// broadcasting.
// SPDX-License-Identifier: MIT
#include "tests/ops/cases.hpp"

#include <array>

namespace vkgan::test {

namespace {

struct Domain {
    std::string_view op;
    double low, high, immediate;
};

// Rows not listed take [-2, 2) and no immediate. Kinks lie at single points, which the fixed seeds miss.
constexpr Domain domains[]{
    {"div", 0.5, 2, 0},    {"scale", -2, 2, 0.7},      {"offset", -2, 2, -1.3},    {"log", 0.3, 3, 0},
    {"sqrt", 0.3, 3, 0},   {"rsqrt", 0.3, 3, 0},       {"reciprocal", 0.4, 2, 0},  {"tanh", -6, 6, 0},
    {"sigmoid", -8, 8, 0}, {"softplus", -8, 8, 0},     {"erf", -3, 3, 0},          {"sin", -4, 4, 0},
    {"cos", -4, 4, 0},     {"log1p", -0.6, 3, 0},      {"leaky_relu", -2, 2, 0.2}, {"leaky_step", -2, 2, 0.2},
    {"elu", -3, 2, 1.3},   {"clamp_min", -2, 2, -0.4}, {"clamp_max", -2, 2, 0.6},  {"pow", 0.3, 2, 2.6},
};

Domain domain_of(std::string_view op) {
    for (const Domain& domain : domains) {
        if (domain.op == op) return domain;
    }
    return {op, -2, 2, 0};
}

OpCase row_case(const Op& row, std::string label, const std::vector<Shape>& shapes) {
    const Domain domain = domain_of(row.name);
    const auto build = [&row, shapes, domain](Graph& g) {
        const std::array<std::string_view, 3> names{"x", "y", "z"};
        std::vector<Value> operands;
        for (size_t i = 0; i < shapes.size(); ++i) operands.push_back(g.input(names[i], shapes[i]));
        return op::pointwise(row.name, operands, domain.immediate);
    };
    return {std::string(row.name), std::move(label), build, true, domain.low, domain.high};
}

}  // namespace

std::vector<OpCase> pointwise_cases() {
    std::vector<OpCase> cases;
    for (const Op& row : pointwise_ops()) {
        const size_t arity = size_t(row.arity);
        cases.push_back(row_case(row, "ragged image", std::vector<Shape>(arity, Shape{2, 5, 3, 7})));
        cases.push_back(row_case(row, "scalar", std::vector<Shape>(arity, Shape{})));
        if (arity == 2) {
            cases.push_back(row_case(row, "channel operand", {{2, 5, 3, 3}, {1, 5, 1, 1}}));
            cases.push_back(row_case(row, "rows and columns", {{3, 1}, {1, 17}}));
            cases.push_back(row_case(row, "scalar operand", {{4, 3}, {}}));
        }
    }
    const auto add = [&](std::string op, std::string label, auto build) {
        cases.push_back({std::move(op), std::move(label), build, true, -2, 2});
    };
    add("erf", "gelu", [](Graph& g) { return op::gelu(g.input("x", {3, 17})); });
    add("mul", "a value by itself", [](Graph& g) { return g.input("x", {3, 5}) * g.input("x", {3, 5}); });
    add("clamp_max", "clamp", [](Graph& g) { return op::clamp(g.input("x", {5, 7}), -0.5, 0.75); });
    add("tanh", "a chain of activations", [](Graph& g) {
        const Value x = g.input("x", {2, 5, 3, 3}), b = g.input("b", {1, 5, 1, 1});
        return op::tanh(op::leaky_relu(x + b, 0.2) * op::sigmoid(x) + op::square(b) / 3.0);
    });
    return cases;
}

}  // namespace vkgan::test
