// What the texture looks like on things.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/ui.hpp"

#include <array>

namespace viewer {
namespace {

bool slider_float(const Ui& ui, const char* name, const char* help, float& value, double low, double high,
                  const char* format = "%.2f") {
    double number = value;
    const bool changed = slider(ui, name, help, number, low, high, format);
    if (changed) value = float(number);
    return changed;
}

}  // namespace

void material_panel(const Ui& ui) {
    Material& material = ui.state.material;
    MaterialView& view = material.view;
    if (begin_section(ui, "Shape")) {
        static constexpr std::array<const char*, 3> shapes{"Sphere", "Cube", "Plane"};
        int shape = int(view.shape);
        if (choice(ui, "shape", shapes, shape)) view.shape = MaterialShape(shape);
        slider_float(ui, "Tiles", "How often the texture is repeated along each side.", view.tiles, 1, 8,
                     "%.0f");
        view.tiles = float(int(view.tiles + 0.5f));
        toggle(ui, "Turns", "Turns by itself.", material.turns);
        slider_float(ui, "Distance", "Of the eye.", view.distance, 2, 20);
        muted("Drag on the picture to turn it; with the right button the light moves.");
    }
    end_section();
    if (begin_section(ui, "Light and surface")) {
        slider_float(ui, "Light", "How bright the light is.", view.light_strength, 0, 10);
        slider_float(ui, "Exposure", "Of the whole picture, in stops: 1 is twice as bright.", view.exposure,
                     -8, 8);
        slider_float(ui, "Roughness", "Where the network gives none: 0 is polished, 1 matt.", view.roughness,
                     0, 1);
        slider_float(ui, "Bumps", "Where the network gives no normals: taken from how light the texture is.",
                     view.bumpiness, 0, 1);
        if (button(ui, "Reset view", "Everything on this page as at the start.")) material = {};
    }
    end_section();
    view_section(ui);
    pins_section(ui);
}

}  // namespace viewer
