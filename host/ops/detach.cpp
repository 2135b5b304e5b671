// detach: the same value, through which no gradient flows.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {
namespace {

Result<Shape> detach_shape(const ShapeQuery& query) { return query.inputs[0]; }

void detach_reference(const ReferenceCall& call) { call.output.values = call.inputs[0]->values; }

Result<Emission> detach_kernels(const KernelQuery&) {
    Emission emission;
    emission.alias = true;
    return emission;
}

}  // namespace

namespace op_def {
extern const Op detach;
const Op detach = {.name = "detach",
                   .shape = detach_shape,
                   .reference = detach_reference,
                   .kernels = detach_kernels,
                   .halves = Halves::all};
}  // namespace op_def

Value op::detach(Value x) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::detach, std::array{x}, {});
}

}  // namespace vkgan
