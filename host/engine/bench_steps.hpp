// Times of whole training steps and of whole calls to a generator, for `vkgan bench train` and `bench infer`.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/device.hpp"
#include "host/model/model.hpp"

#include <map>
#include <string>

namespace vkgan {

struct StepsBench {
    std::string device, recipe, kind;  // kind: "train" or "infer"
    int batch = 0, repetitions = 0, dispatches = 0;
    double first_s = 0;  // from an open device to the end of the first step: plans, pipelines, data
    double median_ms = 0, fastest_ms = 0, slowest_ms = 0;  // of one step or call, as its caller sees it
    double host_ms = 0;                           // of that, without the device; median, training only
    double images_per_s = 0;                      // of the median
    double peak_process_mib = 0;                  // the process's largest resident size so far; 0: not known
    std::map<std::string, int64_t> device_bytes;  // by class, training only
};

// Training steps on `data`, after two that are not counted.
Result<StepsBench> bench_train(Device& device, const Model& model, int batch, int repetitions,
                               const std::string& data);
// Calls that draw `batch` images, latent vectors and copies to the host included, after two that are not
// counted.
Result<StepsBench> bench_infer(Device& device, const Model& model, int batch, int repetitions);

std::string bench_text(const StepsBench& bench);
std::string bench_json(const StepsBench& bench);

}  // namespace vkgan
