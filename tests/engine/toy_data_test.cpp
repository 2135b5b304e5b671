// Training on points: a model of linear layers takes a toy distribution as images [D, 1, 1].
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

namespace vkgan::test {

namespace {

using nlohmann::json;

json layer(int number, const char* type, const json& options = {}) {
    json text{{"name", "main." + std::to_string(number)}, {"type", type}};
    if (!options.is_null()) text["options"] = options;
    return text;
}

// The recipe gan with two small nets of its own for points of `dimensions` numbers.
std::string write_model(const TinyRun& tiny, int dimensions) {
    const auto choice = choose_model("gan", {{"batch", "16"}, {"nz", "2"}});
    REQUIRE_MESSAGE(choice.ok(), (choice.ok() ? "" : choice.error().message));
    json model = json::parse(to_json(choice->model));
    model.erase("recipe");
    model.erase("parameters");
    const json shape{dimensions, 1, 1};
    const json spread{{"linear.weight", {{"kind", "uniform"}, {"a", -0.5}, {"b", 0.5}}},
                      {"linear.bias", {{"kind", "constant"}, {"a", 0}, {"b", 0}}}};
    json &g = model["networks"][0], &d = model["networks"][1];
    g["layers"] = {layer(0, "linear", {{"features", 8}}), layer(1, "relu"),
                   layer(2, "linear", {{"features", dimensions}}), layer(3, "reshape", {{"shape", shape}})};
    d["layers"] = {layer(0, "flatten"), layer(1, "linear", {{"features", 8}}), layer(2, "relu"),
                   layer(3, "linear", {{"features", 1}})};
    d["inputs"][0]["shape"] = shape;
    g["initialisers"] = d["initialisers"] = spread;
    for (json& source : model["sources"])
        if (source["kind"] == "image") source["shape"] = shape;
    return tiny.temporary.write("points" + std::to_string(dimensions) + ".json", model.dump()).string();
}

Result<std::unique_ptr<TrainingRun>> open_points(const TinyRun& tiny, const std::string& model,
                                                 const std::string& data) {
    VKGAN_ASSIGN(ModelChoice choice, choose_model(model, {}));
    RunOptions options = tiny.options("run");
    options.session.data = data;
    return TrainingRun::open(test_device(), std::move(choice), options);
}

}  // namespace

TEST_CASE("a model of linear layers trains on toy distributions") {
    const TinyRun tiny;
    for (const auto& [dimensions, data] : {std::pair(2, "toy:ring"), std::pair(1, "toy:bimodal")}) {
        CAPTURE(data);
        const auto run = open_points(tiny, write_model(tiny, dimensions), data);
        REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
        steps(**run, 3);
    }
}

TEST_CASE("a model whose images a toy does not have is refused with both shapes") {
    const TinyRun tiny;
    const auto points = open_points(tiny, write_model(tiny, 2), "toy:normal");
    REQUIRE(!points.ok());
    CHECK(contains(points.error().message, "points [1, 1, 1], but channels 2 and image_size 1"));
    RunOptions options = tiny.options("run");
    options.session.data = "toy:ring";
    const auto images = tiny.try_open(options);
    REQUIRE(!images.ok());
    CHECK(contains(images.error().message, "points [2, 1, 1], but channels 3 and image_size 16"));
}

}  // namespace vkgan::test
