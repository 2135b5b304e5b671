// Pointwise ops: the table of host/ops/pointwise_rows.h as Op values, and their builders.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>

namespace vkgan {

namespace {

Result<Shape> pointwise_shape(const ShapeQuery& query) {
    for (const Shape& shape : query.inputs) {
        if (shape != query.inputs[0]) {
            return Error{Code::shape_mismatch,
                         fmt::format("pointwise: operand shapes {} and {} must be equal",
                                     query.inputs[0].to_string(), shape.to_string())};
        }
    }
    return query.inputs[0];
}

// The formulas of the rows in double. A namespace of its own: the same names build graph nodes in vkgan::op.
namespace reference {

using std::cos, std::erf, std::exp, std::expm1, std::fabs, std::fmax, std::fmin, std::log, std::log1p,
    std::pow, std::sin, std::sqrt, std::tanh;

double sign(double x) { return double(x > 0) - double(x < 0); }
double greater(double x, double y) { return x > y ? 1 : 0; }
double sigmoid(double x) { return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double softplus(double x) { return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))); }

template <int Code>
double formula(double x, double y, double z, double k);

#define VKGAN_ROW(code, name, arity, glsl, expression, ga, gb, gc, immediate)                             \
    template <>                                                                                           \
    double formula<code>([[maybe_unused]] double x, [[maybe_unused]] double y, [[maybe_unused]] double z, \
                         [[maybe_unused]] double k) {                                                     \
        return expression;                                                                                \
    }
#include "host/ops/pointwise_rows.h"
#undef VKGAN_ROW

template <int Code>
void run(const ReferenceCall& call) {
    const std::vector<double>& x = call.inputs[0]->values;
    const std::vector<double>& y = call.inputs[call.inputs.size() > 1 ? 1 : 0]->values;
    const std::vector<double>& z = call.inputs[call.inputs.size() > 2 ? 2 : 0]->values;
    const double k = call.attributes.floats.empty() ? 0 : call.attributes.floats[0];
    for (size_t i = 0; i < x.size(); ++i) call.output.values[i] = formula<Code>(x[i], y[i], z[i], k);
}

}  // namespace reference

}  // namespace

namespace op {

namespace {

Value leaky_step(Value x, double slope) { return pointwise("leaky_step", std::array{x}, slope); }
// 1 where x > 0, 1/2 where x == 0, else 0: both sides of a maximum that is a tie get half of its gradient.
Value share(Value x) { return offset(scale(sign(x), 0.5), 0.5); }

template <int Code>
std::vector<Value> gradient(const GradientCall& call);

#define NONE \
    Value {}
#define VKGAN_ROW(code, name, arity, glsl, expression, ga, gb, gc, immediate)                             \
    template <>                                                                                           \
    std::vector<Value> gradient<code>(const GradientCall& call) {                                         \
        [[maybe_unused]] const Value x = call.inputs[0], y = call.inputs[arity > 1 ? 1 : 0],              \
                                     z = call.inputs[arity > 2 ? 2 : 0], r = call.output,                 \
                                     d = call.output_gradient;                                            \
        [[maybe_unused]] const double k = call.attributes.floats.empty() ? 0 : call.attributes.floats[0]; \
        std::vector<Value> result(arity);                                                                 \
        if (call.wanted[0]) result[0] = ga;                                                               \
        if constexpr (arity > 1)                                                                          \
            if (call.wanted[1]) result[1] = gb;                                                           \
        if constexpr (arity > 2)                                                                          \
            if (call.wanted[2]) result[2] = gc;                                                           \
        return result;                                                                                    \
    }
#include "host/ops/pointwise_rows.h"
#undef VKGAN_ROW
#undef NONE

#define VKGAN_ROW(code, name, arity, glsl, expression, ga, gb, gc, immediate) std::string_view(#immediate),
constexpr std::array immediate_names = {
#include "host/ops/pointwise_rows.h"
};
#undef VKGAN_ROW

constexpr std::span<const std::string_view> immediate_name(int code) {
    const std::string_view& name = immediate_names[size_t(code) - 1];
    return {&name, name == "NONE" ? size_t{0} : size_t{1}};
}

#define VKGAN_ROW(code, row_name, row_arity, glsl, expression, ga, gb, gc, immediate) \
    Op{.name = #row_name,                                                             \
       .arity = row_arity,                                                            \
       .shape = pointwise_shape,                                                      \
       .reference = reference::run<code>,                                             \
       .gradient = gradient<code>,                                                    \
       .float_names = immediate_name(code),                                           \
       .pointwise_code = code},
constinit const std::array rows = {
#include "host/ops/pointwise_rows.h"
};
#undef VKGAN_ROW

constexpr bool codes_are_dense() {
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].pointwise_code != int(i) + 1) return false;
    }
    return true;
}

}  // namespace

}  // namespace op

std::span<const Op> pointwise_ops() { return op::rows; }

const Op* find_op(std::string_view name) {
    for (const Op& row : op::rows) {
        if (row.name == name) return &row;
    }
    for (const Op* const candidate : all_ops()) {
        if (candidate->name == name) return candidate;
    }
    return nullptr;
}

namespace op {

Value pointwise(std::string_view name, std::span<const Value> operands, double immediate) {
    const auto there = std::ranges::find_if(operands, &Value::valid);
    assert(there != operands.end());
    Graph& graph = *there->graph;
    const auto row = std::ranges::find(rows, name, &Op::name);
    if (row == rows.end()) {
        graph.fail({Code::not_found, fmt::format("pointwise: there is no op named {}", name)});
        return {&graph, -1};
    }
    Shape shape = operands[0].shape();
    for (const Value operand : operands.subspan(1)) {
        const Shape before = shape;
        if (broadcast_shapes(before, operand.shape(), shape)) continue;
        graph.fail({Code::shape_mismatch, fmt::format("{}: operand shapes {} and {} do not broadcast", name,
                                                      before.to_string(), operand.shape().to_string())});
        return {&graph, -1};
    }
    std::vector<Value> full;
    for (const Value operand : operands)
        full.push_back(operand.shape() == shape ? operand : broadcast(operand, shape));
    Attributes attributes;
    if (!row->float_names.empty()) attributes.floats = {immediate};
    return graph.add(*row, full, std::move(attributes));
}

namespace {

// The fill of a constant node.
std::optional<double> constant_fill(Value value) {
    if (value.graph == nullptr || value.index < 0) return std::nullopt;
    const Node& node = value.graph->node(value);
    if (node.op->name != "constant") return std::nullopt;
    return node.attributes.floats.at(0);
}

// An immediate instead of a constant operand: only where the other operand has the result's shape already.
bool covers(Value x, Value fill) {
    Shape shape;
    return broadcast_shapes(x.shape(), fill.shape(), shape) && shape == x.shape();
}

}  // namespace

Value neg(Value x) { return pointwise("neg", std::array{x}); }
Value abs(Value x) { return pointwise("abs", std::array{x}); }
Value sign(Value x) { return pointwise("sign", std::array{x}); }
Value exp(Value x) { return pointwise("exp", std::array{x}); }
Value log(Value x) { return pointwise("log", std::array{x}); }
Value log1p(Value x) { return pointwise("log1p", std::array{x}); }
Value expm1(Value x) { return pointwise("expm1", std::array{x}); }
Value sqrt(Value x) { return pointwise("sqrt", std::array{x}); }
Value rsqrt(Value x) { return pointwise("rsqrt", std::array{x}); }
Value square(Value x) { return pointwise("square", std::array{x}); }
Value reciprocal(Value x) { return pointwise("reciprocal", std::array{x}); }
Value tanh(Value x) { return pointwise("tanh", std::array{x}); }
Value sigmoid(Value x) { return pointwise("sigmoid", std::array{x}); }
Value softplus(Value x) { return pointwise("softplus", std::array{x}); }
Value relu(Value x) { return pointwise("relu", std::array{x}); }
Value step(Value x) { return pointwise("step", std::array{x}); }
Value floor(Value x) { return pointwise("floor", std::array{x}); }
Value erf(Value x) { return pointwise("erf", std::array{x}); }
Value sin(Value x) { return pointwise("sin", std::array{x}); }
Value cos(Value x) { return pointwise("cos", std::array{x}); }
Value leaky_relu(Value x, double slope) { return pointwise("leaky_relu", std::array{x}, slope); }
Value elu(Value x, double alpha) { return pointwise("elu", std::array{x}, alpha); }
Value scale(Value x, double factor) { return factor == 1 ? x : pointwise("scale", std::array{x}, factor); }
Value offset(Value x, double summand) {
    return summand == 0 ? x : pointwise("offset", std::array{x}, summand);
}
Value clamp_min(Value x, double low) { return pointwise("clamp_min", std::array{x}, low); }
Value clamp_max(Value x, double high) { return pointwise("clamp_max", std::array{x}, high); }
Value maximum(Value a, Value b) { return pointwise("maximum", std::array{a, b}); }
Value minimum(Value a, Value b) { return pointwise("minimum", std::array{a, b}); }
Value greater(Value a, Value b) { return pointwise("greater", std::array{a, b}); }
Value pow(Value x, double exponent) { return pointwise("pow", std::array{x}, exponent); }
Value select(Value condition, Value a, Value b) { return pointwise("select", std::array{condition, a, b}); }

Value clamp(Value x, double low, double high) {
    if (!(low <= high)) {
        x.graph->fail({Code::invalid_argument, fmt::format("clamp: low {} is not below high {}", low, high)});
        return {x.graph, -1};
    }
    return clamp_max(clamp_min(x, low), high);
}

Value add(Value a, Value b) {
    if (const auto fill = constant_fill(b); fill && covers(a, b)) return offset(a, *fill);
    if (const auto fill = constant_fill(a); fill && covers(b, a)) return offset(b, *fill);
    return pointwise("add", std::array{a, b});
}

Value sub(Value a, Value b) {
    if (const auto fill = constant_fill(b); fill && covers(a, b)) return offset(a, -*fill);
    return pointwise("sub", std::array{a, b});
}

Value mul(Value a, Value b) {
    if (const auto fill = constant_fill(b); fill && covers(a, b)) return scale(a, *fill);
    if (const auto fill = constant_fill(a); fill && covers(b, a)) return scale(b, *fill);
    return pointwise("mul", std::array{a, b});
}

Value div(Value a, Value b) { return pointwise("div", std::array{a, b}); }

}  // namespace op

}  // namespace vkgan
