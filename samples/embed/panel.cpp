// Lines from top to bottom, then the plot below them.
// SPDX-License-Identifier: MIT
#include "samples/embed/panel.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <iterator>

namespace embed {
namespace {

constexpr Colour paper{10, 14, 24, 175}, white{236, 240, 248, 255}, grey{150, 162, 184, 255};
constexpr Colour accent{96, 196, 255, 255}, warm_colour{255, 184, 92, 255}, bar{92, 106, 134, 255};
constexpr Colour track{50, 60, 82, 255};
constexpr float card_width = 392, slider_card_width = 296;
constexpr float edge = 16, margin = 12, line = 18, letters = 1.5f, label_width = 86;
constexpr float plot_width = card_width - 2 * margin, plot_height = 64;
constexpr size_t most_sliders = 10, most_losses = 4;

__attribute__((format(printf, 1, 2))) std::string text(const char* format, ...) {
    char buffer[256];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(buffer, sizeof(buffer), format, arguments);
    va_end(arguments);
    return buffer;
}

// Writes lines one below the other; everything in units that the display's scale multiplies.
class Column {
public:
    Column(Canvas& canvas, float scale, float x, float y) : canvas_(canvas), scale_(scale), x_(x), y_(y) {}

    void write(Colour colour, const std::string& what) { write_at(0, colour, what); }
    void row(const std::string& name, const std::string& value, Colour colour = white) {
        canvas_.text(scale_ * x_, scale_ * y_, scale_ * letters, grey, name);
        write_at(label_width, colour, value);
    }
    void space(float height) { y_ += height; }
    void rectangle(float x, float y, float w, float h, Colour colour) {
        canvas_.rectangle(scale_ * (x_ + x), scale_ * (y_ + y), scale_ * w, scale_ * h, colour);
    }
    void label(float x, float y, Colour colour, const std::string& what) {
        canvas_.text(scale_ * (x_ + x), scale_ * (y_ + y), scale_ * letters, colour, what);
    }
    float y() const { return y_; }

private:
    void write_at(float x, Colour colour, const std::string& what) {
        label(x, 0, colour, what);
        y_ += line;
    }
    Canvas& canvas_;
    float scale_, x_, y_;
};

std::string shortened(const std::string& name, size_t most) {
    return name.size() <= most ? name : name.substr(0, most - 2) + "..";
}

void draw_numbers(Column& column, const PanelFacts& facts) {
    column.write(white, shortened(facts.model, 38));
    column.write(grey, shortened(facts.device, 38));
    column.space(6);
    column.row("frames", text("%.1f fps, %s mode", facts.fps, facts.mode));
    if (!facts.warm) {
        const vkgan_progress& progress = facts.plugin.progress();
        column.row("warming up", text("%u of %u", progress.done, progress.total), warm_colour);
        column.write(warm_colour, shortened(progress.doing, 40));
        return;
    }
    column.row("budget", text("%.2f ms a frame", facts.steering.budget_ms), warm_colour);
    column.row("plugin", text("%.2f ms planned, %.2f measured", facts.planned_ms, facts.measured_ms), accent);
    column.row("host", text("%.0f us in plugin calls", facts.host_us));
    column.row("pictures", text("%llu", static_cast<unsigned long long>(facts.plugin.images())));
}

void draw_training(Column& column, const PanelFacts& facts) {
    const TrainingView& training = facts.plugin.training();
    if (!training.begun) {
        column.row("training", "off (key T)", grey);
        return;
    }
    const char* const state = !training.ready            ? "being made"
                              : facts.steering.paused    ? "paused"
                              : !facts.steering.train    ? "off"
                              : training.state.steps < 1 ? "first step"
                                                         : "on";
    column.row("training",
               text("%s, %lld steps, %.0f %% of next", state, static_cast<long long>(training.state.steps),
                    100 * training.state.part_done));
    std::string losses;
    for (size_t i = 0; i < std::min(training.values.size(), most_losses); ++i)
        losses += text("%s%s %.3g", i ? "  " : "", training.values[i].name.c_str(), training.values[i].value);
    if (!losses.empty()) column.write(grey, shortened(losses, 42));
}

void draw_sliders(Column& column, const Steering& steering) {
    const size_t count = steering.sliders.size();
    const size_t first = std::min(steering.chosen - std::min(steering.chosen, most_sliders / 2),
                                  count - std::min(count, most_sliders));
    for (size_t i = first; i < std::min(count, first + most_sliders); ++i) {
        const Slider& slider = steering.sliders[i];
        const Colour colour = i == steering.chosen ? warm_colour : grey;
        constexpr float bar_x = 132, bar_width = 56;
        const double range = std::max(slider.high - slider.low, 1e-9);
        const auto part = float(std::clamp((slider.value - slider.low) / range, 0.0, 1.0));
        column.rectangle(bar_x, 3, bar_width, 5, track);
        if (slider.set) column.rectangle(bar_x, 3, bar_width * part, 5, colour);
        column.label(bar_x + bar_width + 12, 0, colour, slider.set ? text("%.2f", slider.value) : "as drawn");
        column.write(colour, shortened(text("%zu %s", i + 1, slider.name.c_str()), 18));
    }
}

// The axis ends at a round number above nearly all bars, so that one long frame does not flatten the others.
float axis_of(const FrameTimes& times, double budget_ms) {
    std::array<float, FrameTimes::count> sorted = times.frame_ms;
    std::sort(sorted.begin(), sorted.end());
    const float wanted = std::max(sorted[sorted.size() * 95 / 100], float(budget_ms)) * 1.15f;
    for (const float step : {1.f, 2.f, 5.f, 10.f, 16.f, 25.f, 33.f, 50.f, 75.f, 100.f, 150.f, 200.f, 500.f})
        if (step >= wanted) return step;
    return wanted;
}

void draw_plot(Column& column, const PanelFacts& facts) {
    const FrameTimes& times = facts.times;
    const float axis = axis_of(times, facts.steering.budget_ms);
    constexpr float step = (plot_width) / FrameTimes::count;
    const auto height = [&](float ms) { return plot_height * std::clamp(ms / axis, 0.0f, 1.0f); };
    column.rectangle(0, 0, plot_width, plot_height, {24, 30, 46, 200});
    for (size_t i = 0; i < FrameTimes::count; ++i) {
        const size_t at = (times.next + i) % FrameTimes::count;
        const float frame = height(times.frame_ms[at]), plugin = height(times.plugin_ms[at]);
        if (frame > 0) column.rectangle(float(i) * step, plot_height - frame, step, frame, bar);
        if (plugin > 0) column.rectangle(float(i) * step, plot_height - plugin, step, plugin, accent);
    }
    const float budget = plot_height - height(float(facts.steering.budget_ms));
    column.rectangle(0, budget - 0.75f, plot_width, 1.5f, warm_colour);
    column.label(4, 4, grey, text("%.0f ms", axis));
    column.space(plot_height + 6);
    column.rectangle(0, 3, 9, 5, bar);
    column.label(14, 0, grey, "frame");
    column.rectangle(70, 3, 9, 5, accent);
    column.label(84, 0, grey, "plugin on device");
    column.rectangle(216, 4.5f, 12, 2, warm_colour);
    column.write(grey, "");
    column.label(233, -line, grey, "budget");
}

void draw_help(Canvas& canvas, const PanelFacts& facts) {
    static constexpr const char* rows[][2]{{"drag left", "latent: two directions"},
                                           {"drag right", "latent: two more"},
                                           {"drag middle, Shift", "move the light"},
                                           {"wheel", "nearer or farther"},
                                           {"1..9, Up, Down", "choose an attribute"},
                                           {"Left, Right", "change it"},
                                           {"0", "draw it at random again"},
                                           {"+ -", "budget"},
                                           {"T", "training on or off"},
                                           {"P", "pause training"},
                                           {"C", "cancel the step in flight"},
                                           {"R", "other faces"},
                                           {"Space", "animation on or off"},
                                           {"F1", "this help"},
                                           {"Esc", "quit"}};
    const float scale = facts.scale, box_width = 380, box_height = 2 * margin + line * float(std::size(rows));
    const float x = (float(facts.width) / scale - box_width) / 2,
                y = (float(facts.height) / scale - box_height) / 2;
    canvas.rectangle(scale * x, scale * y, scale * box_width, scale * box_height, {10, 14, 24, 225});
    Column column(canvas, scale, x + margin, y + margin + 3);
    for (const auto& row : rows) {
        column.label(176, 0, white, row[1]);
        column.write(warm_colour, row[0]);
    }
}

// A card that is as long as what `write` writes on it, which a scratch tells first.
template <class Write>
void draw_card(Canvas& canvas, const PanelFacts& facts, float x, float width, const Write& write) {
    const float s = facts.scale;
    Canvas scratch;
    Column measured(scratch, s, x + margin, edge + margin);
    write(measured);
    const float height = measured.y() - edge + margin / 2;
    canvas.rectangle(s * x, s * edge, s * width, s * height, paper);
    canvas.rectangle(s * x, s * edge, s * 3, s * height, accent);
    Column column(canvas, s, x + margin, edge + margin);
    write(column);
}

}  // namespace

void draw_panel(Canvas& canvas, const PanelFacts& facts) {
    canvas.clear();
    const float width = float(facts.width) / facts.scale, height = float(facts.height) / facts.scale;
    if (facts.steering.help) draw_help(canvas, facts);
    if (width < 500 || height < 400) return;  // it would hide the scene
    draw_card(canvas, facts, edge, card_width, [&](Column& column) {
        draw_numbers(column, facts);
        if (facts.warm) draw_training(column, facts);
        if (!facts.note.empty()) column.write(warm_colour, shortened(facts.note, 44));
        column.space(6);
        draw_plot(column, facts);
    });
    if (width < 800 || facts.steering.sliders.empty()) return;
    draw_card(canvas, facts, width - edge - slider_card_width, slider_card_width,
              [&](Column& column) { draw_sliders(column, facts.steering); });
}

}  // namespace embed
