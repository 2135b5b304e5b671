// The program with the page Lab: networks that learn in its frames, and what it does when that goes wrong.
// SPDX-License-Identifier: MIT
#include "host/io/image.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using vkgan::test::CliProcess;
using vkgan::test::CliResult;
using vkgan::test::TemporaryFolder;

namespace {

CliResult run_viewer(const TemporaryFolder& folder, const std::string& steps,
                     const std::string& session = "") {
    const std::string home = folder.path.string(), script = home + "/steps.json",
                      state = home + "/session.json";
    std::ofstream(script) << steps;
    if (!session.empty()) std::ofstream(state) << session;
    return CliProcess({"HOME=" + home, "XDG_CACHE_HOME=" + home + "/cache", "XDG_CONFIG_HOME=" + home,
                       "XDG_DATA_HOME=" + home, VKGAN_VIEWER_FILE, "--headless", "--size", "900x760",
                       "--session", state, "--script", script},
                      home + "/output.txt", "/usr/bin/env")
        .wait();
}

}  // namespace

TEST_CASE("the lab learns, changes its loss with the weights it has, and steps each network") {
    const TemporaryFolder folder;
    const std::string png = (folder.path / "lab.png").string();
    const CliResult result = run_viewer(
        folder,
        R"([{"wait": 2}, {"wait_for": "lab"}, {"key": "Space"}, {"wait_for": "lab step 12"}, {"key": "Space"},
        {"wait": 3}, {"click": "Loss"}, {"wait": 3}, {"click": "Loss.hinge"}, {"wait_for": "lab loss hinge"},
        {"wait_for": "lab step 12"}, {"click": "Step D"}, {"wait_for": "lab step 13"},
        {"save": ")" +
            png + R"("}])",
        R"({"vkgan_session": 1, "page": "lab", "lab": {"experiments": [
        {"hidden": 8, "hidden_d": 8, "batch": 16}]}})");
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const auto picture = vkgan::read_image(png);
    REQUIRE(picture.ok());
    CHECK(picture->width == 900);
}

TEST_CASE("the lab learns what is drawn, two at a time, and keeps no file of it") {
    const TemporaryFolder folder;
    const CliResult result = run_viewer(
        folder, R"([{"wait": 2}, {"wait_for": "lab"}, {"key": "Space"}, {"wait_for": "lab step 3"}])",
        R"({"vkgan_session": 1, "page": "lab", "lab": {"slow": true, "seconds_an_update": 0.1,
        "experiments": [{"hidden": 8, "hidden_d": 8, "batch": 16, "data": "drawn",
        "points": [0.5, 0.5, -0.5, 0.5]},
        {"hidden": 8, "hidden_d": 8, "batch": 16, "data": "normal", "noise_size": 1}]}})");
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path))
        CHECK_MESSAGE(entry.path().extension() != ".npy", entry.path().string());
}
