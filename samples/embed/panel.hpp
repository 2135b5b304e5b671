// The overlay: numbers, sliders, help and the plot of frame times.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/canvas.hpp"
#include "samples/embed/plugin.hpp"
#include "samples/embed/steering.hpp"

#include <array>

namespace embed {

struct FrameTimes {  // of the last frames, in a ring
    static constexpr size_t count = 240;
    std::array<float, count> frame_ms{}, plugin_ms{};
    size_t next = 0;

    void add(double frame, double plugin) {
        frame_ms[next] = float(frame);
        plugin_ms[next] = float(plugin);
        next = (next + 1) % count;
    }
};

struct PanelFacts {
    const Steering& steering;
    const Plugin& plugin;
    const FrameTimes& times;
    std::string model, device, note;
    const char* mode = "record";
    double fps = 0;
    double planned_ms = 0, measured_ms = 0, host_us = 0;
    bool warm = false;
    uint32_t width = 0, height = 0;
    float scale = 1;  // of the display
};

void draw_panel(Canvas& canvas, const PanelFacts& facts);

}  // namespace embed
