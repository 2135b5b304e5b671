// Matrix units: VK_KHR_cooperative_matrix as far as the headers, the shader compiler and the device have it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/capabilities.hpp"

namespace vkgan {

// Fills PhysicalRecord::matrix_sizes where the record says that the device has the extension.
void query_matrix_sizes(const InstanceFunctions& functions, PhysicalRecord& record);

// The device has the extension and, as far as our headers can ask, its feature.
bool has_matrix_units(const PhysicalRecord& record);
// Why our kernels cannot use what the device has, in a few words; null: they can.
const char* matrix_units_refusal(const PhysicalRecord& record);
// What a kernel would use; all zero if none of the sizes suits.
MatrixUnits choose_matrix_units(const PhysicalRecord& record);
std::string matrix_sizes_text(const PhysicalRecord& record);  // "16x16x16, 16x8x8"; empty: none is known

}  // namespace vkgan
