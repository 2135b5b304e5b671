// Sessions as text and back; every kind of wrong session is named.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/session_file.hpp"
#include "tests/data/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using nlohmann::json;
using viewer::parse_session;
using viewer::session_text;
using viewer::ViewerState;

namespace {

ViewerState full_state() {
    ViewerState state;
    state.page = viewer::Page::train;
    state.source.model = "models/faces.vkgan";
    state.source.settings = {{"ngf", "32"}};
    state.plane = {.seed = 77, .x = -1.25, .y = 3.5, .speed = -2, .animated = true, .origin = {0.5f, -1.5f}};
    state.truncation = 0.7;
    state.controls = {{.name = "Smiling", .value = 0.3, .set = true, .locked = true}};
    state.directions = {{.name = "age", .source = "pins", .values = {0.6f, 0.8f}, .amount = -2.5}};
    state.pins = {
        {.name = "one", .group = viewer::Pin::Group::with, .latent = {1, 2}, .controls = state.controls}};
    state.canvas.show = viewer::Canvas::Show::compare;
    state.timeline.keys = {
        {.seconds = 1.5, .plane = state.plane, .controls = state.controls, .directions = {0.5}}};
    state.training.k = 3;
    state.training.live = {{"G.learning_rate", 0.0001}};
    state.material.view.shape = viewer::MaterialShape::cube;
    state.look.palette = "safe";
    state.budget_ms = 2.5;
    state.takes_the_rest = false;
    state.least_fps = 50;
    state.preset = "mine";
    state.direction_set = "faces";
    state.training_share = 0.3;
    state.inspect = {.network = "D", .layer = "main.3", .channel = 2, .rgb = true, .fft = true, .real = true};
    state.walk.seconds_a_pin = 3;
    state.projection = {1, 2};
    return state;
}

// The error that a change of a good session gives.
std::string error_of(const std::string& pointer, const json& value) {
    json session = json::parse(session_text(full_state()));
    session[json::json_pointer(pointer)] = value;
    const auto result = parse_session(session.dump(), "s.json");
    REQUIRE_FALSE(bool(result));
    CHECK(result.error().exit_code == 2);
    return result.error().text;
}

}  // namespace

TEST_CASE("a session says everything that is set") {
    const ViewerState state = full_state();
    const auto again = parse_session(session_text(state), "s.json");
    REQUIRE_MESSAGE(bool(again), again.error().text);
    CHECK(*again == state);
    const auto empty = parse_session(R"({"vkgan_session": 1})", "s.json");
    REQUIRE(bool(empty));
    CHECK(*empty == ViewerState());
}

TEST_CASE("a wrong session is refused by the field's name and value") {
    CHECK(error_of("/plane/speed", 7) == "s.json: plane.speed is 7, not from -5 to 5.");
    CHECK(error_of("/plane/seed", 1.5) == "s.json: plane.seed is no whole number.");
    CHECK(error_of("/plane/seed", -1) == "s.json: plane.seed is -1, not from 0 to 2.14748e+09.");
    CHECK(error_of("/plane/origin/1", "x") == "s.json: plane.origin[1] is no number.");
    CHECK(error_of("/controls/0/set", 1) == "s.json: controls[0].set is neither true nor false.");
    CHECK(error_of("/pins/0/group", "D") ==
          "s.json: pins[0].group is \"D\"; there are: none, with, without, base.");
    CHECK(error_of("/training/live/D.learning_rate", nullptr) ==
          "s.json: training.live.D.learning_rate is no number.");
    CHECK(error_of("/canvas/colums", 3) == "s.json: canvas.colums is unknown.");
    CHECK(error_of("/walk", 3) == "s.json: walk. is no object.");
    CHECK(error_of("/directions", json::object()) == "s.json: directions is no list of at most 65536.");
    CHECK(error_of("/vkgan_session", 2) == "s.json: vkgan_session is 2; this program reads 1.");
    const auto no_json = parse_session("{", "s.json");
    REQUIRE_FALSE(bool(no_json));
    CHECK(no_json.error().text == "s.json is no JSON.");
    const auto other = parse_session("{}", "s.json");
    REQUIRE_FALSE(bool(other));
    CHECK(other.error().text.find("lacks \"vkgan_session\"") != std::string::npos);
}

TEST_CASE("a cut session is refused at every length") {
    const std::string text = session_text(full_state());
    const std::string whole = text.substr(0, text.rfind('}') + 1);
    for (size_t length = 0; length < whole.size(); length += 7)
        CHECK_FALSE(bool(parse_session(std::string_view(whole).substr(0, length), "s.json")));
}

TEST_CASE("a session's file is replaced as a whole") {
    const vkgan::test::TemporaryFolder folder;
    const std::string path = (folder.path / "deep" / "er" / "s.json").string();
    REQUIRE(bool(save_session(full_state(), path)));
    const auto loaded = viewer::load_session(path);
    REQUIRE(bool(loaded));
    CHECK(*loaded == full_state());
    CHECK_FALSE(std::filesystem::exists(path + ".part"));
    const auto missing = viewer::load_session((folder.path / "no.json").string());
    REQUIRE_FALSE(bool(missing));
    CHECK(missing.error().text.find("is no file") != std::string::npos);
    const auto refused = save_session(full_state(), (folder.path / "deep").string());
    REQUIRE_FALSE(bool(refused));
    CHECK(refused.error().text.find("cannot be written") != std::string::npos);
    CHECK(std::filesystem::is_directory(folder.path / "deep" / "er"));
}

TEST_CASE("directions have files of their own, for networks whose latents are as large") {
    const vkgan::test::TemporaryFolder folder;
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    const std::vector<viewer::Direction> directions{
        {.name = "age", .source = "SeFa", .values = {0.6f, 0.8f}, .amount = -2.5, .locked = true},
        {.name = "smile", .source = "pins", .values = {1, 0}}};
    REQUIRE(bool(viewer::save_directions(directions, file("set.json"))));
    const auto loaded = viewer::load_directions(file("set.json"), 2);
    REQUIRE_MESSAGE(bool(loaded), loaded.error().text);
    CHECK(*loaded == directions);
    CHECK(viewer::kind_of(file("set.json")) == viewer::JsonKind::directions);

    const auto other = viewer::load_directions(file("set.json"), 64);
    REQUIRE_FALSE(bool(other));
    CHECK(other.error().exit_code == 2);
    CHECK(other.error().text.find("\"age\" has 2 values; this network's latent has 64") != std::string::npos);
    REQUIRE(bool(save_session(full_state(), file("s.json"))));
    CHECK(viewer::kind_of(file("s.json")) == viewer::JsonKind::session);
    CHECK(viewer::kind_of(file("none.json")) == viewer::JsonKind::other);
    const auto session = viewer::load_directions(file("s.json"), 2);
    REQUIRE_FALSE(bool(session));
    CHECK(session.error().text.find("is no file of directions") != std::string::npos);
    REQUIRE(bool(viewer::replace_file(
        file("bad.json"), R"({"vkgan_directions": 1, "directions": [{"name": "a", "values": ["x"]}]})")));
    const auto bad = viewer::load_directions(file("bad.json"), 1);
    REQUIRE_FALSE(bool(bad));
    CHECK(bad.error().text.find("directions[0].values[0] is no number") != std::string::npos);
}
