// Shader files by class; a kernel of any other file is "other".
// SPDX-License-Identifier: MIT
#include "host/engine/kernel_class.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

struct Row {
    std::string_view file;
    KernelClass kernel_class;
};

constexpr std::array rows{Row{"conv2d", KernelClass::contraction},
                          Row{"conv2d_grad_weight", KernelClass::contraction},
                          Row{"contraction_direct", KernelClass::contraction},
                          Row{"matmul", KernelClass::contraction},
                          Row{"pack", KernelClass::pack},
                          Row{"reduce", KernelClass::reduction},
                          Row{"pointwise", KernelClass::pointwise},
                          Row{"adam", KernelClass::update},
                          Row{"sgd", KernelClass::update},
                          Row{"rmsprop", KernelClass::update},
                          Row{"ema", KernelClass::update},
                          Row{"assign", KernelClass::update}};

constexpr std::array<std::string_view, kernel_class_count> names{"contraction", "pack",   "reduction",
                                                                 "pointwise",   "update", "other"};

}  // namespace

KernelClass class_of(const PlannedKernel& kernel) {
    const std::string_view file = std::string_view(kernel.shader).substr(0, kernel.shader.find(':'));
    const auto row = std::ranges::find(rows, file, &Row::file);
    return row == rows.end() ? KernelClass::other : row->kernel_class;
}

std::string_view name_of(KernelClass kernel_class) { return names[static_cast<size_t>(kernel_class)]; }

}  // namespace vkgan
