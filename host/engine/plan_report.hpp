// Where a training step's time goes, dispatch by dispatch: `vkgan plan`.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/engine/device_model.hpp"
#include "host/engine/kernel_class.hpp"
#include "host/graph/recompute.hpp"
#include "host/model/model.hpp"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace vkgan {

struct DispatchCost {
    int64_t dispatches = 0;
    double flops = 0, bytes = 0;
    double bound_ns = 0;      // of the roofline
    double predicted_ns = 0;  // by the device model
    double measured_ns = 0;   // alone; 0 where nothing was measured
    void add(const DispatchCost& cost, int times = 1);
};

struct DispatchReport {
    std::string label, shader;
    std::string storage;  // of what it writes and reads, by binding, h for float16 and f for float32: "h<-fh"
    std::array<uint32_t, 3> groups{};
    KernelClass kernel_class = KernelClass::other;
    DispatchCost cost;
};

struct PhaseReport {
    std::string name;
    int repeat = 1;  // a step
    std::vector<DispatchReport> dispatches;
    DispatchCost total;  // of the phase once
    int64_t peak_live_bytes = 0;
};

struct PlanReport {
    std::string device, recipe;
    int batch = 0;
    Precision precision = Precision::float32;
    DeviceModel model;
    bool measured = false;
    double whole_ms = 0;  // a step as training runs it; 0 where nothing was measured
    std::vector<PhaseReport> phases;
    std::array<DispatchCost, kernel_class_count> by_class{};  // of a step
    DispatchCost total;                                       // of a step
    std::map<std::string, int64_t> memory_bytes;              // by class
    std::string recompute;                                    // Compiled::recompute_text
    // Of mixed precision: what float32 would take, and move in a step.
    int64_t float32_workspace_bytes = 0;
    double float32_moved_bytes = 0;

    // What rows are ranked by.
    double time_of(const DispatchCost& cost) const { return measured ? cost.measured_ns : cost.predicted_ns; }
};

struct PlanQuery {
    int batch = 0;         // 0: the model's
    bool measure = false;  // needs the memory of training
    Recompute recompute = Recompute::automatic;
    Precision precision = Precision::float32;
};
Result<PlanReport> report_plan(Device& device, const Model& model, const PlanQuery& query);

// Dispatches by their time in a step, the most expensive first: phase and number in it.
std::vector<std::pair<size_t, size_t>> most_expensive(const PlanReport& report, size_t count);

std::string plan_text(const PlanReport& report);
std::string plan_json(const PlanReport& report);

}  // namespace vkgan
