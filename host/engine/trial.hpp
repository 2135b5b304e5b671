// Trials: one small graph on a device in several ways, with inputs whose sums are exact in any order.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/program.hpp"
#include "host/graph/graph.hpp"
#include "host/graph/kernel.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// Whole numbers of magnitude up to m with terms * m^2 <= 2^24: every partial sum of so many products is a
// whole number that float32 holds, so that any order of summation, fused or not, gives the same bits. The
// bound on a kernel's error is therefore 0. At most 2^11; 0: there is no such m.
int64_t exact_magnitude(int64_t terms);
// The `stream`th such tensor; repeatable.
Tensor exact_tensor(const Shape& shape, int64_t magnitude, uint32_t stream);

// One way to run the graph. `alter` is for tests: it may change the plan before it is run.
struct TrialWay {
    std::string name;
    DeviceTraits device;
};
using AlterPlan = std::function<void(const std::string& way, Plan& plan)>;

// The graph's input nodes, in order, are named "0", "1", ..; its result is output "y".
class Trial {
public:
    static Result<std::unique_ptr<Trial>> create(Device& device, const Graph& graph,
                                                 std::span<const TrialWay> ways, const AlterPlan& alter);
    // The result of one way, in memory full of NaNs; compiles at the first call.
    Result<Tensor> run(size_t way, std::span<const Tensor> inputs);
    // Nanoseconds of its kernels, each alone, without packing (weights are packed once for several uses).
    Result<double> time(size_t way);

private:
    explicit Trial(Device& device) : regions_(device) {}
    RegionSet regions_;
    std::vector<std::unique_ptr<Program>> programs_;
};

// Where two results differ first, with both values; empty if they are equal, to the bit.
std::string first_difference(const Tensor& had, const Tensor& wanted);

}  // namespace vkgan
