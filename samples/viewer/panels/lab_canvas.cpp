// The pictures of the page Lab: who learns from whom, an experiment or two, their numbers and plots.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/lab_draw.hpp"
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace viewer {
namespace {

struct Area {
    ImVec2 from, to;
    float width() const { return to.x - from.x; }
    float height() const { return to.y - from.y; }
};

void say(ImDrawList& list, const Area& area, const std::string& text) {
    const float wrap = std::max(std::min(em() * 26, area.width() - em() * 2), em());
    const ImVec2 size = ImGui::CalcTextSize(text.c_str(), nullptr, false, wrap);
    const ImVec2 at{(area.from.x + area.to.x - size.x) / 2, (area.from.y + area.to.y - size.y) / 2};
    list.AddRectFilled({at.x - em(), at.y - em() * 0.6f}, {at.x + size.x + em(), at.y + size.y + em() * 0.6f},
                       (accents().canvas & ~IM_COL32_A_MASK) | 0xD0u << IM_COL32_A_SHIFT, em() * 0.3f);
    list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, ImGui::GetColorU32(ImGuiCol_Text), text.c_str(),
                 nullptr, wrap);
}

// --- who learns from whom ---

struct Flow {
    ImDrawList& list;
    float y, x;
    void box(const char* text, ImU32 colour, bool strong) {
        const ImVec2 size = ImGui::CalcTextSize(text);
        const float pad = em() * 0.55f, half = em() * 0.85f;
        const ImVec2 low{x, y - half}, high{x + size.x + 2 * pad, y + half};
        if (strong) list.AddRectFilled(low, high, (colour & ~IM_COL32_A_MASK) | 0x55u << IM_COL32_A_SHIFT, 5);
        list.AddRect(low, high, colour, 5, 0, strong ? 2.0f : 1.0f);
        list.AddText({x + pad, y - size.y / 2}, ImGui::GetColorU32(ImGuiCol_Text), text);
        x = high.x;
    }
    // `way`: 1 to the right, -1 back.
    void arrow(int way, ImU32 colour) {
        const float length = em() * 1.9f, gap = em() * 0.25f;
        const ImVec2 left{x + gap, y}, right{x + length - gap, y};
        draw_lab_arrow(list, way > 0 ? left : right, {(right.x - left.x) * float(way), 0}, colour);
        x += length;
    }
};

void draw_flow(const Ui& ui, ImDrawList& list, const Area& area) {
    const LabColours& colours = lab_colours(ui.state.look);
    const LabPhase phase = ui.facts.lab.phase;
    const bool judge = phase == LabPhase::judge || phase == LabPhase::both,
               generator = phase == LabPhase::generator || phase == LabPhase::both;
    const ImU32 usual = colours.text, strong = ImGui::GetColorU32(ImGuiCol_Text);
    Flow flow{list, (area.from.y + area.to.y) / 2, area.from.x};
    flow.box("z", usual, false);
    flow.arrow(1, usual);
    flow.box("G", colours.fake, generator);
    flow.arrow(generator && !judge ? -1 : 1, phase == LabPhase::rest ? usual : strong);
    flow.box("fake", colours.fake, false);
    flow.arrow(generator && !judge ? -1 : 1, phase == LabPhase::rest ? usual : strong);
    flow.box("D", colours.judge, judge);
    flow.arrow(-1, judge ? strong : usual);
    flow.box("real", colours.real, false);
    static constexpr std::array<const char*, 4> words{"", "D and G take turns", "D learns from real and fake",
                                                      "G learns from D"};
    const char* const text = words[size_t(phase)];
    const float x = flow.x + em() * 1.5f;
    if (x + ImGui::CalcTextSize(text).x > area.to.x) return;
    list.AddText({x, flow.y - em() / 2}, strong, text);
    if (!(ui.state.lab.slow && ui.facts.lab.running)) return;
    const float width = ImGui::CalcTextSize(text).x, y = flow.y + em() * 0.75f;
    list.AddLine({x, y}, {x + width * float(ui.facts.lab.phase_part), y},
                 phase == LabPhase::judge ? colours.judge : colours.fake, 2);
}

// --- drawing data ---

void paint_points(const Ui& ui, const LabFrame& frame, LabExperiment& experiment) {
    const ImGuiIO& io = ImGui::GetIO();
    const float radius = float(ui.state.lab.brush);
    const float x =
        frame.x0 + (io.MousePos.x - frame.from.x) / (frame.to.x - frame.from.x) * (frame.x1 - frame.x0);
    const float y =
        frame.y1 - (io.MousePos.y - frame.from.y) / (frame.to.y - frame.from.y) * (frame.y1 - frame.y0);
    std::vector<float>& points = experiment.points;
    const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
    if (ImGui::IsMouseDown(ImGuiMouseButton_Left) && (moved || ImGui::IsItemActivated())) {
        constexpr int a_frame = 5;
        constexpr float golden_angle = 2.3999632f;
        for (int i = 0; i < a_frame && points.size() < 2 * most_lab_points; ++i) {
            const auto turn = float(points.size() / 2) * golden_angle;
            const float reach = radius * std::sqrt((float(i) + 0.5f) / a_frame);
            points.push_back(std::clamp(x + reach * std::cos(turn), -1.0f, 1.0f));
            points.push_back(std::clamp(y + reach * std::sin(turn), -1.0f, 1.0f));
        }
    }
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Right)) return;
    size_t kept = 0;
    for (size_t i = 0; i + 1 < points.size(); i += 2) {
        if (std::hypot(points[i] - x, points[i + 1] - y) <= radius) continue;
        points[kept++] = points[i];
        points[kept++] = points[i + 1];
    }
    points.resize(kept);
}

void paint_bars(const LabFrame& frame, LabExperiment& experiment) {
    const ImGuiIO& io = ImGui::GetIO();
    const float part = (io.MousePos.x - frame.from.x) / (frame.to.x - frame.from.x);
    const int bar = std::clamp(int(std::floor(part * lab_bars)), 0, lab_bars - 1);
    const float height = (frame.to.y - io.MousePos.y) / (frame.to.y - frame.from.y) * 10;
    const bool takes_away = ImGui::IsMouseDown(ImGuiMouseButton_Right);
    experiment.bars[size_t(bar)] = takes_away ? 0 : std::round(std::clamp(height, 0.0f, 10.0f) * 10) / 10;
}

void draw_drawing(const Ui& ui, ImDrawList& list, const LabFrame& frame, LabExperiment& experiment) {
    const LabColours& colours = lab_colours(ui.state.look);
    list.AddRectFilled(frame.from, frame.to, ImGui::ColorConvertFloat4ToU32(colours.map_middle));
    const bool bars = on_line(experiment), held = ImGui::IsItemActive();
    experiment.bars.resize(size_t(lab_bars));
    if (held && bars) paint_bars(frame, experiment);
    if (held && !bars) paint_points(ui, frame, experiment);
    list.PushClipRect(frame.from, frame.to, true);
    if (bars) {
        const float step = (frame.to.x - frame.from.x) / lab_bars;
        for (int i = 0; i < lab_bars; ++i) {
            const float x = frame.from.x + float(i) * step;
            const float top = frame.to.y - experiment.bars[size_t(i)] / 10 * (frame.to.y - frame.from.y);
            list.AddRectFilled({x + 1, top}, {x + step - 1, frame.to.y}, colours.real, 2);
        }
    }
    for (size_t i = 0; !bars && i + 1 < experiment.points.size(); i += 2)
        list.AddCircleFilled(frame.at(experiment.points[i], experiment.points[i + 1]), em() * 0.14f,
                             colours.real, 8);
    if (!bars && ImGui::IsItemHovered())
        list.AddCircle(ImGui::GetIO().MousePos,
                       float(ui.state.lab.brush) / (frame.x1 - frame.x0) * (frame.to.x - frame.from.x),
                       colours.pull, 32);
    list.PopClipRect();
    list.AddText({frame.from.x + em() * 0.6f, frame.from.y + em() * 0.5f}, ImGui::GetColorU32(ImGuiCol_Text),
                 bars ? "Draw the bars with the mouse, then press Use."
                      : "Paint points with the mouse, then press Use. The right button takes away.");
}

// --- an experiment ---

// What D says where the mouse is.
void tell_place(const LabView& view, const LabFrame& frame) {
    if (!ImGui::IsItemHovered() || view.opinions.empty()) return;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool line = on_line(view.experiment);
    const int bins = line ? line_bins : plane_bins;
    const auto bin = [&](float part) { return std::clamp(int(part * float(bins)), 0, bins - 1); };
    const int column = bin((mouse.x - frame.from.x) / (frame.to.x - frame.from.x));
    const int row = line ? 0 : bin((frame.to.y - mouse.y) / (frame.to.y - frame.from.y));
    const auto at = size_t(row * bins + column);
    if (at >= view.opinions.size()) return;
    ImGui::BeginTooltip();
    ImGui::Text("D's number %.3f", double(view.scores[at]));
    const bool chance = view.experiment.loss <= LabLoss::minimax;
    if (chance) ImGui::Text("that is %.0f %% real", double(view.opinions[at]) * 100);
    if (at < view.best.size() && view.best[at] >= 0) ImGui::Text("best D %.0f %%", view.best[at] * 100);
    ImGui::EndTooltip();
}

void draw_picture(const Ui& ui, ImDrawList& list, const Area& area, size_t number) {
    LabState& lab = ui.state.lab;
    LabExperiment& wanted = lab.experiments[number];
    const LabView* const view = number < ui.facts.lab.views.size() ? &ui.facts.lab.views[number] : nullptr;
    const bool drawn = wanted.data == LabData::drawn || wanted.data == LabData::histogram;
    const bool draws = lab.draws && drawn && int(number) == lab.edited;
    const LabExperiment& shown = view && !draws ? view->experiment : wanted;
    const LabRange range = lab_range(shown.data);
    LabFrame frame{area.from, area.to};
    frame.x0 = frame.y0 = float(range.low);
    frame.x1 = frame.y1 = float(range.high);
    ImGui::SetCursorScreenPos(area.from);
    const char* const name = number == 0 ? "lab.A" : "lab.B";
    ImGui::InvisibleButton(name, {std::max(area.width(), 1.0f), std::max(area.height(), 1.0f)},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
    ui.name(name);
    if (ImGui::IsItemClicked() && !lab.draws) lab.edited = int(number);
    if (draws) {
        draw_drawing(ui, list, frame, wanted);
    } else if (view) {
        if (on_line(shown))
            draw_lab_line(list, frame, *view, ui.state);
        else
            draw_lab_plane(list, frame, *view, ui.state);
        tell_place(*view, frame);
    }
    const bool edited = lab.experiments.size() == 2 && int(number) == lab.edited;
    list.AddRect(area.from, area.to, edited ? accents().accent : accents().line, 0, 0, edited ? 2.0f : 1.0f);
    if (view && !view->error.empty() && !draws) say(list, area, view->error);
    if ((!view || (view->making && view->nodes.empty())) && !draws)
        say(list, area, "The networks are being made: kernels for this device.");
}

std::string title_of(const Ui& ui, size_t number) {
    static constexpr std::array<const char*, 8> data{"a normal",   "two normals", "bars",      "ring of 8",
                                                     "25 normals", "Swiss roll",  "two moons", "your points"};
    static constexpr std::array<const char*, 5> losses{"non-saturating", "minimax", "least squares", "hinge",
                                                       "Wasserstein"};
    const LabExperiment& experiment = ui.state.lab.experiments[number];
    std::string text = ui.state.lab.experiments.size() == 2 ? (number == 0 ? "A   " : "B   ") : "";
    text += std::string(data[size_t(experiment.data)]) + ", " + losses[size_t(experiment.loss)];
    if (experiment.penalty > 0) text += ", gradient penalty";
    if (experiment.r1 > 0) text += ", R1";
    if (number < ui.facts.lab.views.size())
        text += ", step " + std::to_string(ui.facts.lab.views[number].shown_steps < 0
                                               ? 0
                                               : ui.facts.lab.views[number].shown_steps);
    return text;
}

struct Line {
    std::string name, value;
    const char* help;
};

std::string written(const char* format, double value) {
    char text[48];
    std::snprintf(text, sizeof(text), format, value);
    return text;
}

std::vector<Line> lines_of(const LabView& view) {
    std::vector<Line> lines;
    const bool known = !view.divergences.empty();
    const auto number = [&](const char* format, double value) {
        return known ? written(format, value) : "-";
    };
    lines.push_back(
        {"JS", number("%.3f bits", view.js),
         "Jensen-Shannon divergence of the histograms of data and 1600 fakes: 0 alike, 1 apart."});
    lines.push_back({"KL", number("%.2f bits", view.kl),
                     "Kullback-Leibler divergence from data to fakes; shares of fakes below 0.0001 count as "
                     "that."});
    lines.push_back({"JS by D's loss", view.has_js_of_loss ? number("%.3f bits", view.js_of_loss) : "-",
                     "1 - L / (2 ln 2), of the mean of the last losses of D without regularisers: the "
                     "divergence if D is the best one, else less. Of the two logarithmic losses."});
    if (view.modes.all > 0)
        lines.push_back(
            {"Modes found",
             known ? std::to_string(view.modes.found) + " of " + std::to_string(view.modes.all) : "-",
             "With at least 1 % of the fakes within 3 deviations."});
    if (view.modes.all > 0)
        lines.push_back({"High quality", number("%.0f %%", view.modes.high_quality * 100),
                         "Fakes within 3 deviations of a mode."});
    lines.push_back({"Mean slope", number("%.3g", view.mean_gradient),
                     "Mean length of the gradient of D's number at 96 fakes."});
    return lines;
}

void number_rows(const std::vector<Line>& lines, size_t columns, float width) {
    const float column = width / float(columns), start = ImGui::GetCursorPosX();
    for (size_t i = 0; i < lines.size(); ++i) {
        if (i % columns) ImGui::SameLine(start + float(i % columns) * column);
        ImGui::BeginGroup();
        ImGui::PushStyleColor(ImGuiCol_Text, accents().muted);
        ImGui::TextUnformatted(lines[i].name.c_str());
        ImGui::PopStyleColor();
        ImGui::SameLine(0, em() * 0.4f);
        ImGui::TextUnformatted(lines[i].value.c_str());
        ImGui::EndGroup();
        help_on_hover(lines[i].help);
    }
}

void plot_rows(const LabView& view, const char* id, float height, bool beside) {
    std::vector<const Series*> losses, js, kl;
    for (const Series& series : view.losses) losses.push_back(&series);
    for (const Series& series : view.divergences) (series.name == "KL" ? kl : js).push_back(&series);
    const std::array<std::pair<const char*, const std::vector<const Series*>*>, 3> plots{
        {{"losses", &losses}, {"Jensen-Shannon, bits", &js}, {"Kullback-Leibler, bits", &kl}}};
    const float gap = em() * 0.6f, room = ImGui::GetContentRegionAvail().x;
    const float width = beside ? (room - 2 * gap) / 3 : room;
    for (size_t i = 0; i < plots.size(); ++i) {
        if (i && beside) ImGui::SameLine(0, gap);
        const std::string name = std::string(id) + plots[i].first;
        ImGui::BeginChild(name.c_str(), {width, height}, false,
                          ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar |
                              ImGuiWindowFlags_NoScrollWithMouse);
        muted("%s", plots[i].first);
        plot(name.c_str(), *plots[i].second, std::max(ImGui::GetContentRegionAvail().y, em()), false);
        ImGui::EndChild();
    }
}

void numbers_and_plots(const Ui& ui, const Area& area, size_t number, bool beside) {
    if (number >= ui.facts.lab.views.size() || area.width() < em() * 4 || area.height() < em() * 2) return;
    const LabView& view = ui.facts.lab.views[number];
    const char* const id = number == 0 ? "numbers A" : "numbers B";
    ImGui::SetCursorScreenPos(area.from);
    ImGui::BeginChild(
        id, {area.width(), area.height()}, false,
        ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    number_rows(lines_of(view), beside ? 3 : 1, area.width());
    const float room = ImGui::GetContentRegionAvail().y - ImGui::GetStyle().ItemSpacing.y;
    plot_rows(view, id, beside ? room : std::min(room / 3 - em() * 0.4f, em() * 14), beside);
    ImGui::EndChild();
}

// The picture with its title; numbers and plots beside it where there is room, else below.
void draw_experiment(const Ui& ui, ImDrawList& list, const Area& area, size_t number) {
    const float title = em() * 1.7f, below = em() * 10.5f, side = em() * 15, gap = em();
    const bool wide = ui.state.lab.experiments.size() == 1 && area.width() > area.height() * 0.75f + side;
    list.PushClipRect(area.from, area.to, true);
    list.AddText({area.from.x, area.from.y + em() * 0.3f}, ImGui::GetColorU32(ImGuiCol_Text),
                 title_of(ui, number).c_str());
    list.PopClipRect();
    Area picture{{area.from.x, area.from.y + title}, area.to};
    (wide ? picture.to.x : picture.to.y) -= wide ? side + gap : below + gap;
    const LabView* const view = number < ui.facts.lab.views.size() ? &ui.facts.lab.views[number] : nullptr;
    const bool line = on_line(view ? view->experiment : ui.state.lab.experiments[number]);
    if (!line || (ui.state.lab.draws && !on_line(ui.state.lab.experiments[number]))) {
        const float square = std::max(std::min(picture.width(), picture.height()), 1.0f);
        picture.to = {picture.from.x + square, picture.from.y + square};
    }
    picture.to.x = std::max(picture.to.x, picture.from.x + 1);
    picture.to.y = std::max(picture.to.y, picture.from.y + 1);
    draw_picture(ui, list, picture, number);
    if (wide)
        numbers_and_plots(ui, {{picture.to.x + gap, picture.from.y}, area.to}, number, false);
    else
        numbers_and_plots(ui, {{area.from.x, picture.to.y + gap * 0.5f}, area.to}, number, true);
}

}  // namespace

void draw_lab_canvas(const Ui& ui, ImVec2 from, ImVec2 to) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float margin = em(), flow = em() * 2.6f;
    const Area area{{from.x + margin, from.y + margin * 0.6f}, {to.x - margin, to.y - margin * 0.6f}};
    ui.places["canvas"] = {from.x, from.y, to.x - from.x, to.y - from.y};
    if (area.width() < em() * 8 || area.height() < em() * 8) return;
    draw_flow(ui, list, {area.from, {area.to.x, area.from.y + flow}});
    const size_t count = ui.state.lab.experiments.size();
    const float gap = em() * 1.2f, width = (area.width() - gap * float(count - 1)) / float(count);
    for (size_t i = 0; i < count; ++i) {
        const float x = area.from.x + float(i) * (width + gap);
        draw_experiment(ui, list, {{x, area.from.y + flow}, {x + width, area.to.y}}, i);
    }
}

}  // namespace viewer
