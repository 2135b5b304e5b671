// What a panel gets and gives, and the rows that all panels are made of.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/latents.hpp"
#include "samples/viewer/state/state.hpp"
#include "samples/viewer/studio/command.hpp"
#include "samples/viewer/studio/facts.hpp"

#include <imgui.h>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace viewer {

// Where a widget was drawn last, in the window's units: tests and scripts find it by its name.
struct Place {
    float x = 0, y = 0, width = 0, height = 0;
};
using Places = std::map<std::string, Place>;

// A panel changes the state, and adds commands for what is not state. It holds nothing itself.
struct Ui {
    ViewerState& state;
    const Facts& facts;
    Commands& commands;
    Places& places;
    std::span<const ControlRange> ranges;
    SeedLatent seed_latent;

    void ask(Command::Kind kind, std::string text = {}) const { commands.push_back({kind, std::move(text)}); }
    // Names the widget that was drawn last.
    void name(const std::string& name) const;
};

float em();  // the font's height: every width is a multiple of it

// The frame of a row: a label in its column, with a tooltip; the next widget follows it.
void label(const char* text, const char* help = nullptr);
void help_on_hover(const char* text);
bool begin_section(const Ui& ui, const char* title, bool open = true);  // its header is section.TITLE
void end_section();

// Each returns true when the value was changed. `name`: of the widget, for Ui::places.
bool slider(const Ui& ui, const char* name, const char* help, double& value, double low, double high,
            const char* format = "%.2f", bool logarithmic = false);
bool slider_int(const Ui& ui, const char* name, const char* help, int& value, int low, int high);
bool toggle(const Ui& ui, const char* name, const char* help, bool& value);
bool button(const Ui& ui, const char* name, const char* help = nullptr, bool enabled = true, float width = 0);
bool small_button(const Ui& ui, const char* id, const char* text, const char* help, bool enabled = true);
// Several choices beside each other, one of which is on.
bool choice(const Ui& ui, const char* name, std::span<const char* const> words, int& value);
bool text_field(const Ui& ui, const char* name, const char* hint, std::string& text);
void muted(const char* format, ...) IM_FMTARGS(1);

// Curves over steps, with a legend; `logarithmic`: of the values' magnitudes.
void plot(const char* id, std::span<const Series* const> series, float height, bool logarithmic);
// Milliseconds of the last frames, as bars under a line.
void time_plot(const char* id, const FrameFacts& frames, double line_ms, float height);

// Of the pages and parts of the window.
void explore_panel(const Ui& ui);
void attributes_panel(const Ui& ui);
void train_panel(const Ui& ui);
void inspect_panel(const Ui& ui);
void lab_panel(const Ui& ui);
void material_panel(const Ui& ui);
void budget_rows(const Ui& ui);  // of frames: what VkGAN takes, what training gets of it
void view_section(const Ui& ui);
void pins_section(const Ui& ui);
void timeline_section(const Ui& ui);
void session_section(const Ui& ui);

// A key that was pressed since the last frame, by GLFW's number. Dear ImGui 1.86 knows keys by whether they
// are down when a frame begins, and misses those that are let go before.
struct KeyPress {
    int key = 0;
    bool control = false, shift = false, repeats = false;
};

// All of the window.
struct ScreenInfo {
    float width = 0, height = 0;
    bool help = false;  // the sheet of shortcuts is open
    std::vector<KeyPress> keys = {};
};
void draw_screen(const Ui& ui, ScreenInfo& info);
void draw_canvas(const Ui& ui, ImVec2 from, ImVec2 to);
void draw_lab_canvas(const Ui& ui, ImVec2 from, ImVec2 to);
void draw_status_bar(const Ui& ui, ImVec2 from, ImVec2 to);
void draw_help(const Ui& ui, bool& open);
// Keys that work everywhere, unless text is typed.
void handle_shortcuts(const Ui& ui, ScreenInfo& info);

}  // namespace viewer
