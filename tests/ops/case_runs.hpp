// A case made runnable: its graph, tensors for its inputs, its first and second gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/reference/interpreter.hpp"
#include "tests/ops/cases.hpp"

#include <memory>

namespace vkgan::test {

// Repeatable random numbers in [low, high).
class Numbers {
public:
    explicit Numbers(std::string_view seed);
    double next(double low, double high);
    DoubleTensor tensor(const Shape& shape, double low, double high);
    DoubleTensor integers(const Shape& shape, int64_t count);

private:
    uint64_t state_;
};

// Outputs: "y" the result; unless it is i32 or an update, "s" = <y, v>, "g:NAME" = ds / dinput,
// "s2" = sum over inputs of <g:NAME, w:NAME>, "h:NAME" = ds2 / dinput, also for the input "v".
struct CaseRun {
    std::unique_ptr<Graph> graph;
    DoubleTensorMap inputs;  // rounded to float, so that a device sees the same numbers
    DoubleTensorMap variables;
    std::vector<std::string> wrt;  // names of the f32 inputs and "v"; empty if the result has no gradients
    bool updates = false;          // an update op
};

CaseRun prepare_case(const OpCase& c);

// Appends the run's graph to `shared`, with `prefix` before the names of inputs, variables and outputs.
void append_run(Graph& shared, const CaseRun& run, const std::string& prefix);

std::string title(const OpCase& c);  // "conv2d: dilation 2"

}  // namespace vkgan::test
