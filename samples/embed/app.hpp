// The program: sets everything up, then draws frames, in a window or off-screen.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/drawing.hpp"
#include "samples/embed/input.hpp"
#include "samples/embed/latent.hpp"
#include "samples/embed/panel.hpp"
#include "samples/embed/renderer.hpp"
#include "samples/embed/statistics.hpp"
#include "samples/render/swapchain.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace embed {

class App {
public:
    static Result<std::unique_ptr<App>> create(const Options& options);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    Status run();

private:
    explicit App(const Options& options) : options_(options) {}
    Status open_device();
    Status open_plugin();
    Status open_screen();

    Status run_headless();
    Status run_window();
    Status measure(const char* phase, int frames);
    Status draw_timed_frame(double seconds);

    // One frame, `seconds` of animation after the last; none when the window has no image to draw to.
    Status draw_frame(double seconds);
    Status ask_plugin(FrameSlot& slot);
    Status warm_up();
    Status go_on_without_training(const Error& error);
    Status apply_steering();
    Status resize();
    PanelFacts panel_facts() const;
    Result<Totals> totals();
    RunFacts run_facts() const;

    Options options_;
    // In the order of making; destroyed the other way round.
    std::unique_ptr<Window> window_;
    std::unique_ptr<Instance> instance_;
    struct Surface {
        VkInstance instance = VK_NULL_HANDLE;
        VkSurfaceKHR handle = VK_NULL_HANDLE;
        ~Surface() {
            if (handle) vkDestroySurfaceKHR(instance, handle, nullptr);
        }
    } surface_;
    std::optional<Library> library_;
    std::unique_ptr<Gpu> gpu_;
    Pictures pictures_;
    Image screen_;  // off-screen
    std::optional<Swapchain> swapchain_;
    std::optional<Renderer> renderer_;
    std::optional<Plugin> plugin_;

    Steering steering_;
    std::unique_ptr<Input> input_;
    std::optional<Latent> latent_;
    Canvas canvas_;
    FrameTimes times_;
    Statistics statistics_;
    vkgan_frame_report report_{};
    double plugin_us_ = 0;  // of the processor, in the last frame
    uint64_t frame_ = 0;    // the plugin's number of the last frame
    bool warm_ = false;     // the first generator is made
    std::string told_;      // of warm_up
    std::string note_;      // what went wrong, and is not the end
    double warm_up_ms_ = 0, frame_ms_ = 0, fps_ = 0;
    bool told_paused_ = false;
    bool has_screen_ = true;  // the window has an area
};

}  // namespace embed
