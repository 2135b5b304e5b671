// The rules of docs/architecture.md, read from there and held against the tree.
// SPDX-License-Identifier: MIT
#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

using namespace vkgan::house;

namespace {

const std::vector<std::string> cpp_like{".cpp", ".hpp", ".c", ".h"};

struct Include {
    std::string path;
    bool quoted = false;
};

// What a folder may include: prefixes of paths, or single files.
struct Allowed {
    std::vector<std::string> prefixes;
    bool standard_library_only = false;
};

std::string architecture() { return read_text(std::string(VKGAN_SOURCE_DIR) + "/docs/architecture.md"); }

// The folder's place in the tree; the table names folders of host/ without it.
std::string place_of(const std::string& folder) {
    static const std::set<std::string> outside{"plugin", "samples", "bench"};
    return (outside.contains(folder) ? folder : "host/" + folder) + "/";
}

Allowed read_cell(const std::string& folder, const std::string& cell) {
    Allowed allowed{{place_of(folder)}};
    if (cell == "nothing") return allowed;
    if (cell == "the standard library only") {
        allowed.standard_library_only = true;
        return allowed;
    }
    const std::regex word("[^, ][^,]*");
    for (auto it = std::sregex_iterator(cell.begin(), cell.end(), word); it != std::sregex_iterator(); ++it) {
        const std::string name = it->str();
        if (name == "all of host")
            allowed.prefixes.push_back("host/");
        else
            allowed.prefixes.push_back(name.find('/') == std::string::npos ? place_of(name) : name);
    }
    return allowed;
}

std::map<std::string, Allowed> read_table(const std::string& page) {
    std::map<std::string, Allowed> table;
    const size_t start = page.find("## Who may include whom");
    if (start == std::string::npos) return table;
    const std::regex row(R"(^\| ([a-z]+) \| (.+) \|$)");
    for (const std::string& line : lines_of(page.substr(start, page.find("\n## ", start + 1) - start))) {
        std::smatch match;
        if (std::regex_match(line, match, row) && match[1] != "folder")
            table[place_of(match[1])] = read_cell(match[1], match[2]);
    }
    return table;
}

std::vector<Include> includes_of(const std::string& text) {
    std::vector<Include> includes;
    const std::regex include(R"re(^\s*#\s*include\s*(["<])([^">]+)[">].*)re");
    for (const std::string& line : lines_of(text)) {
        std::smatch match;
        if (std::regex_match(line, match, include)) includes.push_back({match[2], match[1] == "\""});
    }
    return includes;
}

// Nothing, or what is wrong with an include of a file to which the row applies.
std::optional<std::string> complaint(const SourceFile& file, const Include& include, const Allowed& allowed) {
    if (!include.quoted) {
        const bool interop =
            file.path == "host/api/vulkan_interop.hpp" && include.path.starts_with("vulkan/");
        if (allowed.standard_library_only && !interop &&
            include.path.find_first_of("./") != std::string::npos)
            return "may include the standard library only, but includes <" + include.path + ">";
        return std::nullopt;
    }
    for (const std::string& prefix : allowed.prefixes)
        if (include.path.starts_with(prefix)) return std::nullopt;
    return "may not include \"" + include.path + "\"";
}

std::vector<std::string> complaints(const SourceFile& file, const std::map<std::string, Allowed>& table) {
    const auto row = std::find_if(table.begin(), table.end(),
                                  [&](const auto& entry) { return file.path.starts_with(entry.first); });
    if (row == table.end()) return {file.path + ": its folder is not in the table of docs/architecture.md"};
    std::vector<std::string> found;
    for (const Include& include : includes_of(file.text))
        if (const auto text = complaint(file, include, row->second)) found.push_back(file.path + " " + *text);
    return found;
}

std::vector<std::string> vulkan_places(const std::string& page) {
    std::vector<std::string> places;
    const size_t start = page.find("Vulkan's names may be used only in");
    if (start == std::string::npos) return places;
    const std::string paragraph = page.substr(start, page.find("\n\n", start) - start);
    const std::regex place("`([^`]+)`");
    for (auto it = std::sregex_iterator(paragraph.begin(), paragraph.end(), place);
         it != std::sregex_iterator(); ++it)
        places.push_back((*it)[1]);
    return places;
}

bool within(const std::string& path, const std::string& place) {
    return path == place || path.starts_with(place + "/");
}

std::string first_vulkan_name(const std::string& text) {
    static const std::regex name(R"(\b(Vk[A-Z]|vk[A-Z]|VK_[A-Z])\w*)");
    const std::string code = code_of(text);
    for (auto it = std::sregex_iterator(code.begin(), code.end(), name); it != std::sregex_iterator(); ++it)
        if (!it->str().starts_with("VkGAN")) return it->str();
    return {};
}

}  // namespace

TEST_CASE("every include is one that the table of docs/architecture.md allows") {
    const auto table = read_table(architecture());
    REQUIRE(table.size() == 20);
    for (const char* folder : {"host", "plugin", "samples", "bench"})
        for (const SourceFile& file : source_files(folder, cpp_like))
            for (const std::string& text : complaints(file, table)) FAIL_CHECK(text);
}

TEST_CASE("the include check finds what it is meant to find") {
    const std::map<std::string, Allowed> table = read_table(architecture());
    const auto count = [&](const char* path, const char* text) {
        return complaints({path, text}, table).size();
    };
    CHECK(count("host/base/a.cpp", "#include \"host/base/b.hpp\"\n#include <vector>\n") == 0);
    CHECK(count("host/base/a.cpp", "#include \"host/graph/graph.hpp\"\n") == 1);
    CHECK(count("host/base/a.cpp", "  #  include \"b.hpp\"\n") == 1);
    CHECK(count("host/io/a.cpp", "#include \"host/graph/tensor.hpp\"\n") == 0);
    CHECK(count("host/io/a.cpp", "#include \"host/graph/graph.hpp\"\n") == 1);
    CHECK(count("host/gpu/a.cpp", "#include \"shaders/lib/limits.h\"\n#include <volk.h>\n") == 0);
    CHECK(count("host/engine/a.cpp", "#include \"host/plan/plan.hpp\"\n") == 0);
    CHECK(count("host/api/vkgan.hpp", "#include <string>\n#include <fmt/core.h>\n") == 1);
    CHECK(count("host/api/vulkan_interop.hpp", "#include <vulkan/vulkan_core.h>\n") == 0);
    CHECK(count("samples/cli/main.cpp", "#include \"host/engine/session.hpp\"\n#include <CLI/CLI.hpp>\n") ==
          1);
    CHECK(count("host/elsewhere/a.cpp", "") == 1);
}

TEST_CASE("Vulkan's names stay in the folders that docs/architecture.md gives them") {
    const std::vector<std::string> places = vulkan_places(architecture());
    REQUIRE(places.size() == 8);
    for (const char* folder : {"host", "samples", "bench"})
        for (const SourceFile& file : source_files(folder, cpp_like)) {
            if (std::any_of(places.begin(), places.end(),
                            [&](auto& place) { return within(file.path, place); }))
                continue;
            const std::string name = first_vulkan_name(file.text);
            if (!name.empty()) FAIL_CHECK(file.path << " names " << name);
        }
}

TEST_CASE("a Vulkan name counts in code, not in comments and strings") {
    CHECK(first_vulkan_name("int x; VkDevice device;") == "VkDevice");
    CHECK(first_vulkan_name("call(vkCreateBuffer);") == "vkCreateBuffer");
    CHECK(first_vulkan_name("// VkDevice\n/* VkImage */ \"VkBuffer\" VkGAN R\"(VkQueue)\" 1'000").empty());
}

TEST_CASE("every source file carries its licence line and has at most 400 lines") {
    const std::vector<std::string> extensions{".cpp",  ".hpp",  ".c",    ".h",    ".comp",
                                              ".glsl", ".vert", ".frag", ".cmake"};
    for (const char* folder : {"host", "plugin", "samples", "bench", "tests", "shaders", "cmake"})
        for (const SourceFile& file : source_files(folder, extensions)) {
            const std::vector<std::string> lines = lines_of(file.text);
            const bool licensed = std::any_of(
                lines.begin(), lines.begin() + long(std::min<size_t>(lines.size(), 10)),
                [](auto& line) { return line.find("SPDX-License-Identifier: MIT") != line.npos; });
            if (!licensed) FAIL_CHECK(file.path << " lacks the line // SPDX-License-Identifier: MIT");
            // But for the plugin's header: one file is all that an engine's programmer wants to copy.
            if (lines.size() > 400 && file.path != "plugin/vkgan_plugin.h")
                FAIL_CHECK(file.path << " has " << lines.size() << " lines; split it");
        }
}
