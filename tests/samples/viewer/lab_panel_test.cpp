// The page Lab without a window: what its buttons ask for, and what they change of the session.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/gui.hpp"
#include "samples/viewer/app/script.hpp"
#include "samples/viewer/panels/ui.hpp"
#include "samples/viewer/state/history.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace viewer;
using Kind = Command::Kind;

namespace {

struct Outcome {
    ViewerState state;
    Commands commands;
    Places places;
    History history;
    std::string error;
    bool asked(Kind kind) const {
        return std::ranges::any_of(commands, [&](const Command& command) { return command.kind == kind; });
    }
};

LabView view_of(const LabExperiment& experiment) {
    LabView view{.experiment = experiment, .ready = true, .steps = 12, .shown_steps = 12};
    const bool line = on_line(experiment);
    view.side = 3;
    view.latents = latent_grid(experiment.noise, experiment.noise_size, view.side);
    view.nodes.assign(line ? 9 : 18, 0.5f);
    view.fakes = view.real = {0, 0.5f, 1, 1.5f};
    view.scores.assign(line ? size_t(line_bins) : size_t(plane_bins * plane_bins), 0.5f);
    view.opinions = view.scores;
    view.at = {0, 0.5f};
    view.pulls = {0.1f, -0.2f};
    view.p_data.assign(view.scores.size(), 0.1);
    view.p_g = view.best = view.p_data;
    view.losses = {{"D", {1, 2}, {1.4f, 1.3f}}, {"G", {1, 2}, {0.7f, 0.8f}}};
    view.divergences = {{"JS", {1, 2}, {0.5f, 0.4f}}, {"KL", {1, 2}, {3, 2}}};
    return view;
}

Facts facts_of(const ViewerState& state) {
    Facts facts;
    for (const LabExperiment& experiment : state.lab.experiments)
        facts.lab.views.push_back(view_of(experiment));
    return facts;
}

Outcome run(const std::string& steps, ViewerState state, const Facts& facts, ImVec2 size = {1280, 800}) {
    Outcome outcome;
    state.page = Page::lab;
    outcome.state = std::move(state);
    outcome.history.start(outcome.state);
    Gui gui(nullptr);
    gui.set_look(outcome.state.look, 1);
    auto script = Script::parse(steps, "steps");
    REQUIRE_MESSAGE(bool(script), script.error().text);
    ScreenInfo info{size.x, size.y};
    const SeedLatent seeds = [](int64_t) { return Latent{}; };
    for (int frame = 0; frame < 4000; ++frame) {
        const auto goes_on = script->step(outcome.places, facts, false);
        if (!goes_on) {
            outcome.error = goes_on.error().text;
            break;
        }
        gui.begin(size.x, size.y, 1.0 / 60);
        info.keys = gui.take_keys();
        draw_screen({outcome.state, facts, outcome.commands, outcome.places, {}, seeds}, info);
        CHECK(gui.end().TotalVtxCount > 0);
        outcome.history.note(outcome.state, gui.held());
        if (!*goes_on) break;
    }
    CHECK_MESSAGE(outcome.error.empty(), outcome.error);
    return outcome;
}

Outcome run(const std::string& steps, const ViewerState& state = {}) {
    return run(steps, state, facts_of(state));
}

}  // namespace

TEST_CASE("the lab's buttons ask for what they say, and only when they can") {
    const Outcome steps = run(
        R"([{"wait": 2}, {"click": "Step D"}, {"click": "Step G"}, {"click": "Step both"}, {"click": "Start"},
        {"click": "Begin anew"}])");
    for (const Kind kind : {Kind::lab_step_judge, Kind::lab_step_generator, Kind::lab_step_both,
                            Kind::lab_start, Kind::lab_reset})
        CHECK(steps.asked(kind));
    Facts facts = facts_of({});
    facts.lab.running = true;
    const Outcome running = run(R"([{"wait": 2}, {"click": "Step D"}, {"click": "Pause"}])", {}, facts);
    CHECK(running.asked(Kind::lab_pause));
    CHECK_FALSE(running.asked(Kind::lab_step_judge));  // greyed
    facts.lab.running = false;
    facts.lab.views[0].ready = false;
    const Outcome early = run(R"([{"wait": 2}, {"click": "Start"}, {"click": "Step both"}])", {}, facts);
    CHECK(early.commands.empty());
    CHECK(run(R"([{"key": "Space"}, {"wait": 1}])").asked(Kind::lab_start));
}

TEST_CASE("data, loss and layers are chosen") {
    const Outcome data = run(
        R"([{"wait": 2}, {"click": "Samples"}, {"wait": 3}, {"click": "Samples.plane: grid of 25"},
        {"wait": 1}])");
    CHECK(data.state.lab.experiments[0] == lab_defaults(LabData::grid));
    const Outcome loss = run(R"([{"wait": 2}, {"click": "Loss"}, {"wait": 3}, {"click": "Loss.minimax"},
        {"click": "Manifold"}, {"click": "Best D"}, {"drag": "R1", "x": 40}])");
    CHECK(loss.state.lab.experiments[0].loss == LabLoss::minimax);
    CHECK(loss.state.lab.experiments[0].r1 > 0.1);
    CHECK_FALSE(loss.state.lab.layers.manifold);
    CHECK(loss.state.lab.layers.best);
}

TEST_CASE("a second experiment is a copy of the first, with settings of its own") {
    const Outcome two =
        run(R"([{"wait": 2}, {"click": "Two side by side"}, {"wait": 2}, {"drag": "R1", "x": 40},
        {"click": "experiment.A"}])");
    REQUIRE(two.state.lab.experiments.size() == 2);
    CHECK(two.state.lab.experiments[0] == LabExperiment());
    CHECK(two.state.lab.experiments[1].r1 > 0.1);
    CHECK(two.state.lab.edited == 0);
    CHECK(two.places.contains("lab.B"));
    const Outcome one = run(R"([{"wait": 2}, {"click": "Two side by side"}, {"wait": 1}])", two.state);
    CHECK(one.state.lab.experiments.size() == 1);
}

TEST_CASE("a stroke of the mouse is data, and one step of undo") {
    Outcome drawn = run(
        R"([{"wait": 2}, {"click": "Draw"}, {"wait": 2}, {"drag": "lab.A", "x": 90, "y": 40}, {"wait": 2}])");
    const LabExperiment& experiment = drawn.state.lab.experiments[0];
    CHECK(experiment.data == LabData::drawn);
    CHECK(drawn.state.lab.draws);
    CHECK(experiment.points.size() > 20);
    CHECK(std::ranges::all_of(experiment.points, [](float value) { return std::abs(value) <= 1; }));
    const Outcome used = run(R"([{"wait": 2}, {"click": "Use"}, {"wait": 1}])", drawn.state);
    CHECK_FALSE(used.state.lab.draws);
    const Outcome cleared = run(R"([{"wait": 2}, {"click": "Clear"}, {"click": "Use"}])", drawn.state);
    CHECK(cleared.state.lab.experiments[0].points.empty());
    CHECK(cleared.state.lab.draws);  // greyed: nothing is drawn
    drawn.history.undo(drawn.state);
    CHECK(drawn.state.lab.experiments[0].points.empty());
    CHECK(drawn.state.lab.draws);
    ViewerState line;
    line.lab.experiments[0] = lab_defaults(LabData::histogram);
    line.lab.draws = true;
    const Outcome bars = run(R"([{"wait": 2}, {"drag": "lab.A", "x": 60, "y": 10}, {"wait": 1}])", line);
    CHECK_FALSE(bars.state.lab.experiments[0].bars == line.lab.experiments[0].bars);
}

TEST_CASE("the lab is drawn in windows of any size, of any data, with and without anything to show") {
    for (const LabData data : {LabData::normal, LabData::histogram, LabData::ring, LabData::drawn})
        for (const ImVec2 size : {ImVec2{1, 1}, ImVec2{300, 200}, ImVec2{2000, 700}}) {
            ViewerState state;
            state.lab.experiments.assign(2, lab_defaults(data));
            state.lab.layers.best = true;
            CHECK(run(R"([{"wait": 2}])", state, facts_of(state), size).error.empty());
            CHECK(run(R"([{"wait": 2}])", state, Facts(), size).error.empty());
            Facts failed = facts_of(state);
            failed.lab.views[0].error = "Nothing is drawn yet.";
            CHECK(run(R"([{"wait": 2}, {"hover": "page.Lab"}])", state, failed, {900, 600}).error.empty());
        }
}
