// What the pages that the program writes have in common.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace vkgan {

// Text for a cell of a Markdown table, whose bars would end it.
std::string markdown_cell(std::string_view text);

}  // namespace vkgan
