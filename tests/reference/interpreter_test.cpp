// The reference interpreter: variables in place, and errors that name what is missing.
// SPDX-License-Identifier: MIT
#include "host/reference/interpreter.hpp"

#include "host/ops/ops.hpp"

#include <doctest/doctest.h>

namespace vkgan {

TEST_CASE("updates change variables in place and later reads see them") {
    Graph g;
    const int32_t p = g.declare_variable({.name = "p", .group = "", .shape = {2}});
    const Value before = g.read(p);
    op::assign(g, p, before * 10.0);
    g.mark_output("before", before);
    g.mark_output("sum", before + g.read(p));
    DoubleTensorMap variables{{"p", {{2}, {1, 2}}}};
    const auto run = run_reference(g, {}, variables);
    REQUIRE(run.ok());
    CHECK(variables.at("p").values == std::vector<double>{10, 20});
    CHECK(run->outputs.at("before").values == std::vector<double>{1, 2});
    CHECK(run->outputs.at("sum").values == std::vector<double>{11, 22});
}

TEST_CASE("missing and misshapen tensors are named") {
    Graph g;
    const int32_t p = g.declare_variable({.name = "G.w", .group = "", .shape = {2}});
    g.mark_output("y", g.input("x", {2}) + g.read(p));
    const auto message = [&](DoubleTensorMap inputs, DoubleTensorMap variables) {
        return run_reference(g, inputs, variables).error().message;
    };
    const DoubleTensor two({2}, 1.0), three({3}, 1.0);
    CHECK(message({}, {{"G.w", two}}) == "input x: no tensor of that name was given");
    CHECK(message({{"x", two}}, {}) == "variable G.w: no tensor of that name was given");
    CHECK(message({{"x", three}}, {{"G.w", two}}) ==
          "input x: the graph declares shape [2] but the tensor given has [3]");
    CHECK(message({{"x", two}}, {{"G.w", three}}) ==
          "variable G.w: the graph declares shape [2] but the tensor given has [3]");
}

TEST_CASE("a failed graph does not run") {
    Graph g;
    g.fail({Code::invalid_argument, "wrong"});
    DoubleTensorMap variables;
    CHECK(run_reference(g, {}, variables).error().message == "wrong");
}

}  // namespace vkgan
