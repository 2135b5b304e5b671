// Kernels as data: what an op's kernel rule returns and the planner places. No Vulkan here.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/graph.hpp"
#include "host/graph/tuning.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vkgan {

// Which kind of kernel a contraction uses (shared names with docs/performance.md): `direct` runs everywhere
// and takes every shape; `shuffle` (S) reads texel buffers and broadcasts by subgroup shuffle, for CPU
// drivers; `tile` (T) uses shared memory, for GPUs, and matrix units (C) where the traits below allow it.
enum class Family : uint8_t { direct, shuffle, tile };

// The device's matrix units (cooperative matrix): products of m x k by k x n elements a subgroup, with
// float16 factors and float32 sums. All zero: it has none that we can use.
struct MatrixUnits {
    int m = 0, n = 0, k = 0;
    int subgroup = 0;  // invocations
    friend bool operator==(const MatrixUnits&, const MatrixUnits&) = default;
};

// What kernel rules may know of the device. Everything else about it stays in host/gpu.
struct DeviceTraits {
    Family family = Family::direct;
    bool texel_loads = false;  // read through storage texel buffers (rgba32f) instead of storage buffers
    bool half_texels = false;  // texel buffers may be rgba16f, too
    bool wide_stores = false;  // shaderInt64: store 32 bytes at once
    bool half_inputs =
        false;  // contractions may round what they multiply to float16; their sums stay float32
    MatrixUnits matrix_units;  // used by the tile family where half_inputs allows it
    int subgroup_size = 4;     // of a workgroup in the shuffle family
    int max_invocations = 128;
    int64_t shared_bytes = 16384;
    int64_t max_binding_bytes = int64_t{128} << 20;  // maxStorageBufferRange
    int64_t max_texel_quads = 65536;                 // maxTexelBufferElements
    int64_t offset_alignment = 256;                  // of a binding's offset, in bytes
    int max_storage_bindings = 8;                    // storage buffers plus texel buffers in one kernel
    int max_chain_slots = 24;                        // pointwise ops that are fused into one kernel
    std::array<int64_t, 3> max_groups{65535, 65535, 65535};
    const TuningTable* tuning = nullptr;  // what was found by measuring; null: the built-in rules decide
};

enum class Access : uint8_t { read, write, read_write };

// What an operand of a kernel is, before the planner has given it memory.
struct Operand {
    enum class Kind : uint8_t {
        input,
        output,
        variable,
        scratch,
        chain_input,
        chain_output
    } kind = Kind::input;
    int index = 0;    // which input, which variable of the node, which scratch, which input of the chain
    int binding = 0;  // slot in the shader: shaders/lib/limits.h
    Access access = Access::read;
    bool texel = false;        // bound as a storage texel buffer instead of a storage buffer
    int64_t offset_bytes = 0;  // from the operand's start
    int64_t bytes = -1;        // -1: to its end
};

// One fused pointwise slot: dst = code(a, b, c) with an immediate. Registers: 0 .. inputs-1 are the chain's
// inputs (for an epilogue register 0 is the contraction's own result, inputs start at 1); each slot writes a
// new register.
struct ChainSlot {
    int code = 0;  // Op::pointwise_code
    int a = 0, b = 0, c = 0;
    float immediate = 0;
    friend bool operator==(const ChainSlot&, const ChainSlot&) = default;
};

// How a chain's input is addressed from the quad index i of the result: quad base + (i / span) * stride +
// i % inner of the input, its first component splatted to all four if `splat`. Same shape: span == inner ==
// quad count of the result, base 0.
struct ChainInput {
    int32_t node = -1;  // whose value it is
    int64_t span = 1;
    int64_t inner = 1;
    int64_t stride = 0;
    int64_t base = 0;
    bool splat = false;
    // More than 1: the value is a sum of so many terms, `term_stride` quads apart, added as reduce.comp does:
    // slices of a sum whose reader joins them.
    int64_t terms = 1, term_stride = 0;
    friend bool operator==(const ChainInput&, const ChainInput&) = default;
};

// A chain of pointwise ops, compiled into a kernel as specialisation constants (shaders/lib/expression.glsl).
struct Chain {
    std::vector<ChainInput> inputs;
    std::vector<ChainSlot> slots;
    // Registers that are stored, one an output; an epilogue has exactly one, a prologue one for each result.
    std::vector<int> outputs;
    Shape shape;  // of its results
    bool empty() const { return slots.empty(); }
};

struct Kernel {
    std::string shader;                                      // "conv2d:texel": file stem and variant
    std::vector<std::pair<uint32_t, uint32_t>> constants{};  // specialisation constant id, 32 bits of value
    std::vector<uint32_t> push{};                            // push constants, at most 128 bytes
    std::vector<Operand> operands{};
    std::array<uint32_t, 3> groups{1, 1, 1};
    double flops = 0;
    int fills = -1;  // index of a keyed scratch it writes: dropped when the planner still has that scratch
    // Not empty: the shader that does several kernels like this one in one dispatch, those that read operands
    // (binding A) of one region and write scratches (OUT0). Its push words are the end of the invocations,
    // and for each kernel up to VKGAN_MANY the end of its invocations, the first quad that it reads, the
    // first that it writes, and its own push words but the first, which must be its invocations.
    std::string many{};
    std::string label{};  // for people: "conv2d 64x3x4x4"; the planner adds the node's number
};

struct Scratch {
    int64_t bytes = 0;
    std::string key{};  // not empty: content depends only on (key, the node's input `key_input`), shared
                        // across kernels
    int key_input = 0;
    bool halves = false;  // may be stored as float16, eight of its bytes for sixteen of these
};

// A kernel rule's answer. `alias`: no kernel at all, the output is the same memory as input 0.
struct Emission {
    std::vector<Kernel> kernels;
    std::vector<Scratch> scratches{};
    bool alias = false;
    bool refuses_epilogue = false;  // with one the op would need a slower kernel than these
    // More than 1: the last kernel only adds so many slices of scratch i to result i, and may be left out
    // where all readers are chains that do it themselves (ChainInput::terms).
    int64_t slices = 1;
    Tunable tunable{};  // of contractions that have a choice
};

struct KernelQuery {
    const DeviceTraits& device;
    const Node& node;
    std::span<const Shape> inputs;  // shapes of node.inputs
    // Fused around it, or empty. Prologue: computes input 0 from the chain's inputs. Epilogue: applied to the
    // result.
    const Chain& prologue;
    const Chain& epilogue;
};

// Enough groups of `local` invocations, spread over x and y where one dimension is too small; shaders number
// their invocations by vkgan_invocation() of shaders/lib/access.glsl and check the bound.
std::array<uint32_t, 3> groups_for(int64_t invocations, int local, const DeviceTraits& device);

// The specialisation constants that tell which components of a quad lie past the inner extent of `shape`.
void set_tail(Kernel& kernel, const Shape& shape);

// Appends a chain's specialisation constants and input operands to a kernel (slots in limits.h), and to its
// shader's name the variant for that many slots ("_s4", "_s12", "_s24"). Without a chain the shader's plain
// variant serves.
void attach_chain(Kernel& kernel, const Chain& chain, const DeviceTraits& device);

}  // namespace vkgan
