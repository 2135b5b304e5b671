// The command line.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/drawing.hpp"

#include <string>

namespace embed {

// Who submits the plugin's work: the renderer with its own commands, or the plugin itself, before the
// renderer.
enum class Mode : uint8_t { record, submit };

struct Options {
    std::string model;           // a file; empty: the shipped faces
    std::string recipe;          // instead of a model: untrained
    std::string data = "faces";  // what training learns
    bool train = false;
    bool headless = false;
    int frames = 0;  // 0: 300 without a window, no end with one
    double budget_ms = 4, training_share = 0.5;
    Mode mode = Mode::record;
    uint32_t batch = 8;
    uint32_t width = 1280, height = 720;
    std::string out, json, plugin, device;
    uint64_t seed = 1;
    bool help = false;
};

Result<Options> parse_options(int argc, char** argv);
extern const char* const help_text;

}  // namespace embed
