// The page that opens first: which model, where in its latent space, its controls.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>

namespace viewer {
namespace {

// What it draws, its name and its folder.
void model_row(const Ui& ui, const std::string& path) {
    const std::filesystem::path file(path);
    const float side = em() * 2.8f;
    ImGui::PushID(path.c_str());
    const ImVec2 from = ImGui::GetCursorPos();
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    if (ImGui::Selectable("##open", false, 0, {0, side})) ui.ask(Command::Kind::open_model, path);
    ui.name("model." + file.filename().string());
    help_on_hover(path.c_str());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 far{corner.x + side, corner.y + side};
    const auto picture = ui.facts.thumbnails.find(path);
    if (picture != ui.facts.thumbnails.end())
        list.AddImage(ImTextureID(uintptr_t(picture->second)), corner, far);
    else
        list.AddRectFilled(corner, far, accents().canvas, 3);
    const float left = from.x + side + em() * 0.7f;
    ImGui::SetCursorPos({left, from.y + em() * 0.25f});
    ImGui::TextUnformatted(file.filename().string().c_str());
    ImGui::SetCursorPosX(left);
    ImGui::TextDisabled("%s", file.parent_path().string().c_str());
    ImGui::SetCursorPos({from.x, from.y + side + ImGui::GetStyle().ItemSpacing.y});
    ImGui::PopID();
}

void model_list(const Ui& ui) {
    ImGui::SetNextWindowSizeConstraints({em() * 22, 0}, {em() * 40, ImGui::GetIO().DisplaySize.y * 0.8f});
    if (!ImGui::BeginPopup("models")) return;
    ui.ask(Command::Kind::see_models);
    const auto entry = [&](const std::string& path) { model_row(ui, path); };
    if (!ui.facts.recent.empty()) ImGui::TextDisabled("Recent");
    for (const std::string& path : ui.facts.recent) entry(path);
    if (!ui.facts.model_files.empty()) ImGui::TextDisabled("Found");
    for (const std::string& path : ui.facts.model_files) entry(path);
    if (ImGui::BeginMenu("Untrained, by recipe")) {
        for (const std::string& recipe : ui.facts.recipes)
            if (ImGui::MenuItem(recipe.c_str())) ui.ask(Command::Kind::open_recipe, recipe);
        ImGui::EndMenu();
    }
    ImGui::EndPopup();
}

void model_section(const Ui& ui) {
    if (!begin_section(ui, "Model")) return end_section();
    const ModelFacts& model = ui.facts.model;
    const float button_width = em() * 5;
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(model.loaded ? model.title.c_str() : "nothing is open");
    help_on_hover(model.path.c_str());
    ImGui::SameLine(ImGui::GetContentRegionMax().x - button_width);
    if (button(ui, "Open...",
               "Recent models, those in models/ and runs/, and recipes. A file can also be dropped "
               "on the window.",
               true, button_width))
        ImGui::OpenPopup("models");
    model_list(ui);
    if (model.loaded) {
        muted("%s, %d x %d, latent of %d, %.2f million parameters", model.recipe.c_str(), model.width,
              model.height, model.latent_size, double(model.parameters) / 1e6);
        if (model.trained)
            muted("%lld training steps", static_cast<long long>(model.steps));
        else
            muted("untrained: start training on the page Train");
    }
    end_section();
}

// Dragging on it moves through the plane of seeds; so does dragging on the picture.
void latent_pad(const Ui& ui) {
    Plane& plane = ui.state.plane;
    const float side = em() * 7;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("pad", {side, side});
    ui.name("pad");
    help_on_hover("Drag: moves through the plane of seeds. A dot is a seed; the cross is where you are.");
    const ImVec2 high{low.x + side, low.y + side}, middle{low.x + side / 2, low.y + side / 2};
    const float cell = em() * 2;
    if (ImGui::IsItemActive()) {
        const ImVec2 moved = ImGui::GetIO().MouseDelta;
        plane.x += double(moved.x / cell);
        plane.y += double(moved.y / cell);
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, accents().canvas, 4);
    list.PushClipRect(low, high, true);
    for (int j = -2; j <= 2; ++j)
        for (int i = -2; i <= 2; ++i) {
            const auto x = float(std::round(plane.x) + i - plane.x),
                       y = float(std::round(plane.y) + j - plane.y);
            list.AddCircleFilled({middle.x + x * cell, middle.y + y * cell}, em() * 0.14f, accents().muted);
        }
    const float arm = em() * 0.5f;
    list.AddLine({middle.x - arm, middle.y}, {middle.x + arm, middle.y}, accents().accent, em() * 0.12f);
    list.AddLine({middle.x, middle.y - arm}, {middle.x, middle.y + arm}, accents().accent, em() * 0.12f);
    list.PopClipRect();
}

void latent_fields(const Ui& ui) {
    Plane& plane = ui.state.plane;
    ImGui::BeginGroup();
    ImGui::PushItemWidth(-1);
    const int64_t step = 1, fast = 100;
    if (ImGui::InputScalar("##seed", ImGuiDataType_S64, &plane.seed, &step, &fast, "seed %lld")) {
        plane.seed = std::clamp<int64_t>(plane.seed, 0, 2147483647);
        plane.origin.clear();
    }
    ui.name("seed");
    help_on_hover("Which latent lies at the origin of the plane. + and -: the next and the last seed.");
    double place[2]{plane.x, plane.y};
    if (ImGui::DragScalarN("##place", ImGuiDataType_Double, place, 2, 0.01f, nullptr, nullptr, "%.2f")) {
        plane.x = std::isfinite(place[0]) ? std::clamp(place[0], -1e6, 1e6) : 0;
        plane.y = std::isfinite(place[1]) ? std::clamp(place[1], -1e6, 1e6) : 0;
    }
    ui.name("place");
    help_on_hover(
        "Place in the plane, in seeds: at whole numbers lies one seed's latent, in between blends of four.");
    ImGui::PopItemWidth();
    toggle(ui, "Animate", "Wanders through the plane at the speed below.", plane.animated);
    ImGui::SameLine();
    toggle(ui, "Snap", "Goes from seed to seed, without blends.", plane.snaps);
    const bool moved = plane.x != 0 || plane.y != 0 || !plane.origin.empty();
    if (button(ui, "To origin", "Back to the seed's own latent.", moved)) {
        plane.x = plane.y = 0;
        plane.origin.clear();
    }
    ImGui::EndGroup();
}

void latent_section(const Ui& ui) {
    if (!begin_section(ui, "Latent")) return end_section();
    const bool has = ui.facts.model.latent_size > 0;
    ImGui::BeginDisabled(!has);
    latent_pad(ui);
    ImGui::SameLine();
    latent_fields(ui);
    slider(ui, "Speed", "Of the animation, in seeds a second.", ui.state.plane.speed, -5, 5, "%.2f");
    slider(ui, "Truncation",
           "Scales the latent: towards 0 pictures are typical and alike, beyond 1 they are unusual, "
           "below 0 opposites.",
           ui.state.truncation, -2, 2);
    ImGui::EndDisabled();
    if (button(ui, "Randomise",
               "R: another seed, and other values of every control that is set and not locked.", has))
        randomise(ui.state, uint64_t(ImGui::GetTime() * 1e6) * 2654435761u + uint64_t(ui.state.plane.seed),
                  ui.ranges);
    ImGui::SameLine();
    if (button(ui, "Pin", "P: keeps this latent and its controls, for walks and arithmetic.", has))
        ui.ask(Command::Kind::add_pin);
    end_section();
}

std::string readable(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return name;
}

void control_row(const Ui& ui, const ControlFact& fact) {
    const ControlSetting* const known = find_setting(ui.state.controls, fact.name);
    const bool set = known && known->set;
    ControlSetting now = known ? *known : ControlSetting{.name = fact.name};
    if (!set) now.value = fact.drawn;
    ImGui::PushID(fact.name.c_str());
    const std::string help = readable(fact.name) + ": " + fact.help +
                             (set ? "" : "\nNot set: as the seed has it. Move the slider to set it.");
    label(readable(fact.name).c_str(), help.c_str());
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x, side = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - 3 * (side + gap));
    if (!set) ImGui::PushStyleColor(ImGuiCol_SliderGrab, accents().line);
    bool changed = false;
    const bool whole = fact.kind == "label";
    changed =
        ImGui::SliderScalar("##value", ImGuiDataType_Double, &now.value, &fact.low, &fact.high,
                            set ? (whole ? "%.0f" : "%.2f") : "%.0f  as drawn", ImGuiSliderFlags_AlwaysClamp);
    if (!set) ImGui::PopStyleColor();
    ui.name(fact.name);
    help_on_hover(help.c_str());
    const auto mark = [&](const char* id, const char* text, const char* what, bool on) {
        ImGui::SameLine(0, gap);
        if (on) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
        const bool pressed = ImGui::Button((std::string(text) + "##" + id).c_str(), {side, side});
        if (on) ImGui::PopStyleColor();
        ui.name(fact.name + "." + id);
        help_on_hover(what);
        return pressed;
    };
    if (changed) now.set = true;
    if (whole) now.value = std::round(now.value);
    if (mark("animate", "~", "Animate: goes to and fro between its ends.", now.animated)) {
        now.animated = !now.animated;
        changed = true;
    }
    if (mark("lock", "L", "Lock: randomise, walks and animations leave it.", now.locked)) {
        now.locked = !now.locked;
        changed = true;
    }
    ImGui::BeginDisabled(!known);
    if (mark("reset", "x", "Reset: as the seed has it.", false) && known) {
        now = {.name = fact.name};
        changed = true;
    }
    ImGui::EndDisabled();
    if (changed) setting_of(ui.state.controls, fact.name) = now;
    ImGui::PopID();
}

void controls_section(const Ui& ui) {
    if (!begin_section(ui, "Controls")) return end_section();
    const std::vector<ControlFact>& sliders = ui.facts.model.sliders;
    if (sliders.empty())
        muted("This model has none but its latent; the page Attributes finds directions in it.");
    for (const ControlFact& fact : sliders) control_row(ui, fact);
    if (!sliders.empty()) {
        const bool any = std::ranges::any_of(ui.state.controls, &ControlSetting::set);
        if (button(ui, "Reset all", "Everything that is not locked, as the seed has it.", any))
            std::erase_if(ui.state.controls, [](const ControlSetting& one) { return !one.locked; });
    }
    end_section();
}

}  // namespace

void explore_panel(const Ui& ui) {
    model_section(ui);
    latent_section(ui);
    controls_section(ui);
    view_section(ui);
    pins_section(ui);
    timeline_section(ui);
    session_section(ui);
}

}  // namespace viewer
