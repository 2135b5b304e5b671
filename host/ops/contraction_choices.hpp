// Candidates of the contraction kernels' tiles, and who decides among them: a tuning table, else the built-in
// table, else the hand rule.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/ops/contraction_problems.hpp"

#include <string_view>

namespace vkgan {

// The hand rule first, then at most four that differ from it in one way each.
Tunable product_choices(const DeviceTraits& device, const Product& p, int64_t pixels,
                        const KernelChoice& by_hand);

struct SliceLimits {
    int64_t least = 1, most = 1;  // of split-K: loops short enough, partial sums that fit
    int64_t length = 1;           // what is cut
};
Tunable weight_gradient_choices(const DeviceTraits& device, const WeightGradient& g,
                                const SliceLimits& limits, const KernelChoice& by_hand);

// As many slices as `wanted` of so much, each but the last of one length.
int64_t whole_slices(int64_t length, int64_t wanted);

// Of the T family: shared memory of one workgroup in conv2d.comp and conv2d_grad_weight.comp.
bool fits_device(const KernelChoice& tile, bool weight_gradient, const DeviceTraits& device);

// What was found on lavapipe, by `vkgan tune`; the same on every machine. Null: nothing for this problem.
const char* built_in_choice(const DeviceTraits& device, std::string_view problem);

}  // namespace vkgan
