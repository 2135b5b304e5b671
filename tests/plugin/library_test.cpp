// libvkgan_plugin.so as a file: one export, small, and nothing needed that a game does not have.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace vkgan;

namespace {

std::string output_of(const std::string& command) {
    std::string text;
    FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += char(c);
    REQUIRE_MESSAGE(::pclose(pipe) == 0, command << " must succeed (Debian: binutils)");
    return text;
}

// The last word of each line.
std::vector<std::string> last_words(const std::string& text) {
    std::vector<std::string> words;
    for (const std::string& line : house::lines_of(text)) {
        std::istringstream stream(line);
        std::string word, last;
        while (stream >> word) last = word;
        if (!last.empty()) words.push_back(last);
    }
    return words;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

}  // namespace

TEST_CASE("the plugin exports vkgan_get_api and nothing else") {
    const std::string listed = output_of("nm -D --defined-only '" VKGAN_PLUGIN_FILE "'");
    CHECK(last_words(listed) == std::vector<std::string>{"vkgan_get_api"});
}

TEST_CASE("the plugin needs the C library only") {
    if (sanitized) {
        MESSAGE("skipped: the sanitizer's libraries are needed, too");
        return;
    }
    const std::set<std::string> allowed{"[libc.so.6]",
                                        "[libm.so.6]",
                                        "[libdl.so.2]",
                                        "[libpthread.so.0]",
                                        "[ld-linux-x86-64.so.2]",
                                        "[ld-linux-aarch64.so.1]"};
    const std::string listed = output_of("readelf -dW '" VKGAN_PLUGIN_FILE "' | grep NEEDED");
    for (const std::string& name : last_words(listed))
        if (!allowed.contains(name)) FAIL_CHECK("libvkgan_plugin.so needs " << name);
}

TEST_CASE("the plugin takes at most 8 MiB, with its shaders and without symbols") {
    if (sanitized) {
        MESSAGE("skipped: sanitizers add code of their own");
        return;
    }
    const test::TemporaryFolder folder;
    const std::filesystem::path stripped = folder.path / "stripped.so";
    output_of("strip -o '" + stripped.string() + "' '" VKGAN_PLUGIN_FILE "'");
    const auto bytes = std::filesystem::file_size(stripped);
    MESSAGE(bytes << " bytes");
    CHECK(bytes <= (8 << 20));
}
