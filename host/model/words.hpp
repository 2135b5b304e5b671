// Words for messages about models: numbers as a user would type them, names in quotes, lists of names.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vkgan {

// The shortest text that reads back as the same number: "64", "0.0002", "1e+30".
std::string number_text(double value);

// In double quotes; control characters replaced and long names cut, so that hostile files keep messages
// readable.
std::string in_quotes(std::string_view name);

// "a, b, c"
std::string joined(std::span<const std::string> names);

// The names between spaces: "zero reflect" gives two.
std::string_view next_word(std::string_view& words);

// Letters, digits, '_', '.' and '-', at most 100 of them, at least one: safe in file names, JSON and tensor
// names.
bool is_plain_name(std::string_view name);

}  // namespace vkgan
