// GAN Lab: an experiment's data, course, game and networks, and what is seen of it.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/lab_draw.hpp"
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <array>

namespace viewer {
namespace {

using Kind = Command::Kind;

// One of several words, by a list that folds out.
template <class T>
bool pick(const Ui& ui, const char* name, const char* help, std::span<const char* const> words, T& value) {
    bool changed = false;
    label(name, help);
    ImGui::SetNextItemWidth(-1);
    const bool open = ImGui::BeginCombo((std::string("##") + name).c_str(), words[size_t(value)]);
    ui.name(name);
    help_on_hover(help);
    if (!open) return false;
    for (size_t i = 0; i < words.size(); ++i) {
        if (ImGui::Selectable(words[i], size_t(value) == i) && size_t(value) != i) {
            value = T(i);
            changed = true;
        }
        ui.name(std::string(name) + "." + words[i]);
    }
    ImGui::EndCombo();
    return changed;
}

const LabView* view_of(const Ui& ui, size_t number) {
    return number < ui.facts.lab.views.size() ? &ui.facts.lab.views[number] : nullptr;
}

bool all_ready(const Ui& ui) {
    const auto& views = ui.facts.lab.views;
    return views.size() == ui.state.lab.experiments.size() && !views.empty() &&
           std::ranges::all_of(views, [](const LabView& view) { return view.ready; });
}

void course_buttons(const Ui& ui) {
    const bool ready = all_ready(ui), running = ui.facts.lab.running;
    const bool failed =
        std::ranges::any_of(ui.facts.lab.views, [](const LabView& view) { return !view.error.empty(); });
    const float gap = ImGui::GetStyle().ItemSpacing.x, room = ImGui::GetContentRegionAvail().x;
    const float half = (room - gap) / 2, third = (room - 2 * gap) / 3;
    if (button(ui, running ? "Pause" : "Start", "Space: the networks take turns, until you pause them.",
               ready || running, half))
        ui.ask(running ? Kind::lab_pause : Kind::lab_start);
    ImGui::SameLine();
    if (button(ui, "Begin anew", "Fresh weights of the same seed; waits for Start.", ready || failed, half))
        ui.ask(Kind::lab_reset);
    if (button(ui, "Step both", "One update: D learns k times, then G once.", ready && !running, third))
        ui.ask(Kind::lab_step_both);
    ImGui::SameLine();
    if (button(ui, "Step D", "One update in which G's learning rate is 0: D alone learns.", ready && !running,
               third))
        ui.ask(Kind::lab_step_judge);
    ImGui::SameLine();
    if (button(ui, "Step G", "One update in which D's learning rate is 0: G alone learns.", ready && !running,
               third))
        ui.ask(Kind::lab_step_generator);
}

void course_section(const Ui& ui) {
    LabState& lab = ui.state.lab;
    course_buttons(ui);
    toggle(ui, "Slow motion", "D and G take turns so slowly that one sees what each update does.", lab.slow);
    ImGui::SameLine(em() * 9);
    ImGui::BeginDisabled(!lab.slow);
    ImGui::SetNextItemWidth(-1);
    const double low = 0.1, high = 1.25;
    ImGui::SliderScalar("##slow", ImGuiDataType_Double, &lab.seconds_an_update, &low, &high,
                        "%.2f s an update", ImGuiSliderFlags_AlwaysClamp);
    ui.name("slow.seconds");
    ImGui::EndDisabled();
    slider(ui, "Budget",
           "Of the device's time in each frame: more is quicker learning and fewer frames a second.",
           lab.budget_ms, 1, 100, "%.0f ms a frame", true);
    bool two = lab.experiments.size() == 2;
    if (toggle(ui, "Two side by side",
               "A second experiment, at first a copy of this one, goes on in step with it: change one thing, "
               "and compare.",
               two)) {
        const LabExperiment copy = lab.experiments[size_t(lab.edited)];
        lab.experiments.resize(two ? 2 : 1, copy);
        if (!two) lab.experiments[0] = copy;
        lab.edited = two ? 1 : 0;
    }
    if (lab.experiments.size() < 2) return;
    label("Settings of", "Everything below is of this experiment.");
    static constexpr std::array<const char*, 2> words{"A", "B"};
    choice(ui, "experiment", words, lab.edited);
}

void draw_rows(const Ui& ui, LabExperiment& experiment) {
    LabState& lab = ui.state.lab;
    const bool bars = experiment.data == LabData::histogram;
    const float third = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
    if (button(ui, lab.draws ? "Use" : "Draw",
               lab.draws ? "What is drawn becomes the data; the networks begin anew."
                         : "Paint your own data into the picture with the left mouse button; the right one "
                           "takes away. On a line you draw bars.",
               !lab.draws || bars || !experiment.points.empty(), third)) {
        if (!lab.draws && !on_line(experiment)) experiment = with_data(experiment, LabData::drawn);
        if (!lab.draws && on_line(experiment)) experiment = with_data(experiment, LabData::histogram);
        lab.draws = !lab.draws;
    }
    ImGui::SameLine();
    if (button(ui, "Clear", "Takes away all that was drawn.",
               lab.draws && (bars || !experiment.points.empty()), third)) {
        if (bars) std::ranges::fill(experiment.bars, 0.0f);
        experiment.points.clear();
    }
    ImGui::SameLine();
    ImGui::BeginDisabled(!lab.draws || bars);
    ImGui::SetNextItemWidth(-1);
    const double low = 0.01, high = 0.3;
    ImGui::SliderScalar("##brush", ImGuiDataType_Double, &lab.brush, &low, &high, "brush %.2f",
                        ImGuiSliderFlags_AlwaysClamp);
    ui.name("brush");
    ImGui::EndDisabled();
}

void data_section(const Ui& ui, LabExperiment& experiment) {
    if (!begin_section(ui, "Data")) return end_section();
    static constexpr std::array<const char*, 8> names{
        "line: a normal",    "line: two normals", "line: bars you draw", "plane: ring of 8",
        "plane: grid of 25", "plane: Swiss roll", "plane: two moons",    "plane: points you draw"};
    LabData data = experiment.data;
    if (pick(ui, "Samples", "What G is to imitate. On a line one sees figure 1 of Goodfellow et al. 2014.",
             names, data)) {
        experiment = with_data(experiment, data);
        ui.state.lab.draws = data == LabData::drawn && experiment.points.empty();
    }
    draw_rows(ui, experiment);
    end_section();
}

void game_section(const Ui& ui, LabExperiment& experiment) {
    if (!begin_section(ui, "Game")) return end_section();
    static constexpr std::array<const char*, 5> losses{"non-saturating", "minimax", "least squares", "hinge",
                                                       "Wasserstein"};
    muted("Can be changed while it runs: weights stay, Adam's moments begin anew.");
    pick(ui, "Loss",
         "Non-saturating: G maximises log D(G(z)). Minimax: G minimises log(1 - D(G(z))), whose gradient "
         "vanishes when D wins. Wasserstein needs a gradient penalty.",
         losses, experiment.loss);
    slider_int(ui, "D steps k", "Updates of D for each of G.", experiment.k, 1, 10);
    slider(ui, "R1",
           "Gamma of R1: half of it times the squared slope of D at real points is added to D's loss.",
           experiment.r1, 0, 1, "%.3f", true);
    slider(ui, "Penalty", "Weight of a gradient penalty: D's slope between real and fake points is to be 1.",
           experiment.penalty, 0, 1, "%.3f", true);
    slider(ui, "G rate", "Adam's learning rate of G; applies at the next step.", experiment.rate_g, 1e-5,
           0.05, "%.5f", true);
    slider(ui, "D rate", "Adam's learning rate of D; applies at the next step.", experiment.rate_d, 1e-5,
           0.05, "%.5f", true);
    slider_int(ui, "Points a step", "The batch: real and generated points of an update.", experiment.batch, 8,
               512);
    end_section();
}

void networks_section(const Ui& ui, LabExperiment& experiment) {
    if (!begin_section(ui, "Networks")) return end_section();
    muted("What is changed here begins anew.");
    static constexpr std::array<const char*, 4> noises{"1-D uniform", "1-D normal", "2-D uniform",
                                                       "2-D normal"};
    int noise = (experiment.noise_size - 1) * 2 + int(experiment.noise);
    if (pick(ui, "Noise z", "What G makes points of.", noises, noise)) {
        experiment.noise_size = noise / 2 + 1;
        experiment.noise = LabNoise(noise % 2);
    }
    slider_int(ui, "G units", "Of each hidden layer of the generator.", experiment.hidden, 2, 128);
    slider_int(ui, "D units", "Of each hidden layer of the discriminator.", experiment.hidden_d, 2, 128);
    slider_int(ui, "Layers", "Hidden layers of each network.", experiment.depth, 1, 4);
    static constexpr std::array<const char*, 3> activations{"ReLU", "leaky ReLU", "tanh"};
    pick(ui, "Activation", "Of the generator; the discriminator has leaky ReLU.", activations,
         experiment.activation);
    int seed = int(experiment.seed);
    if (slider_int(ui, "Seed", "Of weights, noise and data order: the same one gives the same run.", seed, 1,
                   100))
        experiment.seed = seed;
    end_section();
}

void layer_toggle(const Ui& ui, const char* name, const char* help, bool& shown, ImU32 colour) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float side = ImGui::GetFrameHeight() * 0.5f, lower = ImGui::GetFrameHeight() * 0.25f;
    ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + lower}, {at.x + side, at.y + lower + side},
                                              colour, side * 0.3f);
    ImGui::SetCursorScreenPos({at.x + side * 1.5f, at.y});
    toggle(ui, name, help, shown);
}

void layers_section(const Ui& ui, const LabExperiment& experiment) {
    if (!begin_section(ui, "Seen")) return end_section();
    LabLayers& layers = ui.state.lab.layers;
    const LabColours& colours = lab_colours(ui.state.look);
    const bool line = on_line(experiment);
    const float column = em() * 12;
    layer_toggle(ui, line ? "p_data" : "Real points", "The data, in blue.", layers.real, colours.real);
    ImGui::SameLine(column);
    layer_toggle(ui, line ? "p_g" : "Fake points",
                 "What G draws, in orange: 1600 latents, one in each equal share of the noise.", layers.fake,
                 colours.fake);
    layer_toggle(ui, line ? "D" : "D's opinion",
                 line ? "What D says at each place: above, real; below, fake."
                      : "What D says at each place: blue real, orange fake. A critic's scale is its own: "
                        "the colours show where its number lies among the others.",
                 layers.judge, colours.judge);
    ImGui::SameLine(column);
    layer_toggle(
        ui, "Best D",
        "D* = p_data / (p_data + p_g), the best answer to this G, of histograms. In a plane it takes "
        "the place of D's opinion.",
        line ? layers.best_line : layers.best, colours.best);
    layer_toggle(ui, line ? "z to x" : "Manifold",
                 line ? "Where G sends evenly spread z."
                      : "G bends a regular grid of z; the smaller a cell becomes, the denser its points.",
                 layers.manifold, colours.manifold);
    ImGui::SameLine(column);
    layer_toggle(ui, "Pull on fakes",
                 "Arrows: how G's loss would move its points. The slope of D's number is measured by central "
                 "differences 0.01 to each side. Lengths are relative to the longest usual one.",
                 layers.gradients, colours.pull);
    end_section();
}

void numbers_section(const Ui& ui) {
    const LabView* const view = view_of(ui, size_t(ui.state.lab.edited));
    if (!view) return;
    if (!view->error.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, accents().alarm);
        ImGui::TextWrapped("%s", view->error.c_str());
        ImGui::PopStyleColor();
    } else if (!view->ready || view->making) {
        muted("%s", ui.facts.doing.empty() ? "The networks are being made." : ui.facts.doing.c_str());
    } else {
        muted("step %lld, %.0f a second", static_cast<long long>(view->steps), view->steps_per_second);
    }
}

}  // namespace

void lab_panel(const Ui& ui) {
    LabState& lab = ui.state.lab;
    if (lab.experiments.empty()) lab.experiments.resize(1);
    lab.edited = std::clamp(lab.edited, 0, int(lab.experiments.size()) - 1);
    course_section(ui);
    numbers_section(ui);
    LabExperiment& experiment = lab.experiments[size_t(lab.edited)];
    data_section(ui, experiment);
    game_section(ui, experiment);
    layers_section(ui, experiment);
    networks_section(ui, experiment);
}

}  // namespace viewer
