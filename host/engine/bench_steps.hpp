// Times of whole training steps and of whole calls to a network, for `vkgan bench train` and `bench infer`.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/device.hpp"
#include "host/graph/recompute.hpp"
#include "host/model/model.hpp"

#include <map>
#include <string>

namespace vkgan {

struct StepsOptions {
    int batch = 0;  // 0: the model's own in training, 1 in inference
    int repetitions = 10;
    std::string data = "faces";                  // of training
    std::string network = {};                    // of inference; empty: samples are drawn
    Recompute recompute = Recompute::automatic;  // of training
    Precision precision = Precision::float32;
};

struct StepsBench {
    std::string device, recipe, kind;  // kind: "train" or "infer"
    std::string network;               // "infer" only: whose call it is
    std::string precision;             // float32 or mixed
    int batch = 0, repetitions = 0, dispatches = 0;
    double gflop = 0;    // of one step or call, as its plans count them
    double first_s = 0;  // from an open device to the end of the first step: plans, pipelines, data
    double median_ms = 0, fastest_ms = 0, slowest_ms = 0;  // of one step or call, as its caller sees it
    double host_ms = 0;                           // of that, without the device; median, training only
    double images_per_s = 0;                      // of the median
    double peak_process_mib = 0;                  // the process's largest resident size so far; 0: not known
    std::map<std::string, int64_t> device_bytes;  // by class, training only
};

Status check_repetitions(int repetitions);

// Training steps, after two that are not counted.
Result<StepsBench> bench_train(Device& device, const Model& model, const StepsOptions& options);
// Calls, after two that are not counted: drawing `batch` images, latent vectors included, or running
// `network` on as many random inputs. Copies to the host are included.
Result<StepsBench> bench_infer(Device& device, const Model& model, const StepsOptions& options);

std::string bench_text(const StepsBench& bench);
std::string bench_json(const StepsBench& bench);

}  // namespace vkgan
