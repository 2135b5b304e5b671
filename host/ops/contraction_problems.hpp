// The two shapes of problem that every contraction is: a product and a gradient by weights, as kernels of the
// families S and T.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/kernel.hpp"

#include <initializer_list>
#include <string>

namespace vkgan {

struct Taps {
    int64_t height = 1, width = 1, stride = 1, pad = 0, dilation = 1;
    int64_t count() const { return height * width; }
};

// result[pixel][row] = sum over taps and channel quads of weight . x: shaders/ops/conv2d.comp.
struct Product {
    std::string name;
    int x_input = 0, weight_input = 1;
    bool grad_input = false;
    bool pack_rows = true;  // pack.comp's ROWS
    Taps taps;
    int64_t batch = 1, in_h = 1, in_w = 1, in_quads = 1, out_h = 1, out_w = 1, out_quads = 1;
    int64_t group_in_quads = 1, group_out_quads = 1, groups = 1, x_group_stride = 0, out_group_stride = 0;
    int64_t weight_group_rows = 1, weight_row_quads = 1;
    double flops = 0;
};

// result[row][tap][quad] = sum over pixels of dy[row] * x[quad]: shaders/ops/conv2d_grad_weight.comp.
struct WeightGradient {
    std::string name;
    int x_input = 0, dy_input = 1;
    Taps taps;
    int64_t batch = 1, in_h = 1, in_w = 1, in_quads = 1, out_h = 1, out_w = 1, out_quads = 1;
    int64_t group_in_quads = 1, group_rows = 1, groups = 1;
    int64_t x_group_stride = 0, dy_group_stride = 0, result_group_stride = 0;
    double flops = 0;
    int64_t result_quads() const { return groups * group_rows * taps.count() * group_in_quads; }
};

Result<Emission> product_kernels(const KernelQuery& query, const Product& p);
Result<Emission> weight_gradient_kernels(const KernelQuery& query, const WeightGradient& g);

// How many slices of its pixels a gradient by weights is summed in, if `groups` workgroups make one: enough
// that the device is busy, few enough that no loop is too long and the partial sums fit.
int64_t slice_count(const WeightGradient& g, const DeviceTraits& device, int64_t groups, int64_t length);

// The epilogue, in the way that the kernel itself reads its operands.
void attach_epilogue(Kernel& kernel, const KernelQuery& query, bool texel);

inline int64_t quads(int64_t channels) { return (channels + 3) / 4; }
inline int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

using Numbers = std::initializer_list<int64_t>;
std::vector<uint32_t> words(Numbers numbers);
// Specialisation constants `first`, `first` + 1, ...
void set_constants(Kernel& kernel, uint32_t first, Numbers numbers);

}  // namespace vkgan
