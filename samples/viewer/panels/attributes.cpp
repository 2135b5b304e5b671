// Directions in the latent space as sliders; latent arithmetic of pins.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace viewer {
namespace {

void direction_row(const Ui& ui, size_t i, size_t& removed) {
    Direction& direction = ui.state.directions[i];
    ImGui::PushID(int(i));
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x, side = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(em() * 7);
    ImGui::InputText("##name", &direction.name);
    help_on_hover(("The direction's name, from: " + direction.source).c_str());
    ImGui::SameLine(0, gap);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - 3 * (side + gap));
    const double low = -6, high = 6;
    ImGui::SliderScalar("##amount", ImGuiDataType_Double, &direction.amount, &low, &high, "%.2f",
                        ImGuiSliderFlags_AlwaysClamp);
    ui.name("direction." + std::to_string(i));
    ImGui::SameLine(0, gap);
    if (direction.locked)
        ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
    const bool was_locked = direction.locked;
    if (ImGui::Button("L", {side, side})) direction.locked = !direction.locked;
    if (was_locked) ImGui::PopStyleColor();
    help_on_hover("Lock: randomise leaves it.");
    ImGui::SameLine(0, gap);
    if (ImGui::Button("0", {side, side})) direction.amount = 0;
    help_on_hover("Back to 0.");
    ImGui::SameLine(0, gap);
    if (ImGui::Button("x", {side, side})) removed = i;
    help_on_hover("Forget this direction.");
    ImGui::PopID();
}

void find_buttons(const Ui& ui) {
    const AnalysisFacts& analysis = ui.facts.analysis;
    const bool can = ui.facts.model.trained && ui.facts.model.latent_size > 0 && !analysis.goes_on;
    const float quarter = (ImGui::GetContentRegionAvail().x - 3 * ImGui::GetStyle().ItemSpacing.x) / 4;
    if (button(ui, "SeFa",
               "Eight directions that change the first layer's output most (Shen and Zhou 2021): from the "
               "weights alone.",
               can, quarter))
        ui.ask(Command::Kind::find_sefa);
    ImGui::SameLine();
    if (button(ui, "PCA",
               "Eight principal components of the activations of 1,024 samples, carried back to the latent "
               "(GANSpace, "
               "Haerkoenen et al. 2020).",
               can, quarter))
        ui.ask(Command::Kind::find_pca);
    ImGui::SameLine();
    if (button(ui, "Attributes",
               "A direction for each attribute that the shipped classifier tells of 1,024 samples (after "
               "Shen et al. "
               "2020). For faces of 64 x 64 pixels.",
               can && !ui.facts.classifier.empty(), quarter))
        ui.ask(Command::Kind::find_attributes);
    ImGui::SameLine();
    if (button(ui, "Labels",
               "A direction for each label of the data that the page Train names, from what the model's "
               "encoder makes "
               "of 1,024 of its samples. For models with an encoder: VAE, BiGAN, VAE-GAN, autoencoder.",
               can && !ui.facts.model.encoder.empty(), quarter))
        ui.ask(Command::Kind::find_labels);
    if (!analysis.goes_on) return;
    ImGui::ProgressBar(float(analysis.progress), {-1, 0}, ("looking: " + analysis.name).c_str());
}

// Files of them, beside the session: for other sessions of the same network.
void direction_files(const Ui& ui) {
    label("Kept", "Directions as files, beside the session: for other sessions of this network.");
    const float button_width = em() * 3.2f, gap = ImGui::GetStyle().ItemInnerSpacing.x;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - button_width - gap);
    ImGui::InputTextWithHint("##set", "a name", &ui.state.direction_set);
    ui.name("direction set");
    ImGui::SameLine(0, gap);
    if (button(ui, "Save", "All directions above, under this name.",
               !ui.state.direction_set.empty() && !ui.state.directions.empty(), button_width))
        ui.ask(Command::Kind::save_directions, ui.state.direction_set);
    for (const std::string& name : ui.facts.direction_sets) {
        if (ImGui::Selectable((name + "##set").c_str())) ui.ask(Command::Kind::load_directions, name);
        ui.name("set." + name);
        help_on_hover("Adds these directions.");
    }
}

void directions_section(const Ui& ui) {
    if (!begin_section(ui, "Directions")) return end_section();
    find_buttons(ui);
    if (ui.state.directions.empty())
        muted(
            "A direction is a line through the latent space along which one thing changes. Let some be "
            "found, or take "
            "one from two groups of pins, below.");
    size_t removed = ui.state.directions.size();
    for (size_t i = 0; i < ui.state.directions.size(); ++i) direction_row(ui, i, removed);
    if (removed < ui.state.directions.size())
        ui.state.directions.erase(ui.state.directions.begin() + long(removed));
    if (!ui.state.directions.empty() && button(ui, "All to 0", "Every direction that is not locked."))
        for (Direction& direction : ui.state.directions)
            if (!direction.locked) direction.amount = 0;
    direction_files(ui);
    end_section();
}

// Which pins stand where is told by the first letter of their names' mark: plain data of the session.
struct Groups {
    std::vector<Latent> with, without, base;
};

Groups groups_of(const Ui& ui) {
    Groups groups;
    for (const Pin& pin : ui.state.pins) {
        if (pin.group == Pin::Group::with) groups.with.push_back(pin.latent);
        if (pin.group == Pin::Group::without) groups.without.push_back(pin.latent);
        if (pin.group == Pin::Group::base) groups.base.push_back(pin.latent);
    }
    return groups;
}

void group_rows(const Ui& ui) {
    static constexpr std::array<const char*, 4> words{"-", "A", "B", "C"};
    for (size_t i = 0; i < ui.state.pins.size(); ++i) {
        Pin& pin = ui.state.pins[i];
        ImGui::PushID(int(i));
        label(pin.name.c_str());
        int group = int(pin.group);
        if (choice(ui, ("group." + std::to_string(i)).c_str(), words, group)) pin.group = Pin::Group(group);
        ImGui::PopID();
    }
}

void arithmetic_section(const Ui& ui) {
    if (!begin_section(ui, "Arithmetic of pins")) return end_section();
    muted(
        "Put pins into groups: A with something, B without it, C what it is added to. Means of several work "
        "better than "
        "single ones.");
    if (button(ui, "Pin this latent", "P", ui.facts.model.latent_size > 0)) ui.ask(Command::Kind::add_pin);
    group_rows(ui);
    const Groups groups = groups_of(ui);
    const bool pair = !groups.with.empty() && !groups.without.empty();
    if (button(ui, "A - B + C", "Goes to mean(A) - mean(B) + mean(C).", pair && !groups.base.empty())) {
        const Latent zero(groups.base[0].size());
        const Latent base = arithmetic(groups.base, {}, zero);
        ui.state.plane.origin = arithmetic(groups.with, groups.without, base);
        ui.state.plane.x = ui.state.plane.y = 0;
    }
    ImGui::SameLine();
    if (button(ui, "Direction A - B", "Makes a slider of mean(A) - mean(B).", pair)) {
        const Latent zero(groups.with[0].size());
        Latent values = arithmetic(groups.with, groups.without, zero);
        double sum = 0;
        for (const float value : values) sum += double(value) * value;
        for (float& value : values) value = float(value / std::sqrt(std::max(sum, 1e-24)));
        ui.state.directions.push_back({.name = "direction " + std::to_string(ui.state.directions.size() + 1),
                                       .source = "pins",
                                       .values = values});
    }
    end_section();
}

void inversion_section(const Ui& ui) {
    if (!begin_section(ui, "From a picture", !ui.facts.inversion.name.empty())) return end_section();
    const InversionFacts& inversion = ui.facts.inversion;
    if (inversion.name.empty())
        muted(
            "Drop a picture on the window: the latent that draws it best is looked for, and can be edited "
            "then.");
    if (!inversion.name.empty())
        muted("%s: off by %.3f (root mean square of pixels from -1 to 1)", inversion.name.c_str(),
              inversion.error);
    if (inversion.goes_on) {
        ImGui::ProgressBar(float(inversion.progress), {-1, 0}, "");
        if (button(ui, "Stop looking", "Keeps the best so far.")) ui.ask(Command::Kind::stop_inversion);
    }
    end_section();
}

void projection_section(const Ui& ui) {
    if (ui.state.directions.size() < 2) return;
    if (!begin_section(ui, "Disentangle", false)) return end_section();
    muted(
        "Takes the part of one direction that runs along another out of it, so that the other attribute "
        "stays (Shen et "
        "al. 2020).");
    const auto pick = [&](const char* name, int& value) {
        label(name);
        ImGui::SetNextItemWidth(-1);
        const auto at = size_t(value);
        if (!ImGui::BeginCombo((std::string("##") + name).c_str(), ui.state.directions[at].name.c_str()))
            return;
        for (size_t i = 0; i < ui.state.directions.size(); ++i)
            if (ImGui::Selectable((ui.state.directions[i].name + "##" + std::to_string(i)).c_str(), i == at))
                value = int(i);
        ImGui::EndCombo();
    };
    auto& [of, off] = ui.state.projection;
    const int last = int(ui.state.directions.size()) - 1;
    of = std::clamp(of, 0, last);
    off = std::clamp(off, 0, last);
    pick("Direction", of);
    pick("Without", off);
    if (button(ui, "Make", "A new direction.", of != off)) {
        const Direction &a = ui.state.directions[size_t(of)], &b = ui.state.directions[size_t(off)];
        ui.state.directions.push_back({.name = a.name + " w/o " + b.name,
                                       .source = "projection",
                                       .values = projected(a.values, b.values)});
    }
    end_section();
}

}  // namespace

void attributes_panel(const Ui& ui) {
    directions_section(ui);
    arithmetic_section(ui);
    inversion_section(ui);
    projection_section(ui);
    view_section(ui);
}

}  // namespace viewer
