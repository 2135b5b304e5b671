// Sections of what is shown and kept: the view, pins and walks, the timeline, the session.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace viewer {
namespace {

constexpr std::array<const char*, 3> shows{"Image", "Grid", "Compare"};

std::string name_of_key(const Keyframe& key) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.2f s", key.seconds);
    return text;
}

void pin_row(const Ui& ui, size_t i, size_t& removed) {
    Pin& pin = ui.state.pins[i];
    ImGui::PushID(int(i));
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x, side = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - em() * 3.4f - side - 2 * gap);
    ImGui::InputText("##name", &pin.name);
    ImGui::SameLine(0, gap);
    if (ImGui::Button("Go", {em() * 3.4f, 0})) {
        ui.state.plane.origin = pin.latent;
        ui.state.plane.x = ui.state.plane.y = 0;
        ui.state.controls = pin.controls;
        ui.state.walk.playing = false;
    }
    ui.name("pin." + std::to_string(i));
    help_on_hover("To this latent and its controls.");
    ImGui::SameLine(0, gap);
    if (ImGui::Button("x", {side, side})) removed = i;
    help_on_hover("Forget this pin.");
    ImGui::PopID();
}

}  // namespace

void budget_rows(const Ui& ui) {
    toggle(ui, "Take the rest",
           "Generation and training take what frames leave at the rate below; else a fixed budget.",
           ui.state.takes_the_rest);
    if (ui.state.takes_the_rest) {
        ImGui::SameLine();
        muted("%.1f ms of each frame", ui.facts.rest_ms);
        char usual[48];
        std::snprintf(usual, sizeof(usual), "%.0f (usual)", ui.facts.usual_fps);
        slider(ui, "Frames/s kept",
               "How often frames are to come at least; 0: 60, or 12 where the processor draws.",
               ui.state.least_fps, 0, 120, ui.state.least_fps > 0 ? "%.0f" : usual);
        if (ui.state.least_fps < 1) ui.state.least_fps = 0;
    } else {
        slider(ui, "Budget",
               "Of the device's time in each frame: what generation and training may take together.",
               ui.state.budget_ms, 0.1, 100, "%.1f ms", true);
    }
    slider(ui, "Share", "Of that, what training gets even while pictures wait.", ui.state.training_share, 0,
           1);
}

void view_section(const Ui& ui) {
    if (!begin_section(ui, "View")) return end_section();
    Canvas& canvas = ui.state.canvas;
    int show = int(canvas.show);
    if (choice(ui, "show", shows, show)) canvas.show = Canvas::Show(show);
    if (canvas.show == Canvas::Show::grid) {
        slider_int(ui, "Columns", "Of the grid: neighbours in the plane of seeds.", canvas.columns, 1, 8);
        slider_int(ui, "Rows", "Of the grid: neighbours in the plane of seeds.", canvas.rows, 1, 8);
    }
    if (canvas.show == Canvas::Show::compare) {
        if (ui.facts.second.loaded)
            muted("left: %s; right: %s", ui.facts.second.title.c_str(),
                  ui.facts.picture_is_of_training ? "what training learns" : ui.facts.model.title.c_str());
        else
            muted("left: the model as it was opened; right: %s", ui.facts.picture_is_of_training
                                                                     ? "what training learns"
                                                                     : "the same, until training begins or "
                                                                       "another file is chosen");
        if (button(ui, "Other file...", "Compare with another model or checkpoint.",
                   !ui.facts.model_files.empty()))
            ImGui::OpenPopup("second");
        if (ImGui::BeginPopup("second")) {
            for (const std::string& path : ui.facts.model_files)
                if (ImGui::MenuItem(path.c_str())) ui.ask(Command::Kind::open_second, path);
            ImGui::EndPopup();
        }
        ImGui::SameLine();
        toggle(ui, "Difference",
               "The largest difference of a pixel's channels: black none, white half of the range.",
               canvas.difference);
    }
    double zoom = canvas.zoom;
    if (slider(
            ui, "Zoom",
            "Screen pixels for a pixel; 0: as large as fits. The wheel zooms, too; the middle button moves.",
            zoom, 0, 32, zoom == 0 ? "fit" : "%.1f x"))
        canvas.zoom = zoom;
    toggle(ui, "Smooth", "Blends pixels; else they stay squares.", canvas.smooth);
    ImGui::SameLine();
    if (button(ui, "Fit", "F: the whole picture, as large as possible.",
               canvas.zoom != 0 || canvas.pan_x != 0 || canvas.pan_y != 0))
        canvas.zoom = canvas.pan_x = canvas.pan_y = 0;
    end_section();
}

void pins_section(const Ui& ui) {
    if (!begin_section(ui, "Pins and walks", false)) return end_section();
    if (ui.state.pins.empty()) muted("Pin some latents that you like: a walk goes from one to the next.");
    size_t removed = ui.state.pins.size();
    for (size_t i = 0; i < ui.state.pins.size(); ++i) pin_row(ui, i, removed);
    if (removed < ui.state.pins.size()) ui.state.pins.erase(ui.state.pins.begin() + long(removed));
    const bool enough = ui.state.pins.size() >= 2;
    if (button(ui, ui.state.walk.playing ? "Stop walk" : "Walk", "W: through the pins, round and round.",
               enough))
        ui.state.walk.playing = !ui.state.walk.playing;
    if (!enough) ui.state.walk.playing = false;
    slider(ui, "Seconds", "From one pin to the next.", ui.state.walk.seconds_a_pin, 0.1, 60, "%.1f s", true);
    end_section();
}

void timeline_section(const Ui& ui) {
    if (!begin_section(ui, "Timeline", false)) return end_section();
    Timeline& timeline = ui.state.timeline;
    const double last = std::max(timeline.keys.empty() ? 0.0 : timeline.keys.back().seconds, 4.0) + 2;
    if (slider(ui, "Time", "Where the timeline is.", timeline.seconds, 0, last, "%.2f s"))
        apply_timeline(ui.state);
    if (button(ui, "Set key", "K: keeps latent, controls and directions at this time."))
        set_keyframe(ui.state);
    ImGui::SameLine();
    const bool can_play = timeline.keys.size() > 1;
    if (button(ui, timeline.playing ? "Stop" : "Play", "Plays from key to key, again and again.", can_play))
        timeline.playing = !timeline.playing;
    if (!can_play) timeline.playing = false;
    ImGui::SameLine();
    if (button(ui, "Write PNGs", "A picture for each frame from the first key to the last, in a new folder.",
               can_play))
        ui.ask(Command::Kind::write_timeline);
    slider_int(ui, "Frames/s", "Of the pictures that are written.", timeline.frames_per_second, 1, 120);
    size_t removed = timeline.keys.size();
    for (size_t i = 0; i < timeline.keys.size(); ++i) {
        ImGui::PushID(int(i));
        if (ImGui::Button(name_of_key(timeline.keys[i]).c_str(), {em() * 6, 0})) {
            timeline.seconds = timeline.keys[i].seconds;
            apply_timeline(ui.state);
        }
        ImGui::SameLine();
        if (ImGui::Button("x")) removed = i;
        ui.name("keyframe." + std::to_string(i) + ".x");
        ImGui::PopID();
    }
    if (removed < timeline.keys.size()) timeline.keys.erase(timeline.keys.begin() + long(removed));
    end_section();
}

void session_section(const Ui& ui) {
    if (!begin_section(ui, "Session", false)) return end_section();
    const float third = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
    if (button(ui, "Undo", "Ctrl+Z", ui.facts.can_undo, third)) ui.ask(Command::Kind::undo);
    ImGui::SameLine();
    if (button(ui, "Redo", "Ctrl+Y or Ctrl+Shift+Z", ui.facts.can_redo, third)) ui.ask(Command::Kind::redo);
    ImGui::SameLine();
    if (button(ui, "New", "Everything as at the start; undo brings it back.", true, third))
        ui.ask(Command::Kind::new_session);
    if (button(ui, "Save", "Ctrl+S: all that is set, as JSON.", true, third))
        ui.ask(Command::Kind::save_session);
    ImGui::SameLine();
    if (button(ui, "Load", "The session as it was saved last.", !ui.facts.session_path.empty(), third))
        ui.ask(Command::Kind::load_session);
    ImGui::SameLine();
    if (button(ui, "Picture", "F2: saves the picture as a PNG, pixel by pixel. F3: the whole window.",
               ui.facts.picture != 0, third))
        ui.ask(Command::Kind::save_image);
    if (!ui.facts.session_path.empty()) muted("%s", ui.facts.session_path.c_str());
    label("Presets", "Sessions with a name, beside the session.");
    const float button_width = em() * 3.2f;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - button_width -
                            ImGui::GetStyle().ItemInnerSpacing.x);
    ImGui::InputTextWithHint("##preset", "a name", &ui.state.preset);
    ui.name("preset");
    ImGui::SameLine(0, ImGui::GetStyle().ItemInnerSpacing.x);
    if (button(ui, "Keep", "Keeps all that is set under this name.", !ui.state.preset.empty(), button_width))
        ui.ask(Command::Kind::save_preset, ui.state.preset);
    for (const std::string& preset : ui.facts.presets)
        if (ImGui::Selectable(preset.c_str())) ui.ask(Command::Kind::load_preset, preset);
    end_section();
}

}  // namespace viewer
