// Three small graphs with known results.
// SPDX-License-Identifier: MIT
#include "host/engine/capability_check.hpp"

#include "host/gpu/device.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

// More than one workgroup, and ragged in all that tiles are cut along.
constexpr int64_t rows = 75, inner = 37, columns = 72, magnitude = 100;

struct Known {
    Graph graph;
    std::vector<Tensor> inputs;
    Tensor wanted;
};

Known pointwise_case() {
    Known known;
    const Shape shape{rows, columns};
    known.inputs = {exact_tensor(shape, magnitude, 0), exact_tensor(shape, magnitude, 1)};
    known.wanted = Tensor(shape);
    for (size_t i = 0; i < known.wanted.values.size(); ++i)
        known.wanted.values[i] = known.inputs[0].values[i] + known.inputs[1].values[i];
    Graph& g = known.graph;
    g.mark_output("y", op::add(g.input("0", shape), g.input("1", shape)));
    return known;
}

Known product_case() {
    Known known;
    const Shape a{rows, inner}, b{inner, columns};
    known.inputs = {exact_tensor(a, magnitude, 0), exact_tensor(b, magnitude, 1)};
    known.wanted = Tensor(Shape{rows, columns});
    for (int64_t m = 0; m < rows; ++m)
        for (int64_t n = 0; n < columns; ++n)
            for (int64_t k = 0; k < inner; ++k)
                known.wanted.values[size_t(m * columns + n)] +=
                    known.inputs[0].values[size_t(m * inner + k)] *
                    known.inputs[1].values[size_t(k * columns + n)];
    Graph& g = known.graph;
    g.mark_output("y", op::matmul(g.input("0", a), g.input("1", b)));
    return known;
}

Status check(Device& device, const Known& known, const TrialWay& way, const AlterPlan& alter,
             CapabilityFaults& faults) {
    VKGAN_ASSIGN(const std::unique_ptr<Trial> trial,
                 Trial::create(device, known.graph, std::span(&way, 1), alter));
    VKGAN_ASSIGN(const Tensor had, trial->run(0, known.inputs));
    const std::string wrong = first_difference(had, known.wanted);
    if (!wrong.empty()) faults[way.name] = wrong;
    return {};
}

}  // namespace

DeviceTraits without(DeviceTraits traits, const CapabilityFaults& faults) {
    if (faults.contains("wide_stores")) traits.wide_stores = false;
    if (faults.contains("contractions")) traits.family = Family::direct;
    if (faults.contains("texel_loads")) {
        traits.texel_loads = false;
        if (traits.family == Family::shuffle) traits.family = Family::direct;
    }
    return traits;
}

Result<CapabilityFaults> check_capabilities(Device& device, const AlterPlan& alter) {
    CapabilityFaults faults;
    DeviceTraits narrow = device.traits();
    narrow.wide_stores = false;
    if (narrow.texel_loads)
        VKGAN_TRY(check(device, pointwise_case(), {"texel_loads", narrow}, alter, faults));
    if (without(device.traits(), faults).wide_stores)
        VKGAN_TRY(check(device, pointwise_case(), {"wide_stores", without(device.traits(), faults)}, alter,
                        faults));
    const DeviceTraits rest = without(device.traits(), faults);
    if (rest.family != Family::direct)
        VKGAN_TRY(check(device, product_case(), {"contractions", rest}, alter, faults));
    return faults;
}

}  // namespace vkgan
