// The program `vkgan-embed` as its users meet it: off-screen in both modes, in a window, and used wrongly.
// SPDX-License-Identifier: MIT
#include "host/io/image.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"
#include "tests/samples/virtual_display.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

using vkgan::test::CliProcess;
using vkgan::test::CliResult;
using vkgan::test::run_cli;
using vkgan::test::TemporaryFolder;
using vkgan::test::VirtualDisplay;
using vkgan::test::xdotool;
using Words = std::vector<std::string>;

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

CliResult run_program(const std::string& program, const Words& arguments) {
    const TemporaryFolder folder;
    return CliProcess(arguments, (folder.path / "output.txt").string(), program).wait();
}

CliResult run_embed(const Words& arguments) { return run_program(VKGAN_EMBED_FILE, arguments); }

// A trained model that is small enough for every test.
std::string tiny_model(const TemporaryFolder& folder) {
    const std::string out = (folder.path / "run").string();
    const CliResult trained =
        run_cli({"train", "dcgan", "--data", "faces", "--out", out, "--set", "image=16", "ngf=4", "ndf=4",
                 "nz=8", "--batch", "4", "--steps", "3", "--sample-every", "0"});
    REQUIRE_MESSAGE(trained.exit_code == 0, trained.output);
    return out + "/model.vkgan";
}

void check_refused(const Words& arguments, const Words& parts) {
    const CliResult result = run_embed(arguments);
    CAPTURE(result.output);
    CHECK(result.exit_code == 2);
    for (const std::string& part : parts) CHECK_MESSAGE(result.output.find(part) != std::string::npos, part);
}

// The upper left corners of 24x24 pixels within the eight panels of a picture of 640x360.
struct Corner {
    size_t x, y;
};
constexpr size_t patch = 24;
constexpr Corner panels[]{{25, 214},  {89, 214},  {148, 214}, {202, 214},
                          {412, 214}, {468, 214}, {527, 214}, {590, 214}};

// Mean absolute difference of two patches, in steps of 255.
double difference(const vkgan::Image& picture, Corner a, Corner b) {
    const auto channels = size_t(picture.channels), width = size_t(picture.width);
    double sum = 0;
    for (size_t y = 0; y < patch; ++y)
        for (size_t x = 0; x < patch; ++x)
            for (size_t c = 0; c < 3; ++c)
                sum += std::abs(int(picture.pixels[((a.y + y) * width + a.x + x) * channels + c]) -
                                int(picture.pixels[((b.y + y) * width + b.x + x) * channels + c]));
    return sum / double(3 * patch * patch);
}

void check_percentiles(const nlohmann::json& of, double least) {
    REQUIRE(of.is_object());
    CHECK(of["count"] > 0);
    CHECK(of["p50"] >= least);
    CHECK(of["p50"] <= of["p90"]);
    CHECK(of["p90"] <= of["p99"]);
    CHECK(of["p99"] <= of["max"]);
}

// The budget has room for everything, however busy the machine is.
nlohmann::json run_headless(const std::string& model, const TemporaryFolder& folder, Words arguments) {
    const std::string json = (folder.path / "stats.json").string();
    const Words all{model, "--headless", "--budget-ms", "5000", "--size", "640x360", "--json", json};
    arguments.insert(arguments.begin(), all.begin(), all.end());
    const CliResult result = run_embed(arguments);
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    return nlohmann::json::parse(text_of(json), nullptr, false);
}

}  // namespace

TEST_CASE("vkgan-embed explains itself, and what is wrong with its arguments") {
    const CliResult help = run_embed({"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.output.find("Example: vkgan-embed --headless") != std::string::npos);
    check_refused({"--frame", "3"}, {"no option --frame."});
    check_refused({"--frames"}, {"--frames", "nothing follows"});
    check_refused({"--frames", "0"}, {"--frames", "\"0\"", "from 1"});
    check_refused({"--frames", "3x"}, {"--frames", "\"3x\""});
    check_refused({"--budget-ms", "0"}, {"--budget-ms", "\"0\""});
    check_refused({"--budget-ms", "nan"}, {"--budget-ms", "\"nan\""});
    check_refused({"--mode", "draw"}, {"--mode", "record or submit", "draw"});
    check_refused({"--batch", "65"}, {"--batch", "1 to 64", "65"});
    for (const char* size : {"0x7", "12", "x", "99999x3", "3x", "-1x4"})
        check_refused({"--size", size}, {"--size"});
    check_refused({"a.vkgan", "b.vkgan"}, {"one model", "a.vkgan", "b.vkgan"});
    check_refused({"a.vkgan", "--recipe", "dcgan"}, {"a.vkgan", "dcgan", "not both"});
    check_refused({"--recipe", "dcgan", "--headless"}, {"untrained", "--train"});
    check_refused({"--out", "x.png"}, {"--out", "--headless"});
    check_refused({"--headless", "--train", "--frames", "1"}, {"--frames is 1"});
}

TEST_CASE("vkgan-embed says what to do without a display") {
    const CliResult result = run_program(
        "/usr/bin/env", {"-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", VKGAN_EMBED_FILE, "--frames", "1"});
    CHECK(result.exit_code == 2);
    CHECK_MESSAGE(result.output.find("--headless") != std::string::npos, result.output);
}

TEST_CASE("vkgan-embed says why it cannot run") {
    const auto failed = [](const Words& arguments, const std::string& part) {
        const CliResult result = run_embed(arguments);
        CHECK(result.exit_code == 1);
        CHECK_MESSAGE(result.output.find(part) != std::string::npos, result.output);
    };
    failed({"--headless", "--plugin", "/nowhere/plugin.so"}, "/nowhere/plugin.so");
    failed({"--headless", "--plugin", VKGAN_LIBRARY_FILE}, "vkgan_get_api");
    failed({"--headless", "/nowhere/model.vkgan"}, "/nowhere/model.vkgan");
    failed({"--headless", "--device", "no such device"}, "no such device");
    failed({"--headless", "--recipe", "dcgam", "--train"}, "dcgan");
}

TEST_CASE("vkgan-embed draws generated pictures off-screen and tells what frames took") {
    const TemporaryFolder folder;
    const std::string faces = VKGAN_SOURCE_DIR "/models/faces.vkgan",
                      png = (folder.path / "frame.png").string();
    for (const char* mode : {"record", "submit"}) {
        CAPTURE(mode);
        const auto json = run_headless(faces, folder, {"--frames", "12", "--mode", mode, "--out", png});
        REQUIRE(json.is_object());
        CHECK(json["mode"] == mode);
        CHECK(json["budget_ms"] == 5000);
        CHECK(json["width"] == 640);
        CHECK(json["validation"] == true);
        CHECK(json["warm_up_ms"] > 0);
        for (const char* name : {"device", "driver", "date", "engine_version", "model"})
            CHECK_MESSAGE(!json[name].get<std::string>().empty(), name);
        REQUIRE(json["phases"].size() == 1);
        const auto& phase = json["phases"][0];
        CHECK(phase["name"] == "generation");
        CHECK(phase["frames"] == 12);
        CHECK(phase["images"] >= 8);
        CHECK(phase["training_steps"] == 0);
        check_percentiles(phase["frame_ms"], 0);
        check_percentiles(phase["host_us"], 0);
        // Null if the device's clock was not read in time.
        if (!phase["device_ms"].is_null()) check_percentiles(phase["device_ms"], 0);
        if (!phase["overrun_ms"].is_null()) check_percentiles(phase["overrun_ms"], -5000);

        const auto picture = vkgan::read_image(png);
        REQUIRE(picture.ok());
        CHECK(picture->width == 640);
        CHECK(picture->height == 360);
        // Light alone makes no neighbours differ by more than 2, other faces by more than 30.
        for (const Corner& a : panels)
            for (const Corner& b : panels)
                if (&a != &b) CHECK(difference(*picture, a, b) > 15);
    }
}

TEST_CASE("vkgan-embed measures frames without and with training, of a model and of a recipe") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    for (const char* mode : {"record", "submit"}) {
        CAPTURE(mode);
        const auto json =
            run_headless(model, folder, {"--frames", "60", "--mode", mode, "--train", "--batch", "2"});
        REQUIRE(json["phases"].size() == 2);
        CHECK(json["phases"][0]["frames"] == 30);
        CHECK(json["phases"][0]["training_steps"] == 0);
        CHECK(json["phases"][1]["name"] == "generation and training");
        CHECK(json["phases"][1]["frames"] == 30);
        CHECK(json["phases"][1]["training_steps"] > 0);
        CHECK(json["phases"][1]["images"] > 0);
    }

    const CliResult recipe = run_cli({"recipe", "dcgan", "--set", "image=16", "ngf=4", "ndf=4", "nz=8"});
    const std::string untrained = (folder.path / "tiny.json").string();
    std::ofstream(untrained) << recipe.output;
    check_refused({untrained, "--headless"}, {"untrained", "--train"});
    const auto json = run_headless(untrained, folder, {"--frames", "20", "--train", "--batch", "2"});
    for (const auto& phase : json["phases"]) CHECK(phase["images"] > 0);
}

TEST_CASE("vkgan-embed's window changes size, takes keys and mouse, and closes") {
    if (!VirtualDisplay::can_run()) return;
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder), json = (folder.path / "stats.json").string();
    const VirtualDisplay display(folder);
    REQUIRE(display.runs());
    CliProcess embed({display.variable(), VKGAN_EMBED_FILE, model, "--size", "640x360", "--json", json},
                     (folder.path / "embed.txt").string(), "/usr/bin/env");
    // The title tells frames per second once pictures are generated.
    const std::string window = xdotool(display, {"search", "--sync", "--name", "vkgan-embed.*fps"});
    xdotool(display, {"windowfocus", "--sync", window});
    xdotool(display, {"mousemove", "--window", window, "300", "200"});
    xdotool(display, {"key", "F1", "KP_Add", "Down", "Right", "2", "Left", "0", "r", "space", "t"});
    for (const char* button : {"1", "2", "3"}) {
        xdotool(display,
                {"mousedown", button, "mousemove_relative", "--sync", "20", "10", "mouseup", button});
    }
    xdotool(display, {"click", "4", "click", "5"});
    xdotool(display, {"windowsize", "--sync", window, "1", "1"});
    xdotool(display, {"key", "p", "p", "c", "space"});
    xdotool(display, {"windowunmap", "--sync", window});
    xdotool(display, {"windowmap", "--sync", window, "windowfocus", "--sync", window});
    xdotool(display, {"windowsize", "--sync", window, "800", "450"});
    xdotool(display, {"key", "Escape"});
    const CliResult result = embed.wait();
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const auto statistics = nlohmann::json::parse(text_of(json), nullptr, false);
    REQUIRE(statistics.is_object());
    CHECK(statistics["budget_ms"] == 5);  // 4, raised once by a quarter
    CHECK(statistics["width"] == 800);
    CHECK(statistics["height"] == 450);
    CHECK(statistics["validation"] == true);
}
