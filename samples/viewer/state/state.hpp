// What the user has set, as plain data: a session file is this as JSON, undo is a copy of it.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/draw/material_view.hpp"
#include "samples/viewer/state/lab_state.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace viewer {

enum class Page : uint8_t { explore, attributes, train, inspect, lab, material };
inline constexpr int page_count = 6;

// Where a network comes from: a file or a recipe; neither: the shipped faces.
struct Source {
    std::string model;   // path of a .vkgan or .json file
    std::string recipe;  // untrained
    std::map<std::string, std::string> settings;
    bool operator==(const Source&) const = default;
};

// The plane of seeds: at whole numbers (i, j) lies the latent of seed + i + 100 j; in between, the four
// around are blended.
struct Plane {
    int64_t seed = 9;  // 0 to 2^31 - 1
    double x = 0, y = 0;
    double speed = 0.25;  // of the animation, in seeds a second
    bool animated = false, snaps = false;
    // Not empty: lies at (0, 0) instead of the seed's. Of pins and of latent arithmetic.
    std::vector<float> origin;
    bool operator==(const Plane&) const = default;
};

// Of a control of the model that was set or locked; all others are as the model or the seed has them.
struct ControlSetting {
    std::string name;
    double value = 0;
    bool set = false;
    bool locked = false;    // randomise leaves it
    bool animated = false;  // goes to and fro through its range
    bool operator==(const ControlSetting&) const = default;
};

// A latent that was kept, with the controls of then.
struct Pin {
    enum class Group : uint8_t { none, with, without, base };  // of latent arithmetic: A, B, C
    std::string name;
    Group group = Group::none;
    std::vector<float> latent;
    std::vector<ControlSetting> controls;
    bool operator==(const Pin&) const = default;
};

// A direction in latent space with a slider: SeFa's, PCA's, or fitted to an attribute.
struct Direction {
    std::string name, source;
    std::vector<float> values;  // of length 1
    double amount = 0;          // -6 to 6, in units of the latent's standard deviation
    bool locked = false;
    bool operator==(const Direction&) const = default;
};

struct Projection {  // which direction is freed of which: their places
    int of = 0, off = 1;
    bool operator==(const Projection&) const = default;
};

struct Walk {  // through the pins, in their order, and back to the first
    bool playing = false;
    double position = 0;         // 0: the first pin, 1: the second
    double seconds_a_pin = 1.5;  // 0.1 to 60
    bool operator==(const Walk&) const = default;
};

struct Canvas {
    enum class Show : uint8_t { image, grid, compare };
    Show show = Show::image;
    double zoom = 0;  // screen pixels a pixel; 0: as large as fits
    double pan_x = 0, pan_y = 0;
    bool smooth = true;
    int columns = 4, rows = 3;  // of the grid: 1 to 8 each
    double split = 0.5;         // of compare: where the second picture begins, 0 to 1
    bool difference = false;    // of compare: a map of the difference
    bool operator==(const Canvas&) const = default;
};

struct Keyframe {
    double seconds = 0;
    Plane plane;
    double truncation = 1;
    std::vector<ControlSetting> controls;
    std::vector<double> directions;  // amounts, in the order of the state's
    bool operator==(const Keyframe&) const = default;
};
struct Timeline {
    std::vector<Keyframe> keys;  // by time
    double seconds = 0;
    bool playing = false;
    int frames_per_second = 30;  // of the pictures that are written
    bool operator==(const Timeline&) const = default;
};

struct Training {
    std::string data = "faces";  // docs/data.md
    int batch = 0;               // 0: the model's own
    int k = 0;                   // steps of D for each of G; 0: the model's own
    int64_t seed = 1;
    bool from_weights = false;           // goes on from the model's; else from the start
    int publish_every = 10;              // steps between pictures of what was learned
    std::map<std::string, double> live;  // learning rates, loss weights that were changed
    bool logarithmic = false;            // plots
    double history = 1;                  // place of the scrub bar: 0 the first picture, 1 the newest
    bool operator==(const Training&) const = default;
};

struct Inspect {
    std::string network;  // empty: the one that draws
    std::string layer;    // empty: its output
    int channel = 0;
    bool rgb = false, normalise = true;
    double scale_db = 0;  // -40 to 40
    bool fft = false;
    bool real = false;  // of networks that judge: a real picture instead of the network's own
    bool operator==(const Inspect&) const = default;
};

struct Material {
    MaterialView view;
    bool turns = true;
    bool operator==(const Material&) const = default;
};

struct Look {
    double scale = 1;              // of fonts and widgets, 0.5 to 4
    std::string palette = "dark";  // dark, light, safe (of colour-blind people's)
    bool operator==(const Look&) const = default;
};

struct ViewerState {
    Page page = Page::explore;
    Source source;
    Source second;  // of compare; neither: what training has learned
    Plane plane;
    double truncation = 1;  // the latent's scale, -2 to 2: 0 gives the mean, below 0 opposites
    std::vector<ControlSetting> controls;
    std::vector<Direction> directions;
    std::vector<Pin> pins;
    Projection projection;
    Walk walk;
    Canvas canvas;
    Timeline timeline;
    Training training;
    Inspect inspect;
    LabState lab;
    Material material;
    Look look;
    std::string preset;         // the name that is typed
    std::string direction_set;  // the same
    double seconds = 0;         // of what moves by itself
    // What VkGAN may take of the device in each frame: as much as frames at `least_fps` leave, or budget_ms.
    bool takes_the_rest = true;
    double least_fps = 0;          // 1 to 240; 0: 60, or 12 where the processor draws
    double budget_ms = 8;          // of the device in each frame, 0.1 to 100
    double training_share = 0.75;  // of it
    bool operator==(const ViewerState&) const = default;
};

// Milliseconds; `rest_ms`: of frames at the least rate, as it was found so far.
inline double budget_of(const ViewerState& state, double rest_ms) {
    if (state.page == Page::lab) return state.lab.budget_ms;
    return state.takes_the_rest ? rest_ms : state.budget_ms;
}

// The control's setting; made if it has none.
ControlSetting& setting_of(std::vector<ControlSetting>& controls, const std::string& name);
const ControlSetting* find_setting(const std::vector<ControlSetting>& controls, const std::string& name);

}  // namespace viewer
