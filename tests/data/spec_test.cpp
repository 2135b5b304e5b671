// Data specs.
// SPDX-License-Identifier: MIT
#include "host/data/spec.hpp"

#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

TEST_CASE("a data spec is a kind and, after a colon, a path that may hold colons") {
    CHECK(parse_data_spec("faces")->kind == "faces");
    const auto spec = parse_data_spec("folder:a:b/c");
    CHECK(spec->kind == "folder");
    CHECK(spec->path == "a:b/c");
    CHECK(spec->to_string() == "folder:a:b/c");
    CHECK(parse_data_spec("fashion")->path == "");
    CHECK(parse_data_spec("fashion:dir")->path == "dir");
    CHECK(parse_data_spec("toy:histogram=1,2@-1..1")->path == "histogram=1,2@-1..1");
}

TEST_CASE("a wrong data spec is refused with what would be right") {
    const auto message = [](const char* text) { return parse_data_spec(text).error().message; };
    CHECK(message("floder:x").find("did you mean \"folder\"?") != std::string::npos);
    CHECK(message("").find("unknown kind \"\"") != std::string::npos);
    CHECK(message("npy").find("write npy:FILE") != std::string::npos);
    CHECK(message("celeba:").find("write celeba:DIR") != std::string::npos);
    CHECK(message("fashion:").find("write fashion:DIR") != std::string::npos);
    CHECK(message("toy").find("write toy:NAME") != std::string::npos);
    CHECK(message("diigts").find("did you mean \"digits\"?") != std::string::npos);
    CHECK(message("x").find("(faces, digits, fashion[:DIR], stacked-digits[:DIR], drawn-digits,") != std::string::npos);
    CHECK(message("digits:x").find("takes no path") != std::string::npos);
    CHECK(message("faces:x").find("takes no path") != std::string::npos);
}

TEST_CASE("docs/data.md lists every kind of data spec") {
    const std::string page = house::read_text(std::string(VKGAN_SOURCE_DIR) + "/docs/data.md");
    const std::string message = parse_data_spec("?").error().message;
    const size_t begin = message.find('(') + 1;
    std::string kinds = message.substr(begin, message.find(')') - begin) + ", ";
    int count = 0;
    for (size_t end = kinds.find(", "); end != std::string::npos; end = kinds.find(", "), ++count) {
        CAPTURE(kinds.substr(0, end));
        CHECK(page.find("| `" + kinds.substr(0, end) + "` |") != std::string::npos);
        kinds.erase(0, end + 2);
    }
    CHECK(count == 12);
}
