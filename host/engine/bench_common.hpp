// What every bench measures and says in the same way.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/device_model.hpp"
#include "host/engine/session.hpp"
#include "host/gpu/device.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// The upper of the two middle values where there are two. At least one value.
double median(std::vector<double> values);

// Name and width: a software driver's speed depends on both.
std::string device_text(const Device& device);

// The process's resident size now and its largest so far; 0: not known.
double resident_mib();
double peak_process_mib();

// Starts training from initial values, without keeping them on the host.
Status start_untrained(Session& session);

double flops(const Plan& plan);
double flops(const Compiled& compiled);  // of a whole training step
int dispatches(const Compiled& compiled);

}  // namespace vkgan
