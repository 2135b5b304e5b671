// Checks that several ops make of their arguments.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"

#include <string_view>

namespace vkgan {

// An error unless the shape is [N, C, H, W].
Status check_image(std::string_view what, const Shape& shape);

// False, with the graph failed, if `index` is not a tensor of i32. For builders: shape rules see no types.
bool accept_index(std::string_view what, Value index);

}  // namespace vkgan
