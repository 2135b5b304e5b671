// One small problem whose numbers are so short that no kernel may round any: results must be equal.
// SPDX-License-Identifier: MIT
#include "host/engine/check_matrix.hpp"

#include "host/engine/program.hpp"
#include "host/ops/ops.hpp"
#include "host/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

// Ragged in every way: two tiles of pixels, channels that fill neither quads nor matrices.
const Shape x_shape{2, 19, 5, 7}, weight_shape{23, 19, 3, 3}, y_shape{2, 23, 5, 7};

// Sixteenths from -1/2 to 3/2, exact in float16. Sums of products come to some 10,000 units of 1/256: exact
// in float32, rounded where a driver sums in float16.
std::vector<float> sixteenths(const Shape& shape, uint32_t seed) {
    std::vector<float> values(static_cast<size_t>(shape.element_count()));
    for (float& value : values) {
        seed = seed * 1664525u + 1013904223u;
        value = (static_cast<float>(seed >> 16 & 31) - 8) / 16;
    }
    return values;
}

Graph matrix_problem() {
    Graph graph;
    const op::ConvOptions options{.pad = 1};
    const Value x = graph.input("x", x_shape), weight = graph.input("weight", weight_shape),
                dy = graph.input("dy", y_shape);
    graph.mark_output("y", op::leaky_relu(op::conv2d(x, weight, options), 0.25));
    graph.mark_output("dx", op::conv2d_grad_input(dy, weight, x_shape[2], x_shape[3], options));
    graph.mark_output("dw", op::conv2d_grad_weight(x, dy, weight_shape[2], weight_shape[3], options));
    return graph;
}

}  // namespace

Result<std::vector<float>> run_matrix_problem(Device& device, const DeviceTraits& traits) {
    const Graph graph = matrix_problem();
    VKGAN_TRY(graph.status());
    const std::array graphs{&graph};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, traits.offset_alignment));
    VKGAN_ASSIGN(Plan plan, make_plan(graph, layout, {.device = traits}));
    RegionSet regions(device);
    VKGAN_ASSIGN(const auto program, Program::create(device, regions, std::move(plan)));
    program->begin();
    VKGAN_TRY(program->write("x", sixteenths(x_shape, 1)));
    VKGAN_TRY(program->write("weight", sixteenths(weight_shape, 2)));
    VKGAN_TRY(program->write("dy", sixteenths(y_shape, 3)));
    VKGAN_TRY(program->submit());
    VKGAN_TRY(program->finish(program->slot()));
    std::vector<float> results;
    for (const char* name : {"y", "dx", "dw"}) {
        const Tensor tensor = program->tensor(name);
        results.insert(results.end(), tensor.values.begin(), tensor.values.end());
    }
    return results;
}

std::string judge_matrix_units(Device& device, const Result<std::vector<float>>& on_matrix_units) {
    DeviceTraits direct = device.traits();
    direct.family = Family::direct;
    const auto expected = run_matrix_problem(device, direct);
    std::string found;
    if (!on_matrix_units || !expected) {
        found = (on_matrix_units ? expected : on_matrix_units).error().message;
    } else {
        const auto [a, b] = std::mismatch(on_matrix_units->begin(), on_matrix_units->end(), expected->begin(),
                                          expected->end());
        if (a == on_matrix_units->end() && b == expected->end()) return "";
        if (a == on_matrix_units->end() || b == expected->end())
            found = fmt::format("they gave {} values where the direct kernels gave {}",
                                on_matrix_units->size(), expected->size());
        else
            found = fmt::format("value {} of a test convolution is {} on them and {} on the direct kernels",
                                a - on_matrix_units->begin(), *a, *b);
    }
    std::string message = fmt::format("The matrix units of {} are switched off: {}.", device.name(), found);
    device.switch_off(Optional::cooperative_matrix, "it failed its check: " + found);
    return message;
}

std::string check_matrix_units(Device& device) {
    DeviceTraits traits = device.traits();
    if (traits.matrix_units.m == 0) return "";
    traits.family = Family::tile;
    traits.half_inputs = true;
    return judge_matrix_units(device, run_matrix_problem(device, traits));
}

}  // namespace vkgan
