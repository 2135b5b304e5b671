// Where UTF-8 may be cut.
// SPDX-License-Identifier: MIT
#include "plugin/text.hpp"

#include <algorithm>

namespace vkgan::plugin {

void copy_text(std::string_view text, char* to, size_t bytes) {
    if (!to || bytes == 0) return;
    size_t size = std::min(text.size(), bytes - 1);
    const auto continues = [&](size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
    if (size < text.size())
        while (size > 0 && continues(size)) --size;
    std::copy_n(text.data(), size, to);
    to[size] = 0;
}

}  // namespace vkgan::plugin
