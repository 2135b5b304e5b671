// Keys, and the sheet that tells them.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

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

bool pressed(int letter) { return ImGui::IsKeyPressed(letter, false); }
bool pressed_key(ImGuiKey key, bool repeats = false) {
    return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), repeats);
}
// GLFW's numbers of keys that Dear ImGui 1.86 has no names for.
constexpr int f1 = 290, minus = 45, equal = 61, zero = 48, pad_add = 334, pad_subtract = 333;

void handle_control_keys(const Ui& ui) {
    double& scale = ui.state.look.scale;
    if (pressed('Z')) ui.ask(ImGui::GetIO().KeyShift ? Command::Kind::redo : Command::Kind::undo);
    if (pressed('Y')) ui.ask(Command::Kind::redo);
    if (pressed('S')) ui.ask(Command::Kind::save_session);
    if (pressed('O')) ui.ask(Command::Kind::load_session);
    if (pressed('Q')) ui.ask(Command::Kind::quit);
    if (pressed(equal) || pressed(pad_add)) scale = std::min(scale * 1.1, 4.0);
    if (pressed(minus) || pressed(pad_subtract)) scale = std::max(scale / 1.1, 0.5);
    if (pressed(zero)) scale = 1;
}

void handle_plain_keys(const Ui& ui) {
    ViewerState& state = ui.state;
    if (pressed('R'))
        randomise(state, uint64_t(ImGui::GetTime() * 1e6) * 2654435761u + uint64_t(state.plane.seed),
                  ui.ranges);
    if (pressed('A')) state.plane.animated = !state.plane.animated;
    if (pressed('G'))
        state.canvas.show =
            state.canvas.show == Canvas::Show::grid ? Canvas::Show::image : Canvas::Show::grid;
    if (pressed('C'))
        state.canvas.show =
            state.canvas.show == Canvas::Show::compare ? Canvas::Show::image : Canvas::Show::compare;
    if (pressed('F')) state.canvas.zoom = state.canvas.pan_x = state.canvas.pan_y = 0;
    if (pressed('P') && ui.facts.model.latent_size > 0) ui.ask(Command::Kind::add_pin);
    if (pressed('W') && state.pins.size() > 1) state.walk.playing = !state.walk.playing;
    if (pressed('K')) set_keyframe(state);
    if (state.page == Page::lab) {
        const LabFacts& lab = ui.facts.lab;
        const bool ready = !lab.views.empty() && lab.views[0].ready;
        if (pressed_key(ImGuiKey_Space) && (ready || lab.running))
            ui.ask(lab.running ? Command::Kind::lab_pause : Command::Kind::lab_start);
    } else if (pressed_key(ImGuiKey_Space) && ui.facts.training.ready)
        ui.ask(ui.facts.training.paused ? Command::Kind::resume : Command::Kind::pause);
    const int64_t step =
        int64_t(pressed_key(ImGuiKey_RightArrow, true)) - int64_t(pressed_key(ImGuiKey_LeftArrow, true));
    if (step != 0) {
        state.plane.seed = seed_at(state.plane, step, 0);
        state.plane.origin.clear();
    }
}

}  // namespace

void handle_shortcuts(const Ui& ui, ScreenInfo& info) {
    if (pressed(f1)) info.help = !info.help;
    if (pressed(f1 + 1) && ui.facts.picture != 0) ui.ask(Command::Kind::save_image);
    if (pressed(f1 + 2)) ui.ask(Command::Kind::save_window);
    constexpr std::array pages{Page::explore,  Page::attributes, Page::train,
                               Page::material, Page::inspect,    Page::lab};
    for (size_t i = 0; i < pages.size(); ++i)
        if (pressed(f1 + 4 + int(i))) ui.state.page = pages[i];
    if (pressed_key(ImGuiKey_Escape)) {
        info.help = false;
        if (!ui.facts.error.empty()) ui.ask(Command::Kind::dismiss_error);
    }
    if (ImGui::GetIO().KeyCtrl)
        handle_control_keys(ui);
    else if (!ImGui::GetIO().WantTextInput)
        handle_plain_keys(ui);
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
