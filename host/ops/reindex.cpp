// Digits merged, checked for whole quads and packed into the constants of shaders/ops/reindex.comp.
// SPDX-License-Identifier: MIT
#include "host/ops/reindex.hpp"

#include "host/graph/layout.hpp"
#include "host/graph/op.hpp"
#include "host/ops/dispatch.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>

namespace vkgan {
namespace {

constexpr size_t max_digits = 10;
constexpr size_t max_masks = 2;
constexpr uint32_t first_digit_id = 5, first_mask_id = 25;

bool is_masked(const Digit& digit) { return digit.count >= 0; }

// Two neighbours that walk the source as one digit would become that digit.
bool merge(Digit& outer, const Digit& inner) {
    if (is_masked(inner) || outer.step != 1 || outer.stride != inner.stride * inner.extent) return false;
    outer = {.extent = outer.extent * inner.extent,
             .stride = inner.stride,
             .low = outer.low * inner.extent,
             .count = is_masked(outer) ? outer.count * inner.extent : -1,
             .step = 1};
    return true;
}

void append_merged(std::vector<Digit>& digits, const std::vector<Digit>& more) {
    for (const Digit& digit : more) {
        if (digit.extent == 1 && !is_masked(digit)) continue;
        if (digits.empty() || !merge(digits.back(), digit)) digits.push_back(digit);
    }
}

// A mask that no coordinate of the output can miss is no mask.
Digit simplified(Digit digit) {
    const bool everywhere = digit.step == 1 && digit.low == 0 && digit.count >= digit.extent;
    if (everywhere) digit.count = -1;
    return digit;
}

bool moves_whole_quads(const std::vector<Digit>& outer, const std::vector<Digit>& inner, int64_t base) {
    if (inner.empty() || inner.back().stride != 1 || inner.back().step != 1 || inner.back().low % 4 != 0)
        return false;
    if (inner.size() > 1 && inner.back().extent % 4 != 0) return false;
    const auto aligned = [](const Digit& digit) { return digit.stride % 4 == 0; };
    return base % 4 == 0 && std::all_of(outer.begin(), outer.end(), aligned) &&
           std::all_of(inner.begin(), inner.end() - 1, aligned);
}

struct Digits {
    std::vector<Digit> outer, inner;
};

Digits physical_digits(const Reindex& map, const Shape& output) {
    Digits digits;
    const int inner = inner_axis(output);
    for (int axis = 0; axis < output.rank(); ++axis) {
        std::vector<Digit> clean = map.axes[static_cast<size_t>(axis)];
        std::transform(clean.begin(), clean.end(), clean.begin(), simplified);
        append_merged(axis == inner ? digits.inner : digits.outer, clean);
    }
    return digits;
}

uint32_t word(int64_t value) { return static_cast<uint32_t>(static_cast<int32_t>(value)); }

}  // namespace

int64_t physical_stride(const Shape& shape, int axis) {
    const int inner = inner_axis(shape);
    if (axis == inner) return 1;
    int64_t stride = 4 * inner_quads(shape);
    for (int later = axis + 1; later < shape.rank(); ++later)
        if (later != inner) stride *= shape[later];
    return stride;
}

Reindex identity_reindex(const Shape& output, const Shape& source) {
    Reindex map;
    for (int axis = 0; axis < output.rank(); ++axis)
        map.axes[static_cast<size_t>(axis)] = {
            {.extent = output[axis], .stride = physical_stride(source, axis)}};
    return map;
}

Result<Kernel> reindex_kernel(std::string_view label, const Reindex& map, const Shape& output,
                              const Shape& source, std::pair<Operand, Operand> from_to,
                              const DeviceTraits& device) {
    VKGAN_TRY(check_bindings(label, std::array{output, source}, device));
    const auto [outer, inner] = physical_digits(map, output);
    if (outer.size() + inner.size() > max_digits)
        return Error{Code::unsupported, std::string(label) + ": moving " + source.to_string() + " to " +
                                            output.to_string() + " takes more than 10 strides"};
    std::vector<Digit> digits = outer;
    digits.insert(digits.end(), inner.begin(), inner.end());

    const bool texel = use_texels(device, std::array{source});
    Kernel kernel;
    kernel.shader = shader_variant("reindex", texel);
    kernel.groups = groups_for(quad_count(output), 64, device);
    kernel.label = std::string(label) + " " + output.to_string();
    uint32_t packed = word(int64_t(outer.size())) | word(int64_t(inner.size())) << 4;
    packed |= (moves_whole_quads(outer, inner, map.base) ? 1u : 0u) << 8;
    uint32_t masks = 0;
    uint32_t mask_digits[max_masks] = {15, 15};
    std::vector<std::pair<uint32_t, uint32_t>> constants;
    for (uint32_t d = 0; d < digits.size(); ++d) {
        constants.emplace_back(first_digit_id + 2 * d, word(digits[d].extent));
        constants.emplace_back(first_digit_id + 2 * d + 1, word(digits[d].stride));
        if (!is_masked(digits[d])) continue;
        if (masks == max_masks)
            return Error{Code::unsupported, std::string(label) + ": more than two axes with bounds"};
        constants.emplace_back(first_mask_id + 3 * masks, word(digits[d].low));
        constants.emplace_back(first_mask_id + 3 * masks + 1, word(digits[d].count));
        constants.emplace_back(first_mask_id + 3 * masks + 2, word(digits[d].step));
        mask_digits[masks++] = d;
    }
    packed |= mask_digits[0] << 12 | mask_digits[1] << 16;
    const int axis = inner_axis(output);
    kernel.constants = {{0, packed},
                        {1, word(inner_quads(output))},
                        {2, word(axis < 0 ? 1 : output[axis])},
                        {3, word(map.base)},
                        {4, word(quad_count(output))}};
    kernel.constants.insert(kernel.constants.end(), constants.begin(), constants.end());
    from_to.first.texel = texel;
    kernel.operands = {from_to.first, from_to.second};
    return kernel;
}

Result<Emission> emit_reindex(const KernelQuery& query, const Reindex& map) {
    VKGAN_ASSIGN(Kernel kernel, reindex_kernel(query.node.op->name, map, query.node.shape, query.inputs[0],
                                               {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, false),
                                                write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)},
                                               query.device));
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

}  // namespace vkgan
