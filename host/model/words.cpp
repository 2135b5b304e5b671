// Words for messages about models.
// SPDX-License-Identifier: MIT
#include "host/model/words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace vkgan {

namespace {

constexpr size_t longest_quote = 80;
constexpr size_t longest_name = 100;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

}  // namespace

std::string number_text(double value) {
    // Where a count is meant, 1000000 reads better than 1e+06.
    if (std::nearbyint(value) == value && std::abs(value) < 1e15)
        return std::to_string(static_cast<int64_t>(value));
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value);
    return error == std::errc() ? std::string(text, end) : "?";
}

std::string in_quotes(std::string_view name) {
    std::string text = "\"";
    for (const char c : name.substr(0, longest_quote)) text += static_cast<unsigned char>(c) < 32 ? '?' : c;
    return text + (name.size() > longest_quote ? "...\"" : "\"");
}

std::string joined(std::span<const std::string> names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string_view next_word(std::string_view& words) {
    const size_t begin = std::min(words.find_first_not_of(' '), words.size());
    const size_t end = std::min(words.find(' ', begin), words.size());
    const std::string_view word = words.substr(begin, end - begin);
    words.remove_prefix(end);
    return word;
}

bool is_plain_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), is_plain);
}

}  // namespace vkgan
