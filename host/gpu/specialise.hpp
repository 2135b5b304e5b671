// specialise: a shader with its specialisation constants put in and what they switch off left out.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace vkgan {

// Means the same as `code` with these constants (id, value of 32 bits) given at pipeline creation, and takes
// the driver less time, because what a chain does not use need not be read, inlined and folded by it.
// `code` must be valid SPIR-V.
std::vector<uint32_t> specialise(std::span<const uint32_t> code,
                                 std::span<const std::pair<uint32_t, uint32_t>> constants);

}  // namespace vkgan
