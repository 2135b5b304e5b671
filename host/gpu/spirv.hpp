// What a compute shader's SPIR-V says of itself: bindings, push constants, workgroup size, subgroup use.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan {

struct ShaderBinding {
    uint32_t binding = 0;
    bool texel = false;     // a storage texel buffer; else a storage buffer
    bool writable = false;  // not declared readonly
};

struct ShaderInterface {
    std::vector<ShaderBinding> bindings;  // by number
    uint32_t push_bytes = 0;
    std::array<uint32_t, 3> local_size{1, 1, 1};  // defaults
    std::array<int64_t, 3> local_size_ids{-1, -1,
                                          -1};  // specialisation constants that replace them; -1: none
    bool subgroups = false;                     // uses subgroup operations
    bool group_counts = false;                  // reads gl_NumWorkGroups
};

// `name` is for messages. Refuses what is not SPIR-V and what our descriptor layouts cannot express.
Result<ShaderInterface> reflect(std::span<const uint32_t> code, std::string_view name);

std::array<uint32_t, 3> local_size(const ShaderInterface& shader,
                                   std::span<const std::pair<uint32_t, uint32_t>> constants);

}  // namespace vkgan
