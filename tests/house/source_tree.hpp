// The source tree as the tests of the house see it: files, lines, and code without comments and strings.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan::house {

struct SourceFile {
    std::string path;  // from the repository's root
    std::string text;
};

std::string read_text(const std::filesystem::path& path);

// Files below `folder` with one of the extensions (".cpp"), sorted by path; none where there is no such
// folder.
std::vector<SourceFile> source_files(std::string_view folder, const std::vector<std::string>& extensions);

std::vector<std::string> lines_of(std::string_view text);

// The text with comments blanked, and the contents of strings too.
std::string code_of(std::string_view text);

}  // namespace vkgan::house
