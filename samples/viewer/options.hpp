// The command line.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"

#include <cstdint>
#include <string>

namespace viewer {

struct Options {
    std::string open;  // a model's file, a run's folder, a session, a recipe's name; empty: the shipped faces
    std::string data;  // what training learns; empty: the session's
    std::string session;  // read if it is there; saved to
    bool train = false;   // begins at once
    bool headless = false;
    int frames = 0;  // 0: 60 without a window, no end with one
    std::string screenshot, script;
    double scale = 0;  // of letters and widgets; 0: the session's, times the display's
    uint32_t width = 1280, height = 800;
    std::string device, captures = ".";
    bool help = false, version = false;
};

render::Result<Options> parse_options(int argc, const char* const* argv);
extern const char* const help_text;

}  // namespace viewer
