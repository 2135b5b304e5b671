// Frame after frame: in a window until it is closed, without one for a number of frames.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/app.hpp"

#include "samples/viewer/state/session_file.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <filesystem>
#include <thread>

namespace viewer {

using namespace render;

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// What is not shown needs no more frames than eyes can see.
constexpr double least_frame_ms = 1000.0 / 120;

}  // namespace

Status App::run() {
    if (const Status ran = window_ ? run_window() : run_headless(); !ran) return recovered(ran.error());
    RENDER_VK(vkDeviceWaitIdle(gpu_->device));
    if (instance_->messages() > 0)
        return Error{"The validation layers had " + std::to_string(instance_->messages()) + " messages."};
    return {};
}

// More while frames come as often as they should, less when they do not.
void App::find_rest() {
    const double wanted = state_.least_fps > 0 ? state_.least_fps : facts_.usual_fps, most = 1000 / wanted;
    const double fps = facts_.frames.fps;
    if (fps > 0.99 * wanted)
        facts_.rest_ms *= 1.03;
    else if (fps < 0.97 * wanted)
        facts_.rest_ms *= 0.9;
    // A quarter always: where frames are slow for other reasons, starving what learns would not make them
    // quicker.
    facts_.rest_ms = std::clamp(facts_.rest_ms, most / 4, most);
    studio_->set_rest(facts_.rest_ms);
}

// What was set is kept beside the session, whatever ended the program.
Error App::recovered(const Error& error) const {
    if (options_.headless || facts_.session_path.empty()) return error;
    const std::string path = facts_.session_path + ".recovered.json";
    if (!save_session(state_, path)) return error;
    return {error.text + " What was set is in " + path + ".", error.exit_code};
}

void App::note_times(double ms) {
    FrameFacts& frames = facts_.frames;
    frame_ms_ = ms;
    frames.frame_ms[frames.next] = float(ms);
    frames.device_ms[frames.next] = float(frames.measured_ms);
    frames.next = (frames.next + 1) % FrameFacts::kept;
    // Of the mean time of frames: the mean of their rates would be that of the few quickest.
    const double mean = frames.fps == 0 ? ms : 1000 / frames.fps + (ms - 1000 / frames.fps) * 0.05;
    frames.fps = 1000 / std::max(mean, 1e-3);
    find_rest();
}

Status App::run_window() {
    Clock::time_point last = Clock::now();
    int drawn = 0;
    while (!quits_ && (options_.frames == 0 || drawn < options_.frames)) {
        if (has_screen_)
            glfwPollEvents();
        else
            glfwWaitEventsTimeout(0.05);
        for (const std::string& path : gui_->take_dropped()) drop(path);
        const VkExtent2D size = window_->size();
        const bool has_area = size.width > 0 && size.height > 0;
        if (window_->take_resized() || has_area != has_screen_) RENDER_TRY(resize());
        if (window_->closed()) break;
        if (!has_screen_) continue;  // minimised: nothing is drawn or trained
        const double seconds = std::clamp(ms_since(last) / 1000, 1e-4, 0.1);
        last = Clock::now();
        RENDER_TRY(draw_frame(seconds));
        set_title();
        ++drawn;
        if (const double left = least_frame_ms - ms_since(last); left > 0.5)
            std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(left));
        note_times(ms_since(last));
    }
    return {};
}

void App::set_title() {
    const bool ready = facts_.picture != 0 || (facts_.model.loaded && !facts_.model.trained);
    const std::string title = ready ? "vkgan-viewer - " + facts_.model.title : "vkgan-viewer";
    if (title == title_) return;
    title_ = title;
    window_->set_title(title);
}

Status App::run_headless() {
    const int frames = options_.frames > 0 ? options_.frames : script_ ? 1000000 : 60;
    for (int i = 0; i < frames && !quits_; ++i) {
        const Clock::time_point start = Clock::now();
        RENDER_TRY(draw_frame(1.0 / 60));
        note_times(ms_since(start));
    }
    if (!script_ && !facts_.error.empty()) return Error{facts_.error, 2};
    if (options_.screenshot.empty()) return {};
    // The picture that the state asks for is drawn before it is shown.
    for (int i = 0; i < 2000 && studio_->drawing(); ++i) RENDER_TRY(draw_frame(1.0 / 60));
    for (int i = 0; i < 2; ++i) RENDER_TRY(draw_frame(1.0 / 60));
    if (!facts_.error.empty()) return Error{facts_.error};
    return save_window(options_.screenshot);
}

// A model opens, a session is loaded, a folder of pictures becomes the data; anything else is a picture to
// look for.
void App::drop(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        state_.training.data = "folder:" + path;
        state_.page = Page::train;
        commands_.push_back({Command::Kind::look_at_data});
        return;
    }
    Command::Kind kind = Command::Kind::invert;
    if (path.ends_with(".vkgan")) kind = Command::Kind::open_model;
    if (path.ends_with(".json")) {
        const JsonKind json = kind_of(path);
        kind = json == JsonKind::session      ? Command::Kind::load_session
               : json == JsonKind::directions ? Command::Kind::load_directions
                                              : Command::Kind::open_model;
    }
    commands_.push_back({kind, path});
}

}  // namespace viewer
