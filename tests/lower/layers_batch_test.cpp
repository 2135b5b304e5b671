// Layers that look across a batch or over a whole image: numbers by hand.
// SPDX-License-Identifier: MIT
#include "host/lower/network.hpp"
#include "tests/lower/reference_state.hpp"

#include <algorithm>

using namespace vkgan;

namespace {

using Numbers = std::vector<double>;

DoubleTensor run(const Layer& layer, const DoubleTensor& x, int groups = 1) {
    Network network;
    network.name = "N";
    network.inputs = {{"x", {x.shape.begin() + 1, x.shape.end()}}};
    network.layers = {layer};
    Graph graph;
    int stream = 0;
    const Value in = graph.input("x", x.shape);
    const auto y = apply_network(graph, network, std::span(&in, 1),
                                 {.training = true, .groups = groups, .stream = &stream});
    REQUIRE_MESSAGE(y.ok(), (y.ok() ? "" : y.error().message));
    graph.mark_output("y", *y);
    DoubleTensorMap variables;
    auto result = run_reference(graph, {{"x", x}}, variables);
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return result->outputs.at("y");
}

// The planes that were added, one number a sample.
Numbers spreads(double group, const DoubleTensor& x, int groups = 1) {
    const DoubleTensor y = run({"minibatch_stddev", "l", {}, {{"group", group}}}, x, groups);
    REQUIRE(y.shape[1] == x.shape[1] + 1);
    const size_t plane = size_t(x.shape[2] * x.shape[3]), each = plane * size_t(y.shape[1]);
    Numbers result;
    for (size_t n = 0; n < size_t(x.shape[0]); ++n) {
        const auto begin = y.values.begin() + ptrdiff_t(n * each + each - plane);
        CHECK(std::count(begin, begin + ptrdiff_t(plane), *begin) == ptrdiff_t(plane));
        result.push_back(*begin);
    }
    return result;
}

void check_near(const Numbers& got, const Numbers& wanted) {
    REQUIRE(got.size() == wanted.size());
    // 1e-8 under the root: 5e-9 of a deviation of 1, 1e-4 of none.
    for (size_t i = 0; i < got.size(); ++i)
        CHECK(std::abs(got[i] - wanted[i]) <= (wanted[i] == 0 ? 1.01e-4 : 1e-7));
}

}  // namespace

TEST_CASE("minibatch deviation is the mean over entries of the deviation in a group") {
    // Two entries: 1 and 3 have the deviation 1, 0 and 6 have 3.
    const DoubleTensor x{{4, 1, 1, 2}, {1, 0, 3, 6, 5, 5, 5, 5}};
    check_near(spreads(2, x), {2, 2, 0, 0});
    CHECK(spreads(4, x)[0] == spreads(4, x)[3]);
    CHECK(spreads(64, x) == spreads(4, x));  // as many as there are
}

TEST_CASE("minibatch deviation never mixes batches that run together") {
    DoubleTensor x{{6, 1, 1, 1}, {1, 2, 3, 11, 15, 19}};
    const double small = std::sqrt(2.0 / 3), large = 4 * small;
    check_near(spreads(4, x, 2), {small, small, small, large, large, large});
    check_near(spreads(2, x, 2), {0, 0, 0, 0, 0, 0});  // three samples have no groups of two
}

TEST_CASE("a dot product is of each sample's own vectors") {
    Network network;
    network.name = "N";
    network.inputs = {{"a", {3}}, {"b", {3}}};
    network.layers = {{"dot", "l", {"a", "b"}, {}}};
    Graph graph;
    const std::vector<Value> inputs{graph.input("a", Shape{2, 3}), graph.input("b", Shape{2, 3})};
    const auto y = apply_network(graph, network, inputs, {});
    REQUIRE(y.ok());
    graph.mark_output("y", *y);
    DoubleTensorMap variables;
    const auto result = run_reference(
        graph, {{"a", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"b", {{2, 3}, {1, 0, -1, 2, 2, 2}}}}, variables);
    REQUIRE(result.ok());
    CHECK(result->outputs.at("y").values == Numbers{-2, 30});
    network.inputs[1].shape = {2};
    const auto wrong = network_variables(network, 2);
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().message.find("two values [batch, features] of one shape") != std::string::npos);
}

TEST_CASE("pooling over all pixels gives their mean or sum") {
    const DoubleTensor x{{1, 2, 1, 3}, {1, 2, 6, -1, 0, 4}};
    CHECK(run({"pool_all", "l", {}, {}}, x).values == Numbers{3, 1});
    CHECK(run({"pool_all", "l", {}, {{"mode", std::string("sum")}}}, x).values == Numbers{9, 3});
}

namespace {

// Of two networks' inputs, x and a condition of three entries.
DoubleTensor conditioned(const DoubleTensor& x, const DoubleTensor& condition, bool training,
                         DoubleTensorMap& variables, int groups = 1) {
    Network network;
    network.name = "N";
    network.inputs = {{"x", {x.shape.begin() + 1, x.shape.end()}}, {"y", {condition.shape[1]}}};
    network.layers = {{"conditional_batch_norm", "l", {"x", "y"}, {{"eps", 1e-12}}}};
    Graph graph;
    const std::vector<Value> inputs{graph.input("x", x.shape), graph.input("y", condition.shape)};
    const auto y = apply_network(graph, network, inputs, {.training = training, .groups = groups});
    REQUIRE_MESSAGE(y.ok(), (y.ok() ? "" : y.error().message));
    graph.mark_output("y", *y);
    auto result = run_reference(graph, {{"x", x}, {"y", condition}}, variables);
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return result->outputs.at("y");
}

DoubleTensorMap gains_of_one_channel() {
    const auto vector = [](Numbers values) {
        const Shape shape{int64_t(values.size())};
        return DoubleTensor(shape, std::move(values));
    };
    const auto row = [](Numbers values) { return DoubleTensor(Shape{1, 3}, std::move(values)); };
    return {{"N.l.weight", vector({2})},       {"N.l.bias", vector({0.5})},
            {"N.l.weight_y", row({0, 1, -2})}, {"N.l.bias_y", row({0, 10, 20})},
            {"N.l.running_mean", vector({1})}, {"N.l.running_var", vector({4})}};
}

}  // namespace

TEST_CASE("conditional batch norm has one gain and shift for each class, and blends them") {
    DoubleTensorMap variables = gains_of_one_channel();
    // Mean 3, deviation 2: -1, 1, 1, -1; gains 2, 3, 0 and half of the last two.
    const DoubleTensor x{{4, 1}, {1, 5, 5, 1}}, y{{4, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0.5, 0.5}};
    check_near(conditioned(x, y, true, variables).values, {-2 + 0.5, 3 + 10.5, 0 + 20.5, -1.5 + 15.5});
    CHECK(variables.at("N.l.running_mean").values[0] == doctest::Approx(0.9 * 1 + 0.1 * 3));
    CHECK(variables.at("N.l.running_var").values[0] == doctest::Approx(0.9 * 4 + 0.1 * 16.0 / 3));
    variables = gains_of_one_channel();
    check_near(conditioned(x, y, false, variables).values, {0.5, 6 + 10.5, 20.5, 15.5});
    CHECK(variables.at("N.l.running_mean").values[0] == 1);
}

TEST_CASE("conditional batch norm of images takes all pixels together, and each batch by itself") {
    DoubleTensorMap variables = gains_of_one_channel();
    const DoubleTensor y{{4, 3}, {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0}};
    const DoubleTensor x{{4, 1, 1, 2}, {1, 5, 5, 1, 10, 50, 50, 10}};
    const Numbers both{-1.5, 2.5, 13.5, 7.5, -1.5, 2.5, 13.5, 7.5};
    check_near(conditioned(x, y, true, variables, 2).values, both);
}

TEST_CASE("conditional batch norm says what its condition must be") {
    const auto failure = [](std::vector<std::string> from, std::vector<int64_t> condition) {
        Network network;
        network.name = "N";
        network.inputs = {{"x", {2, 4, 4}}, {"y", std::move(condition)}};
        network.layers = {{"conditional_batch_norm", "l", std::move(from), {}}};
        const auto variables = network_variables(network, 2);
        REQUIRE_FALSE(variables.ok());
        return variables.error().message;
    };
    CHECK(failure({"x"}, {3}).find("\"from\" must name two, not 1") != std::string::npos);
    CHECK(failure({"x", "y"}, {3, 1, 1}).find("beside [2, 2, 4, 4] but gets [2, 3, 1, 1]") !=
          std::string::npos);
}
