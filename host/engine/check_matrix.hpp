// Whether a device's matrix units compute what they should: asked once, when the device is opened.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/device.hpp"

#include <string>
#include <vector>

namespace vkgan {

// Runs a convolution with an epilogue and both its gradients on the matrix units and on the direct kernels.
// Empty if they agree, or if the device has no matrix units. Else the units are switched off, so that plans
// made from now on use the other kernels, and the result is the message for the user. Not thread-safe: before
// the device is shared.
std::string check_matrix_units(Device& device);

// Its parts: the results of that problem by kernels for `traits`, and the judgement of results from the
// matrix units against those of the direct kernels, which it computes.
Result<std::vector<float>> run_matrix_problem(Device& device, const DeviceTraits& traits);
std::string judge_matrix_units(Device& device, const Result<std::vector<float>>& on_matrix_units);

}  // namespace vkgan
