// Plans of one graph for several traits, in shared memory.
// SPDX-License-Identifier: MIT
#include "host/engine/trial.hpp"

#include "host/engine/kernel_class.hpp"
#include "host/gpu/device.hpp"
#include "host/graph/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vkgan {

int64_t exact_magnitude(int64_t terms) {
    const double most = std::floor(std::sqrt(double(int64_t{1} << 24) / double(std::max<int64_t>(1, terms))));
    return std::min(int64_t(most), int64_t{1} << 11);
}

Tensor exact_tensor(const Shape& shape, int64_t magnitude, uint32_t stream) {
    Tensor tensor(shape);
    fill_uniform({}, stream, tensor.values);
    const auto count = float(2 * magnitude + 1);
    for (float& x : tensor.values) x = std::min(std::floor(x * count), count - 1) - float(magnitude);
    return tensor;
}

Result<std::unique_ptr<Trial>> Trial::create(Device& device, const Graph& graph,
                                             std::span<const TrialWay> ways, const AlterPlan& alter) {
    VKGAN_TRY(graph.status());
    const std::array graphs{&graph};
    std::unique_ptr<Trial> trial(new Trial(device));
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, device.traits().offset_alignment));
    std::vector<Plan> plans;
    for (const TrialWay& way : ways) {
        VKGAN_ASSIGN(Plan plan, make_plan(graph, layout, {.device = way.device}));
        if (alter) alter(way.name, plan);
        for (size_t i = 0; i < plan.regions.size(); ++i)
            VKGAN_TRY(trial->regions_.ensure(plan.regions[i], plan.region_bytes[i]));
        plans.push_back(std::move(plan));
    }
    for (Plan& plan : plans) {
        VKGAN_ASSIGN(std::unique_ptr<Program> program,
                     Program::create(device, trial->regions_, std::move(plan)));
        trial->programs_.push_back(std::move(program));
    }
    return trial;
}

Result<Tensor> Trial::run(size_t way, std::span<const Tensor> inputs) {
    Program& program = *programs_[way];
    program.begin();
    for (size_t i = 0; i < inputs.size(); ++i)
        VKGAN_TRY(program.write(std::to_string(i), std::span<const float>(inputs[i].values)));
    // What a kernel leaves out must not be found where another way has left it.
    const std::vector<std::byte> not_numbers(size_t(regions_.bytes("workspace")), std::byte{0xff});
    VKGAN_TRY(regions_.upload("workspace", 0, not_numbers));
    VKGAN_TRY(program.submit());
    VKGAN_TRY(program.finish(program.slot()));
    return program.tensor("y");
}

Result<double> Trial::time(size_t way) {
    VKGAN_ASSIGN(const std::vector<double> ns, programs_[way]->executor().profile());
    double sum = 0;
    for (size_t i = 0; i < ns.size(); ++i)
        if (class_of(programs_[way]->plan().kernels[i]) != KernelClass::pack) sum += ns[i];
    return sum;
}

std::string first_difference(const Tensor& had, const Tensor& wanted) {
    for (size_t i = 0; i < wanted.values.size(); ++i)
        if (!(had.values[i] == wanted.values[i]))
            return fmt::format("element {} is {} instead of {}", i, had.values[i], wanted.values[i]);
    return {};
}

}  // namespace vkgan
