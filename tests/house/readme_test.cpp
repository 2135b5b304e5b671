// The README's program is samples/hello, letter by letter, and its commands exist.
// SPDX-License-Identifier: MIT
#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

using namespace vkgan::house;

namespace {

// A file without the comment lines at its top, which a README need not repeat.
std::string without_head(const std::string& text) {
    std::string body;
    bool head = true;
    for (const std::string& line : lines_of(text)) {
        head = head && line.starts_with("//");
        if (!head) body += line + "\n";
    }
    return body;
}

}  // namespace

TEST_CASE("the README shows the program of samples/hello verbatim") {
    const std::string readme = read_text(std::string(VKGAN_SOURCE_DIR) + "/README.md");
    const std::vector<SourceFile> hello = source_files("samples/hello", {".cpp"});
    REQUIRE(hello.size() == 1);
    CHECK(readme.find("```cpp\n" + without_head(hello[0].text) + "```") != std::string::npos);
}

TEST_CASE("the README names the two commands, and they can be run") {
    namespace fs = std::filesystem;
    const fs::path root = VKGAN_SOURCE_DIR;
    const std::string readme = read_text(root / "README.md");
    for (const char* command : {"run.sh", "test.sh"}) {
        CHECK(readme.find(std::string("./") + command) != std::string::npos);
        CHECK((fs::status(root / command).permissions() & fs::perms::owner_exec) != fs::perms::none);
    }
}
