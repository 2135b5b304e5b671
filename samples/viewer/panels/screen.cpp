// The window: pages on the left, the canvas on the right, the status below, errors above all.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace viewer {
namespace {

struct PageRow {
    Page page;
    const char* name;
    const char* help;
    void (*draw)(const Ui&);
};
constexpr std::array pages{
    PageRow{Page::explore, "Explore", "F5: walk through what the network can draw.", explore_panel},
    PageRow{Page::attributes, "Attributes", "F6: directions in the latent space, and arithmetic.",
            attributes_panel},
    PageRow{Page::train, "Train", "F7: teach the network, and watch.", train_panel},
    PageRow{Page::inspect, "Inspect", "F9: what is inside of the networks.", inspect_panel},
    PageRow{Page::lab, "Lab", "F10: GAN Lab, points on a line or in a plane that show how GANs learn.",
            lab_panel},
    PageRow{Page::material, "Material", "F8: the texture on things.", material_panel},
};
constexpr ImGuiWindowFlags fixed_window = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                          ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                          ImGuiWindowFlags_NoBringToFrontOnFocus;

// As wide as their names need, and together as wide as the pane.
void draw_pages(const Ui& ui) {
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x;
    float needed = gap * float(pages.size() - 1);
    for (const PageRow& row : pages) needed += ImGui::CalcTextSize(row.name).x;
    const float padding = (ImGui::GetContentRegionAvail().x - needed) / float(pages.size());
    for (size_t i = 0; i < pages.size(); ++i) {
        if (i) ImGui::SameLine(0, gap);
        const bool on = ui.state.page == pages[i].page;
        if (on) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
        const float width = ImGui::CalcTextSize(pages[i].name).x + std::max(padding, 1.0f);
        if (ImGui::Button(pages[i].name, {width, em() * 1.9f})) ui.state.page = pages[i].page;
        if (on) ImGui::PopStyleColor();
        ui.name(std::string("page.") + pages[i].name);
        help_on_hover(pages[i].help);
    }
}

void draw_pane(const Ui& ui, float width, float height) {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::Begin("pane", nullptr, fixed_window | ImGuiWindowFlags_NoScrollbar);
    draw_pages(ui);
    ImGui::Dummy({0, em() * 0.1f});
    ImGui::PushStyleColor(ImGuiCol_ChildBg, {0, 0, 0, 0});
    ImGui::BeginChild("page", {0, 0}, false);
    for (const PageRow& row : pages)
        if (row.page == ui.state.page) row.draw(ui);
    ImGui::EndChild();
    ImGui::PopStyleColor();
    ImGui::End();
}

void draw_error(const Ui& ui, const ScreenInfo& info, float left) {
    if (ui.facts.error.empty()) return;
    ImGui::SetNextWindowPos({left + em(), em()});
    ImGui::SetNextWindowSize({std::max(info.width - left - em() * 2, em() * 6), 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, {0.36f, 0.13f, 0.12f, 0.97f});
    ImGui::PushStyleColor(ImGuiCol_Text, {1, 0.95f, 0.93f, 1});
    ImGui::Begin("error", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize);
    ImGui::PushTextWrapPos(ImGui::GetContentRegionMax().x - em() * 5);
    ImGui::TextUnformatted(ui.facts.error.c_str());
    ImGui::PopTextWrapPos();
    ImGui::SameLine(ImGui::GetContentRegionMax().x - em() * 4);
    if (button(ui, "Dismiss", "Esc", true, em() * 4)) ui.ask(Command::Kind::dismiss_error);
    ImGui::End();
    ImGui::PopStyleColor(2);
}

}  // namespace

void draw_status_bar(const Ui& ui, ImVec2 from, ImVec2 to) {
    ImGui::SetNextWindowPos(from);
    ImGui::SetNextWindowSize({to.x - from.x, to.y - from.y});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {em() * 0.6f, em() * 0.3f});
    ImGui::Begin("status", nullptr, fixed_window | ImGuiWindowFlags_NoScrollbar);
    ImGui::PopStyleVar();
    const FrameFacts& frames = ui.facts.frames;
    ImGui::Text("%.0f fps", frames.fps);
    ImGui::SameLine();
    muted("VkGAN %.1f of %.1f ms   %.0f us of the processor   %s   %.0f MiB", frames.measured_ms,
          budget_of(ui.state, ui.facts.rest_ms), frames.host_us, ui.facts.device.c_str(),
          double(ui.facts.device_bytes) / (1 << 20));
    const std::string& said = !ui.facts.doing.empty() ? ui.facts.doing : ui.facts.said;
    const float width = ImGui::CalcTextSize(said.c_str()).x;
    if (!said.empty() && width < to.x - from.x - em() * 34) {
        ImGui::SameLine(to.x - from.x - width - em() * 0.6f);
        ImGui::TextUnformatted(said.c_str());
    }
    ImGui::End();
}

void draw_screen(const Ui& ui, ScreenInfo& info) {
    handle_shortcuts(ui, info);
    const float pane = std::min(em() * 26, info.width * 0.5f), bar = em() * 1.7f;
    const float bottom = std::max(info.height - bar, em());
    draw_pane(ui, pane, bottom);
    draw_canvas(ui, {pane, 0}, {std::max(info.width, pane + 1), bottom});
    draw_status_bar(ui, {0, bottom}, {info.width, std::max(info.height, bottom + 1)});
    draw_error(ui, info, pane);
    draw_help(ui, info.help);
}

}  // namespace viewer
