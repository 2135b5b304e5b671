// The keys of a model's JSON: one function a struct, used for writing and for reading. A third argument is
// the value that is not written.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/model/model.hpp"

namespace vkgan {

inline constexpr int model_format = 1;  // raised when an old reader would misread a new file

template <class Visitor>
void visit_fields(Visitor& field, Layer& x) {
    field("name", x.name);
    field("type", x.type);
    field("from", x.from);
    field("options", x.options);
}

template <class Visitor>
void visit_fields(Visitor& field, Initialiser& x) {
    field("kind", x.kind);
    field("a", x.a);
    field("b", x.b);
}

template <class Visitor>
void visit_fields(Visitor& field, NetworkInput& x) {
    field("name", x.name);
    field("type", x.type);
    field("shape", x.shape);
}

template <class Visitor>
void visit_fields(Visitor& field, Network& x) {
    field("name", x.name);
    field("inputs", x.inputs);
    field("layers", x.layers);
    field("output", x.output);
    field("initialisers", x.initialisers);
    field("ema_decay", x.ema_decay);
}

template <class Visitor>
void visit_fields(Visitor& field, Optimiser& x) {
    field("network", x.network);
    field("kind", x.kind);
    field("learning_rate", x.learning_rate);
    field("beta1", x.beta1);
    field("beta2", x.beta2);
    field("momentum", x.momentum);
    field("epsilon", x.epsilon);
    field("weight_decay", x.weight_decay);
    field("clip", x.clip);
    field("decay", x.decay);
    field("minimum_learning_rate", x.minimum_learning_rate);
    field("decay_start", x.decay_start, int64_t(0));
    field("linear_steps", x.linear_steps, int64_t(0));
    field("fall_power", x.fall_power, 1.0);
    field("final_momentum", x.final_momentum);
    field("momentum_steps", x.momentum_steps);
}

template <class Visitor>
void visit_fields(Visitor& field, Statement& x) {
    field("result", x.result);
    field("function", x.function);
    field("arguments", x.arguments);
    field("options", x.options);
}

template <class Visitor>
void visit_fields(Visitor& field, Phase& x) {
    field("name", x.name);
    field("repeat", x.repeat);
    field("every", x.timing.every, 1);
    field("early_repeat", x.timing.early_repeat, 0);
    field("early_steps", x.timing.early_steps, int64_t(0));
    field("early_every", x.timing.early_every, int64_t(0));
    field("statements", x.statements);
}

template <class Visitor>
void visit_fields(Visitor& field, Source& x) {
    field("name", x.name);
    field("kind", x.kind);
    field("shape", x.shape);
    field("low", x.low);
    field("high", x.high);
    field("names", x.names);
    field("patterns", x.patterns);
}

template <class Visitor>
void visit_fields(Visitor& field, Control& x) {
    field("name", x.name);
    field("kind", x.kind);
    field("value", x.value);
    field("low", x.low);
    field("high", x.high);
    field("live", x.live);
    field("help", x.help);
}

template <class Visitor>
void visit_fields(Visitor& field, Model& x) {
    field("recipe", x.recipe);
    field("parameters", x.parameters);
    field("networks", x.networks);
    field("optimisers", x.optimisers);
    field("sources", x.sources);
    field("phases", x.phases);
    field("controls", x.controls);
    field("reports", x.reports);
    field("sample_network", x.sample_network);
    field("sample_source", x.sample_source);
    field("batch", x.batch);
}

}  // namespace vkgan
