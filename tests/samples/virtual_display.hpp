// Windows without a screen: an X server of its own, and a mouse and keys for it.
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

#include <string>
#include <vector>

namespace vkgan::test {

// Shows nothing, on a display that it chooses.
class VirtualDisplay {
public:
    explicit VirtualDisplay(const TemporaryFolder& folder);
    ~VirtualDisplay();
    VirtualDisplay(const VirtualDisplay&) = delete;
    VirtualDisplay& operator=(const VirtualDisplay&) = delete;

    // "DISPLAY=:99", for env.
    std::string variable() const { return "DISPLAY=:" + name_; }
    bool runs() const { return !name_.empty(); }
    // False: says what is missing.
    static bool can_run();

private:
    std::string output_, name_;
    CliProcess server_;
};

// One command of xdotool; what it prints.
std::string xdotool(const VirtualDisplay& display, std::vector<std::string> arguments);

}  // namespace vkgan::test
