// Xvfb and xdotool.
// SPDX-License-Identifier: MIT
#include "tests/samples/virtual_display.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace vkgan::test {

namespace {

constexpr const char* server = "/usr/bin/Xvfb";

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The line that is a number: the server may say other things before.
std::string find_number(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && line.find_first_not_of("0123456789") == line.npos && !lines.eof()) return line;
    return {};
}

}  // namespace

VirtualDisplay::VirtualDisplay(const TemporaryFolder& folder)
    : output_((folder.path / "xvfb.txt").string()),
      server_({"-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"}, output_, server) {
    while (name_.empty() && !server_.ended()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        name_ = find_number(text_of(output_));
    }
}

VirtualDisplay::~VirtualDisplay() {
    server_.send(SIGTERM);
    (void)server_.wait();
}

bool VirtualDisplay::can_run() {
    for (const char* needed : {server, "/usr/bin/xdotool"})
        if (!std::filesystem::exists(needed)) {
            MESSAGE("skipped: " << needed << " is not installed (Debian: xvfb, xdotool)");
            return false;
        }
    return true;
}

std::string xdotool(const VirtualDisplay& display, std::vector<std::string> arguments) {
    const std::vector<std::string> start{display.variable(), "timeout", "120", "xdotool"};
    arguments.insert(arguments.begin(), start.begin(), start.end());
    const TemporaryFolder folder;
    const CliResult result =
        CliProcess(arguments, (folder.path / "output.txt").string(), "/usr/bin/env").wait();
    CAPTURE(arguments.back());
    CHECK_MESSAGE(result.exit_code == 0, result.output);
    return result.output.substr(0, result.output.find('\n'));
}

}  // namespace vkgan::test
