// What reaches a sink.
// SPDX-License-Identifier: MIT
#include "host/base/log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace vkgan;

namespace {

struct Line {
    LogLevel level;
    std::string text;
};

}  // namespace

TEST_CASE("a log formats its messages and hands them to its sink with their level") {
    std::vector<Line> lines;
    const Log log([&](LogLevel level, std::string_view text) {
        lines.push_back({level, std::string(text)});
    });
    log.info("step {} of {}", 3, 10);
    log.error("no {}", "device");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].level == LogLevel::info);
    CHECK(lines[0].text == "step 3 of 10");
    CHECK(log_level_name(lines[1].level) == "error");
    CHECK(lines[1].text == "no device");
}

TEST_CASE("a log drops what is below its least level") {
    int count = 0;
    const Log log([&](LogLevel, std::string_view) { ++count; }, LogLevel::warning);
    log.debug("a");
    log.info("b");
    log.write(LogLevel::info, "c");
    CHECK(count == 0);
    log.warning("d");
    log.error("e");
    CHECK(count == 2);
}

TEST_CASE("a log without a sink is silent") {
    const Log log{LogSink{}};
    CHECK_FALSE(log.wants(LogLevel::error));
    log.error("nobody hears {}", "this");
}

TEST_CASE("text from outside is not taken for a format") {
    std::string got;
    const Log log([&](LogLevel, std::string_view text) { got = text; });
    log.write(LogLevel::info, "{} {0:z}");
    CHECK(got == "{} {0:z}");
}
