// A type's name means one thing in a namespace: two of one name in two files are undefined behaviour that
// links without a word, since the linker keeps one of each inline function.
// SPDX-License-Identifier: MIT
#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace vkgan::house;

namespace {

// Names of types that are defined in a named namespace, as "vkgan::Buffer". What is indented is inside of
// another definition; clang-format writes which braces end namespaces.
std::set<std::string> types_of(const SourceFile& file) {
    static const std::regex opens(R"(^(inline )?namespace ?([\w:]*) ?\{$)");
    static const std::regex defines(
        R"(^(struct|class|union|enum class|enum) (alignas\([^)]*\) |VKGAN_API |\[\[\w+\]\] )*(\w+)( final)?( :[^;{]*)? ?\{.*)");
    std::set<std::string> types;
    std::vector<std::string> open;
    for (const std::string& line : lines_of(file.text)) {
        std::smatch match;
        if (std::regex_match(line, match, opens)) {
            open.push_back(match[2]);
        } else if (line.starts_with("}  // namespace")) {
            if (!open.empty()) open.pop_back();
        } else if (std::regex_match(line, match, defines)) {
            std::string name;
            bool hidden = open.empty();  // C, or a test program's own
            for (const std::string& space : open) {
                hidden |= space.empty();
                name += space + "::";
            }
            if (!hidden) types.insert(name + match[3].str());
        }
    }
    return types;
}

}  // namespace

TEST_CASE("no two files define types of one name in one namespace") {
    std::map<std::string, std::string> first;
    for (const char* folder : {"host", "plugin", "samples", "tests"})
        for (const SourceFile& file : source_files(folder, {".cpp", ".hpp"}))
            for (const std::string& type : types_of(file)) {
                const auto [found, added] = first.emplace(type, file.path);
                if (!added) FAIL_CHECK(type << " is defined in " << found->second << " and in " << file.path);
            }
    CHECK(first.size() > 400);
    CHECK(first.contains("vkgan::Buffer"));
    CHECK(first.contains("vkgan::api::Context"));
}

TEST_CASE("the search for types finds what it is meant to find") {
    const std::string text =
        "struct Global {\n};\n"
        "namespace a {\n"
        "struct One {\n    struct Inner {\n    };\n};\n"
        "class Declared;\n"
        "namespace {\nstruct Hidden {\n};\n}  // namespace\n"
        "void f() {\n}\n"
        "template <class T>\nclass [[nodiscard]] Two {\n};\n"
        "enum class Three : int { x };\n"
        "}  // namespace a\n"
        "namespace b::c {\nclass Four final : public Base {\n};\n}  // namespace b::c\n";
    CHECK(types_of({"f.hpp", text}) == std::set<std::string>{"a::One", "a::Two", "a::Three", "b::c::Four"});
}
