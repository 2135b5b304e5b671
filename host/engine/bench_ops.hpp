// Times of a training step's kernels, for `vkgan bench ops`.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/device.hpp"
#include "host/model/model.hpp"

#include <string>
#include <vector>

namespace vkgan {

struct KernelTime {
    std::string label;  // op and shapes
    std::string shader;
    int count = 0;     // in one training step
    double flops = 0;  // of one
    double bytes = 0;  // read and written by one
    double ns = 0;     // median, of one
    double gflops() const { return ns > 0 ? flops / ns : 0; }
    double gigabytes_per_s() const { return ns > 0 ? bytes / ns : 0; }
    double total_ns() const { return ns * count; }
};

struct OpsBench {
    std::string device;
    int batch = 0, threads = 0;
    double peak_gflops = 0;  // of all threads together
    std::string peak_meaning;
    std::vector<KernelTime> contractions, others;
    double contraction_ms = 0;  // of all contractions of a step
    double other_ms = 0;        // of all other kernels, packing of operands included
    double step_ms = 0;         // a whole step as training runs it
};

Result<OpsBench> bench_ops(Device& device, const Model& model, int batch);
std::string bench_text(const OpsBench& bench);
std::string bench_json(const OpsBench& bench);

}  // namespace vkgan
