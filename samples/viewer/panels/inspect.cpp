// Inside of the networks: layers as tiles, statistics, what D says, what the device's time goes to.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace viewer {
namespace {

std::string shape_text(const std::vector<int64_t>& shape) {
    std::string text;
    for (const int64_t extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
    return text;
}

void networks_section(const Ui& ui) {
    if (!begin_section(ui, "Networks and layers")) return end_section();
    Inspect& inspect = ui.state.inspect;
    for (const NetworkFact& network : ui.facts.inspect.networks) {
        char title[160];
        std::snprintf(title, sizeof(title), "%s   %.3g thousand parameters%s###%s", network.name.c_str(),
                      double(network.parameters) / 1e3, network.draws ? "   draws" : "",
                      network.name.c_str());
        ImGui::SetNextItemOpen(network.draws, ImGuiCond_Once);
        if (!ImGui::TreeNodeEx(title, ImGuiTreeNodeFlags_SpanAvailWidth)) continue;
        const std::string shown = inspect.network.empty() && network.draws ? network.name : inspect.network;
        for (const LayerFact& layer : network.layers) {
            const bool last = &layer == &network.layers.back();
            const bool on =
                shown == network.name && (inspect.layer == layer.name || (inspect.layer.empty() && last));
            ImGui::PushID(layer.name.c_str());
            if (ImGui::Selectable(layer.name.c_str(), on, ImGuiSelectableFlags_SpanAllColumns)) {
                inspect.network = network.name;
                inspect.layer = layer.name;
                inspect.channel = 0;
            }
            ui.name("layer." + network.name + "." + layer.name);
            ImGui::SameLine(em() * 11);
            ImGui::TextDisabled("%s", shape_text(layer.shape).c_str());
            ImGui::PopID();
        }
        ImGui::TreePop();
    }
    if (ui.facts.inspect.networks.empty()) muted("Open a trained model, or start training.");
    end_section();
}

void channels_section(const Ui& ui) {
    if (!begin_section(ui, "Channels")) return end_section();
    Inspect& inspect = ui.state.inspect;
    const InspectFacts& facts = ui.facts.inspect;
    slider_int(ui, "First channel", "The channels from this one on are shown, as many as fit.",
               inspect.channel, 0, std::max(facts.channels - 1, 0));
    toggle(ui, "Normalise", "Each channel from its least value (black) to its largest (white).",
           inspect.normalise);
    ImGui::SameLine();
    ImGui::BeginDisabled(facts.channels < 3);
    toggle(ui, "RGB", "Three channels as red, green and blue.", inspect.rgb);
    ImGui::EndDisabled();
    ImGui::SameLine();
    ImGui::BeginDisabled(facts.layer_width < 2);
    toggle(ui, "Spectrum",
           "Magnitude of the Fourier transform of each channel over 50 dB, frequency 0 in the middle: a "
           "checkerboard shows as bright corners.",
           inspect.fft);
    ImGui::EndDisabled();
    ImGui::BeginDisabled(inspect.normalise);
    slider(ui, "Gain", "Where channels are not normalised: 0 is grey, values are scaled by this.",
           inspect.scale_db, -40, 40, "%.0f dB");
    ImGui::EndDisabled();
    end_section();
}

void statistics_section(const Ui& ui) {
    if (!begin_section(ui, "Statistics")) return end_section();
    const InspectFacts& facts = ui.facts.inspect;
    if (ImGui::BeginTable("moments", 5, ImGuiTableFlags_SizingStretchSame)) {
        for (const char* title : {"", "mean", "deviation", "least", "largest"}) {
            ImGui::TableNextColumn();
            ImGui::TextDisabled("%s", title);
        }
        const auto row = [](const char* name, const Moments& moments) {
            ImGui::TableNextColumn();
            ImGui::TextUnformatted(name);
            for (const double value : {moments.mean, moments.deviation, moments.low, moments.high}) {
                ImGui::TableNextColumn();
                ImGui::Text("%.3g", value);
            }
        };
        row("all", facts.all);
        row("shown", facts.shown);
        ImGui::EndTable();
    }
    muted("%d of %d channels of %d x %d are shown", facts.shown_channels, facts.channels, facts.layer_width,
          facts.layer_height);
    end_section();
}

void verdict_section(const Ui& ui) {
    if (!ui.facts.inspect.has_scores) return;
    if (!begin_section(ui, "Verdict")) return end_section();
    const InspectFacts& facts = ui.facts.inspect;
    ImGui::Text("this picture  %.3f", facts.fake_score);
    if (facts.has_real)
        ImGui::Text("a real one  %.3f", facts.real_score);
    else
        muted("Look at the data on the page Train: its first sample is judged, too.");
    help_on_hover("The network's output, the mean of a map; more is more real where it is a discriminator.");
    ImGui::BeginDisabled(!facts.has_real);
    toggle(ui, "Show the real one", "Activations for the real picture instead of this one.",
           ui.state.inspect.real);
    ImGui::EndDisabled();
    end_section();
}

// The device's buffers by what they are for, the largest first.
void memory_rows(const Ui& ui) {
    static constexpr std::array<std::pair<const char*, const char*>, 10> help{
        {{"parameters", "weights"},
         {"buffers", "running statistics of norms"},
         {"packed", "weights, as kernels read them"},
         {"averages", "averages of weights, which draw"},
         {"moments", "what optimisers remember"},
         {"inputs", "pictures and latents of a step"},
         {"workspace", "activations and gradients"},
         {"staging", "on the way to the device or from it"},
         {"copies", "of a training, to go back to"},
         {"images", "pictures on the way into textures"}}};
    std::vector<std::pair<std::string, int64_t>> classes(ui.facts.bytes_by_class.begin(),
                                                         ui.facts.bytes_by_class.end());
    std::ranges::sort(classes, std::greater(), &std::pair<std::string, int64_t>::second);
    muted("%.1f MiB in buffers of the device", double(ui.facts.device_bytes) / (1 << 20));
    for (const auto& [name, bytes] : classes) {
        char text[48];
        std::snprintf(text, sizeof(text), "%.1f MiB", double(bytes) / (1 << 20));
        ImGui::ProgressBar(float(double(bytes) / double(std::max<int64_t>(ui.facts.device_bytes, 1))),
                           {em() * 5, 0}, text);
        ImGui::SameLine();
        ImGui::TextUnformatted(name.c_str());
        for (const auto& [known, words] : help) {
            if (name != known) continue;
            ImGui::SameLine(em() * 11);
            ImGui::TextDisabled("%s", words);
        }
    }
}

void time_section(const Ui& ui) {
    if (!begin_section(ui, "Time and memory")) return end_section();
    time_plot("times", ui.facts.frames, budget_of(ui.state, ui.facts.rest_ms), em() * 4);
    muted("frames (grey) and what VkGAN took of the device in each (blue); the line is the budget");
    budget_rows(ui);
    memory_rows(ui);
    auto slices = ui.facts.inspect.slices;
    double total = 0;
    for (const auto& [name, us] : slices) total += us;
    std::ranges::sort(slices, std::greater(), &std::pair<std::string, double>::second);
    if (slices.size() > 12) slices.resize(12);
    for (const auto& [name, us] : slices) {
        char text[48];
        std::snprintf(text, sizeof(text), "%.0f us", us);
        ImGui::ProgressBar(float(us / std::max(total, 1e-9)), {em() * 5, 0}, text);
        ImGui::SameLine();
        ImGui::TextUnformatted(name.c_str());
        help_on_hover(name.c_str());
    }
    if (!slices.empty()) muted("measured, of %.2f ms for a picture", total / 1e3);
    end_section();
}

}  // namespace

void inspect_panel(const Ui& ui) {
    networks_section(ui);
    channels_section(ui);
    statistics_section(ui);
    verdict_section(ui);
    time_section(ui);
}

}  // namespace viewer
