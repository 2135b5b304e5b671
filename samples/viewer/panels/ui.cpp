// Rows: label, control, what belongs to it.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/ui.hpp"

#include "samples/viewer/panels/theme.hpp"

#include <imgui_stdlib.h>

#include <cmath>
#include <cstdarg>

namespace viewer {

namespace {

constexpr float label_ems = 7.2f;

}  // namespace

float em() { return ImGui::GetFontSize(); }

void Ui::name(const std::string& of) const {
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    places[of] = {low.x, low.y, high.x - low.x, high.y - low.y};
}

void help_on_hover(const char* text) {
    if (!text || !*text || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(em() * 24);
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

void label(const char* text, const char* help) {
    const float start = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(text);
    help_on_hover(help);
    ImGui::SameLine(start + em() * label_ems);
}

bool begin_section(const Ui& ui, const char* title, bool open) {
    ImGui::Dummy({0, em() * 0.15f});
    const ImGuiTreeNodeFlags flags =
        ImGuiTreeNodeFlags_SpanAvailWidth | (open ? ImGuiTreeNodeFlags_DefaultOpen : 0);
    const bool shown = ImGui::CollapsingHeader(title, flags);
    ui.name(std::string("section.") + title);
    ImGui::PushID(title);
    if (shown) ImGui::Dummy({0, em() * 0.1f});
    return shown;
}

void end_section() { ImGui::PopID(); }

bool slider(const Ui& ui, const char* name, const char* help, double& value, double low, double high,
            const char* format, bool logarithmic) {
    label(name, help);
    ImGui::SetNextItemWidth(-1);
    const ImGuiSliderFlags flags =
        ImGuiSliderFlags_AlwaysClamp | (logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
    const bool changed = ImGui::SliderScalar((std::string("##") + name).c_str(), ImGuiDataType_Double, &value,
                                             &low, &high, format, flags);
    ui.name(name);
    help_on_hover(help);
    if (!std::isfinite(value)) value = low;
    return changed;
}

bool slider_int(const Ui& ui, const char* name, const char* help, int& value, int low, int high) {
    label(name, help);
    ImGui::SetNextItemWidth(-1);
    const bool changed = ImGui::SliderInt((std::string("##") + name).c_str(), &value, low, high, "%d",
                                          ImGuiSliderFlags_AlwaysClamp);
    ui.name(name);
    help_on_hover(help);
    return changed;
}

bool toggle(const Ui& ui, const char* name, const char* help, bool& value) {
    const bool changed = ImGui::Checkbox(name, &value);
    ui.name(name);
    help_on_hover(help);
    return changed;
}

bool button(const Ui& ui, const char* name, const char* help, bool enabled, float width) {
    ImGui::BeginDisabled(!enabled);
    const bool pressed = ImGui::Button(name, {width, 0});
    ImGui::EndDisabled();
    ui.name(name);
    help_on_hover(help);
    return pressed && enabled;
}

bool small_button(const Ui& ui, const char* id, const char* text, const char* help, bool enabled) {
    ImGui::BeginDisabled(!enabled);
    const bool pressed = ImGui::Button((std::string(text) + "##" + id).c_str());
    ImGui::EndDisabled();
    ui.name(id);
    help_on_hover(help);
    return pressed && enabled;
}

bool choice(const Ui& ui, const char* name, std::span<const char* const> words, int& value) {
    bool changed = false;
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x;
    const float width =
        (ImGui::GetContentRegionAvail().x - gap * float(words.size() - 1)) / float(words.size());
    for (size_t i = 0; i < words.size(); ++i) {
        if (i) ImGui::SameLine(0, gap);
        const bool on = value == int(i);
        if (on) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
        if (ImGui::Button((std::string(words[i]) + "##" + name).c_str(), {width, 0}) && !on) {
            value = int(i);
            changed = true;
        }
        if (on) ImGui::PopStyleColor();
        ui.name(std::string(name) + "." + words[i]);
    }
    return changed;
}

bool text_field(const Ui& ui, const char* name, const char* hint, std::string& text) {
    ImGui::SetNextItemWidth(-1);
    const bool entered = ImGui::InputTextWithHint((std::string("##") + name).c_str(), hint, &text,
                                                  ImGuiInputTextFlags_EnterReturnsTrue);
    ui.name(name);
    return entered;
}

void muted(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ImGui::PushStyleColor(ImGuiCol_Text, accents().muted);
    ImGui::PushTextWrapPos(0);
    ImGui::TextV(format, arguments);
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    va_end(arguments);
}

}  // namespace viewer
