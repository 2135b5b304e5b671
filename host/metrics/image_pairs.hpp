// What every comparison of image pairs checks first, for the .cpp files of this folder.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

namespace vkgan {

// Both are images (pyramid.hpp), their shapes agree, and data_range is above 0.
Status check_image_pair(const Tensor& a, const Tensor& b, double data_range);

}  // namespace vkgan
