// Mixing two independent normal values by cosine and sine of an angle gives a normal value.
// SPDX-License-Identifier: MIT
#include "samples/embed/latent.hpp"

#include <cmath>

namespace embed {
namespace {

constexpr double pi = 3.14159265358979323846;

// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

// Standard normal (Box & Muller 1958); the same for the same seed, stream and index.
float normal(uint64_t seed, uint64_t stream, uint64_t index) {
    const uint64_t key = mixed(mixed(mixed(seed) ^ stream) ^ index);
    const double u = (double(key >> 11) + 1) / 9007199254740993.0;
    const double v = double(mixed(key) >> 11) / 9007199254740992.0;
    return float(std::sqrt(-2 * std::log(u)) * std::cos(2 * pi * v));
}

constexpr uint64_t direction_stream = UINT64_MAX;

}  // namespace

Latent::Latent(uint32_t batch, uint32_t size)
    : batch_(batch),
      size_(size),
      from_(size_t(batch) * size),
      to_(from_.size()),
      directions_(size_t(4) * size),
      values_(from_.size()) {}

void Latent::find_stops(uint64_t seed, uint64_t stop) {
    if (seed == seed_ && stop == stop_) return;
    for (size_t i = 0; i < from_.size(); ++i) {
        from_[i] = normal(seed, stop, i);
        to_[i] = normal(seed, stop + 1, i);
    }
    for (size_t i = 0; i < directions_.size(); ++i) directions_[i] = normal(seed, direction_stream, i);
    seed_ = seed;
    stop_ = stop;
}

std::span<const float> Latent::values(uint64_t seed, double stops, const std::array<float, 4>& angles) {
    const double whole = std::floor(stops), part = stops - whole;
    find_stops(seed, uint64_t(whole));
    // Slow at the stops, so that one sees them.
    const double way = pi / 2 * part * part * (3 - 2 * part);
    const auto c = float(std::cos(way)), s = float(std::sin(way));
    for (size_t i = 0; i < values_.size(); ++i) values_[i] = c * from_[i] + s * to_[i];
    for (size_t k = 0; k < angles.size(); ++k) {
        if (angles[k] == 0) continue;
        const float keep = std::cos(angles[k]), take = std::sin(angles[k]);
        for (size_t i = 0; i < values_.size(); ++i)
            values_[i] = keep * values_[i] + take * directions_[k * size_ + i % size_];
    }
    return values_;
}

}  // namespace embed
