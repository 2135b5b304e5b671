// Reading the tree that the tests were built from.
// SPDX-License-Identifier: MIT
#include "tests/house/source_tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace vkgan::house {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<SourceFile> source_files(std::string_view folder, const std::vector<std::string>& extensions) {
    const fs::path root = VKGAN_SOURCE_DIR;
    std::vector<SourceFile> files;
    if (!fs::is_directory(root / folder)) return files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
        const bool wanted =
            std::count(extensions.begin(), extensions.end(), entry.path().extension().string()) > 0;
        if (wanted && entry.is_regular_file())
            files.push_back(
                {entry.path().lexically_relative(root).generic_string(), read_text(entry.path())});
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

namespace {

// The end of the comment or literal that starts at `at`, or `at` itself when none does.
size_t end_of_noise(std::string_view text, size_t at) {
    const auto after = [&](std::string_view mark, size_t from) {
        const size_t found = text.find(mark, from);
        return found == std::string_view::npos ? text.size() : found + mark.size();
    };
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
    if (rest.starts_with("/*")) return after("*/", at + 2);
    if (rest.starts_with("R\"")) {
        const size_t open = std::min(text.find('(', at), text.size());
        return after(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    // A quote between digits separates thousands.
    const bool separator =
        rest.front() == '\'' && at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1]));
    if (separator || (rest.front() != '"' && rest.front() != '\'')) return at;
    size_t end = at + 1;
    while (end < text.size() && text[end] != rest.front() && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
}

}  // namespace

std::string code_of(std::string_view text) {
    std::string code(text);
    for (size_t at = 0; at < text.size();) {
        const size_t end = end_of_noise(text, at);
        std::replace_if(
            code.begin() + long(at), code.begin() + long(end), [](char c) { return c != '\n'; }, ' ');
        at = std::max(end, at + 1);
    }
    return code;
}

}  // namespace vkgan::house
