// The state's fields, each once: visitors write them to JSON, read them with their ranges, or count them.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/state.hpp"

namespace viewer {

struct Range {
    double low = 0, high = 0;
};
inline constexpr Range any_number{-1e9, 1e9};

// A visitor has: number(name, value, range), for double, float and integers; flag(name, bool); text(name,
// string); choice(name, enum, words); numbers(name, vector of numbers, range); record(name, struct);
// list(name, vector of structs); texts(name, map of strings); values(name, map of doubles).
template <class Visitor>
void visit(Visitor& v, Source& s) {
    v.text("model", s.model);
    v.text("recipe", s.recipe);
    v.texts("settings", s.settings);
}

template <class Visitor>
void visit(Visitor& v, Plane& s) {
    v.number("seed", s.seed, {0, 2147483647});
    v.number("x", s.x, any_number);
    v.number("y", s.y, any_number);
    v.number("speed", s.speed, {-5, 5});
    v.flag("animated", s.animated);
    v.flag("snaps", s.snaps);
    v.numbers("origin", s.origin, any_number);
}

template <class Visitor>
void visit(Visitor& v, ControlSetting& s) {
    v.text("name", s.name);
    v.number("value", s.value, any_number);
    v.flag("set", s.set);
    v.flag("locked", s.locked);
    v.flag("animated", s.animated);
}

template <class Visitor>
void visit(Visitor& v, Pin& s) {
    v.text("name", s.name);
    v.choice("group", s.group, {"none", "with", "without", "base"});
    v.numbers("latent", s.latent, any_number);
    v.list("controls", s.controls);
}

template <class Visitor>
void visit(Visitor& v, Direction& s) {
    v.text("name", s.name);
    v.text("source", s.source);
    v.numbers("values", s.values, any_number);
    v.number("amount", s.amount, {-6, 6});
    v.flag("locked", s.locked);
}

template <class Visitor>
void visit(Visitor& v, Projection& s) {
    v.number("of", s.of, {0, 65535});
    v.number("off", s.off, {0, 65535});
}

template <class Visitor>
void visit(Visitor& v, Walk& s) {
    v.flag("playing", s.playing);
    v.number("position", s.position, any_number);
    v.number("seconds_a_pin", s.seconds_a_pin, {0.1, 60});
}

template <class Visitor>
void visit(Visitor& v, Canvas& s) {
    v.choice("show", s.show, {"image", "grid", "compare"});
    v.number("zoom", s.zoom, {0, 256});
    v.number("pan_x", s.pan_x, any_number);
    v.number("pan_y", s.pan_y, any_number);
    v.flag("smooth", s.smooth);
    v.number("columns", s.columns, {1, 8});
    v.number("rows", s.rows, {1, 8});
    v.number("split", s.split, {0, 1});
    v.flag("difference", s.difference);
}

template <class Visitor>
void visit(Visitor& v, Keyframe& s) {
    v.number("seconds", s.seconds, {0, 36000});
    v.record("plane", s.plane);
    v.number("truncation", s.truncation, {-2, 2});
    v.list("controls", s.controls);
    v.numbers("directions", s.directions, any_number);
}

template <class Visitor>
void visit(Visitor& v, Timeline& s) {
    v.list("keys", s.keys);
    v.number("seconds", s.seconds, {0, 36000});
    v.flag("playing", s.playing);
    v.number("frames_per_second", s.frames_per_second, {1, 240});
}

template <class Visitor>
void visit(Visitor& v, Training& s) {
    v.text("data", s.data);
    v.number("batch", s.batch, {0, 4096});
    v.number("k", s.k, {0, 20});
    v.number("seed", s.seed, {0, 2147483647});
    v.flag("from_weights", s.from_weights);
    v.number("publish_every", s.publish_every, {1, 100000});
    v.values("live", s.live);
    v.flag("logarithmic", s.logarithmic);
    v.number("history", s.history, {0, 1});
}

template <class Visitor>
void visit(Visitor& v, Inspect& s) {
    v.text("network", s.network);
    v.text("layer", s.layer);
    v.number("channel", s.channel, {0, 65535});
    v.flag("rgb", s.rgb);
    v.flag("normalise", s.normalise);
    v.number("scale_db", s.scale_db, {-40, 40});
    v.flag("fft", s.fft);
    v.flag("real", s.real);
}

template <class Visitor>
void visit(Visitor& v, MaterialView& s) {
    v.choice("shape", s.shape, {"sphere", "cube", "plane"});
    v.number("yaw", s.yaw, any_number);
    v.number("pitch", s.pitch, {-1.5, 1.5});
    v.number("distance", s.distance, {2, 20});
    v.number("light_yaw", s.light_yaw, any_number);
    v.number("light_pitch", s.light_pitch, {-1.5, 1.5});
    v.number("light_strength", s.light_strength, {0, 10});
    v.number("tiles", s.tiles, {1, 8});
    v.number("roughness", s.roughness, {0, 1});
    v.number("bumpiness", s.bumpiness, {0, 1});
    v.number("exposure", s.exposure, {-8, 8});
}

template <class Visitor>
void visit(Visitor& v, Material& s) {
    v.record("view", s.view);
    v.flag("turns", s.turns);
}

template <class Visitor>
void visit(Visitor& v, LabExperiment& s) {
    v.choice("data", s.data,
             {"normal", "bimodal", "histogram", "ring", "grid", "swissroll", "moons", "drawn"});
    v.choice("noise", s.noise, {"uniform", "normal"});
    v.number("noise_size", s.noise_size, {1, 2});
    v.number("hidden", s.hidden, {1, 512});
    v.number("hidden_d", s.hidden_d, {1, 512});
    v.number("depth", s.depth, {1, 6});
    v.choice("activation", s.activation, {"relu", "leaky_relu", "tanh"});
    v.choice("loss", s.loss, {"non_saturating", "minimax", "least_squares", "hinge", "wasserstein"});
    v.number("k", s.k, {1, 20});
    v.number("penalty", s.penalty, {0, 100});
    v.number("r1", s.r1, {0, 100});
    v.number("rate_g", s.rate_g, {0, 1});
    v.number("rate_d", s.rate_d, {0, 1});
    v.number("batch", s.batch, {2, 4096});
    v.number("seed", s.seed, {0, 2147483647});
    v.numbers("bars", s.bars, {0, 1000});
    v.numbers("points", s.points, {-1, 1});
}

template <class Visitor>
void visit(Visitor& v, LabLayers& s) {
    v.flag("real", s.real);
    v.flag("fake", s.fake);
    v.flag("judge", s.judge);
    v.flag("manifold", s.manifold);
    v.flag("gradients", s.gradients);
    v.flag("best", s.best);
    v.flag("best_line", s.best_line);
}

template <class Visitor>
void visit(Visitor& v, LabState& s) {
    v.list("experiments", s.experiments);
    v.number("edited", s.edited, {0, 1});
    v.record("layers", s.layers);
    v.flag("slow", s.slow);
    v.number("seconds_an_update", s.seconds_an_update, {0.1, 1.25});
    v.flag("draws", s.draws);
    v.number("brush", s.brush, {0.01, 0.5});
    v.number("budget_ms", s.budget_ms, {1, 100});
}

template <class Visitor>
void visit(Visitor& v, Look& s) {
    v.number("scale", s.scale, {0.5, 4});
    v.text("palette", s.palette);
}

template <class Visitor>
void visit(Visitor& v, ViewerState& s) {
    v.choice("page", s.page, {"explore", "attributes", "train", "inspect", "lab", "material"});
    v.record("source", s.source);
    v.record("second", s.second);
    v.record("plane", s.plane);
    v.number("truncation", s.truncation, {-2, 2});
    v.list("controls", s.controls);
    v.list("directions", s.directions);
    v.list("pins", s.pins);
    v.record("projection", s.projection);
    v.record("walk", s.walk);
    v.record("canvas", s.canvas);
    v.record("timeline", s.timeline);
    v.record("training", s.training);
    v.record("inspect", s.inspect);
    v.record("lab", s.lab);
    v.record("material", s.material);
    v.record("look", s.look);
    v.text("preset", s.preset);
    v.text("direction_set", s.direction_set);
    v.number("seconds", s.seconds, {0, 1e9});
    v.flag("takes_the_rest", s.takes_the_rest);
    v.number("least_fps", s.least_fps, {0, 240});
    v.number("budget_ms", s.budget_ms, {0.1, 100});
    v.number("training_share", s.training_share, {0, 1});
}

}  // namespace viewer
