// libvkgan.so exports what the public headers mark with VKGAN_API, and nothing else.
// SPDX-License-Identifier: MIT
#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <regex>
#include <set>

using namespace vkgan::house;

namespace {

// Demangled names of the dynamic symbols, e.g. "vkgan::Engine::Engine(int)".
std::vector<std::string> exported_symbols(const std::string& library) {
    const std::string command = "nm -D --defined-only -C '" + library + "'";
    std::string text;
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += char(c);
    REQUIRE_MESSAGE(::pclose(pipe) == 0, "nm (Debian: binutils) must list the symbols of " << library);
    std::vector<std::string> symbols;
    const std::regex row("^[0-9a-f]+ [A-Za-z] (.+)$");
    for (const std::string& line : lines_of(text)) {
        std::smatch match;
        if (std::regex_match(line, match, row)) symbols.push_back(match[1]);
    }
    return symbols;
}

// Classes and functions that a header marks: `class VKGAN_API Engine`, `VKGAN_API std::string version();`.
std::set<std::string> marked_names(const std::string& header) {
    const std::string code = std::regex_replace(code_of(header), std::regex("(^|\n)\\s*#[^\n]*"), "$1");
    std::set<std::string> names;
    const std::regex mark(R"re((?:class|struct)\s+VKGAN_API\s+(\w+)|VKGAN_API\s[^;{(]*?\b(\w+)\s*\()re");
    for (auto it = std::sregex_iterator(code.begin(), code.end(), mark); it != std::sregex_iterator(); ++it)
        names.insert((*it)[1].matched ? (*it)[1].str() : (*it)[2].str());
    return names;
}

// "Engine" of "vtable for vkgan::api::Engine" or "vkgan::api::Engine::train(int)"; empty for names of other
// namespaces.
std::string top_name(const std::string& symbol) {
    static const std::regex form(
        R"re(^(?:(?:typeinfo|typeinfo name|vtable|VTT|construction vtable) for )?vkgan::api::(\w+).*)re");
    std::smatch match;
    return std::regex_match(symbol, match, form) ? match[1].str() : std::string();
}

std::set<std::string> public_names() {
    std::set<std::string> names;
    for (const SourceFile& file : source_files("host/api", {".hpp"})) names.merge(marked_names(file.text));
    return names;
}

}  // namespace

TEST_CASE("the shared library exports only names that the public headers mark") {
    const std::set<std::string> names = public_names();
    for (const std::string& symbol : exported_symbols(VKGAN_LIBRARY_FILE))
        if (!names.contains(top_name(symbol))) FAIL_CHECK("libvkgan.so exports " << symbol);
}

TEST_CASE("every name that the public headers mark is exported") {
    std::set<std::string> exported;
    for (const std::string& symbol : exported_symbols(VKGAN_LIBRARY_FILE)) exported.insert(top_name(symbol));
    const std::set<std::string> names = public_names();
    CHECK(!names.empty());
    for (const std::string& name : names)
        if (!exported.contains(name))
            FAIL_CHECK("the headers mark " << name << ", but libvkgan.so does not export it");
}

TEST_CASE("marked names are found in headers") {
    const auto names = marked_names(
        "class VKGAN_API Engine { int x(); };\nstruct VKGAN_API Options;\n"
        "VKGAN_API std::string version();\n// VKGAN_API int comment();\n"
        "#define VKGAN_API __attribute__((visibility(\"default\")))\n");
    CHECK(names.contains("Engine"));
    CHECK(names.contains("Options"));
    CHECK(names.contains("version"));
    CHECK_FALSE(names.contains("comment"));
    CHECK_FALSE(names.contains("x"));
    CHECK(top_name("vkgan::api::Engine::train(int)") == "Engine");
    CHECK(top_name("typeinfo for vkgan::api::Engine") == "Engine");
    CHECK(top_name("std::vector<vkgan::Engine>::~vector()").empty());
}
