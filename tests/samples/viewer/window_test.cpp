// The viewer's window under a display that shows nothing: mouse and keys change the session, sizes change,
// files that are no models are told, and it closes while it trains.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/session_file.hpp"
#include "tests/samples/virtual_display.hpp"

#include <chrono>
#include <fstream>
#include <thread>

using vkgan::test::CliProcess;
using vkgan::test::CliResult;
using vkgan::test::TemporaryFolder;
using vkgan::test::VirtualDisplay;
using vkgan::test::xdotool;
using Words = std::vector<std::string>;

namespace {

// With settings and a session of its own.
struct ViewerWindow {
    ViewerWindow(const VirtualDisplay& on, const TemporaryFolder& folder, Words arguments)
        : display(on),
          session((folder.path / "session.json").string()),
          process(words(folder, std::move(arguments)), (folder.path / "viewer.txt").string(),
                  "/usr/bin/env") {
        // The title names the model once there is a picture.
        id = xdotool(display, {"search", "--sync", "--name", "vkgan-viewer - "});
        xdotool(display, {"windowfocus", "--sync", id});
    }
    Words words(const TemporaryFolder& folder, Words arguments) const {
        Words all{display.variable(),
                  "XDG_CONFIG_HOME=" + folder.path.string(),
                  "XDG_DATA_HOME=" + folder.path.string(),
                  VKGAN_VIEWER_FILE,
                  "--session",
                  session};
        all.insert(all.end(), arguments.begin(), arguments.end());
        return all;
    }
    void move(int x, int y) {
        xdotool(display, {"mousemove", "--window", id, std::to_string(x), std::to_string(y)});
    }
    void drag(int x, int y, int dx, int dy) {
        move(x, y);
        xdotool(display,
                {"sleep", "0.3", "mousedown", "1", "sleep", "0.3", "mousemove_relative", "--sync", "--",
                 std::to_string(dx), std::to_string(dy), "sleep", "0.3", "mouseup", "1", "sleep", "0.3"});
    }
    // What is set, by Ctrl+S.
    viewer::ViewerState saved() {
        std::filesystem::remove(session);
        xdotool(display, {"key", "ctrl+s"});
        for (int i = 0; i < 600 && !std::filesystem::exists(session); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const auto state = viewer::load_session(session);
        REQUIRE_MESSAGE(bool(state), state.error().text);
        return *state;
    }
    const VirtualDisplay& display;
    std::string session;
    CliProcess process;
    std::string id;
};

}  // namespace

TEST_CASE("the viewer's window takes mouse and keys, changes size, trains, and closes meanwhile") {
    if (!VirtualDisplay::can_run()) return;
    const TemporaryFolder folder;
    const VirtualDisplay display(folder);
    REQUIRE(display.runs());
    ViewerWindow window(display, folder, {"--size", "1280x800"});
    window.drag(830, 400, 100, 40);  // the picture
    viewer::ViewerState state = window.saved();
    CHECK(state.plane.x > 0.1);
    CHECK(state.plane.y > 0.05);
    window.drag(62, 262, 15, -15);  // the pad
    CHECK(window.saved().plane.x > state.plane.x + 0.2);
    window.drag(200, 585, 40, 0);  // Smiling
    state = window.saved();
    const viewer::ControlSetting* const smiling = viewer::find_setting(state.controls, "Smiling");
    REQUIRE(smiling);
    CHECK(smiling->set);
    CHECK(smiling->value > 0.3);
    xdotool(display, {"key", "ctrl+z"});
    state = window.saved();
    CHECK((!viewer::find_setting(state.controls, "Smiling") ||
           !viewer::find_setting(state.controls, "Smiling")->set));

    xdotool(display, {"key", "F7"});
    CHECK(window.saved().page == viewer::Page::train);
    window.move(95, 222);  // Start training
    xdotool(display, {"sleep", "0.3", "click", "1", "sleep", "2"});
    for (const auto& [width, height] :
         {std::pair("1", "1"), std::pair("333", "777"), std::pair("900", "500")})
        xdotool(display, {"windowsize", "--sync", window.id, width, height, "sleep", "0.3"});
    xdotool(display, {"windowunmap", "--sync", window.id, "sleep", "0.3", "windowmap", "--sync", window.id,
                      "windowfocus", "--sync", window.id});
    xdotool(display, {"key", "ctrl+q"});
    const CliResult result = window.process.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.output);
}
