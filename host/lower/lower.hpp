// lower: a model's phases and networks as graphs. Layers and losses are compositions of ops.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/precision.hpp"
#include "host/graph/graph.hpp"
#include "host/model/model.hpp"

#include <map>
#include <string>
#include <vector>

namespace vkgan {

// How a parameter or buffer starts, and how it is called in files.
struct VariableStart {
    std::string name;         // as in the graph: "G.main.0.weight"
    Initialiser initialiser;  // of parameters
    int64_t fan_in = 1, fan_out = 1;
    bool parameter = true;  // false: a buffer (running_mean starts at 0, running_var at 1), a moment (0)
    double fill = 0;        // of those that are not parameters
    std::string copy_of;    // not empty: starts as a copy of this variable (averages)
};

// Inputs a lowered phase expects from the host, by name (besides sources):
//   "random_key"                      i32 [4]: seed low, seed high, step low, step high; streams are distinct
//                                     over phases: only a phase's repetitions need steps of their own
//   "<network>.learning_rate" etc.    rank 0, one per scalar that changes from step to step (Scalar below)
//   "<result>.share"                  with feed_noise: where a gradient penalty's points lie, [batch, 1, ..]
//   sources of kind categorical       i32 [batch], a class of each sample; with feed_noise the source itself
struct Scalar {
    std::string input;    // graph input
    std::string kind;     // learning_rate, momentum, adam_c1, adam_c2, ema_decay, loss_weight
    std::string network;  // whose optimiser, where it belongs to one
    double value = 0;     // as in the model; adam_c1, adam_c2: the host's 1 / (1 - beta^t)
    double ramp = 0;      // of loss_weight: it rises from 0 to its value over so many training steps
};

struct LoweredPhase {
    std::string name;
    int repeat = 1;
    Timing timing;
    // outputs: the reports, "grad_norm/<network>", "finite"; mixed: "loss_scale/<network>" that was used and
    // "skipped_steps/<network>" so far
    Graph graph;
    std::vector<Scalar> scalars;
    // batch norm layer prefix -> how often its statistics move in one run
    std::map<std::string, int, std::less<>> batches_tracked;
};

struct LoweredModel {
    std::vector<LoweredPhase> phases;
    std::vector<VariableStart> variables;  // of all phases and networks
};

struct LowerOptions {
    int batch = 64;
    bool gradients = false;  // every parameter's gradient is an output, "grad/<name>" (for --gradients)
    bool join = true;        // networks applied to several batches run over them at once (joint.cpp)
    // mixed: losses are scaled for their gradients, and updates whose gradients overflow are skipped
    // (loss_scale.hpp)
    Precision precision = Precision::float32;
    bool feed_noise = false;  // noise sources are graph inputs instead of random nodes (for --feed)
};

Result<LoweredModel> lower_training(const Model& model, const LowerOptions& options);

// One network in inference form (running statistics, no dropout). Inputs by their names in the network with
// the batch in front; output "output". `averaged`: reads the "ema/<name>" variables, of parameters and of
// running statistics, where the network keeps an average. `layer`: not empty: what this layer gives is the
// output.
Result<Graph> lower_inference(const Model& model, std::string_view network, int batch, bool averaged,
                              std::string_view layer = {});

}  // namespace vkgan
