// The program: everything together, frame after frame, in a window or without one.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/swapchain.hpp"
#include "samples/render/window.hpp"
#include "samples/viewer/app/gui.hpp"
#include "samples/viewer/app/script.hpp"
#include "samples/viewer/app/settings.hpp"
#include "samples/viewer/draw/gui_renderer.hpp"
#include "samples/viewer/draw/material_scene.hpp"
#include "samples/viewer/draw/screen_target.hpp"
#include "samples/viewer/options.hpp"
#include "samples/viewer/state/history.hpp"
#include "samples/viewer/studio/studio.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace viewer {

class App {
public:
    static render::Result<std::unique_ptr<App>> create(const Options& options);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    render::Status run();

private:
    explicit App(const Options& options) : options_(options) {}
    render::Status open_device();
    render::Status open_screen();
    render::Status open_first();
    render::Status resize();

    render::Status run_window();
    render::Status run_headless();
    // One frame, `seconds` after the last; none when the window has no image to draw to.
    render::Status draw_frame(double seconds);
    void draw_panels(double seconds);
    render::Status obey(const Command& command);
    render::Status open(const Source& source);
    render::Status find_attributes();
    render::Status follow_source();
    render::Status save_to(const std::string& path);
    render::Status load_from(const std::string& path);
    void drop(const std::string& path);
    render::Error recovered(const render::Error& error) const;
    void set_title();
    void find_rest();
    std::string kept_path(const char* folder_name, const std::string& name) const;
    void find_kept();
    render::Status draw_to(render::FrameSlot& slot, uint32_t image);
    render::Status draw_material(VkCommandBuffer commands);
    render::Status warm_up();
    void note_times(double ms);
    void fail(const std::string& text);
    render::Status survive(const render::Status& status);
    void say(const std::string& text);

    render::Status save_picture(const std::string& path);
    render::Status save_window(const std::string& path);
    std::string free_name(const char* start) const;
    void begin_timeline();
    render::Status go_on_with_timeline();

    Options options_;
    // In the order of making; destroyed the other way round.
    std::unique_ptr<render::Window> window_;
    std::unique_ptr<render::Instance> instance_;
    struct Surface {
        VkInstance instance = VK_NULL_HANDLE;
        VkSurfaceKHR handle = VK_NULL_HANDLE;
        ~Surface() {
            if (handle) vkDestroySurfaceKHR(instance, handle, nullptr);
        }
    } surface_;
    std::unique_ptr<render::Gpu> gpu_;
    std::unique_ptr<Gui> gui_;
    std::unique_ptr<Textures> textures_;
    std::unique_ptr<Studio> studio_;
    render::Image screen_image_;  // without a window
    std::optional<render::Swapchain> swapchain_;
    render::OwnedRenderPass pass_;
    VkFormat format_ = VK_FORMAT_R8G8B8A8_UNORM;
    std::optional<ScreenTarget> target_;
    std::optional<render::Frames> frames_;
    std::optional<GuiRenderer> gui_renderer_;
    std::optional<MaterialScene> material_;
    uint32_t material_texture_ = 0, material_source_ = 0;

    ViewerState state_;
    std::optional<Source> opened_;
    History history_;
    Facts facts_;
    Settings settings_;
    std::string shipped_classifier_;
    Commands commands_;
    Places places_;
    ScreenInfo info_;
    std::optional<Script> script_;
    const ImDrawData* drawn_ = nullptr;
    uint64_t frame_ = 0;
    bool has_screen_ = true, quits_ = false, window_shot_ = false;
    double frame_ms_ = 0;
    std::string title_;
    struct Writing {  // of the timeline
        std::string folder;
        int next = 0, count = 0;
        bool waits = false;
        ViewerState before;
    };
    std::optional<Writing> writing_;
};

}  // namespace viewer
