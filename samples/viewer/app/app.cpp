// Set-up and one frame. What commands do is in commands.cpp, the loops in loops.cpp.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/app.hpp"

#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/state/session_file.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace viewer {

namespace api = vkgan::api;
namespace fs = std::filesystem;
using namespace render;

namespace {

bool wants_validation() {
    const char* const value = std::getenv("VKGAN_VALIDATION");
    return value && std::string_view(value) == "1";
}

// What VkGAN can use of the device; what this program cannot switch on only costs speed.
Result<std::unique_ptr<Features>> wanted_features(const Instance& instance, const DeviceChoice& choice) {
    auto requirements =
        api::query_requirements(instance.handle(), choice.physical, vkGetInstanceProcAddr, api_version);
    if (!requirements) return error_of(requirements.failure());
    auto features = std::make_unique<Features>();
    for (const api::Requirement& item : *requirements) {
        if (item.required && !item.available)
            return Error{"The device cannot run VkGAN: it lacks " + item.name + "."};
        if (!item.available) continue;
        if (item.kind == api::Requirement::Kind::extension) features->enable_extension(item.name);
        if (item.kind == api::Requirement::Kind::feature) features->enable_feature(item.name);
    }
    return features;
}

}  // namespace

Result<std::unique_ptr<App>> App::create(const Options& options) {
    std::unique_ptr<App> app(new App(options));
    std::string note;
    app->settings_ = load_settings(note);
    if (!note.empty()) app->fail(note);
    app->state_.look = app->settings_.look;
    if (!options.script.empty()) {
        RENDER_ASSIGN(app->script_, Script::load(options.script));
    }
    RENDER_TRY(app->open_device());
    app->gui_ = std::make_unique<Gui>(app->window_ ? app->window_->handle() : nullptr);
    RENDER_ASSIGN(app->textures_, Textures::create(*app->gpu_));
    RENDER_ASSIGN(app->studio_, Studio::create(*app->instance_, *app->gpu_, *app->textures_));
    RENDER_TRY(app->open_screen());
    RENDER_TRY(app->open_first());
    return app;
}

App::~App() {
    if (gpu_) vkDeviceWaitIdle(gpu_->device);
    settings_.look = state_.look;
    if (gpu_ && !options_.headless) (void)save_settings(settings_);
}

Status App::open_device() {
    std::vector<const char*> extensions;
    if (!options_.headless) {
        RENDER_ASSIGN(window_, Window::create({options_.width, options_.height}, "vkgan-viewer",
                                              "draw without one: --headless --screenshot viewer.png."));
        extensions = window_->instance_extensions();
    }
    RENDER_ASSIGN(instance_, Instance::create("vkgan-viewer", std::move(extensions), wants_validation()));
    Presents presents;
    if (window_) {
        surface_.instance = instance_->handle();
        RENDER_ASSIGN(surface_.handle, window_->make_surface(instance_->handle()));
        presents = [this](VkPhysicalDevice physical, uint32_t family) {
            return window_->presents(instance_->handle(), physical, family);
        };
    }
    RENDER_ASSIGN(const DeviceChoice choice, choose_device(*instance_, options_.device, presents));
    RENDER_ASSIGN(auto features, wanted_features(*instance_, choice));
    if (window_) features->enable_extension(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    RENDER_ASSIGN(gpu_, Gpu::create(choice, std::move(features)));
    if (gpu_->is_software)
        gpu_->samples = VK_SAMPLE_COUNT_1_BIT;  // of the material's scene: four times the work
    if (gpu_->is_software) facts_.usual_fps = 12;
    return {};
}

Status App::open_screen() {
    RENDER_ASSIGN(frames_, Frames::create(*gpu_));
    VkImageLayout last = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
    VkSurfaceFormatKHR surface_format{};
    if (window_) {
        // The interface and what networks draw are encoded for the eye already: no format that would do it
        // again.
        RENDER_ASSIGN(surface_format, choose_format(*gpu_, surface_.handle, false));
        format_ = surface_format.format;
        last = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR;
    }
    RENDER_ASSIGN(pass_, make_screen_pass(*gpu_, format_, last));
    RENDER_ASSIGN(gui_renderer_, GuiRenderer::create(*gpu_, pass_, *textures_));
    RENDER_ASSIGN(material_, MaterialScene::create(*gpu_, {16, 16}));
    if (window_) {
        swapchain_.emplace(*gpu_, surface_.handle, surface_format);
        return resize();
    }
    ImageInfo info{.format = format_, .extent = {options_.width, options_.height}};
    info.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
    RENDER_ASSIGN(screen_image_, make_image(*gpu_, info));
    RENDER_ASSIGN(target_, ScreenTarget::create(*gpu_, pass_, info.extent, {screen_image_.view}));
    return {};
}

Status App::resize() {
    RENDER_VK(vkDeviceWaitIdle(gpu_->device));
    const VkExtent2D size = window_->size();
    has_screen_ = size.width > 0 && size.height > 0;
    if (has_screen_) {
        RENDER_ASSIGN(has_screen_, swapchain_->resize(size));
    }
    if (!has_screen_) return {};
    RENDER_ASSIGN(target_, ScreenTarget::create(*gpu_, pass_, swapchain_->extent(), swapchain_->views()));
    return {};
}

// What the command line names: a file of some kind, a run's folder, or a recipe.
Status App::open_first() {
    facts_.session_path = options_.session.empty() ? usual_session_path() : options_.session;
    facts_.model_files = find_models({fs::path(shipped_model()).parent_path().string(), "models", "runs"});
    facts_.recent = settings_.recent;
    find_kept();
    shipped_classifier_ = (fs::path(shipped_model()).parent_path() / "eval-faces.vkgan").string();
    std::error_code missing;
    if (!fs::exists(shipped_classifier_, missing)) shipped_classifier_.clear();
    for (const api::RecipeInfo& recipe : api::list_recipes()) facts_.recipes.push_back(recipe.name);
    std::error_code error;
    std::string session = fs::exists(options_.session, error) ? options_.session : "";
    std::string what = options_.open;
    if (what.ends_with(".json") && kind_of(what) == JsonKind::session) session = std::exchange(what, {});
    if (!session.empty()) {
        RENDER_ASSIGN(state_, load_session(session));
        facts_.session_path = session;
    }
    if (!options_.data.empty()) state_.training.data = options_.data;
    if (options_.scale > 0) state_.look.scale = options_.scale;
    if (fs::is_directory(what, error)) {
        const std::string model = what + "/model.vkgan", checkpoint = what + "/checkpoint.vkgan";
        what = fs::exists(model, error) ? model : checkpoint;
    }
    if (!what.empty()) {
        const bool file = fs::exists(what, error) || what.find('/') != std::string::npos ||
                          what.find('.') != std::string::npos;
        state_.source = file ? Source{.model = what} : Source{.recipe = what};
    }
    RENDER_TRY(follow_source());
    if (options_.train) commands_.push_back({Command::Kind::start_training});
    history_.start(state_);
    return studio_->tell(facts_, state_);
}

void App::draw_panels(double seconds) {
    const VkExtent2D extent = target_->extent();
    info_.width = float(extent.width);
    info_.height = float(extent.height);
    const std::vector<ControlRange> ranges = studio_->ranges();
    gui_->begin(info_.width, info_.height, seconds);
    info_.keys = gui_->take_keys();
    const Ui ui{state_, facts_, commands_, places_, ranges, studio_->seed_latent()};
    draw_screen(ui, info_);
    drawn_ = &gui_->end();
    if (!writing_) advance_motion(state_, seconds, ranges);
    history_.note(state_, gui_->held());
    facts_.can_undo = history_.can_undo();
    facts_.can_redo = history_.can_redo();
}

Status App::warm_up() {
    if (!studio_->making()) return {};
    // Nobody watches without a window; with one, a few milliseconds, or of long frames a part.
    const double ms = window_ ? std::clamp(frame_ms_ / 4, 4.0, 50.0) : 500;
    return survive(studio_->warm_up(ms));
}

Status App::draw_frame(double seconds) {
    const float display_scale = window_ && options_.scale == 0 ? window_->scale() : 1;
    if (gui_->set_look(state_.look, display_scale)) {
        RENDER_VK(vkDeviceWaitIdle(gpu_->device));
        RENDER_TRY(gui_renderer_->make_font());
    }
    if (script_) {
        RENDER_ASSIGN(const bool goes_on, script_->step(places_, facts_, studio_->drawing()));
        if (!goes_on && !window_) quits_ = true;
        if (const std::string dropped = script_->take_drop(); !dropped.empty()) drop(dropped);
    }
    draw_panels(seconds);
    for (const Command& command : std::exchange(commands_, {})) RENDER_TRY(survive(obey(command)));
    RENDER_TRY(warm_up());
    RENDER_TRY(go_on_with_timeline());
    RENDER_ASSIGN(FrameSlot * slot, frames_->begin());
    uint32_t image = 0;
    QueueOrder order;
    if (swapchain_) {
        RENDER_ASSIGN(const std::optional<uint32_t> acquired, swapchain_->acquire(slot->acquired));
        if (!acquired) return resize();
        image = *acquired;
        order.acquired = slot->acquired;
        order.drawn = swapchain_->drawn(image);
    }
    RENDER_TRY(draw_to(*slot, image));
    RENDER_TRY(frames_->submit(frame_, order));
    RENDER_TRY(survive(studio_->tell(facts_, state_)));
    for (Direction& direction : studio_->take_directions()) state_.directions.push_back(std::move(direction));
    studio_->take_inversion(state_);
    if (const std::string saved = studio_->learning().take_saved(); !saved.empty()) say("saved " + saved);
    // The shipped classifier is of faces of 64 x 64.
    const bool faces = facts_.model.width == 64 && facts_.model.height == 64 && facts_.model.channels == 3;
    facts_.classifier = faces ? shipped_classifier_ : std::string();
    if (swapchain_) {
        RENDER_ASSIGN(const bool fits, swapchain_->present(image));
        if (!fits) RENDER_TRY(resize());
    }
    if (std::exchange(window_shot_, false)) RENDER_TRY(save_window(free_name("vkgan-window")));
    if (script_)
        if (const std::string file = script_->take_save(); !file.empty()) RENDER_TRY(save_window(file));
    return {};
}

Status App::draw_to(FrameSlot& slot, uint32_t image) {
    ++frame_;
    RENDER_TRY(survive(studio_->frame(slot.commands, frame_, frames_->completed_frame(), state_)));
    if (state_.page == Page::material) RENDER_TRY(draw_material(slot.commands));
    return target_->record(slot.commands, image, accents().canvas,
                           [&] { return gui_renderer_->record(slot.commands, frames_->current(), *drawn_); });
}

// As large as the canvas, or half of it where the processor draws.
Status App::draw_material(VkCommandBuffer commands) {
    const uint32_t source = studio_->picture().material();
    const auto canvas = places_.find("canvas");
    if (source == 0 || canvas == places_.end()) return {};
    const uint32_t part = gpu_->is_software ? 2 : 1;
    const VkExtent2D wanted{std::max(uint32_t(canvas->second.width) / part, 1u),
                            std::max(uint32_t(canvas->second.height) / part, 1u)};
    const VkExtent2D now = material_->extent();
    if (source != material_source_ || wanted.width != now.width || wanted.height != now.height ||
        !material_texture_) {
        // The pending command buffer uses nothing of it yet.
        RENDER_VK(vkQueueWaitIdle(gpu_->queue));
        RENDER_TRY(material_->resize(wanted));
        material_->set_maps({.albedo = textures_->image(source).view});
        textures_->remove(material_texture_);
        RENDER_ASSIGN(material_texture_, textures_->add(material_->view()));
        material_source_ = source;
    }
    material_->record(commands, frames_->current(), state_.material.view);
    facts_.material_picture = picture_id(material_texture_, 0, {.linear_light = true});
    return {};
}

void App::fail(const std::string& text) {
    if (text != facts_.error) std::fprintf(stderr, "vkgan-viewer: %s\n", text.c_str());
    facts_.error = text;
}

// An error is shown and logged, and the window stays; only without a device nothing can go on.
Status App::survive(const Status& status) {
    if (status || status.error().device_lost) return status;
    fail(status.error().text);
    return {};
}

void App::say(const std::string& text) {
    std::fprintf(stderr, "vkgan-viewer: %s\n", text.c_str());
    facts_.said = text;
}

}  // namespace viewer
