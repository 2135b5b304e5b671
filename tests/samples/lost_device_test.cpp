// Programs whose device is lost while they run: they say so, keep what was set, and end.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/session_file.hpp"
#include "tests/samples/virtual_display.hpp"

#include <doctest/doctest.h>

#include <fstream>

using vkgan::test::CliProcess;
using vkgan::test::CliResult;
using vkgan::test::TemporaryFolder;
using vkgan::test::VirtualDisplay;
using Words = std::vector<std::string>;

namespace {

// `words`: variables, then the program and its arguments. The device is lost after so many submissions.
CliResult run_losing(const TemporaryFolder& folder, int submissions, const Words& words) {
    Words all{"VK_ADD_LAYER_PATH=" VKGAN_LAYERS_DIR, "VK_INSTANCE_LAYERS=VK_LAYER_VKGAN_lose_device",
              "VKGAN_LOSE_AFTER=" + std::to_string(submissions), "XDG_CONFIG_HOME=" + folder.path.string(),
              "XDG_DATA_HOME=" + folder.path.string()};
    all.insert(all.end(), words.begin(), words.end());
    return CliProcess(all, (folder.path / "output.txt").string(), "/usr/bin/env").wait();
}

}  // namespace

TEST_CASE("vkgan-viewer without a window ends with an error in words when its device is lost") {
    for (const int submissions : {0, 3, 20, 60}) {
        CAPTURE(submissions);
        const TemporaryFolder folder;
        const CliResult result = run_losing(
            folder, submissions, {VKGAN_VIEWER_FILE, "--headless", "--frames", "200", "--size", "400x300"});
        CAPTURE(result.output);
        CHECK(result.exit_code == 1);
        CHECK(result.output.find("lost") != std::string::npos);
    }
}

TEST_CASE("vkgan-viewer's window keeps what was set when its device is lost, while it trains as well") {
    if (!VirtualDisplay::can_run()) return;
    const TemporaryFolder folder;
    const VirtualDisplay display(folder);
    REQUIRE(display.runs());
    const std::string session = (folder.path / "session.json").string();
    std::ofstream(session) << R"({"vkgan_session": 1, "plane": {"seed": 5, "animated": true, "speed": 2}})";
    for (const char* const train : {"", "--train"}) {
        std::filesystem::remove(session + ".recovered.json");
        Words words{display.variable(), VKGAN_VIEWER_FILE, "--session", session, "--size", "500x400"};
        if (*train) words.emplace_back(train);
        const CliResult result = run_losing(folder, 150, words);
        CAPTURE(result.output);
        CHECK(result.exit_code == 1);
        CHECK(result.output.find("lost") != std::string::npos);
        CHECK(result.output.find(session + ".recovered.json") != std::string::npos);
        const auto kept = viewer::load_session(session + ".recovered.json");
        REQUIRE(bool(kept));
        CHECK(kept->plane.seed == 5);
        CHECK((kept->plane.x != 0 || kept->plane.y != 0));  // it went on until then
    }
}

TEST_CASE("vkgan-embed ends with an error in words when its device is lost") {
    for (const int submissions : {0, 5, 40}) {
        CAPTURE(submissions);
        const TemporaryFolder folder;
        const CliResult result = run_losing(folder, submissions,
                                            {VKGAN_EMBED_FILE, VKGAN_SOURCE_DIR "/models/faces.vkgan",
                                             "--headless", "--frames", "200", "--size", "320x180"});
        CAPTURE(result.output);
        CHECK(result.exit_code == 1);
        CHECK(result.output.find("lost") != std::string::npos);
    }
}
