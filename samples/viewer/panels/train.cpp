// Training: start and stop, rates and weights live, losses, what was learned at each time, alarms, data.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace viewer {
namespace {

using Kind = Command::Kind;

void setup_rows(const Ui& ui) {
    Training& settings = ui.state.training;
    const TrainingFacts& training = ui.facts.training;
    ImGui::BeginDisabled(training.begun);
    label("Data", "What is learned: faces, digits, toy:ring, folder:DIR, celeba:DIR ... (docs/data.md)");
    const float look_width = em() * 3.6f;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - look_width - ImGui::GetStyle().ItemSpacing.x);
    ImGui::InputText("##data", &settings.data);
    ui.name("data");
    ImGui::EndDisabled();
    ImGui::SameLine();
    if (button(ui, "Look", "Shows the first samples of the data and what it knows of them.",
               !settings.data.empty(), look_width))
        ui.ask(Kind::look_at_data);
    ImGui::BeginDisabled(training.begun);
    slider_int(ui, "Batch", "Samples of a step; 0: the model's own.", settings.batch, 0, 128);
    label("Start from");
    int from = settings.from_weights ? 1 : 0;
    static constexpr std::array<const char*, 2> words{"Nothing", "This model"};
    if (choice(ui, "from", words, from)) settings.from_weights = from == 1;
    ImGui::EndDisabled();
    slider_int(ui, "Publish every", "Steps between new pictures of what was learned.", settings.publish_every,
               1, 200);
}

void course_buttons(const Ui& ui) {
    const TrainingFacts& training = ui.facts.training;
    const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
    const float third = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
    if (!training.begun) {
        if (button(ui, "Start training",
                   "Begins in the frame's spare milliseconds; the picture follows what is learned.",
                   ui.facts.model.loaded, half))
            ui.ask(Kind::start_training);
        ImGui::SameLine();
        if (button(ui, "Resume checkpoint", "Goes on from checkpoint.vkgan beside the session, to the bit.",
                   ui.facts.model.loaded, half))
            ui.ask(Kind::load_checkpoint);
        return;
    }
    if (button(ui, training.paused ? "Go on" : "Pause", "Space: at the end of the step in flight.",
               training.ready, half))
        ui.ask(training.paused ? Kind::resume : Kind::pause);
    ImGui::SameLine();
    if (button(ui, "Stop", "Ends training; what it learned is gone unless a checkpoint was saved.", true,
               half))
        ui.ask(Kind::stop_training);
    if (button(ui, "Step", "One step of all networks, then a pause.", training.ready, third))
        ui.ask(Kind::step_both);
    ImGui::SameLine();
    if (button(ui, "Step D", "One step in which the generator's learning rate is 0.", training.ready, third))
        ui.ask(Kind::step_discriminator);
    ImGui::SameLine();
    if (button(ui, "Step G", "One step in which only the generator's learning rate is not 0.", training.ready,
               third))
        ui.ask(Kind::step_generator);
    if (button(ui, "Save checkpoint", "Weights, moments and counters: resumed to the bit.", training.ready,
               -1))
        ui.ask(Kind::save_checkpoint);
}

void course_section(const Ui& ui) {
    if (!begin_section(ui, "Training")) return end_section();
    const TrainingFacts& training = ui.facts.training;
    setup_rows(ui);
    course_buttons(ui);
    if (training.begun && !training.ready)
        muted("%s", ui.facts.doing.empty() ? "getting ready" : ui.facts.doing.c_str());
    if (training.ready) {
        ImGui::Text("step %lld", static_cast<long long>(training.steps));
        ImGui::SameLine();
        ImGui::ProgressBar(float(training.part_done), {-1, em() * 0.5f}, "");
        muted("%.1f images/s, %.0f ms of the device a step%s", training.images_per_s, training.step_ms,
              ui.facts.frames.waits_for_data ? ", waiting for data" : "");
    }
    budget_rows(ui);
    end_section();
}

void live_section(const Ui& ui) {
    if (!begin_section(ui, "Rates and weights")) return end_section();
    bool any = false;
    for (const ControlFact& fact : ui.facts.model.controls) {
        if (!fact.live) continue;
        any = true;
        auto& live = ui.state.training.live;
        const auto known = live.find(fact.name);
        double value = known == live.end() ? fact.value : known->second;
        ImGui::PushID(fact.name.c_str());
        label(fact.name.c_str(), (fact.name + ": " + fact.help).c_str());
        const float side = ImGui::GetFrameHeight(), gap = ImGui::GetStyle().ItemInnerSpacing.x;
        ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - side - gap);
        const bool rate = fact.kind == "learning_rate";
        const double low = fact.low, high = rate ? std::min(fact.high, 0.1) : fact.high;
        const ImGuiSliderFlags flags =
            ImGuiSliderFlags_AlwaysClamp | (rate ? ImGuiSliderFlags_Logarithmic : 0);
        if (ImGui::SliderScalar("##value", ImGuiDataType_Double, &value, &low, &high, rate ? "%.6f" : "%.3f",
                                flags))
            live[fact.name] = value;
        ui.name(fact.name);
        help_on_hover(fact.help.c_str());
        ImGui::SameLine(0, gap);
        ImGui::BeginDisabled(known == live.end());
        if (ImGui::Button("x", {side, side})) live.erase(fact.name);
        ImGui::EndDisabled();
        help_on_hover("As the model has it.");
        ImGui::PopID();
    }
    if (ui.facts.model.has_k) {
        int& k = ui.state.training.k;
        label("k",
              "Steps of the discriminator for each of the generator. Weights, moments and counters stay when "
              "it is "
              "changed.");
        const float side = ImGui::GetFrameHeight(), gap = ImGui::GetStyle().ItemInnerSpacing.x;
        ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - side - gap);
        ImGui::SliderInt("##k", &k, 0, 10, k == 0 ? "the model's" : "%d", ImGuiSliderFlags_AlwaysClamp);
        ui.name("k");
        ImGui::SameLine(0, gap);
        ImGui::BeginDisabled(k == 0);
        if (ImGui::Button("x##k", {side, side})) k = 0;
        ImGui::EndDisabled();
        help_on_hover("As the model has it.");
        any = true;
    }
    if (!any) muted("The open model has nothing that can be changed while it trains.");
    end_section();
}

void plot_of(const Ui& ui, const char* title, const char* id, std::initializer_list<const char*> starts) {
    std::vector<const Series*> shown;
    for (const Series& series : ui.facts.training.series)
        for (const char* start : starts)
            if (series.name.starts_with(start)) shown.push_back(&series);
    if (shown.empty()) return;
    muted("%s", title);
    plot(id, shown, em() * 7.5f, ui.state.training.logarithmic);
}

void plots_section(const Ui& ui) {
    if (!begin_section(ui, "Course")) return end_section();
    if (ui.facts.training.series.empty()) muted("Losses, D(x), D(G(z)) and gradient norms are drawn here.");
    plot_of(ui, "losses", "losses", {"loss_d", "loss_g", "loss_e"});
    plot_of(ui, "D's opinion of real and fake", "opinions", {"d_real", "d_fake"});
    plot_of(ui, "gradient norms", "norms", {"grad_norm"});
    std::vector<const Series*> others;
    for (const Series& series : ui.facts.training.series)
        if (!series.name.starts_with("loss_d") && !series.name.starts_with("loss_g") &&
            !series.name.starts_with("d_") && !series.name.starts_with("grad_norm") &&
            !series.name.starts_with("loss_e"))
            others.push_back(&series);
    if (!others.empty()) {
        muted("other values");
        plot("others", others, em() * 7.5f, ui.state.training.logarithmic);
    }
    if (!ui.facts.training.series.empty())
        toggle(ui, "Logarithmic", "Of the values' magnitudes.", ui.state.training.logarithmic);
    end_section();
}

void notices_section(const Ui& ui) {
    if (!begin_section(ui, "Alarms and notes")) return end_section();
    const auto& notices = ui.facts.training.notices;
    if (notices.empty())
        muted("Nothing so far: mode collapse, a discriminator that wins, and NaNs are told here.");
    const size_t first = notices.size() > 12 ? notices.size() - 12 : 0;
    for (size_t i = notices.size(); i-- > first;) {
        ImGui::PushStyleColor(ImGuiCol_Text, notices[i].alarm ? accents().alarm : accents().muted);
        ImGui::PushTextWrapPos(0);
        ImGui::Text("step %lld: %s", static_cast<long long>(notices[i].step), notices[i].text.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }
    end_section();
}

void data_section(const Ui& ui) {
    const DataFacts& data = ui.facts.data;
    if (!data.known) return;
    if (!begin_section(ui, "Data")) return end_section();
    if (!data.error.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, accents().alarm);
        ImGui::TextWrapped("%s", data.error.c_str());
        ImGui::PopStyleColor();
        return end_section();
    }
    std::string shape;
    for (const int64_t size : data.shape) shape += (shape.empty() ? "" : " x ") + std::to_string(size);
    muted("%s: %lld samples of %s", data.name.c_str(), static_cast<long long>(data.size), shape.c_str());
    for (const auto& [name, share] : data.attributes) {
        label(name.c_str());
        char text[16];
        std::snprintf(text, sizeof(text), "%.0f %%", share * 100);
        ImGui::ProgressBar(float(share), {-1, 0}, text);
    }
    end_section();
}

}  // namespace

void train_panel(const Ui& ui) {
    course_section(ui);
    live_section(ui);
    plots_section(ui);
    notices_section(ui);
    data_section(ui);
}

}  // namespace viewer
