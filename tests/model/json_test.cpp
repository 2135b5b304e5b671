// A model's JSON: the same model back, stable bytes, and every mistake named by its place.
// SPDX-License-Identifier: MIT
#include "host/model/model.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using namespace vkgan;

namespace {

constexpr const char* golden = R"({
  "format": 1,
  "recipe": "custom",
  "networks": [
    {
      "name": "G",
      "inputs": [{"name": "z", "type": "float", "shape": [2]}],
      "layers": [
        {"name": "main.0", "type": "linear", "options": {"features": 1}},
        {"name": "main.1", "type": "add", "from": ["main.0", "main.0"]}
      ],
      "initialisers": {"linear.weight": {"kind": "normal", "a": 0, "b": 0.02}},
      "ema_decay": 0.5
    }
  ],
  "optimisers": [
    {
      "network": "G",
      "kind": "adam",
      "learning_rate": 0.0002,
      "beta1": 0.5,
      "beta2": 0.999,
      "momentum": 0,
      "epsilon": 1e-08,
      "weight_decay": 0,
      "clip": 0,
      "decay": 1,
      "minimum_learning_rate": 0,
      "final_momentum": 0,
      "momentum_steps": 0
    }
  ],
  "sources": [
    {"name": "z", "kind": "normal", "shape": [2], "low": 0, "high": 1},
    {"name": "real", "kind": "image", "shape": [1], "low": 0, "high": 1}
  ],
  "phases": [
    {
      "name": "step",
      "repeat": 1,
      "statements": [
        {"result": "fake", "function": "apply", "arguments": ["z"], "options": {"network": "G"}},
        {"result": "loss", "function": "mse", "arguments": ["fake", "real"]},
        {"function": "update", "arguments": ["loss"], "options": {"network": "G"}}
      ]
    }
  ],
  "reports": {"loss_g": "loss"},
  "sample_network": "G",
  "sample_source": "z",
  "batch": 4
}
)";

Model small_model() {
    Network g;
    g.name = "G";
    g.inputs = {{"z", {2}}};
    g.layers = {{"linear", "main.0", {}, {{"features", 1.0}}}, {"add", "main.1", {"main.0", "main.0"}, {}}};
    g.initialisers["linear.weight"] = {"normal", 0, 0.02};
    g.ema_decay = 0.5;
    Model model;
    model.recipe = "custom";
    model.networks = {g};
    model.optimisers = {{.network = "G"}};
    model.sources = {{"z", "normal", {2}}, {"real", "image", {1}}};
    model.phases = {{"step",
                     1,
                     {{"fake", "apply", {"z"}, {{"network", "G"}}},
                      {"loss", "mse", {"fake", "real"}, {}},
                      {"", "update", {"loss"}, {{"network", "G"}}}}}};
    model.reports = {{"loss_g", "loss"}};
    model.batch = 4;
    return model;
}

std::string problem(const std::string& text) {
    const auto model = model_from_json(text, "my.json");
    REQUIRE(!model.ok());
    CHECK(is_bad_input(model.error().code));
    return model.error().message;
}

// The golden text with one part replaced.
std::string edited(const std::string& from, const std::string& to) {
    std::string text = golden;
    const size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

std::string problem_of_edit(const std::string& from, const std::string& to) {
    return problem(edited(from, to));
}

}  // namespace

TEST_CASE("a model is written as JSON that a person can read") { CHECK(to_json(small_model()) == golden); }

TEST_CASE("a model read from JSON is written as the same bytes") {
    const auto model = model_from_json(golden, "my.json");
    REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().message));
    CHECK(to_json(*model) == golden);
    CHECK(model->networks[0].layers[1].from == std::vector<std::string>{"main.0", "main.0"});
    CHECK(std::get<double>(model->networks[0].layers[0].options.at("features")) == 1);
}

TEST_CASE("numbers survive JSON to the last bit") {
    Model model = small_model();
    for (const double x : {0.1, 1.0 / 3, 1e-300, 5e-324, 123456789012345680.0, -0.0, 1e22}) {
        model.networks[0].layers[0].options["features"] = std::vector<double>{x, -x};
        const auto again = model_from_json(to_json(model), "x");
        REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message));
        const auto& list = std::get<std::vector<double>>(again->networks[0].layers[0].options.at("features"));
        CHECK(list == std::vector<double>{x, -x});
        CHECK(std::signbit(list[0]) == std::signbit(x));
    }
}

TEST_CASE("wrong types are named with their path and what they are") {
    CHECK(problem_of_edit("\"batch\": 4", "\"batch\": \"many\"") ==
          "my.json: batch: expected a whole number from -2147483648 to 2147483647, but it is the text "
          "\"many\"");
    CHECK(problem_of_edit("{\"features\": 1}", "{\"features\": {}}") ==
          "my.json: networks[0].layers[0].options[\"features\"]: expected a number, a text or a list of "
          "numbers, but it "
          "is an object");
    CHECK(problem_of_edit("\"shape\": [2]}", "\"shape\": [2.5]}").find("networks[0].inputs[0].shape[0]: ") !=
          std::string::npos);
    CHECK(problem_of_edit("\"ema_decay\": 0.5", "\"ema_decay\": true") ==
          "my.json: networks[0].ema_decay: expected a number, but it is true");
    CHECK(problem("[]") == "my.json: the file: expected an object, but it is a list");
}

TEST_CASE("unknown keys are refused with the nearest known one") {
    CHECK(problem_of_edit("\"type\": \"linear\"", "\"tpye\": \"linear\"") ==
          "my.json: networks[0].layers[0]: unknown key \"tpye\"; did you mean \"type\"?");
    CHECK(problem_of_edit("\"format\": 1", "\"format\": 2") ==
          "my.json: the file: is a model of format 2; this build reads format 1");
}

TEST_CASE("names that lead nowhere are refused") {
    CHECK(problem_of_edit("[\"fake\", \"real\"]", "[\"fake\", \"reel\"]") ==
          "my.json: phases[0] (step).statements[1] (loss).arguments: \"reel\" is not known; did you mean "
          "\"real\"?");
    CHECK(problem_of_edit("[\"main.0\", \"main.0\"]", "[\"main.1\"]").find("layers[1] (main.1).from") !=
          std::string::npos);
    CHECK(problem_of_edit("{\"loss_g\": \"loss\"}", "{\"loss_g\": \"los\"}").find("did you mean \"loss\"?") !=
          std::string::npos);
    CHECK(problem_of_edit("\"kind\": \"adam\"", "\"kind\": \"adm\"").find("did you mean \"adam\"?") !=
          std::string::npos);
    CHECK(problem_of_edit("\"sample_source\": \"z\"", "\"sample_source\": \"real\"").find("another shape") !=
          std::string::npos);
}

TEST_CASE("numbers out of range are refused with both values") {
    CHECK(problem_of_edit("\"batch\": 4", "\"batch\": 0") == "my.json: batch: 0 is not from 1 to 65536");
    CHECK(problem_of_edit("\"batch\": 4", "\"batch\": 1000000") ==
          "my.json: batch: 1000000 is not from 1 to 65536");
    CHECK(problem_of_edit("\"beta1\": 0.5", "\"beta1\": 1.5").find("1.5 is not from 0 to 0.9999999") !=
          std::string::npos);
    CHECK(problem_of_edit("\"shape\": [2]}", "\"shape\": [16777216, 16777216]}").find("are more than") !=
          std::string::npos);
    CHECK(problem_of_edit("\"shape\": [2]}", "\"shape\": [-1]}").find("-1 is not from 1 to") !=
          std::string::npos);
}

TEST_CASE("text that is no JSON is refused with its line") {
    CHECK(problem("{\n  \"batch\": 4,\n  \"batch\": 5\n}") ==
          "my.json: the key \"batch\" stands twice in one object");
    CHECK(problem("{\n\"batch\": }").find("my.json: line 2: is not JSON at") == 0);
    CHECK(problem("").find("my.json: ") == 0);
    CHECK(problem("\xff\xfe").find("my.json: ") == 0);
    CHECK(problem("{\"batch\": 1e999}").find("my.json: ") == 0);
    const std::string deep = "{\"networks\": " + std::string(100000, '[') + std::string(100000, ']') + "}";
    CHECK(problem(deep) == "my.json: lists and objects lie more than 32 deep");
}

TEST_CASE("a model cut off anywhere is refused and never crashes") {
    const std::string text = golden;
    for (size_t length = 0; length + 2 < text.size(); length += 7) problem(text.substr(0, length));
}

TEST_CASE("a model with any character replaced is read or refused, and what is read is written again") {
    const std::string text = golden;
    for (size_t i = 0; i < text.size(); ++i) {
        for (const char c : {'"', '{', ']', '9', '-', '\0'}) {
            std::string changed = text;
            changed[i] = c;
            const auto model = model_from_json(changed, "x");
            if (model.ok()) CHECK(model_from_json(to_json(*model), "x").ok());
        }
    }
}

TEST_CASE("timing is written where a phase has one, and comes back") {
    Model model = small_model();
    model.phases.push_back(model.phases[0]);
    model.phases[1].name = "lazy";
    model.phases[1].timing.every = 16;
    model.phases.push_back(model.phases[0]);
    model.phases[2].name = "early";
    model.phases[2].timing = {.early_repeat = 100, .early_steps = 25, .early_every = 500};
    model.sources[0].names = {"left", "right"};
    const std::string text = to_json(model);
    CHECK(text.find("\"every\": 16") != std::string::npos);
    CHECK(text.find("\"early_steps\": 25") != std::string::npos);
    CHECK(text.find("\"names\": [\"left\", \"right\"]") != std::string::npos);
    const auto again = model_from_json(text, "my.json");
    REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message));
    CHECK(to_json(*again) == text);
    CHECK(again->phases[0].timing.every == 1);
    CHECK(again->phases[1].timing.every == 16);
    CHECK(again->phases[2].timing.early_repeat == 100);
    CHECK(again->phases[2].timing.early_every == 500);
    CHECK(again->sources[0].names == model.sources[0].names);
}

TEST_CASE("a timing that leaves steps without a phase, or is two in one, is refused") {
    const auto with = [](const std::string& timing) {
        return problem_of_edit("\"repeat\": 1,", "\"repeat\": 1, " + timing + ",");
    };
    CHECK(with("\"every\": 2").find("one must run in every step, but each has `every` above 1") !=
          std::string::npos);
    CHECK(with("\"every\": 3, \"early_repeat\": 5").find("every is 3 and early_repeat 5") !=
          std::string::npos);
    CHECK(with("\"every\": 0").find("0 is not from 1 to") != std::string::npos);
    CHECK(with("\"early_steps\": -1").find("-1 is not from 0 to") != std::string::npos);
    CHECK(with("\"evry\": 2").find("did you mean \"every\"?") != std::string::npos);
}

TEST_CASE("drawn classes have one extent, and names fit what they name") {
    const auto with = [](const std::string& source) {
        return problem_of_edit(
            "{\"name\": \"z\", \"kind\": \"normal\", \"shape\": [2], \"low\": 0, \"high\": 1}", source);
    };
    CHECK(with("{\"name\": \"z\", \"kind\": \"categorical\", \"shape\": [2, 1]}")
              .find("of categorical has one extent, but there are 2") != std::string::npos);
    CHECK(with("{\"name\": \"z\", \"kind\": \"signs\", \"shape\": []}").find("of signs has one extent") !=
          std::string::npos);
    CHECK(with("{\"name\": \"z\", \"kind\": \"signs\", \"shape\": [2], \"names\": [\"a\"]}")
              .find("1 names for 2 entries") != std::string::npos);
}
