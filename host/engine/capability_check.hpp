// What a driver claims is tried once: a capability whose results are wrong is switched off.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/trial.hpp"

#include <map>
#include <string>

namespace vkgan {

class Device;

// Capability -> what was wrong. Tried in this order, each without those that failed before it: "texel_loads",
// "wide_stores" (a pointwise kernel each), "contractions" (a product in the device's family of kernels; the
// subgroup shuffle or shared memory is what can be wrong there). Inputs are whole numbers and results are
// compared with the host's, to the bit. `alter` is for tests; its `way` is the capability. An error means
// that the kernels could not be run, which says nothing about numbers.
using CapabilityFaults = std::map<std::string, std::string, std::less<>>;
Result<CapabilityFaults> check_capabilities(Device& device, const AlterPlan& alter = {});

// Traits without what is wrong; unknown names change nothing. Contractions fall back to the kernels by
// definition, as they do without texel buffers in the S family, which reads through them.
DeviceTraits without(DeviceTraits traits, const CapabilityFaults& faults);

}  // namespace vkgan
