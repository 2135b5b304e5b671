// Messages for images and index tensors.
// SPDX-License-Identifier: MIT
#include "host/ops/checks.hpp"

namespace vkgan {

Status check_image(std::string_view what, const Shape& shape) {
    if (shape.rank() == 4) return {};
    return Error{Code::shape_mismatch, std::string(what) + ": " + shape.to_string() + " is not [N, C, H, W]"};
}

bool accept_index(std::string_view what, Value index) {
    if (!index.valid()) return false;
    if (index.index >= 0 && index.type() != DType::i32)
        index.graph->fail({Code::invalid_argument, std::string(what) + ": the index is f32 but must be i32"});
    return index.index >= 0 && index.type() == DType::i32;
}

}  // namespace vkgan
