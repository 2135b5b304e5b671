// Panels without a window: a session and what the mouse and keys do go in, the state and commands come out.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/gui.hpp"
#include "samples/viewer/app/script.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace viewer;
using Kind = Command::Kind;

namespace {

struct Outcome {
    ViewerState state;
    Commands commands;
    Places places;
    std::string error;
    bool asked(Kind kind) const {
        return std::ranges::any_of(commands, [&](const Command& command) { return command.kind == kind; });
    }
};

Facts usual_facts() {
    Facts facts;
    facts.model = {.loaded = true,
                   .trained = true,
                   .title = "faces.vkgan",
                   .recipe = "cgan",
                   .network = "G",
                   .width = 64,
                   .height = 64,
                   .channels = 3,
                   .latent_size = 4,
                   .steps = 100};
    facts.model.controls = {
        {.name = "G.learning_rate", .kind = "learning_rate", .value = 0.0004, .high = 1, .live = true}};
    facts.model.sliders = {{.name = "Smiling", .kind = "attribute", .low = -2, .high = 2},
                           {.name = "Beard", .kind = "attribute", .low = -2, .high = 2}};
    facts.picture = 1;
    return facts;
}

Outcome run(const char* steps, ViewerState state = {}, const Facts& facts = usual_facts(), float width = 1280,
            float height = 800) {
    Outcome outcome;
    outcome.state = std::move(state);
    Gui gui(nullptr);
    gui.set_look(outcome.state.look, 1);
    auto script = Script::parse(steps, "steps");
    REQUIRE_MESSAGE(bool(script), script.error().text);
    ScreenInfo info{width, height};
    const std::vector<ControlRange> ranges{{"Smiling", -1, 1}, {"Beard", -1, 1}};
    const SeedLatent seeds = [](int64_t seed) { return Latent{float(seed), 1, 2, 3}; };
    for (int frame = 0; frame < 4000; ++frame) {
        const auto goes_on = script->step(outcome.places, facts, false);
        if (!goes_on) {
            outcome.error = goes_on.error().text;
            break;
        }
        gui.begin(width, height, 1.0 / 60);
        info.keys = gui.take_keys();
        draw_screen({outcome.state, facts, outcome.commands, outcome.places, ranges, seeds}, info);
        const ImDrawData& drawn = gui.end();
        CHECK(drawn.TotalVtxCount > 0);
        if (!*goes_on) break;
    }
    return outcome;
}

// As run; every step could be done.
Outcome run_all(const char* steps, const ViewerState& state = {}, const Facts& facts = usual_facts()) {
    Outcome outcome = run(steps, state, facts);
    CHECK_MESSAGE(outcome.error.empty(), outcome.error);
    return outcome;
}

}  // namespace

TEST_CASE("dragging on the picture and on the pad moves through the latent space") {
    const Outcome picture = run_all(R"([{"wait": 2}, {"drag": "canvas", "x": 60, "y": -30}])");
    REQUIRE(picture.error.empty());
    CHECK(picture.state.plane.x > 0.1);
    CHECK(picture.state.plane.y < -0.05);
    const Outcome pad = run_all(R"([{"wait": 2}, {"drag": "pad", "x": 30, "y": 15}])");
    CHECK(pad.state.plane.x == doctest::Approx(1));  // a seed is two letters' heights of 15 pixels
    CHECK(pad.state.plane.y == doctest::Approx(0.5));
}

TEST_CASE("a control is set by its slider, locked, animated and reset") {
    const Outcome set = run_all(R"([{"wait": 2}, {"drag": "Smiling", "x": 40}])");
    const ControlSetting* const smiling = find_setting(set.state.controls, "Smiling");
    REQUIRE(smiling);
    CHECK(smiling->set);
    CHECK(smiling->value > 0.3);
    CHECK_FALSE(find_setting(set.state.controls, "Beard"));
    const Outcome marked = run_all(R"([{"wait": 2}, {"click": "Beard.lock"}, {"click": "Beard.animate"}])");
    REQUIRE(find_setting(marked.state.controls, "Beard"));
    CHECK(find_setting(marked.state.controls, "Beard")->locked);
    CHECK(find_setting(marked.state.controls, "Beard")->animated);
    const Outcome reset =
        run_all(R"([{"wait": 2}, {"drag": "Smiling", "x": 40}, {"click": "Smiling.reset"}])");
    REQUIRE(find_setting(reset.state.controls, "Smiling"));
    CHECK_FALSE(find_setting(reset.state.controls, "Smiling")->set);
}

TEST_CASE("keys do what the sheet says") {
    CHECK(run_all(R"([{"key": "Right"}, {"wait": 1}])").state.plane.seed == ViewerState().plane.seed + 1);
    CHECK(run_all(R"([{"key": "A"}, {"wait": 1}])").state.plane.animated);
    CHECK(run_all(R"([{"key": "G"}, {"wait": 1}])").state.canvas.show == Canvas::Show::grid);
    CHECK(run_all(R"([{"key": "F7"}, {"wait": 1}])").state.page == Page::train);
    CHECK(run_all(R"([{"key": "P"}, {"wait": 1}])").asked(Kind::add_pin));
    CHECK(run_all(R"([{"key": "Ctrl+Z"}, {"wait": 1}])").asked(Kind::undo));
    CHECK(run_all(R"([{"key": "Ctrl+S"}, {"wait": 1}])").asked(Kind::save_session));
    CHECK(run_all(R"([{"key": "F2"}, {"wait": 1}])").asked(Kind::save_image));
    const Outcome typed = run_all(
        R"([{"wait": 2}, {"click": "page.Train"}, {"wait": 2}, {"click": "data"}, {"type": "RAG"}, {"key": "G"}, {"wait": 1}])");
    CHECK(typed.state.training.data.find("RAG") != std::string::npos);
    CHECK(typed.state.canvas.show == Canvas::Show::image);  // a letter that is typed is no shortcut
}

TEST_CASE("the train page asks for what its buttons say, and only when it makes sense") {
    const Outcome start =
        run_all(R"([{"wait": 2}, {"click": "page.Train"}, {"wait": 2}, {"click": "Start training"}])");
    CHECK(start.asked(Kind::start_training));
    Facts learning = usual_facts();
    learning.training = {.begun = true, .ready = true, .steps = 12, .published_steps = 10};
    const Outcome steps = run_all(
        R"([{"wait": 2}, {"click": "page.Train"}, {"wait": 2}, {"click": "Pause"}, {"click": "Step D"}, {"click": "Save checkpoint"}])",
        {}, learning);
    CHECK(steps.asked(Kind::pause));
    CHECK(steps.asked(Kind::step_discriminator));
    CHECK(steps.asked(Kind::save_checkpoint));
    CHECK_FALSE(steps.asked(Kind::step_generator));
    learning.training.ready = false;
    const Outcome early = run_all(
        R"([{"wait": 2}, {"click": "page.Train"}, {"wait": 2}, {"click": "Pause"}, {"click": "Step"}])", {},
        learning);
    CHECK(early.commands.empty());  // greyed
    const Outcome rate = run_all(
        R"([{"wait": 2}, {"click": "page.Train"}, {"wait": 2}, {"drag": "G.learning_rate", "x": 30}])");
    REQUIRE(rate.state.training.live.contains("G.learning_rate"));
    CHECK(rate.state.training.live.at("G.learning_rate") > 0.0004);
}

TEST_CASE("pins make directions and arithmetic") {
    ViewerState state;
    state.pins = {{.name = "a", .latent = {3, 0, 0, 0}},
                  {.name = "b", .latent = {1, 0, 0, 0}},
                  {.name = "c", .latent = {0, 5, 0, 0}}};
    const Outcome outcome = run_all(
        R"([{"wait": 2}, {"click": "page.Attributes"}, {"wait": 2}, {"click": "group.0.A"}, {"click": "group.1.B"},
        {"click": "group.2.C"}, {"click": "Direction A - B"}, {"wait": 2}, {"click": "A - B + C"}])",
        state);
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.state.directions.size() == 1);
    CHECK(outcome.state.directions[0].values == Latent{1, 0, 0, 0});
    CHECK(outcome.state.plane.origin == Latent{2, 5, 0, 0});
}

TEST_CASE("an error can be dismissed, and nothing crashes in windows of any size") {
    Facts facts = usual_facts();
    facts.error = "models/broken.vkgan: the header says 99 bytes, the file has 12.";
    CHECK(run(R"([{"wait": 2}, {"click": "Dismiss"}])", {}, facts).asked(Kind::dismiss_error));
    CHECK(run(R"([{"key": "Escape"}, {"wait": 1}])", {}, facts).asked(Kind::dismiss_error));
    for (const Page page : {Page::explore, Page::attributes, Page::train, Page::material})
        for (const float side : {1.0f, 17.0f, 300.0f, 4000.0f}) {
            ViewerState state;
            state.page = page;
            state.canvas.show = Canvas::Show::grid;
            facts.grid = {1, 2, 3};
            CHECK(run(R"([{"key": "F1"}, {"wait": 3}])", state, facts, side, side / 2 + 1).error.empty());
        }
}

TEST_CASE("a script says which step cannot be done") {
    CHECK(run(R"([{"wait": 1}, {"click": "nothing"}])").error ==
          "script, step 2: there is no widget \"nothing\" in the window.");
    CHECK(run(R"([{"key": "F99"}])").error == "script, step 1: there is no key \"F99\".");
    CHECK(run(R"([{"wait_for": "summer"}])").error ==
          "script, step 1: nobody knows how to wait for \"summer\".");
    const auto no_list = Script::parse("{}", "s.json");
    REQUIRE_FALSE(bool(no_list));
    CHECK(no_list.error().text == "s.json is no list of steps in JSON.");
    const auto no_step = Script::parse(R"([{"wait": 0}])", "s.json");
    REQUIRE_FALSE(bool(no_step));
}
