// A layer's channels as one picture: beside each other, as grey or as heat.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/state.hpp"
#include "samples/viewer/studio/facts.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace viewer {

struct TileShape {
    int channels = 0, height = 0, width = 0;  // of one sample; numbers without extent are 1x1
};
TileShape tile_shape(std::span<const int64_t> shape);

struct Tiles {
    static constexpr int most_side = 1024;  // pixels
    int width = 0, height = 0, shown_channels = 0;
    std::vector<uint8_t> rgba;
    Moments all, shown;
};

// From `how.channel` on as many channels as fit; of `how.rgb` three as one. Normalised: each channel from its
// least to its largest value; else 0 is grey, and how.scale_db is the gain before values are cut to [-1, 1].
// Fft: the logarithm of the spectrum's magnitude of each channel, frequency 0 in the middle, as heat over 50
// dB.
Tiles make_tiles(std::span<const float> values, const TileShape& shape, const Inspect& how);

}  // namespace viewer
