// The program vkgan-viewer as its users meet it: without a window by a script, in a window, and used wrongly.
// SPDX-License-Identifier: MIT
#include "host/io/image.hpp"
#include "samples/viewer/state/session_file.hpp"
#include "samples/viewer/studio/model_file.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>

using vkgan::test::CliProcess;
using vkgan::test::CliResult;
using vkgan::test::run_cli;
using vkgan::test::TemporaryFolder;
using Words = std::vector<std::string>;

namespace {

// With settings of its own, so that tests neither read nor change the user's.
CliResult run_viewer(const TemporaryFolder& folder, Words arguments, const std::string& cache = {}) {
    const Words environment{"XDG_CONFIG_HOME=" + folder.path.string(),
                            "XDG_DATA_HOME=" + folder.path.string(), VKGAN_VIEWER_FILE};
    arguments.insert(arguments.begin(), environment.begin(), environment.end());
    if (!cache.empty()) arguments.insert(arguments.begin(), "XDG_CACHE_HOME=" + cache);
    return CliProcess(arguments, (folder.path / "output.txt").string(), "/usr/bin/env").wait();
}

std::string write(const TemporaryFolder& folder, const char* name, const std::string& text) {
    const std::string path = (folder.path / name).string();
    std::ofstream(path) << text;
    return path;
}

void check_refused(const Words& arguments, const Words& parts) {
    const TemporaryFolder folder;
    const CliResult result = run_viewer(folder, arguments);
    CAPTURE(result.output);
    CHECK(result.exit_code == 2);
    for (const std::string& part : parts) CHECK_MESSAGE(result.output.find(part) != std::string::npos, part);
}

std::string tiny_model(const TemporaryFolder& folder) {
    const std::string out = (folder.path / "run").string();
    const CliResult trained =
        run_cli({"train", "dcgan", "--data", "faces", "--out", out, "--set", "image=16", "ngf=4", "ndf=4",
                 "nz=8", "--batch", "4", "--steps", "3", "--sample-every", "0"});
    REQUIRE_MESSAGE(trained.exit_code == 0, trained.output);
    return out + "/model.vkgan";
}

vkgan::Image picture_of(const std::string& path) {
    auto image = vkgan::read_image(path);
    REQUIRE_MESSAGE(image.ok(), path);
    return std::move(*image);
}

// Mean absolute difference of the part of two windows right of the pane.
double difference(const vkgan::Image& a, const vkgan::Image& b) {
    REQUIRE(a.width == b.width);
    REQUIRE(a.height == b.height);
    const auto channels = size_t(a.channels), width = size_t(a.width);
    double sum = 0;
    size_t count = 0;
    for (size_t y = 0; y < size_t(a.height) - 30; ++y)
        for (size_t x = width / 2; x < width; ++x)
            for (size_t c = 0; c < 3; ++c, ++count)
                sum += std::abs(int(a.pixels[(y * width + x) * channels + c]) -
                                int(b.pixels[(y * width + x) * channels + c]));
    return sum / double(count);
}

}  // namespace

TEST_CASE("vkgan-viewer explains itself, and what is wrong with its arguments") {
    const TemporaryFolder folder;
    const CliResult help = run_viewer(folder, {"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.output.find("Example: vkgan-viewer --headless") != std::string::npos);
    CHECK(run_viewer(folder, {"--version"}).output.starts_with("vkgan-viewer "));
    check_refused({"--frame", "3"}, {"no option --frame;"});
    check_refused({"--frames"}, {"--frames", "nothing follows"});
    check_refused({"--frames", "0"}, {"--frames", "\"0\"", "from 1"});
    check_refused({"--scale", "9"}, {"--scale", "\"9\"", "to 4"});
    check_refused({"--size", "0x7"}, {"--size", "\"0x7\""});
    check_refused({"--screenshot", "x.png"}, {"--screenshot", "--headless"});
    check_refused({"a", "b"}, {"\"a\"", "\"b\""});
    check_refused({"--headless", "nosuchrecipe"}, {"nosuchrecipe"});
    check_refused({"--headless", "no/such/model.vkgan"}, {"no/such/model.vkgan"});
    check_refused({"--headless", "--script", "none.json"}, {"none.json", "is no file"});
    check_refused({"--headless", "--train", "--data", "nosuch"}, {"unknown kind \"nosuch\""});
}

TEST_CASE("vkgan-viewer says what to do without a display, and without a driver") {
    const TemporaryFolder folder;
    const CliResult no_driver =
        CliProcess({"VK_ICD_FILENAMES=/nonexistent.json", VKGAN_VIEWER_FILE, "--headless"},
                   (folder.path / "driver.txt").string(), "/usr/bin/env")
            .wait();
    CHECK(no_driver.exit_code == 1);
    CHECK_MESSAGE(no_driver.output.find("no Vulkan driver") != std::string::npos, no_driver.output);
    const CliResult result = CliProcess({"-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", VKGAN_VIEWER_FILE},
                                        (folder.path / "output.txt").string(), "/usr/bin/env")
                                 .wait();
    CHECK(result.exit_code == 2);
    CHECK_MESSAGE(result.output.find("--headless") != std::string::npos, result.output);
}

TEST_CASE("a script drags, undoes, opens every page, trains and saves: the pictures show it") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    const std::string script = write(
        folder, "s.json",
        R"([{"wait_for": "picture"}, {"wait": 2}, {"save": ")" + file("a.png") +
            R"("}, {"drag": "canvas", "x": 150, "y": 60}, {"wait": 2}, {"wait_for": "picture"}, {"wait": 2}, {"save": ")" +
            file("b.png") +
            R"("}, {"key": "Ctrl+Z"}, {"wait": 2}, {"wait_for": "picture"}, {"wait": 2}, {"save": ")" +
            file("c.png") +
            R"("}, {"key": "G"}, {"wait": 2}, {"wait_for": "picture"}, {"wait": 2}, {"key": "G"}, {"click": "page.Attributes"}, {"wait": 2},
        {"click": "SeFa"}, {"wait": 40}, {"click": "page.Inspect"}, {"wait": 4}, {"wait_for": "picture"}, {"click": "page.Material"}, {"wait": 3},
        {"click": "page.Train"}, {"wait": 2}, {"click": "Start training"}, {"wait_for": "step 4"}, {"click": "Step D"}, {"wait": 5},
        {"key": "Ctrl+S"}, {"wait": 2}])");
    const CliResult result = run_viewer(folder, {model, "--headless", "--size", "900x600", "--script", script,
                                                 "--session", file("session.json")});
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const vkgan::Image first = picture_of(file("a.png")), moved = picture_of(file("b.png")),
                       undone = picture_of(file("c.png"));
    CHECK(first.width == 900);
    CHECK(difference(first, moved) > 0.02);  // three steps have taught it next to nothing
    CHECK(difference(first, undone) == 0);
    std::ifstream session(file("session.json"));
    CHECK(std::string(std::istreambuf_iterator<char>(session), {}).find("\"page\": \"train\"") !=
          std::string::npos);
}

TEST_CASE("a session draws the same without a window as when it was saved") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    write(folder, "session.json",
          R"({"vkgan_session": 1, "source": {"model": ")" + model +
              R"("}, "plane": {"seed": 5, "x": 0.4, "y": 1.3}, "truncation": 0.8})");
    for (const char* name : {"a.png", "b.png"}) {
        const CliResult result = run_viewer(folder, {file("session.json"), "--headless", "--frames", "3",
                                                     "--size", "640x400", "--screenshot", file(name)});
        REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    }
    CHECK(difference(picture_of(file("a.png")), picture_of(file("b.png"))) == 0);
    write(folder, "bad.json", R"({"vkgan_session": 1, "plane": {"seed": "x"}})");
    const CliResult refused = run_viewer(folder, {file("bad.json"), "--headless"});
    CHECK(refused.exit_code == 2);
    CHECK(refused.output.find("plane.seed is no number") != std::string::npos);
    write(folder, "lost.json", R"({"vkgan_session": 1, "source": {"model": "gone/model.vkgan"}})");
    const CliResult lost = run_viewer(folder, {file("lost.json"), "--headless"});
    CHECK(lost.exit_code == 2);
    CHECK(lost.output.find("gone/model.vkgan") != std::string::npos);
}

TEST_CASE("what is dropped is opened, looked for, or refused in words; the window stays") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    write(folder, "broken.vkgan", "no model");
    write(folder, "notes.txt", "no picture");
    write(folder, "other.json", "{}");
    std::filesystem::create_directory(folder.path / "pictures");
    const std::string script =
        write(folder, "s.json",
              R"([{"wait_for": "picture"}, {"wait": 2}, {"key": "F2"}, {"wait": 2}, {"drop": ")" +
                  file("broken.vkgan") + R"("}, {"wait": 2}, {"drop": ")" + file("notes.txt") +
                  R"("}, {"wait": 2}, {"drop": ")" + file("other.json") + R"("}, {"wait": 2}, {"drop": ")" +
                  file("pictures") + R"("}, {"wait": 2}, {"wait_for": "data"}, {"drop": ")" +
                  file("vkgan-00001.png") + R"("}, {"wait": 60}, {"key": "Ctrl+S"}, {"wait": 2}])");
    const CliResult result =
        run_viewer(folder, {model, "--headless", "--size", "700x500", "--script", script, "--session",
                            file("session.json"), "--captures", folder.path.string()});
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    CAPTURE(result.output);
    for (const char* told : {"broken.vkgan", "notes.txt is no picture", "other.json: "})
        CHECK_MESSAGE(result.output.find(told) != std::string::npos, told);
    std::ifstream session(file("session.json"));
    const std::string text(std::istreambuf_iterator<char>(session), {});
    CHECK(text.find("\"origin\": [") != std::string::npos);  // the latent that was found for the picture
    CHECK(text.find("folder:" + file("pictures")) != std::string::npos);
}

TEST_CASE("undo reopens the model that it names, a checkpoint is told, and a sequence is written whole") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    std::filesystem::copy_file(model, file("second.vkgan"));
    write(
        folder, "session.json",
        R"({"vkgan_session": 1, "source": {"model": ")" + model +
            R"("}, "timeline": {"frames_per_second": 10, "keys": [{"seconds": 0}, {"seconds": 0.4, "truncation": 0.5}]}})");
    const std::string script = write(
        folder, "s.json",
        R"([{"wait_for": "picture"}, {"wait": 2}, {"click": "section.Model"}, {"click": "section.Latent"},
        {"click": "section.Controls"}, {"click": "section.View"}, {"click": "section.Timeline"}, {"wait": 2},
        {"click": "Write PNGs"}, {"click": "keyframe.0.x"}, {"wait": 60}, {"drop": ")" +
            file("second.vkgan") +
            R"("}, {"wait": 4}, {"wait_for": "picture"}, {"key": "Ctrl+Z"}, {"wait": 4},
        {"click": "page.Train"}, {"wait": 2}, {"click": "Start training"}, {"wait_for": "step 2"},
        {"click": "Save checkpoint"}, {"wait": 40}, {"key": "Ctrl+S"}, {"wait": 2}])");
    const CliResult result =
        run_viewer(folder, {"--headless", "--size", "900x900", "--script", script, "--session",
                            file("session.json"), "--captures", folder.path.string()});
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    CAPTURE(result.output);
    CHECK(result.output.find("5 pictures are in") != std::string::npos);
    for (const char* name : {"00000.png", "00004.png"})
        CHECK(std::filesystem::exists(folder.path / "vkgan-frames-00001" / name));
    CHECK(result.output.find("saved " + file("checkpoint.vkgan")) != std::string::npos);
    std::ifstream session(file("session.json"));
    const std::string text(std::istreambuf_iterator<char>(session), {});
    CHECK(text.find(model) != std::string::npos);
    CHECK(text.find("second.vkgan") == std::string::npos);
}

TEST_CASE("k is changed while training goes on, which counts on, and the checkpoint is resumed with it") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    const auto run = [&](const std::string& steps) {
        const std::string script = write(folder, "s.json", steps);
        const CliResult result = run_viewer(folder, {model, "--headless", "--size", "900x900", "--script",
                                                     script, "--session", file("session.json")});
        REQUIRE_MESSAGE(result.exit_code == 0, result.output);
        return result.output;
    };
    run(R"([{"wait_for": "picture"}, {"click": "page.Train"}, {"wait": 2}, {"click": "Start training"}, {"wait_for": "step 6"},
        {"click": "k"}, {"wait": 400}, {"wait_for": "step 8"}, {"click": "Pause"}, {"wait": 20},
        {"click": "Save checkpoint"}, {"wait": 40}, {"key": "Ctrl+S"}, {"wait": 2}])");
    const auto state = viewer::load_session(file("session.json"));
    REQUIRE(bool(state));
    CHECK(state->training.k == 5);
    const auto bytes = viewer::read_file(file("checkpoint.vkgan"), 1 << 24);
    REQUIRE(bool(bytes));
    const auto json = viewer::model_of(std::as_bytes(std::span(*bytes)));
    REQUIRE(bool(json));
    CHECK(nlohmann::json::parse(*json)["parameters"]["k"] == 5);
    const auto step_of = [](const std::string& text) {
        const size_t at = text.find("\"steps\":\"");
        return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + 9);
    };
    const int steps = step_of(*bytes);
    CHECK(steps >= 8);
    const std::string told = run(
        R"([{"wait_for": "picture"}, {"click": "page.Train"}, {"wait": 2}, {"click": "Resume checkpoint"}, {"wait_for": "step )" +
        std::to_string(steps + 2) + R"("}])");
    CHECK_MESSAGE(told.find("cannot resume") == std::string::npos, told);
}

TEST_CASE("directions are kept in files, and so are the pictures of models in the list") {
    const TemporaryFolder folder;
    const std::string model = tiny_model(folder);
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    const auto run = [&](const std::string& steps) {
        const std::string script = write(folder, "s.json", steps);
        const CliResult result = run_viewer(
            folder,
            {model, "--headless", "--size", "900x900", "--script", script, "--session", file("session.json")},
            file("cache"));
        REQUIRE_MESSAGE(result.exit_code == 0, result.output);
        return result.output;
    };
    const std::string told = run(
        R"([{"wait_for": "picture"}, {"click": "page.Attributes"}, {"wait": 2}, {"click": "SeFa"}, {"wait": 60},
        {"click": "direction set"}, {"type": "mine"}, {"wait": 2}, {"click": "Save"}, {"wait": 2},
        {"click": "set.mine"}, {"wait": 3}, {"key": "Ctrl+S"}, {"wait": 2}, {"drop": ")" +
        model +
        R"("}, {"wait": 2}, {"click": "page.Explore"}, {"wait": 2}, {"click": "Open..."}, {"wait": 120}, {"save": ")" +
        file("list.png") + R"("}])");
    CHECK(told.find("directions/mine.json") != std::string::npos);
    const auto state = viewer::load_session(file("session.json"));
    REQUIRE(bool(state));
    CHECK(state->directions.size() == 16);  // eight were found, and loaded once more
    const std::filesystem::path kept = folder.path / "cache" / "vkgan" / "thumbnails";
    REQUIRE(std::filesystem::is_directory(kept));
    size_t pictures = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kept)) {
        const vkgan::Image picture = picture_of(entry.path().string());
        CHECK(picture.width == 64);
        CHECK(picture.height == 64);
        ++pictures;
    }
    CHECK(pictures >= 2);  // the shipped faces, and what was opened
}

TEST_CASE("a model with an encoder has directions by the labels of data") {
    const TemporaryFolder folder;
    const auto file = [&](const char* name) { return (folder.path / name).string(); };
    const CliResult trained = run_cli(
        {"train", "vae", "--data", "digits", "--out", file("run"), "--steps", "30", "--sample-every", "0"});
    REQUIRE_MESSAGE(trained.exit_code == 0, trained.output);
    const std::string steps =
        R"([{"wait_for": "picture"}, {"click": "page.Attributes"}, {"wait": 2}, {"click": "Labels"}, {"wait": 300},
        {"key": "Ctrl+S"}, {"wait": 2}])";
    const auto run = [&](const char* data) {
        const CliResult result = run_viewer(
            folder, {file("run/model.vkgan"), "--data", data, "--headless", "--size", "600x600", "--script",
                     write(folder, "s.json", steps), "--session", file("session.json")});
        REQUIRE_MESSAGE(result.exit_code == 0, result.output);
        return result.output;
    };
    CHECK(run("toy:ring").find("toy:ring has points") != std::string::npos);
    std::filesystem::remove(file("session.json"));
    run("digits");
    const auto state = viewer::load_session(file("session.json"));
    REQUIRE(bool(state));
    REQUIRE(state->directions.size() == 10);
    for (const viewer::Direction& direction : state->directions) {
        CHECK(direction.source == "labels");
        CHECK(direction.values.size() == 20);
    }
    CHECK(state->directions[3].name == "3");
}
