// Curves and bars, drawn as lines.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdio>

namespace viewer {
namespace {

struct Frame {
    ImVec2 low, high;
    float x0 = 0, x1 = 1, y0 = 0, y1 = 1;  // data at the corners
    float x(float step) const { return low.x + (step - x0) / std::max(x1 - x0, 1e-6f) * (high.x - low.x); }
    float y(float value) const {
        return high.y - (value - y0) / std::max(y1 - y0, 1e-12f) * (high.y - low.y);
    }
};

float shown_value(float value, bool logarithmic) {
    return logarithmic ? std::log10(std::max(std::abs(value), 1e-8f)) : value;
}

// A few extreme values, as at the start of a training, must not flatten the rest.
void find_range(std::span<const Series* const> series, bool logarithmic, Frame& frame) {
    std::vector<float> values;
    frame.x0 = FLT_MAX;
    frame.x1 = -FLT_MAX;
    for (const Series* one : series) {
        for (size_t i = 0; i < one->values.size(); ++i) {
            if (std::isfinite(one->values[i])) values.push_back(shown_value(one->values[i], logarithmic));
            frame.x0 = std::min(frame.x0, one->steps[i]);
            frame.x1 = std::max(frame.x1, one->steps[i]);
        }
    }
    if (values.empty()) return;
    const auto [least, most] = std::ranges::minmax(values);
    const auto at = [&](double part) {
        const auto place = values.begin() + long(part * double(values.size() - 1));
        std::ranges::nth_element(values, place);
        return *place;
    };
    const float low = at(0.01), high = at(0.99), margin = std::max((high - low) * 0.12f, 1e-4f);
    frame.y0 = std::max(low, least) - margin;
    frame.y1 = std::min(high, most) + margin;
}

void draw_grid(ImDrawList& list, const Frame& frame, bool logarithmic) {
    const Accents& colours = accents();
    for (int i = 0; i <= 2; ++i) {
        const float value = frame.y0 + (frame.y1 - frame.y0) * float(i) / 2, y = frame.y(value);
        list.AddLine({frame.low.x, y}, {frame.high.x, y}, colours.line);
        char text[32];
        std::snprintf(text, sizeof(text), "%.3g", double(logarithmic ? std::pow(10.0f, value) : value));
        list.AddText({frame.low.x + em() * 0.2f, y - (i == 2 ? 0 : em())}, colours.muted, text);
    }
}

void draw_curve(ImDrawList& list, const Frame& frame, const Series& series, bool logarithmic, ImU32 colour) {
    // At most a point for each pixel: the mean of those that fall together.
    const float width = frame.high.x - frame.low.x;
    const size_t stride = std::max<size_t>(1, size_t(float(series.values.size()) / std::max(width, 1.0f)));
    std::vector<ImVec2> points;
    for (size_t i = 0; i < series.values.size(); i += stride) {
        const size_t end = std::min(i + stride, series.values.size());
        float sum = 0;
        for (size_t k = i; k < end; ++k) sum += series.values[k];
        const float value = sum / float(end - i);
        if (!std::isfinite(value)) continue;
        points.push_back({frame.x(series.steps[i]),
                          std::clamp(frame.y(shown_value(value, logarithmic)), frame.low.y, frame.high.y)});
    }
    list.AddPolyline(points.data(), int(points.size()), colour, 0, std::max(1.0f, em() * 0.1f));
}

}  // namespace

void plot(const char* id, std::span<const Series* const> series, float height, bool logarithmic) {
    const ImVec2 low = ImGui::GetCursorScreenPos(), size{ImGui::GetContentRegionAvail().x, height};
    ImGui::InvisibleButton(id, {std::max(size.x, 1.0f), size.y});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    Frame frame{low, {low.x + size.x, low.y + size.y}};
    list.AddRectFilled(frame.low, frame.high, accents().canvas, 4);
    find_range(series, logarithmic, frame);
    list.PushClipRect(frame.low, frame.high, true);
    if (!series.empty() && frame.x1 >= frame.x0) draw_grid(list, frame, logarithmic);
    float x = frame.low.x + em() * 3.5f;
    for (size_t i = 0; i < series.size(); ++i) {
        const ImU32 colour = accents().curves[i % accents().curves.size()];
        draw_curve(list, frame, *series[i], logarithmic, colour);
        list.AddText({x, frame.low.y + em() * 0.15f}, colour, series[i]->name.c_str());
        x += ImGui::CalcTextSize(series[i]->name.c_str()).x + em();
    }
    list.PopClipRect();
    if (!ImGui::IsItemHovered() || series.empty() || frame.x1 <= frame.x0) return;
    const float step = frame.x0 + (ImGui::GetIO().MousePos.x - low.x) / size.x * (frame.x1 - frame.x0);
    ImGui::BeginTooltip();
    ImGui::Text("step %.0f", double(step));
    for (const Series* one : series) {
        const auto at = std::ranges::lower_bound(one->steps, step);
        if (at != one->steps.end())
            ImGui::Text("%s  %.4g", one->name.c_str(), double(one->values[size_t(at - one->steps.begin())]));
    }
    ImGui::EndTooltip();
}

void time_plot(const char* id, const FrameFacts& frames, double line_ms, float height) {
    const ImVec2 low = ImGui::GetCursorScreenPos(), size{ImGui::GetContentRegionAvail().x, height};
    ImGui::InvisibleButton(id, {std::max(size.x, 1.0f), size.y});
    const ImVec2 high{low.x + size.x, low.y + size.y};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, accents().canvas, 4);
    float most = float(line_ms) * 1.25f;
    for (const float ms : frames.frame_ms) most = std::max(most, ms);
    const float step = size.x / float(FrameFacts::kept);
    const auto y = [&](float ms) { return high.y - std::min(ms / std::max(most, 1e-3f), 1.0f) * size.y; };
    for (size_t i = 0; i < FrameFacts::kept; ++i) {
        const size_t at = (frames.next + i) % FrameFacts::kept;
        const float x = low.x + float(i) * step;
        list.AddRectFilled({x, y(frames.frame_ms[at])}, {x + step, high.y}, accents().line);
        list.AddRectFilled({x, y(frames.device_ms[at])}, {x + step, high.y}, accents().accent);
    }
    list.AddLine({low.x, y(float(line_ms))}, {high.x, y(float(line_ms))}, accents().warning);
}

}  // namespace viewer
