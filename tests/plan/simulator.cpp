// Runs fake kernels from their constants, push constants and bindings, as shaders would; and the graph
// itself.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/graph/op.hpp"
#include "shaders/lib/limits.h"
#include "tests/plan/fake_ops.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace fake {

using namespace vkgan;

namespace {

using Quad = std::array<float, 4>;

float apply(int code, float a, float b, float k) {
    switch (code) {
        case 1: return a + b;
        case 3: return a * b;
        case 5: return a * k;
        case 14: return a * a;
        default: return std::numeric_limits<float>::quiet_NaN();
    }
}

Quad apply(int code, const Quad& a, const Quad& b, float k) {
    Quad result;
    for (size_t i = 0; i < 4; ++i) result[i] = apply(code, a[i], b[i], k);
    return result;
}

struct Bound {
    float* data = nullptr;
    int64_t quads = 0;
    Quad load(int64_t i) const {
        Quad quad;
        if (i < 0 || i >= quads)
            quad.fill(std::numeric_limits<float>::quiet_NaN());
        else
            std::memcpy(quad.data(), data + 4 * i, sizeof quad);
        return quad;
    }
    void store(int64_t i, const Quad& quad) const {
        if (i >= 0 && i < quads) std::memcpy(data + 4 * i, quad.data(), sizeof quad);
    }
};

struct Machine {
    const PlannedKernel& kernel;
    std::map<int, Bound> bound;
    std::map<uint32_t, uint32_t> constants;

    int64_t constant(int id) const {
        const auto found = constants.find(static_cast<uint32_t>(id));
        return found == constants.end() ? 0 : found->second;
    }
    bool has_chain() const { return constants.count(VKGAN_ID_CHAIN_SLOT_COUNT) != 0; }
    // Of the chain's push constants, which are the last.
    int64_t word(int64_t index) const {
        return kernel.push.at(kernel.push.size() - VKGAN_CHAIN_WORDS + static_cast<size_t>(index));
    }
    // A constant as a signed number; below 0 it stands for a word.
    int64_t number(int id) const {
        const int64_t value = static_cast<int32_t>(constant(id));
        return value < 0 ? word(-1 - value) : value;
    }
    int64_t first_quad(int id, int64_t i) const {
        const auto span = static_cast<int32_t>(constant(id)), inner = static_cast<int32_t>(constant(id + 1));
        const int64_t stride = number(id + 3);
        if (span == inner && stride == 0) return i;
        const int64_t block = span < 0 ? i >> word(-1 - span) : i / span;
        return block * stride + (inner < 0 ? i & word(-1 - inner) : i % inner);
    }
    // Registers after running the chain at quad i; `own`: register 0 of an epilogue.
    std::vector<Quad> run_chain(int64_t i, const Quad* own) const {
        std::vector<Quad> registers;
        if (own) registers.push_back(*own);
        for (int n = 0; n < constant(VKGAN_ID_CHAIN_INPUT_COUNT); ++n) {
            const int id = VKGAN_ID_CHAIN_INPUT + 7 * n;
            const int64_t first = number(id + 4) + first_quad(id, i);
            Quad quad = bound.at(VKGAN_BIND_CHAIN0 + n).load(first);
            for (int64_t t = 1; t < number(id + 5); ++t)
                quad = apply(1, quad, bound.at(VKGAN_BIND_CHAIN0 + n).load(first + t * number(id + 6)), 0);
            if (constant(id + 2)) quad.fill(quad[0]);
            registers.push_back(quad);
        }
        for (int n = 0; n < constant(VKGAN_ID_CHAIN_SLOT_COUNT); ++n) {
            const int64_t slot = constant(VKGAN_ID_CHAIN_SLOT + 2 * n);
            const int64_t bits =
                slot >> 26 ? word((slot >> 26) - 1) : constant(VKGAN_ID_CHAIN_SLOT + 2 * n + 1);
            const float k = std::bit_cast<float>(static_cast<uint32_t>(bits));
            registers.push_back(apply(static_cast<int>(slot & 255), registers.at(size_t(slot >> 8 & 63)),
                                      registers.at(size_t(slot >> 14 & 63)), k));
        }
        return registers;
    }
    Quad result(const std::vector<Quad>& registers, int output, int64_t i) const {
        Quad quad = registers.at(size_t(constant(VKGAN_ID_CHAIN_OUT + output)));
        const int64_t tail = constant(VKGAN_ID_TAIL_COUNT), quads = constant(VKGAN_ID_TAIL_QUADS);
        if (tail != 0 && i % quads == quads - 1)
            for (size_t c = size_t(tail); c < 4; ++c) quad[c] = 0;
        return quad;
    }
};

void run_kernel(const Machine& m) {
    const std::string shader =
        m.kernel.shader.substr(0, m.kernel.shader.rfind("_s"));  // any chain length alike
    const std::vector<uint32_t>& push = m.kernel.push;
    const auto at = [&](int binding) { return m.bound.at(binding); };
    if (shader.starts_with("pointwise:")) {
        const int outputs = shader.back() - '0';
        for (int64_t i = 0; i < push[0]; ++i) {
            const std::vector<Quad> registers = m.run_chain(i, nullptr);
            for (int o = 0; o < outputs; ++o)
                at(o < 4 ? VKGAN_BIND_OUT0 + o : VKGAN_BIND_OUT4 + o - 4).store(i, m.result(registers, o, i));
        }
    } else if (shader == "fake:pack") {
        for (int64_t i = 0; i < push[0]; ++i) at(VKGAN_BIND_OUT0).store(i, at(VKGAN_BIND_A).load(i));
    } else if (shader == "fake:mix") {
        for (int64_t i = 0; i < push[0]; ++i) {
            const Quad a = at(VKGAN_BIND_A).load(i), next = at(VKGAN_BIND_A).load((i + 1) % push[0]);
            Quad quad = apply(1, apply(3, a, at(VKGAN_BIND_B).load(i % push[1]), 0), next, 0);
            if (m.has_chain()) quad = m.result(m.run_chain(i, &quad), 0, i);
            at(VKGAN_BIND_OUT0).store(i, quad);
        }
    } else if (shader == "fake:total") {
        for (int o = 0; o < 2 && m.bound.contains(VKGAN_BIND_OUT0 + o); ++o) {
            std::vector<Quad> sums(push[1], Quad{});
            for (int64_t i = 0; i < push[0]; ++i) {
                const Quad quad =
                    m.has_chain() ? m.result(m.run_chain(i, nullptr), o, i) : at(VKGAN_BIND_A).load(i);
                sums[size_t(i) % push[1]] = apply(1, sums[size_t(i) % push[1]], quad, 0);
            }
            for (size_t i = 0; i < sums.size(); ++i) at(VKGAN_BIND_OUT0 + o).store(int64_t(i), sums[i]);
        }
    } else if (shader == "fake:rows") {
        for (int64_t i = 0; i < push[0]; ++i)
            at(VKGAN_BIND_OUT0).store(i, at(VKGAN_BIND_A).load(push[1] + i));
    } else if (shader == "fake:broadcast") {
        for (int64_t i = 0; i < push[0]; ++i) {
            Quad quad = at(VKGAN_BIND_A).load(i % push[3]);
            if (push[4]) quad.fill(quad[0]);
            if (push[2] != 0 && i % push[1] == push[1] - 1)
                for (size_t c = push[2]; c < 4; ++c) quad[c] = 0;
            at(VKGAN_BIND_OUT0).store(i, quad);
        }
    } else if (shader == "fake:descend") {
        for (int64_t i = 0; i < push[0]; ++i) {
            const Quad step = apply(5, at(VKGAN_BIND_A).load(i), {}, -0.5f);
            at(VKGAN_BIND_OUT0).store(i, apply(1, at(VKGAN_BIND_OUT0).load(i), step, 0));
        }
    }
}

}  // namespace

void run_plan(const Plan& plan, Memory& memory) {
    for (size_t r = 0; r < plan.regions.size(); ++r)
        memory[plan.regions[r]].resize(size_t(plan.region_bytes[r]) / 4,
                                       std::numeric_limits<float>::quiet_NaN());
    for (const PlannedKernel& kernel : plan.kernels) {
        Machine machine{kernel, {}, {kernel.constants.begin(), kernel.constants.end()}};
        for (const PlannedBinding& binding : kernel.bindings) {
            float* data = memory[plan.regions[size_t(binding.region)]].data() + binding.offset_bytes / 4;
            machine.bound[binding.binding] = {data, binding.bytes / 16};
        }
        run_kernel(machine);
    }
}

Floats read_output(const Plan& plan, const Memory& memory, const std::string& name) {
    const PlannedBinding& binding = plan.outputs.at(name);
    const auto begin = memory.at(plan.regions[size_t(binding.region)]).begin() + binding.offset_bytes / 4;
    return {begin, begin + binding.bytes / 4};
}

std::map<std::string, Floats> run_graph(const Graph& graph, const VariableLayout& layout, Memory& memory) {
    std::vector<Floats> values(graph.nodes().size());
    const auto place_of = [&](const Placement& placement) {
        return memory.at(placement.region).data() + placement.offset_bytes / 4;
    };
    const DeviceTraits device;
    for (size_t n = 0; n < values.size(); ++n) {
        const Node& node = graph.nodes()[n];
        std::vector<Shape> shapes;
        for (const int32_t input : node.inputs) shapes.push_back(graph.nodes()[size_t(input)].shape);
        Floats& value = values[n];
        value.assign(size_t(quad_count(node.shape)) * 4, 0.0f);
        if (node.op->pointwise_code > 0) {
            const Floats& a = values[size_t(node.inputs[0])];
            const Floats& b = values[size_t(node.inputs.back())];
            const float k = node.attributes.floats.empty() ? 0 : float(node.attributes.floats[0]);
            for (size_t i = 0; i < value.size(); ++i)
                value[i] = apply(node.op->pointwise_code, a[i], b[i], k);
        } else if (node.op->updates) {
            for (size_t v = 0; v < node.variables.size(); ++v) {
                float* target =
                    place_of(layout.variables.at(graph.variables()[size_t(node.variables[v])].name));
                const Floats& gradient = values[size_t(node.inputs[v])];
                const bool assigns = node.op->name == "assign";
                for (size_t i = 0; i < gradient.size(); ++i)
                    target[i] = assigns ? gradient[i] : target[i] + gradient[i] * -0.5f;
            }
        } else if (!node.op->kernels) {
            const Placement& placement =
                node.variables.empty()
                    ? layout.inputs.at(node.attributes.name)
                    : layout.variables.at(graph.variables()[size_t(node.variables[0])].name);
            std::copy_n(place_of(placement), value.size(), value.begin());
        } else {
            const Chain none;
            const auto emission = node.op->kernels({device, node, shapes, none, none});
            if (emission->alias) value = values[size_t(node.inputs[0])];
            Floats scratch(values.empty() || node.inputs.size() < 2 ? 0
                                                                    : values[size_t(node.inputs[1])].size());
            for (const Kernel& kernel : emission->kernels) {
                PlannedKernel planned;
                planned.shader = kernel.shader;
                planned.push = kernel.push;
                Machine machine{planned, {}, {}};
                for (const Operand& operand : kernel.operands) {
                    Floats& data = operand.kind == Operand::Kind::input
                                       ? values[size_t(node.inputs[size_t(operand.index)])]
                                   : operand.kind == Operand::Kind::scratch ? scratch
                                                                            : value;
                    machine.bound[operand.binding] = {data.data(), int64_t(data.size()) / 4};
                }
                run_kernel(machine);
            }
        }
    }
    std::map<std::string, Floats> outputs;
    for (const auto& [name, node] : graph.outputs()) outputs[name] = values[size_t(node)];
    return outputs;
}

}  // namespace fake
