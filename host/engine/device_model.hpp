// DeviceModel: what a device can do at most and what its kernels reach, as a few measured numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/device.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace vkgan {

struct DeviceModel {
    double peak_gflops = 0;  // no kernel computes faster
    std::string peak_meaning;
    double contraction_gflops = 0;  // what a large convolution reaches
    double gigabytes_per_s = 0;     // what a kernel reaches that streams more than caches hold
    double dispatch_ns = 0;         // of a kernel with next to no work, alone

    // The roofline (Williams et al. 2009), and an estimate.
    double bound_ns(double flops, double bytes) const {
        return std::max(flops / peak_gflops, bytes / gigabytes_per_s);
    }
    double predicted_ns(double flops, double bytes) const {
        return std::max(flops / contraction_gflops, bytes / gigabytes_per_s) + dispatch_ns;
    }
};

// Runs on the processor: its peak is the processor's, and its timestamps say little.
inline bool is_software(const Device& device) {
    return std::string_view(device_type_name(device.record().properties.deviceType)) == "CPU";
}

// Runs a few small kernels on the device: some tenths of a second and less than 200 MiB.
Result<DeviceModel> measure_device(Device& device);

}  // namespace vkgan
