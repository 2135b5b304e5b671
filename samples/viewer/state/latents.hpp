// Latents from the state: the plane of seeds, directions, truncation; walks and keyframes in between.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/state.hpp"

#include <functional>
#include <span>
#include <vector>

namespace viewer {

using Latent = std::vector<float>;
// The latent that the model draws from a seed.
using SeedLatent = std::function<Latent(int64_t seed)>;

int64_t seed_at(const Plane& plane, int64_t i, int64_t j);  // stays from 0 to 2^31 - 1

// The blend of the four latents around, with the length that their lengths blend to: a mean of independent
// normal vectors would be shorter than any of them, and networks have seen none so short.
Latent plane_latent(const Plane& plane, const SeedLatent& of_seed);
// As long as the ends' lengths blend to, along the great circle between them (Shoemake 1985).
Latent between(std::span<const float> from, std::span<const float> to, double part);

// What the network gets: plane, directions, truncation.
Latent latent_of(const ViewerState& state, const SeedLatent& of_seed);
// Of image `i` of the grid: the plane's neighbours, row by row.
Latent grid_latent(const ViewerState& state, int i, const SeedLatent& of_seed);

// mean(with) - mean(without) + base (Radford et al. 2016, section 6.3.2); all of one size, none of the lists
// empty.
Latent arithmetic(std::span<const Latent> with, std::span<const Latent> without, const Latent& base);
// n1 - (n1 . n2) n2, of length 1 (Shen et al. 2020, section 3.2); `of` itself if the two are parallel.
Latent projected(std::span<const float> of, std::span<const float> off);

// What moves by itself, `seconds` on: plane, controls in their `ranges`, walk, timeline, material.
struct ControlRange {
    std::string name;
    double low = 0, high = 1;
};
void advance_motion(ViewerState& state, double seconds, std::span<const ControlRange> ranges);
// The state at a time of the timeline, between its keyframes.
void apply_timeline(ViewerState& state);
Keyframe keyframe_of(const ViewerState& state, double seconds);
// Replaces the key at that time, if there is one.
void set_keyframe(ViewerState& state);

// New values of everything that is not locked; `seed` makes them.
void randomise(ViewerState& state, uint64_t seed, std::span<const ControlRange> ranges);

}  // namespace viewer
