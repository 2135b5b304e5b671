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
