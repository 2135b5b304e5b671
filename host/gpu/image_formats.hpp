// Formats of the images that a network's output can be written to.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/vulkan.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace vkgan {

struct ImageFormat {
    VkFormat format;
    std::string_view name;
    bool srgb;
    uint64_t texel_bytes;
};
inline constexpr std::array image_formats{
    ImageFormat{VK_FORMAT_R8G8B8A8_UNORM, "R8G8B8A8_UNORM", false, 4},
    ImageFormat{VK_FORMAT_R8G8B8A8_SRGB, "R8G8B8A8_SRGB", true, 4},
    ImageFormat{VK_FORMAT_B8G8R8A8_UNORM, "B8G8R8A8_UNORM", false, 4},
    ImageFormat{VK_FORMAT_B8G8R8A8_SRGB, "B8G8R8A8_SRGB", true, 4},
    ImageFormat{VK_FORMAT_R16G16B16A16_SFLOAT, "R16G16B16A16_SFLOAT", false, 8},
};

// Of anything with names: "GENERAL, PRESENT_SRC_KHR".
template <class Table>
std::string names_of(const Table& table) {
    std::string text;
    for (const auto& entry : table) text += (text.empty() ? "" : ", ") + std::string(entry.name);
    return text;
}

}  // namespace vkgan
