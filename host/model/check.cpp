// check: names resolve and numbers lie in their ranges. What layers and statements know of options is
// lowering's to check.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"
#include "host/model/model.hpp"
#include "host/model/words.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace vkgan {

namespace {

using Names = std::vector<std::string>;

constexpr int largest_batch = 65536;
constexpr int64_t largest_extent = 1 << 24;
constexpr size_t largest_rank = 4;  // of one sample; the batch comes on top
constexpr size_t most_items = 10000;
constexpr double largest_number = 1e30;  // a float, and its square is a double

// Collects the first mistake; every test names its place in the model.
struct Checker {
    const Model& model;
    Status status;
    Names network_names, source_names, result_names;

    void fail(Code code, const std::string& place, const std::string& text) {
        if (status) status = Error{code, place + ": " + text};
    }
    void bad(const std::string& place, const std::string& text) { fail(Code::invalid_argument, place, text); }

    void range(const std::string& place, double value, double low, double high) {
        if (value >= low && value <= high) return;
        bad(place, number_text(value) + " is not from " + number_text(low) + " to " + number_text(high));
    }
    void one_of(const std::string& place, const std::string& name, const Names& known) {
        if (std::find(known.begin(), known.end(), name) != known.end()) return;
        if (known.empty())
            return fail(Code::not_found, place, in_quotes(name) + " is not known; there are none");
        const std::string near = did_you_mean(name, known);
        fail(Code::not_found, place,
             in_quotes(name) + " is not known" + (near.empty() ? "; known are " + joined(known) : near));
    }
    void new_name(const std::string& place, const std::string& name, Names& names) {
        if (!is_plain_name(name)) {
            return bad(place, in_quotes(name) + " is not a name: letters, digits, '_', '.' and '-' make one");
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            return bad(place, "the name " + in_quotes(name) + " is taken already");
        }
        names.push_back(name);
    }
    template <class T>
    bool counted(const std::string& place, const std::vector<T>& list, size_t least) {
        if (list.size() >= least && list.size() <= most_items) return true;
        const std::string wanted = std::to_string(least) + " to " + std::to_string(most_items);
        bad(place, "has " + std::to_string(list.size()) + " entries; " + wanted + " make sense");
        return false;
    }

    void shape(const std::string& place, const std::vector<int64_t>& extents);
    void options(const std::string& place, const Options& options);
    void initialiser(const std::string& place, const Initialiser& x);
    void network(const std::string& place, const Network& x);
    void layer(const std::string& place, const Layer& x, Names& values);
    void optimiser(const std::string& place, const Optimiser& x, Names& stepped);
    void source(const std::string& place, const Source& x);
    void patterns(const std::string& place, const Source& x);
    void statement(const std::string& place, const Statement& x, Names& values);
    void phase(const std::string& place, const Phase& x, Names& phases);
    void control(const std::string& place, const Control& x, Names& controls);
    void sampling();
    void all();
};

std::string at(const std::string& list, size_t index, const std::string& name) {
    const std::string place = list + "[" + std::to_string(index) + "]";
    return is_plain_name(name) ? place + " (" + name + ")" : place;
}

void Checker::shape(const std::string& place, const std::vector<int64_t>& extents) {
    if (extents.size() > largest_rank) {
        const std::string most = std::to_string(largest_rank);
        return bad(place, "has " + std::to_string(extents.size()) + " extents; a sample has at most " + most);
    }
    double count = 1;
    for (const int64_t extent : extents) {
        range(place, double(extent), 1, double(largest_extent));
        count *= double(extent);
    }
    if (count > double(largest_extent)) {
        bad(place, number_text(count) + " elements a sample are more than " + std::to_string(largest_extent));
    }
}

void Checker::options(const std::string& place, const Options& options) {
    for (const auto& [name, option] : options) {
        const std::string here = place + ".options[" + in_quotes(name) + "]";
        if (!is_plain_name(name)) bad(here, "is not a name");
        if (const auto* number = std::get_if<double>(&option))
            range(here, *number, -largest_number, largest_number);
        const auto* list = std::get_if<std::vector<double>>(&option);
        if (list && counted(here, *list, 0)) {
            for (const double x : *list) range(here, x, -largest_number, largest_number);
        }
    }
}

void Checker::initialiser(const std::string& place, const Initialiser& x) {
    one_of(place + ".kind", x.kind,
           {"normal", "uniform", "constant", "kaiming_uniform", "kaiming_normal", "xavier_uniform",
            "xavier_normal", "orthogonal", "data_logit"});
    range(place + ".a", x.a, -largest_number, largest_number);
    range(place + ".b", x.b, -largest_number, largest_number);
    if (x.kind == "uniform" && x.a > x.b) {
        bad(place, "the lower bound " + number_text(x.a) + " is above the upper bound " + number_text(x.b));
    }
    if (x.kind == "normal") range(place + ".b", x.b, 0, largest_number);
}

void Checker::layer(const std::string& place, const Layer& x, Names& values) {
    for (const std::string& from : x.from) one_of(place + ".from", from, values);
    if (x.type.empty()) bad(place + ".type", "is missing");
    options(place, x.options);
    new_name(place + ".name", x.name, values);
}

void Checker::network(const std::string& place, const Network& x) {
    new_name(place + ".name", x.name, network_names);
    Names values;
    if (!counted(place + ".inputs", x.inputs, 1) || !counted(place + ".layers", x.layers, 1)) return;
    for (size_t i = 0; i < x.inputs.size() && status; ++i) {
        const std::string here = place + "." + at("inputs", i, x.inputs[i].name);
        new_name(here + ".name", x.inputs[i].name, values);
        one_of(here + ".type", x.inputs[i].type, {"float", "index"});
        shape(here + ".shape", x.inputs[i].shape);
    }
    for (size_t i = 0; i < x.layers.size() && status; ++i) {
        layer(place + "." + at("layers", i, x.layers[i].name), x.layers[i], values);
    }
    if (!x.output.empty()) one_of(place + ".output", x.output, values);
    for (const auto& [key, start] : x.initialisers) {
        initialiser(place + ".initialisers[" + in_quotes(key) + "]", start);
    }
    range(place + ".ema_decay", x.ema_decay, 0, 0.9999999);
}

void Checker::optimiser(const std::string& place, const Optimiser& x, Names& stepped) {
    one_of(place + ".network", x.network, network_names);
    if (!status) return;
    new_name(place + ".network", x.network, stepped);
    one_of(place + ".kind", x.kind, {"sgd", "rmsprop", "adam", "adamw"});
    range(place + ".learning_rate", x.learning_rate, 0, 1000);
    range(place + ".beta1", x.beta1, 0, 0.9999999);
    range(place + ".beta2", x.beta2, 0, 0.9999999);
    range(place + ".momentum", x.momentum, 0, 0.9999999);
    range(place + ".epsilon", x.epsilon, 1e-30, 1);
    range(place + ".weight_decay", x.weight_decay, 0, 1000);
    range(place + ".clip", x.clip, 0, largest_number);
    range(place + ".decay", x.decay, 1e-6, 1);
    range(place + ".minimum_learning_rate", x.minimum_learning_rate, 0, 1000);
    range(place + ".decay_start", double(x.decay_start), 0, 1e15);
    range(place + ".linear_steps", double(x.linear_steps), 0, 1e15);
    range(place + ".fall_power", x.fall_power, 0.01, 100);
    range(place + ".final_momentum", x.final_momentum, 0, 0.9999999);
    range(place + ".momentum_steps", double(x.momentum_steps), 0, 1e15);
}

void Checker::source(const std::string& place, const Source& x) {
    new_name(place + ".name", x.name, source_names);
    one_of(place + ".kind", x.kind,
           {"image", "attributes", "labels", "normal", "uniform", "categorical", "signs"});
    if ((x.kind == "categorical" || x.kind == "signs") && x.shape.size() != 1)
        bad(place + ".shape",
            "of " + x.kind + " has one extent, but there are " + std::to_string(x.shape.size()));
    patterns(place + ".patterns", x);
    if (!x.names.empty() && (x.shape.size() != 1 || int64_t(x.names.size()) != x.shape[0]))
        bad(place + ".names",
            std::to_string(x.names.size()) + " names for " +
                (x.shape.size() == 1 ? std::to_string(x.shape[0]) + " entries" : "no list of entries"));
    shape(place + ".shape", x.shape);
    range(place + ".low", x.low, -largest_number, largest_number);
    range(place + ".high", x.high, -largest_number, largest_number);
    if (x.kind == "uniform" && x.low > x.high) {
        bad(place, "low " + number_text(x.low) + " is above high " + number_text(x.high));
    }
}

void Checker::patterns(const std::string& place, const Source& x) {
    if (x.patterns.empty() || !counted(place, x.patterns, 0)) return;
    if (x.kind != "signs" || x.shape.size() != 1 || x.shape[0] > 52)
        return bad(place, "only sources of kind signs, with at most 52 entries, have patterns");
    for (const double pattern : x.patterns) {
        range(place, pattern, 0, std::exp2(double(x.shape[0])) - 1);
        if (pattern != std::floor(pattern)) bad(place, number_text(pattern) + " is not a whole number");
    }
}

void Checker::statement(const std::string& place, const Statement& x, Names& values) {
    if (x.function.empty()) bad(place + ".function", "is missing");
    for (const std::string& argument : x.arguments) one_of(place + ".arguments", argument, values);
    options(place, x.options);
    const auto network = x.options.find("network");
    if (network != x.options.end()) {
        const auto* name = std::get_if<std::string>(&network->second);
        if (!name) return bad(place + ".options[\"network\"]", "is not the name of a network");
        one_of(place + ".options[\"network\"]", *name, network_names);
    }
    if (x.function == "update") {
        if (!x.result.empty())
            bad(place + ".result", "an update has no result, but it is " + in_quotes(x.result));
        return;
    }
    new_name(place + ".result", x.result, values);
    result_names.push_back(x.result);
}

void Checker::phase(const std::string& place, const Phase& x, Names& phases) {
    new_name(place + ".name", x.name, phases);
    range(place + ".repeat", x.repeat, 1, 1000);
    range(place + ".every", x.timing.every, 1, 1e6);
    range(place + ".early_repeat", x.timing.early_repeat, 0, 10000);
    range(place + ".early_steps", double(x.timing.early_steps), 0, 1e15);
    range(place + ".early_every", double(x.timing.early_every), 0, 1e15);
    if (x.timing.early_repeat > 0 && x.timing.every > 1)
        bad(place, "every is " + std::to_string(x.timing.every) + " and early_repeat " +
                       std::to_string(x.timing.early_repeat) + ": a phase has one of both");
    if (!counted(place + ".statements", x.statements, 1)) return;
    Names values = source_names;
    for (size_t i = 0; i < x.statements.size() && status; ++i) {
        const Statement& statement_i = x.statements[i];
        const std::string& name = statement_i.result.empty() ? statement_i.function : statement_i.result;
        statement(place + "." + at("statements", i, name), statement_i, values);
    }
}

void Checker::control(const std::string& place, const Control& x, Names& controls) {
    new_name(place + ".name", x.name, controls);
    one_of(place + ".kind", x.kind,
           {"latent", "label", "attribute", "style", "truncation", "noise", "learning_rate", "loss_weight",
            "number"});
    range(place + ".low", x.low, -largest_number, largest_number);
    range(place + ".high", x.high, x.low, largest_number);
    range(place + ".value", x.value, x.low, x.high);
}

void Checker::sampling() {
    if (model.sample_network == "none") return;
    one_of("sample_network", model.sample_network, network_names);
    one_of("sample_source", model.sample_source, source_names);
    if (!status) return;
    const auto named = [](const std::string& name) {
        return [&name](const auto& x) { return x.name == name; };
    };
    const Network& drawn =
        *std::find_if(model.networks.begin(), model.networks.end(), named(model.sample_network));
    const Source& from =
        *std::find_if(model.sources.begin(), model.sources.end(), named(model.sample_source));
    if (from.shape != drawn.inputs.front().shape) {
        fail(Code::shape_mismatch, "sample_source",
             in_quotes(from.name) + " has another shape than the first input of " + in_quotes(drawn.name));
    }
}

void Checker::all() {
    range("batch", model.batch, 1, largest_batch);
    counted("networks", model.networks, 1);
    counted("sources", model.sources, 1);
    counted("phases", model.phases, 1);
    for (size_t i = 0; i < model.networks.size() && status; ++i) {
        network(at("networks", i, model.networks[i].name), model.networks[i]);
    }
    Names stepped, phases, controls;
    for (size_t i = 0; i < model.optimisers.size() && status; ++i) {
        optimiser(at("optimisers", i, model.optimisers[i].network), model.optimisers[i], stepped);
    }
    for (size_t i = 0; i < model.sources.size() && status; ++i) {
        source(at("sources", i, model.sources[i].name), model.sources[i]);
    }
    for (size_t i = 0; i < model.phases.size() && status; ++i) {
        phase(at("phases", i, model.phases[i].name), model.phases[i], phases);
    }
    const auto always = [](const Phase& phase) { return phase.timing.every <= 1; };
    if (status && std::none_of(model.phases.begin(), model.phases.end(), always))
        bad("phases", "one must run in every step, but each has `every` above 1");
    for (size_t i = 0; i < model.controls.size() && status; ++i) {
        control(at("controls", i, model.controls[i].name), model.controls[i], controls);
    }
    for (const auto& [key, result] : model.reports) {
        const std::string place = "reports[" + in_quotes(key) + "]";
        if (!is_plain_name(key)) bad(place, "is not a name");
        one_of(place, result, result_names);
    }
    for (const auto& [key, value] : model.parameters) {
        range("parameters[" + in_quotes(key) + "]", value, -largest_number, largest_number);
    }
    if (status) sampling();
}

}  // namespace

Status check(const Model& model) {
    Checker checker{model, {}, {}, {}, {}};
    checker.all();
    return checker.status;
}

}  // namespace vkgan
