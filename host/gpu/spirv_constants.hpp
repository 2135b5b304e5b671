// Specialisation constants of a module as ordinary constants.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/spirv_module.hpp"

#include <map>
#include <utility>

namespace vkgan::spirv {

// Replaces specialisation constants, and expressions of them, by their values. Returns the bits of every
// constant of 32 bits and of every bool (0 or 1), by id. Expressions that it does not know stay as they are.
std::map<uint32_t, uint32_t> put_in_constants(Module& module,
                                              std::span<const std::pair<uint32_t, uint32_t>> constants);

}  // namespace vkgan::spirv
