// Escapes of Markdown.
// SPDX-License-Identifier: MIT
#include "host/base/markdown.hpp"

namespace vkgan {

std::string markdown_cell(std::string_view text) {
    std::string cell;
    for (const char c : text) {
        if (c == '|') cell += '\\';
        cell += c;
    }
    return cell;
}

}  // namespace vkgan
