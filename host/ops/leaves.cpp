// The leaves that a graph makes itself: inputs, which the host writes, and reads of variables.
// SPDX-License-Identifier: MIT
#include "host/graph/op.hpp"

#include <algorithm>

namespace vkgan {

namespace {

// Only Graph::input and Graph::read know these nodes' shapes; Graph::add on them is a mistake.
Result<Shape> no_shape(const ShapeQuery&) {
    return Error{Code::invalid_argument,
                 "inputs and reads are made by Graph::input and Graph::read, not Graph::add"};
}

void read_reference(const ReferenceCall& call) { call.output.values = call.variables[0]->values; }

// The interpreter copies the host's tensor before it calls this.
void input_reference(const ReferenceCall&) {}

}  // namespace

namespace op_def {

const Op input = {.name = "input", .arity = 0, .shape = no_shape, .reference = input_reference};
const Op read = {.name = "read", .arity = 0, .shape = no_shape, .reference = read_reference};

}  // namespace op_def

}  // namespace vkgan
