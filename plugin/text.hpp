// Text into a host's arrays.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace vkgan::plugin {

// Cut to `bytes`, never within a character of UTF-8; always ends in 0 (nothing is written where there is no
// room).
void copy_text(std::string_view text, char* to, size_t bytes);

template <size_t bytes>
void copy_text(std::string_view text, char (&to)[bytes]) {
    copy_text(text, to, bytes);
}

}  // namespace vkgan::plugin
