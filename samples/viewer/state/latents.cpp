// Blends, walks, arithmetic.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/latents.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace viewer {
namespace {

constexpr int64_t seed_count = int64_t{1} << 31;
constexpr double pi = 3.14159265358979323846;

double length_of(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) sum += double(value) * value;
    return std::sqrt(sum);
}

void scale_to(Latent& values, double length) {
    const double now = length_of(values);
    if (now <= 1e-12) return;
    for (float& value : values) value = float(value * length / now);
}

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size() && i < b.size(); ++i) sum += double(a[i]) * b[i];
    return sum;
}

Latent corner(const Plane& plane, int64_t i, int64_t j, const SeedLatent& of_seed) {
    if (i == 0 && j == 0 && !plane.origin.empty()) return plane.origin;
    return of_seed(seed_at(plane, i, j));
}

Latent finished(const ViewerState& state, Latent latent) {
    for (const Direction& direction : state.directions) {
        if (direction.amount == 0 || direction.values.size() != latent.size()) continue;
        for (size_t i = 0; i < latent.size(); ++i) latent[i] += float(direction.amount * direction.values[i]);
    }
    for (float& value : latent) value = float(value * state.truncation);
    return latent;
}

void blend_controls(std::vector<ControlSetting>& now, const std::vector<ControlSetting>& from,
                    const std::vector<ControlSetting>& to, double part) {
    for (ControlSetting& setting : now) {
        if (setting.locked) continue;
        const ControlSetting *a = find_setting(from, setting.name), *b = find_setting(to, setting.name);
        setting.set = (part < 0.5 ? a && a->set : b && b->set) || (a && b && a->set && b->set);
        if (a && b && a->set && b->set)
            setting.value = a->value + (b->value - a->value) * part;
        else if (setting.set)
            setting.value = part < 0.5 ? a->value : b->value;
    }
}

// The settings that `from` and `to` know and `now` does not.
void make_known(std::vector<ControlSetting>& now, const std::vector<ControlSetting>& of) {
    for (const ControlSetting& setting : of) setting_of(now, setting.name);
}

double blend(double a, double b, double part) { return a + (b - a) * part; }

void walk_on(ViewerState& state, double seconds) {
    if (!state.walk.playing || state.pins.size() < 2) return;
    const auto count = double(state.pins.size());
    double& position = state.walk.position;
    position += seconds / state.walk.seconds_a_pin;
    position -= count * std::floor(position / count);
    const auto from = size_t(position) % state.pins.size();
    const size_t to = (from + 1) % state.pins.size();
    // Slow at the pins, so that one sees them.
    const double way = position - std::floor(position), part = way * way * (3 - 2 * way);
    state.plane.x = state.plane.y = 0;
    state.plane.origin = between(state.pins[from].latent, state.pins[to].latent, part);
    make_known(state.controls, state.pins[from].controls);
    make_known(state.controls, state.pins[to].controls);
    blend_controls(state.controls, state.pins[from].controls, state.pins[to].controls, part);
}

}  // namespace

ControlSetting& setting_of(std::vector<ControlSetting>& controls, const std::string& name) {
    for (ControlSetting& setting : controls)
        if (setting.name == name) return setting;
    controls.push_back({.name = name});
    return controls.back();
}

const ControlSetting* find_setting(const std::vector<ControlSetting>& controls, const std::string& name) {
    for (const ControlSetting& setting : controls)
        if (setting.name == name) return &setting;
    return nullptr;
}

int64_t seed_at(const Plane& plane, int64_t i, int64_t j) {
    const int64_t seed = (plane.seed + i + 100 * j) % seed_count;
    return seed < 0 ? seed + seed_count : seed;
}

Latent plane_latent(const Plane& plane, const SeedLatent& of_seed) {
    const double x = plane.snaps ? std::round(plane.x) : plane.x;
    const double y = plane.snaps ? std::round(plane.y) : plane.y;
    const auto i = int64_t(std::floor(x)), j = int64_t(std::floor(y));
    const double u = x - double(i), v = y - double(j);
    Latent sum;
    double length = 0;
    for (int k = 0; k < 4; ++k) {
        const double weight = (k & 1 ? u : 1 - u) * (k & 2 ? v : 1 - v);
        if (weight == 0) continue;
        const Latent one = corner(plane, i + (k & 1), j + (k >> 1), of_seed);
        sum.resize(one.size());
        for (size_t n = 0; n < one.size(); ++n) sum[n] += float(weight * one[n]);
        length += weight * length_of(one);
    }
    if (u != 0 || v != 0) scale_to(sum, length);
    return sum;
}

Latent between(std::span<const float> from, std::span<const float> to, double part) {
    const double a = length_of(from), b = length_of(to);
    Latent result(from.begin(), from.end());
    if (from.size() != to.size() || part <= 0) return result;
    if (part >= 1) return {to.begin(), to.end()};
    const double cosine = a * b > 0 ? std::clamp(dot(from, to) / (a * b), -1.0, 1.0) : 1;
    const double angle = std::acos(cosine);
    double first = 1 - part, second = part;
    if (angle > 1e-4 && angle < 3.1) {
        first = std::sin((1 - part) * angle) / std::sin(angle) / a;
        second = std::sin(part * angle) / std::sin(angle) / b;
    }
    for (size_t i = 0; i < result.size(); ++i) result[i] = float(first * from[i] + second * to[i]);
    scale_to(result, blend(a, b, part));
    return result;
}

Latent latent_of(const ViewerState& state, const SeedLatent& of_seed) {
    return finished(state, plane_latent(state.plane, of_seed));
}

Latent grid_latent(const ViewerState& state, int i, const SeedLatent& of_seed) {
    Plane plane = state.plane;
    plane.x += i % state.canvas.columns;
    plane.y += i / state.canvas.columns;
    return finished(state, plane_latent(plane, of_seed));
}

Latent arithmetic(std::span<const Latent> with, std::span<const Latent> without, const Latent& base) {
    Latent result = base;
    const auto add = [&](std::span<const Latent> list, double sign) {
        for (const Latent& one : list)
            for (size_t i = 0; i < result.size() && i < one.size(); ++i)
                result[i] += float(sign * one[i] / double(list.size()));
    };
    add(with, 1);
    add(without, -1);
    return result;
}

Latent projected(std::span<const float> of, std::span<const float> off) {
    Latent result(of.begin(), of.end());
    const double length = length_of(off);
    if (length <= 1e-12 || of.size() != off.size()) return result;
    const double along = dot(of, off) / (length * length);
    for (size_t i = 0; i < result.size(); ++i) result[i] -= float(along * off[i]);
    if (length_of(result) < 1e-6 * length_of(of)) return {of.begin(), of.end()};
    scale_to(result, 1);
    return result;
}

Keyframe keyframe_of(const ViewerState& state, double seconds) {
    Keyframe key{.seconds = seconds, .plane = state.plane, .truncation = state.truncation};
    key.controls = state.controls;
    for (const Direction& direction : state.directions) key.directions.push_back(direction.amount);
    return key;
}

void set_keyframe(ViewerState& state) {
    std::vector<Keyframe>& keys = state.timeline.keys;
    std::erase_if(keys,
                  [&](const Keyframe& key) { return std::abs(key.seconds - state.timeline.seconds) < 1e-3; });
    keys.push_back(keyframe_of(state, state.timeline.seconds));
    std::ranges::sort(keys, {}, &Keyframe::seconds);
}

void apply_timeline(ViewerState& state) {
    const std::vector<Keyframe>& keys = state.timeline.keys;
    if (keys.empty()) return;
    const auto after = std::ranges::upper_bound(keys, state.timeline.seconds, {}, &Keyframe::seconds);
    const Keyframe& from = after == keys.begin() ? *after : *(after - 1);
    const Keyframe& to = after == keys.end() ? from : *after;
    const double span = to.seconds - from.seconds;
    const double part = span > 0 ? std::clamp((state.timeline.seconds - from.seconds) / span, 0.0, 1.0) : 0;
    const Plane kept = state.plane;
    state.plane = from.plane;
    if (from.plane.origin == to.plane.origin && from.plane.seed == to.plane.seed) {
        state.plane.x = blend(from.plane.x, to.plane.x, part);
        state.plane.y = blend(from.plane.y, to.plane.y, part);
    } else if (part >= 1) {
        state.plane = to.plane;
    }
    state.plane.animated = kept.animated;
    state.plane.speed = kept.speed;
    state.truncation = blend(from.truncation, to.truncation, part);
    make_known(state.controls, from.controls);
    make_known(state.controls, to.controls);
    blend_controls(state.controls, from.controls, to.controls, part);
    for (size_t i = 0; i < state.directions.size(); ++i)
        if (i < from.directions.size() && i < to.directions.size())
            state.directions[i].amount = blend(from.directions[i], to.directions[i], part);
}

void advance_motion(ViewerState& state, double seconds, std::span<const ControlRange> ranges) {
    state.seconds += seconds;
    if (state.plane.animated) {
        state.plane.x += seconds * state.plane.speed;
        state.plane.y += seconds * state.plane.speed * 0.37;  // not along a row, which repeats soonest
    }
    for (ControlSetting& setting : state.controls) {
        if (!setting.animated || setting.locked) continue;
        const auto range = std::ranges::find(ranges, setting.name, &ControlRange::name);
        if (range == ranges.end() || range->high <= range->low) continue;
        constexpr double seconds_there_and_back = 4;
        const double part = 0.5 - 0.5 * std::cos(2 * pi * state.seconds / seconds_there_and_back);
        setting.value = blend(range->low, range->high, part);
        setting.set = true;
    }
    walk_on(state, seconds);
    if (state.timeline.playing && state.timeline.keys.size() > 1) {
        const double first = state.timeline.keys.front().seconds, last = state.timeline.keys.back().seconds;
        state.timeline.seconds += seconds;
        if (state.timeline.seconds > last) state.timeline.seconds = first;
        apply_timeline(state);
    }
    if (state.material.turns) {
        constexpr double radians_a_second = 0.35;
        state.material.view.yaw =
            float(std::remainder(state.material.view.yaw + radians_a_second * seconds, 2 * pi));
    }
}

void randomise(ViewerState& state, uint64_t seed, std::span<const ControlRange> ranges) {
    std::mt19937_64 random(seed);
    state.plane.origin.clear();
    state.plane.seed = int64_t(random() % uint64_t(seed_count));
    state.plane.x = state.plane.y = 0;
    for (const ControlRange& range : ranges) {
        const ControlSetting* const known = find_setting(state.controls, range.name);
        if (!known || known->locked || !known->set) continue;
        const double part = double(random() >> 11) / 9007199254740992.0;
        setting_of(state.controls, range.name).value = range.low + (range.high - range.low) * part;
    }
    for (Direction& direction : state.directions) {
        if (direction.locked) continue;
        direction.amount = (double(random() >> 11) / 9007199254740992.0 * 2 - 1) * 2;
    }
}

}  // namespace viewer
