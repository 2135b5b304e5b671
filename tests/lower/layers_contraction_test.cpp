// Spectral norm: the largest singular value, its gradient, and when its vectors move.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/lower/network.hpp"
#include "host/ops/ops.hpp"
#include "tests/lower/reference_state.hpp"

#include <array>

using namespace vkgan;

namespace {

struct Case {
    Layer layer;
    std::vector<int64_t> shape;  // of a sample
    int outputs = 0;             // the weight's axis along its matrix's rows
};

const std::vector<Case> cases{
    {{"linear", "l", {}, {{"features", 5.0}, {"bias", 0.0}, {"spectral", 1.0}}}, {7}},
    {{"conv", "l", {}, {{"filters", 4.0}, {"kernel", 3.0}, {"bias", 0.0}, {"spectral", 1.0}}}, {3, 5, 5}},
    {{"conv_transposed", "l", {}, {{"filters", 3.0}, {"kernel", 2.0}, {"bias", 0.0}, {"spectral", 1.0}}},
     {4, 3, 3},
     1},
};

// Outputs: y, and its sum of products with input "w" differentiated by the weight. Without spectral norm the
// same layer.
Graph build(const Case& c, bool spectral, bool training) {
    Network network;
    network.name = "N";
    network.inputs = {{"x", c.shape}};
    network.layers = {c.layer};
    if (!spectral) network.layers[0].options.erase("spectral");
    Graph graph;
    int stream = 0;
    const Value x = graph.input("x", with_batch(2, c.shape));
    const auto y = apply_network(graph, network, std::span(&x, 1), {.training = training, .stream = &stream});
    REQUIRE_MESSAGE(y.ok(), (y.ok() ? "" : y.error().message));
    const Value loss = op::sum_all(*y * graph.input("w", y->shape()));
    const Value weight = graph.read(graph.find_variable("N.l.weight"));
    graph.mark_output("y", *y);
    graph.mark_output("gradient", differentiate(loss, std::span(&weight, 1)).front());
    REQUIRE(graph.status().ok());
    return graph;
}

DoubleTensorMap run(const Graph& graph, DoubleTensorMap& variables) {
    DoubleTensorMap inputs;
    fill_inputs(graph, inputs);
    auto result = run_reference(graph, inputs, variables);
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(result->outputs);
}

DoubleTensorMap start(const Graph& graph) {
    DoubleTensorMap variables;
    double k = 0;
    for (const Variable& v : graph.variables()) {
        DoubleTensor& tensor = variables[v.name] = DoubleTensor(v.shape);
        for (double& x : tensor.values)
            x = v.name.ends_with("weight") ? std::sin(k += 1.3) : 1 / std::sqrt(double(tensor.values.size()));
    }
    return variables;
}

// Rows of the weight's matrix, whatever the order of its axes.
struct Matrix {
    int64_t rows, columns;
    std::vector<double> values;
    double& at(int64_t r, int64_t c) { return values[size_t(r * columns + c)]; }
};

// The place in the matrix of each entry of the weight.
std::vector<std::pair<int64_t, int64_t>> places(const Shape& shape, int outputs) {
    std::vector<std::pair<int64_t, int64_t>> result;
    const int64_t inner = shape.rank() == 4 ? shape[2] * shape[3] : 1;
    for (int64_t a = 0; a < shape[0]; ++a)
        for (int64_t b = 0; b < shape[1]; ++b)
            for (int64_t i = 0; i < inner; ++i)
                result.push_back(outputs == 0 ? std::pair(a, b * inner + i) : std::pair(b, a * inner + i));
    return result;
}

// One-sided Jacobi (Hestenes 1958): rotates pairs of rows until all are orthogonal; their lengths are the
// singular values.
double largest_singular_value(Matrix m) {
    for (int sweep = 0; sweep < 60; ++sweep) {
        for (int64_t p = 0; p < m.rows; ++p) {
            for (int64_t q = p + 1; q < m.rows; ++q) {
                double pp = 0, qq = 0, pq = 0;
                for (int64_t c = 0; c < m.columns; ++c) {
                    pp += m.at(p, c) * m.at(p, c);
                    qq += m.at(q, c) * m.at(q, c);
                    pq += m.at(p, c) * m.at(q, c);
                }
                const double angle = 0.5 * std::atan2(2 * pq, pp - qq);
                const double cosine = std::cos(angle), sine = std::sin(angle);
                for (int64_t c = 0; c < m.columns; ++c) {
                    const double a = m.at(p, c), b = m.at(q, c);
                    m.at(p, c) = cosine * a + sine * b;
                    m.at(q, c) = cosine * b - sine * a;
                }
            }
        }
    }
    double largest = 0;
    for (int64_t r = 0; r < m.rows; ++r) {
        double length = 0;
        for (int64_t c = 0; c < m.columns; ++c) length += m.at(r, c) * m.at(r, c);
        largest = std::max(largest, std::sqrt(length));
    }
    return largest;
}

Matrix matrix_of(const DoubleTensor& weight, int outputs) {
    Matrix m{weight.shape[outputs], weight.shape.element_count() / weight.shape[outputs], {}};
    m.values.resize(weight.values.size());
    const auto where = places(weight.shape, outputs);
    for (size_t i = 0; i < where.size(); ++i) m.at(where[i].first, where[i].second) = weight.values[i];
    return m;
}

double ratio(const DoubleTensor& plain, const DoubleTensor& normed) {
    size_t at = 0;
    for (size_t i = 0; i < plain.values.size(); ++i)
        if (std::abs(plain.values[i]) > std::abs(plain.values[at])) at = i;
    for (size_t i = 0; i < plain.values.size(); ++i)
        CHECK(std::abs(normed.values[i] * plain.values[at] - plain.values[i] * normed.values[at]) < 1e-10);
    return plain.values[at] / normed.values[at];
}

}  // namespace

TEST_CASE("spectral norm divides by the largest singular value after some applications") {
    for (const Case& c : cases) {
        CAPTURE(c.layer.type);
        const Graph training = build(c, true, true), plain = build(c, false, true);
        DoubleTensorMap variables = start(training);
        const double wanted = largest_singular_value(matrix_of(variables.at("N.l.weight"), c.outputs));
        DoubleTensorMap plain_variables{{"N.l.weight", variables.at("N.l.weight")}};
        const DoubleTensor y = run(plain, plain_variables).at("y");
        const double first = ratio(y, run(training, variables).at("y"));
        CHECK(first <= wanted * (1 + 1e-12));  // u . W v of unit vectors
        for (int i = 0; i < 100; ++i) run(training, variables);
        CHECK(ratio(y, run(training, variables).at("y")) == doctest::Approx(wanted).epsilon(1e-3));
        for (const char* vector : {"N.l.weight_u", "N.l.weight_v"}) {
            double length = 0;
            for (const double x : variables.at(vector).values) length += x * x;
            CHECK(length == doctest::Approx(1));
        }
    }
}

TEST_CASE("the gradient through spectral norm takes its vectors as constants") {
    for (const Case& c : cases) {
        CAPTURE(c.layer.type);
        const Graph training = build(c, true, true), plain = build(c, false, true);
        DoubleTensorMap variables = start(training);
        DoubleTensorMap plain_variables{{"N.l.weight", variables.at("N.l.weight")}};
        const DoubleTensorMap reference = run(plain, plain_variables), outputs = run(training, variables);
        const double sigma = ratio(reference.at("y"), outputs.at("y"));
        const std::vector<double>& weight = variables.at("N.l.weight").values;
        const std::vector<double>& of_normed = reference.at("gradient").values;  // linear in the weight
        double product = 0;
        for (size_t i = 0; i < weight.size(); ++i) product += of_normed[i] * weight[i] / sigma;
        const auto where = places(variables.at("N.l.weight").shape, c.outputs);
        const std::vector<double>& u = variables.at("N.l.weight_u").values;
        const std::vector<double>& v = variables.at("N.l.weight_v").values;
        for (size_t i = 0; i < weight.size(); ++i) {
            const double direction = u[size_t(where[i].first)] * v[size_t(where[i].second)];
            CHECK(outputs.at("gradient").values[i] ==
                  doctest::Approx((of_normed[i] - product * direction) / sigma).epsilon(1e-10));
        }
    }
}

TEST_CASE("the vectors of spectral norm move in training only, and their means serve as well") {
    for (const Case& c : cases) {
        CAPTURE(c.layer.type);
        const Graph training = build(c, true, true), inference = build(c, true, false);
        DoubleTensorMap variables = start(training);
        for (int i = 0; i < 3; ++i) {
            const std::vector<double> before = variables.at("N.l.weight_u").values;
            run(training, variables);
            CHECK(variables.at("N.l.weight_u").values != before);
        }
        DoubleTensorMap kept = variables;
        const DoubleTensor y = run(inference, kept).at("y");
        CHECK(kept.at("N.l.weight_u").values == variables.at("N.l.weight_u").values);
        CHECK(kept.at("N.l.weight_v").values == variables.at("N.l.weight_v").values);
        for (double& x : kept.at("N.l.weight_u").values) x *= 0.7;  // an average of unit vectors
        const DoubleTensor again = run(inference, kept).at("y");
        for (size_t i = 0; i < y.values.size(); ++i)
            CHECK(again.values[i] == doctest::Approx(y.values[i]).epsilon(1e-10));
    }
}
