// A GAN learns faces, then draws 64 of its own into faces.png.
// SPDX-License-Identifier: MIT
#include "host/api/vkgan.hpp"

#include <cstdio>

int main() {
    auto trainer = vkgan::api::Trainer::open({.model = "dcgan", .data = "faces", .folder = "run"});
    if (!trainer) return std::puts(trainer.failure().message.c_str()), 1;
    while (trainer->steps_done() < 1000)
        if (const auto report = trainer->step(); !report) return std::puts(report.failure().message.c_str()), 1;
    const auto saved = trainer->save();
    auto images = trainer->sample(64, 1);
    return saved && images && vkgan::api::write_png_grid("faces.png", *images) ? 0 : 1;
}
