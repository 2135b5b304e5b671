// Precision: how training and inference store what they compute on the way
// (docs/adr/0006-mixed-precision.md).
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstdint>
#include <string_view>

namespace vkgan {

// mixed: activations, their gradients and packed weights are stored as float16; arithmetic, sums, parameters
// and moments are float32 always.
enum class Precision : uint8_t { float32, mixed };

std::string_view name_of(Precision precision);
Result<Precision> precision_of(std::string_view name);  // empty: float32

}  // namespace vkgan
