// Keys, and the sheet that tells them.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace viewer {
namespace {

struct Row {
    const char* keys;
    const char* what;
};
constexpr std::array rows{
    Row{"drag on the picture", "through the latent space"},
    Row{"wheel, middle button", "zoom, move"},
    Row{"left, right", "the last, the next seed"},
    Row{"R", "randomise"},
    Row{"A", "animate"},
    Row{"G", "image or grid"},
    Row{"C", "compare, and back"},
    Row{"F", "fit the picture"},
    Row{"P, W", "pin; walk through the pins"},
    Row{"K", "set a key of the timeline"},
    Row{"Space", "pause training, or go on; on the page Lab its experiments"},
    Row{"Ctrl+Z, Ctrl+Y", "undo, redo"},
    Row{"Ctrl+S, Ctrl+O", "save the session, load it"},
    Row{"Ctrl +, Ctrl -, Ctrl 0", "larger, smaller, usual letters"},
    Row{"F1", "this sheet"},
    Row{"F2, F3", "save the picture, the window"},
    Row{"F5 to F10", "pages"},
    Row{"Esc", "close a message, or this sheet"},
    Row{"Ctrl+Q", "quit"},
};

// GLFW's numbers.
constexpr int space = 32, escape = 256, right = 262, left = 263, f1 = 290;
constexpr int minus = 45, equal = 61, zero = 48, pad_add = 334, pad_subtract = 333;

void handle_control_key(const Ui& ui, const KeyPress& press) {
    double& scale = ui.state.look.scale;
    switch (press.key) {
        case 'Z': ui.ask(press.shift ? Command::Kind::redo : Command::Kind::undo); break;
        case 'Y': ui.ask(Command::Kind::redo); break;
        case 'S': ui.ask(Command::Kind::save_session); break;
        case 'O': ui.ask(Command::Kind::load_session); break;
        case 'Q': ui.ask(Command::Kind::quit); break;
        case equal:
        case pad_add: scale = std::min(scale * 1.1, 4.0); break;
        case minus:
        case pad_subtract: scale = std::max(scale / 1.1, 0.5); break;
        case zero: scale = 1; break;
        default: break;
    }
}

void toggle_show(Canvas& canvas, Canvas::Show show) {
    canvas.show = canvas.show == show ? Canvas::Show::image : show;
}

void next_seed(Plane& plane, int step) {
    plane.seed = seed_at(plane, step, 0);
    plane.origin.clear();
}

void pause_or_go_on(const Ui& ui) {
    if (ui.state.page == Page::lab) {
        const LabFacts& lab = ui.facts.lab;
        const bool ready = !lab.views.empty() && lab.views[0].ready;
        if (ready || lab.running) ui.ask(lab.running ? Command::Kind::lab_pause : Command::Kind::lab_start);
    } else if (ui.facts.training.ready) {
        ui.ask(ui.facts.training.paused ? Command::Kind::resume : Command::Kind::pause);
    }
}

void handle_plain_key(const Ui& ui, int key) {
    ViewerState& state = ui.state;
    const auto chance = uint64_t(ImGui::GetTime() * 1e6) * 2654435761u + uint64_t(state.plane.seed);
    switch (key) {
        case 'R': randomise(state, chance, ui.ranges); break;
        case 'A': state.plane.animated = !state.plane.animated; break;
        case 'G': toggle_show(state.canvas, Canvas::Show::grid); break;
        case 'C': toggle_show(state.canvas, Canvas::Show::compare); break;
        case 'F': state.canvas.zoom = state.canvas.pan_x = state.canvas.pan_y = 0; break;
        case 'P':
            if (ui.facts.model.latent_size > 0) ui.ask(Command::Kind::add_pin);
            break;
        case 'W': state.walk.playing = !state.walk.playing && state.pins.size() > 1; break;
        case 'K': set_keyframe(state); break;
        case space: pause_or_go_on(ui); break;
        case right: next_seed(state.plane, 1); break;
        case left: next_seed(state.plane, -1); break;
        default: break;
    }
}

// True: it was one that works everywhere.
bool handle_function_key(const Ui& ui, ScreenInfo& info, int key) {
    if (key == f1) info.help = !info.help;
    if (key == f1 + 1 && ui.facts.picture != 0) ui.ask(Command::Kind::save_image);
    if (key == f1 + 2) ui.ask(Command::Kind::save_window);
    if (key == escape) {
        info.help = false;
        if (!ui.facts.error.empty()) ui.ask(Command::Kind::dismiss_error);
    }
    constexpr std::array pages{Page::explore,  Page::attributes, Page::train,
                               Page::material, Page::inspect,    Page::lab};
    const int page = key - (f1 + 4);
    if (page >= 0 && size_t(page) < pages.size()) ui.state.page = pages[size_t(page)];
    return key == escape || key >= f1;
}

}  // namespace

void handle_shortcuts(const Ui& ui, ScreenInfo& info) {
    for (const KeyPress& press : info.keys) {
        if (!press.repeats && handle_function_key(ui, info, press.key)) continue;
        const bool moves = press.key == left || press.key == right;
        if (press.repeats && !moves) continue;
        if (press.control)
            handle_control_key(ui, press);
        else if (!ImGui::GetIO().WantTextInput)
            handle_plain_key(ui, press.key);
    }
    info.keys.clear();
}

void draw_help(const Ui& ui, bool& open) {
    if (!open) return;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::Begin(
        "Keys and mouse", &open,
        ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoCollapse);
    for (const Row& row : rows) {
        ImGui::TextUnformatted(row.keys);
        ImGui::SameLine(em() * 12);
        ImGui::TextDisabled("%s", row.what);
    }
    ImGui::Separator();
    static constexpr std::array<const char*, 3> names{"Dark", "Light", "Colour-blind safe"};
    const auto& known = palette_names();
    int palette = 0;
    for (size_t i = 0; i < known.size(); ++i)
        if (known[i] == ui.state.look.palette) palette = int(i);
    ImGui::Dummy({em() * 26, 0});
    if (choice(ui, "palette", names, palette)) ui.state.look.palette = known[size_t(palette)];
    slider(ui, "Letters", "Of everything in the window.", ui.state.look.scale, 0.5, 4, "%.2f x");
    ImGui::End();
    ImGui::PopStyleColor();
}

}  // namespace viewer
