// Recipes learn what their losses say: gradients of every update against central differences, in double.
// SPDX-License-Identifier: MIT
#include "host/recipes/recipe.hpp"
#include "tests/lower/reference_state.hpp"
#include "tests/recipes/variants.hpp"

#include <algorithm>

using namespace vkgan;
using namespace vkgan::test;

namespace {

struct Update {
    std::string network, report;  // the output that is its loss
};

// A model that stands still, so that a loss is a function of the parameters at the start; every update's loss
// is a report. Returns the updates of each phase.
std::vector<std::vector<Update>> freeze(Model& model) {
    for (Optimiser& optimiser : model.optimisers) optimiser.learning_rate = optimiser.clip = 0;
    std::vector<std::vector<Update>> updates;
    for (Phase& phase : model.phases) {
        updates.emplace_back();
        for (Statement& s : phase.statements) {
            // Constants to gradients, but not to differences, have no weight against what they were before.
            if (s.function == "running_mean") s.options["decay"] = 0.999999;
            if (s.function != "update") continue;
            const std::string network = std::get<std::string>(s.options.at("network"));
            const std::string report = phase.name + "." + network + "." + s.arguments[0];
            model.reports[report] = s.arguments[0];
            updates.back().push_back({network, report});
        }
    }
    return updates;
}

// Without updates nothing is differentiated that the losses do not need themselves.
Model losses_only(Model model) {
    for (Phase& phase : model.phases)
        std::erase_if(phase.statements, [](const Statement& s) { return s.function == "update"; });
    return model;
}

LoweredModel lowered(const Model& model, bool gradients) {
    auto result = lower_training(model, {.batch = model.batch, .gradients = gradients, .feed_noise = true});
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(*result);
}

// Spectral norm takes its vectors as constants, which they are to first order where they are singular.
void converge(DoubleTensorMap& variables, const LoweredModel& model) {
    for (auto& [name, u] : variables) {
        if (!name.ends_with(".weight_u")) continue;
        const std::string base = name.substr(0, name.size() - 2);
        const DoubleTensor& weight = variables.at(base);
        REQUIRE(weight.shape[0] == u.shape[0]);  // of conv and linear
        std::vector<double>& v = variables.at(base + "_v").values;
        for (int i = 0; i < 4000; ++i) {
            for (const bool rows : {false, true}) {
                std::vector<double>& to = rows ? u.values : v;
                const std::vector<double>& from = rows ? v : u.values;
                std::ranges::fill(to, 0.0);
                for (size_t k = 0; k < weight.values.size(); ++k) {
                    const size_t row = k / v.size(), column = k % v.size();
                    to[rows ? row : column] += weight.values[k] * from[rows ? column : row];
                }
                double length = 0;
                for (const double x : to) length += x * x;
                for (double& x : to) x /= std::sqrt(length);
            }
        }
    }
    for (const VariableStart& start : model.variables)
        if (start.name.starts_with("mean/"))
            variables[start.name].values = {700};  // nothing that is added moves them
}

DoubleTensorMap inputs_of(const Model& model) {
    DoubleTensorMap inputs;
    const auto one_class =
        std::ranges::any_of(model.sources, [](const Source& source) { return source.kind == "categorical"; });
    const auto choice = model.parameters.find("of");
    const bool exclusive = one_class || (choice != model.parameters.end() && choice->second == 0);
    for (const Source& source : model.sources) {
        if (source.kind != "categorical" && source.kind != "attributes" && source.kind != "signs") continue;
        DoubleTensor& x = inputs[source.name] = DoubleTensor(Shape{model.batch, source.shape[0]});
        for (int64_t n = 0; n < model.batch; ++n) {
            for (int64_t i = 0; i < source.shape[0]; ++i) {
                const int64_t chosen = source.kind == "attributes" ? n / 2 : n * 3 % source.shape[0];
                double& entry = x.values[size_t(n * source.shape[0] + i)];
                entry = exclusive ? double(i == chosen) : (i * 5 + n) % 3 == 0 ? 1 : -1;
            }
        }
    }
    return inputs;
}

struct Probe {
    const LoweredPhase& phase;
    DoubleTensorMap inputs, variables;

    double loss(const std::string& report, const std::string& name, const std::vector<double>& direction,
                double step) const {
        DoubleTensorMap moved = variables;
        std::vector<double>& values = moved.at(name).values;
        for (size_t i = 0; i < values.size(); ++i) values[i] += step * direction[i];
        return run_phase(phase, 1, inputs, moved).at(report).values.at(0);
    }
};

double length(const std::vector<double>& x) {
    double sum = 0;
    for (const double value : x) sum += value * value;
    return std::sqrt(sum);
}

// Of length 1, along the gradient and half as much irregular: no entry and no factor of it can hide.
std::vector<double> direction_for(const std::vector<double>& gradient) {
    std::vector<double> direction(gradient.size());
    double k = 0.4;
    for (double& x : direction) x = std::sin(k += 1.9);
    const double of_noise = length(direction), of_gradient = length(gradient);
    for (size_t i = 0; i < direction.size(); ++i)
        direction[i] = direction[i] / of_noise / 2 + (of_gradient > 0 ? gradient[i] / of_gradient : 0);
    const double all = length(direction);
    for (double& x : direction) x /= all;
    return direction;
}

// A difference over 2h of a loss L is wrong by about h^2 of curvature and by 1e-15 |L| / h of rounding, for h
// = 1e-6 and losses of hundreds some 1e-7. A rectifier whose kink lies within h of where it stands shows as
// more: then ten times less h, where it does not, decides.
void check_derivative(const Probe& probe, const Update& update, const std::string& name,
                      const DoubleTensor& gradient) {
    const std::vector<double> direction = direction_for(gradient.values);
    double wanted = 0;
    for (size_t i = 0; i < direction.size(); ++i) wanted += gradient.values[i] * direction[i];
    double difference = 0, bound = 0;
    for (const double h : {1e-6, 1e-7}) {
        const double above = probe.loss(update.report, name, direction, h);
        const double below = probe.loss(update.report, name, direction, -h);
        difference = (above - below) / (2 * h);
        bound = 2e-6 * std::abs(wanted) + 2e-14 * (1 + std::abs(above)) / h + 2e-8;
        if (std::abs(difference - wanted) <= bound) break;
    }
    CAPTURE(name);
    CAPTURE(difference);
    CAPTURE(wanted);
    CHECK(std::abs(difference - wanted) <= bound);
}

void check_variant(const Variant& variant) {
    CAPTURE(variant.name());
    auto made = make_model(variant.recipe, variant.settings);
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    Model model = std::move(*made);
    const auto updates = freeze(model);
    const LoweredModel whole = lowered(model, true), losses = lowered(losses_only(model), false);
    DoubleTensorMap variables;
    fill_variables(whole, variables);
    converge(variables, whole);
    for (size_t p = 0; p < whole.phases.size(); ++p) {
        const Probe probe{losses.phases[p], inputs_of(model), variables};
        DoubleTensorMap after = variables;
        const DoubleTensorMap outputs = run_phase(whole.phases[p], 1, probe.inputs, after);
        CHECK(outputs.at("finite").values[0] == 1);
        int compared = 0;
        for (const auto& [name, gradient] : outputs) {
            if (!name.starts_with("grad/")) continue;
            const std::string parameter = name.substr(5);
            const auto update = std::ranges::find_if(
                updates[p], [&](const Update& u) { return parameter.starts_with(u.network + "."); });
            REQUIRE(update != updates[p].end());
            if (compared++ == 0)
                CHECK(probe.loss(update->report, parameter, std::vector<double>(gradient.values.size()), 0) ==
                      doctest::Approx(outputs.at(update->report).values[0]).epsilon(1e-12));
            check_derivative(probe, *update, parameter, gradient);
        }
        CHECK(compared > 3);
    }
}

}  // namespace

TEST_CASE("every variant of every recipe learns by the gradients of its losses") {
    for (const Variant& variant : variants()) check_variant(variant);
}

TEST_CASE("every recipe with a discriminator or a head of its own has a variant") {
    const std::vector<Variant> all = variants();
    for (const Recipe* recipe : all_recipes()) {
        const std::string_view name = recipe->name;
        if (name == "dcgan" || name == "gan" || name == "autoencoder" || name == "vae") continue;
        CAPTURE(name);
        CHECK(std::ranges::find(all, name, &Variant::recipe) != all.end());
    }
}
