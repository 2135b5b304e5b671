// What a kernel of a training step is for: the rows of `vkgan plan`'s summary.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/plan.hpp"

#include <cstdint>
#include <string_view>

namespace vkgan {

enum class KernelClass : uint8_t { contraction, pack, reduction, pointwise, update, other };
constexpr int kernel_class_count = 6;

KernelClass class_of(const PlannedKernel& kernel);
std::string_view name_of(KernelClass kernel_class);

}  // namespace vkgan
