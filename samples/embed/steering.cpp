// From actions to what is shown.
// SPDX-License-Identifier: MIT
#include "samples/embed/steering.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace embed {
namespace {

Slider slider_of(const vkgan_control& control, const std::string& name) {
    Slider slider{.name = name, .value = control.value, .low = control.low, .high = control.high};
    const bool whole = std::string_view(control.kind) == "label";
    slider.step = whole ? 1 : (control.high - control.low) / 16;
    return slider;
}

void move(Slider& slider, double steps) {
    const double from = slider.set ? slider.value : std::clamp(slider.value, slider.low, slider.high);
    slider.value = std::clamp(from + steps * slider.step, slider.low, slider.high);
    slider.set = slider.changed = true;
}

}  // namespace

std::vector<Slider> sliders_of(const std::vector<vkgan_control>& controls) {
    const auto is_named = [](const vkgan_control& control) {
        return std::string_view(control.kind) == "attribute" && control.entries == 0;
    };
    const bool named = std::any_of(controls.begin(), controls.end(), is_named);
    std::vector<Slider> sliders;
    for (const vkgan_control& control : controls) {
        const std::string_view kind = control.kind;
        if (control.live || kind == "latent") continue;
        if (kind != "attribute" || control.entries == 0) {
            sliders.push_back(slider_of(control, control.name));
            continue;
        }
        for (uint32_t i = 0; i < control.entries && !named; ++i)
            sliders.push_back(slider_of(control, std::string(control.name) + "." + std::to_string(i)));
    }
    return sliders;
}

void Steering::act(Action action) {
    Slider* const slider = sliders.empty() ? nullptr : &sliders[chosen];
    const size_t count = std::max<size_t>(sliders.size(), 1);
    switch (action) {
        case Action::next_slider: chosen = (chosen + 1) % count; break;
        case Action::previous_slider: chosen = (chosen + count - 1) % count; break;
        case Action::raise:
            if (slider) move(*slider, 1);
            break;
        case Action::lower:
            if (slider) move(*slider, -1);
            break;
        case Action::reset:
            if (slider) slider->changed = std::exchange(slider->set, false);
            break;
        case Action::more_budget: budget_ms = std::min(budget_ms * 1.25, 1000.0); break;
        case Action::less_budget: budget_ms = std::max(budget_ms / 1.25, 0.1); break;
        case Action::training: train = !train; break;
        case Action::pause: paused = !paused; break;
        case Action::cancel_step: cancel_step = true; break;
        case Action::new_seed: ++seed; break;
        case Action::animate: animated = !animated; break;
        case Action::help: help = !help; break;
        case Action::quit: quit = true; break;
    }
}

void Steering::choose(size_t slider) {
    if (slider < sliders.size()) chosen = slider;
}

void Steering::drag(Drag what, float x, float y) {
    constexpr float turn = 3;
    if (what == Drag::light) {
        light.x = std::clamp(light.x + 6 * x, -7.0f, 7.0f);
        light.y = std::clamp(light.y - 6 * y, 0.3f, 7.0f);
        return;
    }
    const size_t first = what == Drag::first_pair ? 0 : 2;
    angles[first] += turn * x;
    angles[first + 1] += turn * y;
}

void Steering::scroll(float steps) { distance = std::clamp(distance * std::pow(0.94f, steps), 4.0f, 30.0f); }

}  // namespace embed
