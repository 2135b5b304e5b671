// How far a device's results may lie from the reference.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/tensor.hpp"
#include "tests/ops/case_runs.hpp"

#include <vector>

namespace vkgan::test {

// The largest magnitude among the values that a node's result is computed from, the result included; and how
// many roundings deep.
//
// Tolerance. A float32 op errs by 2^-24 of the values it works on, and a sum of n terms typically by sqrt(n)
// of that, so a result `depth` roundings deep from values up to m is off by about depth 2^-24 m. Vulkan
// allows exp, log, sin and division 2.5 to 16 units: the factor 16.
struct Bound {
    double magnitude = 0;
    double depth = 0;
};

double largest(const DoubleTensor& tensor);
std::vector<Bound> bounds_of(const CaseRun& run);  // of each node
TensorMap narrow(const DoubleTensorMap& tensors);

}  // namespace vkgan::test
