// Runs a graph on a device once, from logical tensors to logical tensors.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/device.hpp"
#include "host/graph/graph.hpp"
#include "host/graph/tensor.hpp"
#include "host/plan/plan.hpp"
#include "tests/support/test_device.hpp"

namespace vkgan {

// Outputs by name. `inputs` and `variables` are in logical layout, i32 tensors as float values (so below
// 2^24). Variables that the map lacks start as zeros; all are in it afterwards. `options`: the device's
// traits, fused, when absent.
Result<TensorMap> run_on_device(Device& device, const Graph& graph, const TensorMap& inputs,
                                TensorMap& variables, const PlanOptions* options = nullptr);

}  // namespace vkgan
