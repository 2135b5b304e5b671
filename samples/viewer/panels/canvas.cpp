// The right part of the window: the picture, the grid, two pictures beside each other; for training its
// history and data. Dragging on it moves through the latent space.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace viewer {
namespace {

struct Area {
    ImVec2 from, to;
    ImVec2 size() const { return {to.x - from.x, to.y - from.y}; }
    ImVec2 middle() const { return {(from.x + to.x) / 2, (from.y + to.y) / 2}; }
};

ImTextureID texture(PictureId id) { return ImTextureID(uintptr_t(id)); }

// The window is cleared in the canvas's colour.
void draw_backdrop(ImDrawList& list, const Area& area) {
    const float step = em() * 1.6f, radius = std::max(1.0f, em() * 0.05f);
    for (float y = area.from.y + step / 2; y < area.to.y; y += step)
        for (float x = area.from.x + step / 2; x < area.to.x; x += step)
            list.AddRectFilled({x, y}, {x + radius, y + radius}, accents().canvas_dot);
}

void say(ImDrawList& list, const Area& area, const char* text, ImU32 colour) {
    const float wrap = std::min(em() * 34, area.size().x - em() * 2);
    const ImVec2 size = ImGui::CalcTextSize(text, nullptr, false, wrap);
    const ImVec2 at{area.middle().x - size.x / 2, area.middle().y - size.y / 2};
    list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, colour, text, nullptr, wrap);
}

// Pixels stay whole where there is room for that; the state's zoom and pan otherwise.
Area place_of(const Ui& ui, const Area& area, float width, float height) {
    const float margin = em();
    const float fit = std::min((area.size().x - 2 * margin) / width, (area.size().y - 2 * margin) / height);
    float zoom = ui.state.canvas.zoom > 0 ? float(ui.state.canvas.zoom) : fit > 1 ? std::floor(fit) : fit;
    zoom = std::max(zoom, 0.01f);
    const ImVec2 middle{area.middle().x + float(ui.state.canvas.pan_x),
                        area.middle().y + float(ui.state.canvas.pan_y)};
    const ImVec2 from{std::floor(middle.x - width * zoom / 2), std::floor(middle.y - height * zoom / 2)};
    return {from, {from.x + width * zoom, from.y + height * zoom}};
}

void frame_of(ImDrawList& list, const Area& place) {
    list.AddRect({place.from.x - 1, place.from.y - 1}, {place.to.x + 1, place.to.y + 1}, accents().line);
}

void draw_image(const Ui& ui, ImDrawList& list, const Area& area) {
    const Area place = place_of(ui, area, float(ui.facts.model.width), float(ui.facts.model.height));
    list.AddImage(texture(ui.facts.picture), place.from, place.to);
    frame_of(list, place);
    ui.places["picture"] = {place.from.x, place.from.y, place.size().x, place.size().y};
}

void draw_grid(const Ui& ui, ImDrawList& list, const Area& area) {
    const int columns = ui.state.canvas.columns, rows = ui.state.canvas.rows;
    constexpr float gap = 2;  // pixels of the pictures' own
    const auto width = float(ui.facts.model.width) + gap, height = float(ui.facts.model.height) + gap;
    const Area all = place_of(ui, area, width * float(columns), height * float(rows));
    const float zoom = all.size().x / (width * float(columns));
    for (size_t i = 0; i < ui.facts.grid.size(); ++i) {
        const auto column = float(i % size_t(columns)), row = float(i / size_t(columns));
        const ImVec2 from{all.from.x + column * width * zoom, all.from.y + row * height * zoom};
        list.AddImage(texture(ui.facts.grid[i]), from,
                      {from.x + (width - gap) * zoom, from.y + (height - gap) * zoom});
    }
}

// One picture over the other, divided by a line that can be dragged.
void draw_compare(const Ui& ui, ImDrawList& list, const Area& area) {
    const Area place = place_of(ui, area, float(ui.facts.model.width), float(ui.facts.model.height));
    if (ui.state.canvas.difference) {
        PictureParts shown = parts_of(ui.facts.picture);
        const PictureParts other = parts_of(ui.facts.second_picture);
        shown.look.other = other.texture;
        shown.look.other_layer = other.layer;
        list.AddImage(texture(picture_id(shown.texture, shown.layer, shown.look)), place.from, place.to);
        frame_of(list, place);
        return;
    }
    const auto split = float(ui.state.canvas.split);
    const float x = place.from.x + place.size().x * split;
    list.AddImage(texture(ui.facts.second_picture), place.from, {x, place.to.y}, {0, 0}, {split, 1});
    list.AddImage(texture(ui.facts.picture), {x, place.from.y}, place.to, {split, 0}, {1, 1});
    frame_of(list, place);
    list.AddLine({x, place.from.y - em() * 0.5f}, {x, place.to.y + em() * 0.5f}, accents().accent,
                 em() * 0.1f);
    ImGui::SetCursorScreenPos({x - em() * 0.5f, place.from.y});
    ImGui::InvisibleButton("split", {em(), place.size().y});
    ui.name("split");
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (ImGui::IsItemActive())
        ui.state.canvas.split =
            std::clamp(double((ImGui::GetIO().MousePos.x - place.from.x) / place.size().x), 0.0, 1.0);
}

void draw_history(const Ui& ui, ImDrawList& list, const Area& area) {
    const TrainingFacts& training = ui.facts.training;
    const float bar = em() * 3;
    const Area upper{area.from, {area.to.x, area.to.y - bar}};
    const Area place = place_of(ui, upper, float(training.history_width), float(training.history_height));
    list.AddImage(texture(training.history_picture), place.from, place.to);
    frame_of(list, place);
    ImGui::SetCursorScreenPos({area.from.x + em(), area.to.y - bar + em() * 0.7f});
    ImGui::SetNextItemWidth(area.size().x - em() * 2);
    const auto last = double(training.history.size() - 1);
    const auto index = size_t(std::clamp(ui.state.training.history, 0.0, 1.0) * last + 0.5);
    char text[64];
    std::snprintf(text, sizeof(text), "the same latents after step %lld",
                  static_cast<long long>(training.history[index]));
    const double low = 0, high = 1;
    ImGui::SliderScalar("##history", ImGuiDataType_Double, &ui.state.training.history, &low, &high, text,
                        ImGuiSliderFlags_AlwaysClamp);
    ui.name("history");
}

void draw_data(const Ui& ui, ImDrawList& list, const Area& area) {
    const DataFacts& data = ui.facts.data;
    const int64_t height = data.shape.size() == 3 ? data.shape[1] : 1,
                  width = data.shape.size() == 3 ? data.shape[2] : 1;
    const Area place = place_of(ui, area, float(width * data.columns), float(height * data.rows));
    list.AddImage(texture(data.picture), place.from, place.to);
    frame_of(list, place);
}

void draw_inside(const Ui& ui, ImDrawList& list, const Area& area) {
    const InspectFacts& inside = ui.facts.inspect;
    if (inside.picture == 0)
        return say(list, area, inside.error.empty() ? "Choose a layer." : inside.error.c_str(),
                   accents().muted);
    const Area place = place_of(ui, area, float(inside.width), float(inside.height));
    list.AddImage(texture(inside.picture), place.from, place.to);
    frame_of(list, place);
}

// The wheel zooms around the mouse, the middle button moves the picture.
void handle_view(const Ui& ui, const Area& area) {
    Canvas& canvas = ui.state.canvas;
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemHovered() && io.MouseWheel != 0 && ui.facts.model.width > 0) {
        const float fit = std::min(area.size().x / float(ui.facts.model.width),
                                   area.size().y / float(ui.facts.model.height));
        const double before = canvas.zoom > 0 ? canvas.zoom : std::max(std::floor(double(fit)), 0.1);
        canvas.zoom = std::clamp(before * std::pow(1.25, double(io.MouseWheel)), 0.1, 64.0);
        const double grown = canvas.zoom / before;
        const double x = io.MousePos.x - area.middle().x, y = io.MousePos.y - area.middle().y;
        canvas.pan_x = x - (x - canvas.pan_x) * grown;
        canvas.pan_y = y - (y - canvas.pan_y) * grown;
    }
    if (ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Middle)) {
        canvas.pan_x += double(io.MouseDelta.x);
        canvas.pan_y += double(io.MouseDelta.y);
    }
}

void handle_drag(const Ui& ui) {
    const ImVec2 moved = ImGui::GetIO().MouseDelta;
    if (!ImGui::IsItemActive() || (moved.x == 0 && moved.y == 0)) return;
    if (ui.state.page == Page::material) {
        MaterialView& view = ui.state.material.view;
        const float turn = 0.2f / em();
        if (ImGui::IsMouseDown(ImGuiMouseButton_Right)) {
            view.light_yaw = std::remainder(view.light_yaw + moved.x * turn, 6.2831853f);
            view.light_pitch = std::clamp(view.light_pitch + moved.y * turn, -1.4f, 1.4f);
        } else if (ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
            view.yaw = std::remainder(view.yaw - moved.x * turn, 6.2831853f);
            view.pitch = std::clamp(view.pitch + moved.y * turn, -1.4f, 1.4f);
        }
        return;
    }
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
    const double step =
        0.04 / double(em()) * 16 / 13;  // 0.04 seeds a thirteenth of a font's height, as others have it
    ui.state.plane.x += double(moved.x) * step;
    ui.state.plane.y += double(moved.y) * step;
}

bool shows_history(const Ui& ui) {
    return ui.state.page == Page::train && ui.facts.training.history_picture != 0 &&
           ui.state.canvas.show != Canvas::Show::compare;
}

}  // namespace

void draw_canvas(const Ui& ui, ImVec2 from, ImVec2 to) {
    const Area area{from, to};
    ImGui::SetNextWindowPos(from);
    ImGui::SetNextWindowSize(area.size());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::Begin("canvas", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse |
                     ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_backdrop(list, area);
    if (ui.state.page == Page::lab) {
        draw_lab_canvas(ui, from, to);
        return ImGui::End();
    }
    ImGui::SetItemAllowOverlap();
    ImGui::InvisibleButton("canvas", {std::max(area.size().x, 1.0f), std::max(area.size().y, 1.0f)},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight |
                               ImGuiButtonFlags_MouseButtonMiddle);
    ImGui::SetItemAllowOverlap();
    ui.name("canvas");
    handle_view(ui, area);
    handle_drag(ui);
    if (ui.state.page == Page::material && ui.facts.material_picture != 0)
        list.AddImage(texture(ui.facts.material_picture), from, to);
    else if (ui.state.page == Page::inspect)
        draw_inside(ui, list, area);
    else if (shows_history(ui))
        draw_history(ui, list, area);
    else if (ui.state.page == Page::train && ui.facts.data.picture != 0 && !ui.facts.training.ready)
        draw_data(ui, list, area);
    else if (ui.state.canvas.show == Canvas::Show::grid && !ui.facts.grid.empty())
        draw_grid(ui, list, area);
    else if (ui.state.canvas.show == Canvas::Show::compare && ui.facts.second_picture && ui.facts.picture)
        draw_compare(ui, list, area);
    else if (ui.facts.picture != 0)
        draw_image(ui, list, area);
    else if (!ui.facts.doing.empty())
        say(list, area, ui.facts.doing.c_str(), accents().muted);
    else
        say(list, area,
            ui.facts.model.loaded
                ? "This model is untrained: press Start training on the page Train, and watch it learn."
                : "Open a model, or drop one here.",
            accents().muted);
    ImGui::End();
}

}  // namespace viewer
