// Kernel rules of the contractions: which family, which tile, how operands are packed.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/op.hpp"

namespace vkgan {

Result<Emission> conv2d_kernels(const KernelQuery& query);
Result<Emission> conv2d_grad_input_kernels(const KernelQuery& query);
Result<Emission> conv2d_grad_weight_kernels(const KernelQuery& query);
Result<Emission> matmul_kernels(const KernelQuery& query);

}  // namespace vkgan
