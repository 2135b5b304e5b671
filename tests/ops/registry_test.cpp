// Loops over the registry: every op has cases, shapes, gradients and gradients of gradients that agree with
// central differences.
// SPDX-License-Identifier: MIT
#include "host/graph/op.hpp"
#include "tests/ops/case_runs.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

namespace vkgan::test {

namespace {

double run_scalar(const CaseRun& run, const DoubleTensorMap& inputs, const std::string& output) {
    DoubleTensorMap variables = run.variables;
    const auto result = run_reference(*run.graph, inputs, variables);
    REQUIRE_MESSAGE(result.ok(), result.error().message);
    return result->outputs.at(output).values[0];
}

// The derivative of a scalar output along a random direction of one input, by central differences and by the
// gradient.
//
// Tolerance: with h = 1e-5 the differences err by h^2 f'''/6, some 1e-10 of f''', and by rounding, 1e-16 |f|
// / h = 1e-11 |f|. 1e-7 of the magnitudes at hand leaves a factor 100 to 1000 for large third derivatives; a
// wrong formula errs by 1.
void check_direction(const CaseRun& run, const ReferenceRun& at, const std::string& input,
                     const std::string& scalar, const std::string& gradient) {
    const DoubleTensor& g = at.outputs.at(gradient);
    Numbers numbers(input + gradient);
    const DoubleTensor direction = numbers.tensor(g.shape, -1, 1);
    constexpr double h = 1e-5;
    double side[2];
    for (int i = 0; i < 2; ++i) {
        DoubleTensorMap moved = run.inputs;
        std::vector<double>& values = moved.at(input).values;
        for (size_t j = 0; j < values.size(); ++j) values[j] += (i == 0 ? h : -h) * direction.values[j];
        side[i] = run_scalar(run, moved, scalar);
    }
    double expected = 0, magnitude = 0;
    for (size_t j = 0; j < g.values.size(); ++j) {
        expected += g.values[j] * direction.values[j];
        magnitude += std::fabs(g.values[j] * direction.values[j]);
    }
    magnitude += std::fabs(at.outputs.at(scalar).values[0]) + 1;
    const double measured = (side[0] - side[1]) / (2 * h);
    CHECK_MESSAGE(std::fabs(measured - expected) <= 1e-7 * magnitude, gradient, ": differences give ",
                  measured, " but the gradient ", expected);
}

}  // namespace

TEST_CASE("every op has a case, and every case an op") {
    std::set<std::string> with_case, titles;
    for (const OpCase& c : all_cases()) {
        CHECK_MESSAGE(find_op(c.op) != nullptr, "no op is named ", c.op);
        CHECK_MESSAGE(titles.insert(title(c)).second, "two cases are called ", title(c));
        with_case.insert(c.op);
    }
    for (const Op* const op : all_ops())
        CHECK_MESSAGE(with_case.contains(std::string(op->name)), "no case of ", op->name);
    for (const Op& op : pointwise_ops())
        CHECK_MESSAGE(with_case.contains(std::string(op.name)), "no case of ", op.name);
}

TEST_CASE("every case uses its op, and every value computed has the shape of its node") {
    for (const OpCase& c : all_cases()) {
        CAPTURE(title(c));
        CaseRun run = prepare_case(c);
        REQUIRE_MESSAGE(run.graph->status().ok(), run.graph->status().error().message);
        bool used = false;
        for (const Node& node : run.graph->nodes()) used = used || node.op->name == c.op;
        CHECK(used);
        const auto result = run_reference(*run.graph, run.inputs, run.variables);
        REQUIRE_MESSAGE(result.ok(), result.error().message);
        for (const auto& [name, index] : run.graph->outputs()) {
            const DoubleTensor& tensor = result->outputs.at(name);
            CHECK(tensor.shape == run.graph->value(index).shape());
            CHECK(int64_t(tensor.values.size()) == tensor.shape.element_count());
        }
    }
}

TEST_CASE("gradients and gradients of gradients agree with central differences") {
    for (const OpCase& c : all_cases()) {
        CAPTURE(title(c));
        CaseRun run = prepare_case(c);
        if (run.wrt.empty() || !c.smooth) continue;
        const auto at = run_reference(*run.graph, run.inputs, run.variables);
        REQUIRE_MESSAGE(at.ok(), at.error().message);
        for (const std::string& input : run.wrt) {
            if (input != "v") check_direction(run, *at, input, "s", "g:" + input);
            check_direction(run, *at, input, "s2", "h:" + input);
        }
    }
}

// Sums may be taken in another order: of up to 1,000 terms here, each rounded by 1.1e-16.
bool same_but_for_rounding(const DoubleTensor& a, const DoubleTensor& b) {
    double largest = 0, difference = 0;
    for (size_t i = 0; i < a.values.size(); ++i) {
        largest = std::max(largest, std::fabs(a.values[i]));
        difference = std::max(difference, std::fabs(a.values[i] - b.values[i]));
    }
    return a.shape == b.shape && difference <= 1e-13 * largest;
}

TEST_CASE("a simplified graph computes what the graph computed") {
    for (const OpCase& c : all_cases()) {
        CAPTURE(title(c));
        CaseRun run = prepare_case(c);
        const Graph simple = simplify(*run.graph);
        REQUIRE(simple.status().ok());
        CHECK(simple.nodes().size() <= run.graph->nodes().size());
        DoubleTensorMap before = run.variables, after = run.variables;
        const auto expected = run_reference(*run.graph, run.inputs, before);
        const auto actual = run_reference(simple, run.inputs, after);
        REQUIRE_MESSAGE(actual.ok(), actual.error().message);
        for (const auto& [name, tensor] : expected->outputs)
            CHECK(same_but_for_rounding(tensor, actual->outputs.at(name)));
        for (const auto& [name, tensor] : before) CHECK(same_but_for_rounding(tensor, after.at(name)));
    }
}

}  // namespace vkgan::test
