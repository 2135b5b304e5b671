// "Did you mean": the known name that is nearest to a mistyped one.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vkgan {

// Letters to insert, delete, replace or swap with their neighbour to turn one text into the other.
size_t edit_distance(std::string_view a, std::string_view b);

// The first of the nearest names; empty when none is near enough to be a slip of the finger.
std::string nearest_name(std::string_view wanted, std::span<const std::string> names);

// "; did you mean \"name\"?", to be put at a message's end, or nothing.
std::string did_you_mean(std::string_view wanted, std::span<const std::string> names);

}  // namespace vkgan
