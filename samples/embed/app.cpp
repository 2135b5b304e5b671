// Set-up and one frame. The loops around it are in loops.cpp.
// SPDX-License-Identifier: MIT
#include "samples/embed/app.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace embed {
namespace {

bool wants_validation() {
    const char* const value = std::getenv("VKGAN_VALIDATION");
    return value && std::string(value) == "1";
}

std::string shipped_model() {
    const std::string installed = program_folder() + "/../share/vkgan/models/faces.vkgan";
    std::error_code error;
    return std::filesystem::exists(installed, error) ? installed : EMBED_SOURCE_MODELS "/faces.vkgan";
}

// Nobody watches without a window. With one, a few milliseconds, or of long frames a quarter.
double warm_up_ms_a_frame(bool window, double frame_ms) {
    return window ? std::clamp(frame_ms / 4, 4.0, 50.0) : 500;
}

// Of this thread. The wall's clock counts other threads, too, where a software driver has all processors.
double processor_us() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e6 + double(time.tv_nsec) / 1e3;
}

}  // namespace

Result<std::unique_ptr<App>> App::create(const Options& options) {
    std::unique_ptr<App> app(new App(options));
    if (app->options_.model.empty() && options.recipe.empty()) app->options_.model = shipped_model();
    app->steering_.seed = options.seed;
    app->steering_.budget_ms = options.budget_ms;
    app->steering_.train = options.train && !options.headless;
    RENDER_TRY(app->open_device());
    RENDER_TRY(app->open_plugin());
    RENDER_TRY(app->open_screen());
    return app;
}

App::~App() {
    if (gpu_) vkDeviceWaitIdle(gpu_->device);
}

Status App::open_device() {
    std::vector<const char*> extensions;
    if (!options_.headless) {
        RENDER_ASSIGN(window_, Window::create({options_.width, options_.height}, "vkgan-embed",
                                              "draw off-screen with --headless --out frame.png."));
        input_ = std::make_unique<Input>(*window_, steering_);
        extensions = window_->instance_extensions();
    }
    RENDER_ASSIGN(instance_, Instance::create("vkgan-embed", std::move(extensions), wants_validation()));
    RENDER_ASSIGN(library_, Library::load(options_.plugin));
    Presents presents;
    if (window_) {
        surface_.instance = instance_->handle();
        RENDER_ASSIGN(surface_.handle, window_->make_surface(instance_->handle()));
        presents = [this](VkPhysicalDevice physical, uint32_t family) {
            return window_->presents(instance_->handle(), physical, family);
        };
    }
    RENDER_ASSIGN(const DeviceChoice choice, choose_device(*instance_, options_.device, presents));
    RENDER_ASSIGN(auto features, library_->wanted_features(*instance_, choice));
    if (window_) features->enable_extension(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    RENDER_ASSIGN(gpu_, Gpu::create(choice, std::move(features)));
    return {};
}

Status App::open_plugin() {
    plugin_.emplace(library_->api());
    RENDER_TRY(plugin_->create_context(*instance_, *gpu_));
    RENDER_TRY(plugin_->load_model(options_));
    const vkgan_model_description& model = plugin_->description();
    if (options_.headless && !plugin_->trained() && !options_.train)
        return Error{options_.model + " is untrained and draws only what it learns: add --train.", 2};
    RENDER_ASSIGN(pictures_, Pictures::create(*gpu_, {model.width, model.height}, options_.batch));
    steering_.sliders = sliders_of(plugin_->controls());
    latent_.emplace(options_.batch, model.latent_size);
    return {};
}

Status App::open_screen() {
    if (!window_) {
        ImageInfo info{.extent = {options_.width, options_.height}};
        info.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
        RENDER_ASSIGN(screen_, make_image(*gpu_, info));
        RENDER_ASSIGN(renderer_,
                      Renderer::create(*gpu_, info.format, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, pictures_));
        return renderer_->set_images(info.extent, {screen_.view});
    }
    RENDER_ASSIGN(const VkSurfaceFormatKHR format, choose_format(*gpu_, surface_.handle, true));
    swapchain_.emplace(*gpu_, surface_.handle, format);
    RENDER_ASSIGN(renderer_,
                  Renderer::create(*gpu_, format.format, VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, pictures_));
    return resize();
}

Status App::resize() {
    RENDER_VK(vkDeviceWaitIdle(gpu_->device));
    const VkExtent2D size = window_->size();
    has_screen_ = size.width > 0 && size.height > 0;
    if (has_screen_) {
        RENDER_ASSIGN(has_screen_, swapchain_->resize(size));
    }
    if (!has_screen_) return {};
    return renderer_->set_images(swapchain_->extent(), swapchain_->views());
}

Status App::draw_frame(double seconds) {
    if (steering_.animated) steering_.time += seconds;
    if (const Status made = warm_up(); !made) RENDER_TRY(go_on_without_training(made.error()));
    RENDER_ASSIGN(FrameSlot * slot, renderer_->begin());
    uint32_t image = 0;
    QueueOrder order;
    if (swapchain_) {
        RENDER_ASSIGN(const std::optional<uint32_t> acquired, swapchain_->acquire(slot->acquired));
        if (!acquired) return resize();
        image = *acquired;
        order.acquired = slot->acquired;
        order.drawn = swapchain_->drawn(image);
    }
    if (warm_) {
        RENDER_TRY(apply_steering());
        RENDER_TRY(ask_plugin(*slot));
        if (options_.mode == Mode::submit) order.written = slot->written;
    }
    draw_panel(canvas_, panel_facts());
    const SceneView view{.time = steering_.time, .light = steering_.light, .distance = steering_.distance};
    RENDER_TRY(renderer_->finish(frame_, image, view, canvas_.vertices(), order));
    if (swapchain_) {
        RENDER_ASSIGN(const bool fits, swapchain_->present(image));
        if (!fits) RENDER_TRY(resize());
    }
    return {};
}

// A few milliseconds of each frame, while the scene is drawn already; generation starts before training is
// ready.
Status App::warm_up() {
    const bool wants_training = steering_.train || options_.train;
    const bool first = warm_ || !plugin_->trained();  // else the first pictures come before training is made
    if (first && wants_training && !plugin_->training().begun) RENDER_TRY(plugin_->begin_training(options_));
    if (warm_ && plugin_->training().begun == plugin_->training().ready) return {};
    const auto start = std::chrono::steady_clock::now();
    RENDER_ASSIGN(const bool ready, plugin_->warm_up(warm_up_ms_a_frame(bool(window_), frame_ms_)));
    warm_up_ms_ +=
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    warm_ = warm_ || ready;
    const std::string doing = plugin_->progress().doing;
    if (ready && plugin_->training().begun)  // its generator does not know yet what was set before
        for (Slider& slider : steering_.sliders) slider.changed = slider.set;
    if (doing == told_ || doing.empty()) return {};
    told_ = doing;
    std::fprintf(stderr, "warming up: %u of %u, %s\n", plugin_->progress().done, plugin_->progress().total,
                 doing.c_str());
    return {};
}

// In a window, a model that cannot be trained is still shown, with the reason.
Status App::go_on_without_training(const Error& error) {
    if (!window_ || !warm_ || !plugin_->training().begun) return error;
    note_ = error.text;
    std::fprintf(stderr, "vkgan-embed: %s\n", note_.c_str());
    steering_.train = options_.train = false;
    return plugin_->end_training();
}

// What the user has changed since the last frame.
Status App::apply_steering() {
    for (Slider& slider : steering_.sliders) {
        if (!slider.changed) continue;
        slider.changed = false;
        RENDER_TRY(slider.set ? plugin_->set_control(slider.name, slider.value)
                              : plugin_->reset_control(slider.name));
    }
    if (std::exchange(steering_.cancel_step, false)) RENDER_TRY(plugin_->cancel_step());
    if (plugin_->training().ready && told_paused_ != steering_.paused) {
        told_paused_ = steering_.paused;
        RENDER_TRY(plugin_->pause(told_paused_));
    }
    return {};
}

Status App::ask_plugin(FrameSlot& slot) {
    constexpr double seconds_a_stop = 3;
    const auto targets = pictures_.targets();
    FrameOrder order;
    order.frame = ++frame_;
    order.completed_frame = renderer_->completed_frame();
    order.budget_ms = steering_.budget_ms;
    order.generate = true;
    order.seed = steering_.seed;
    order.latent = latent_->values(steering_.seed, steering_.time / seconds_a_stop, steering_.angles);
    order.targets = targets;
    order.train = steering_.train;
    order.training_share = options_.training_share;
    if (options_.mode == Mode::record)
        order.commands = slot.commands;
    else
        order.written = slot.written;
    const double before_us = processor_us();
    RENDER_ASSIGN(report_, plugin_->frame(order));
    plugin_us_ = processor_us() - before_us;
    return {};
}

PanelFacts App::panel_facts() const {
    PanelFacts facts{.steering = steering_, .plugin = *plugin_, .times = times_};
    const std::string name = std::filesystem::path(options_.model).filename().string();
    facts.model = (options_.recipe.empty() ? name : options_.recipe) + ", " + std::to_string(options_.batch) +
                  " pictures a call";
    facts.device = gpu_->name;
    facts.mode = options_.mode == Mode::record ? "record" : "submit";
    facts.fps = fps_;
    facts.planned_ms = double(report_.planned_ns) / 1e6;
    facts.measured_ms = double(report_.measured_ns) / 1e6;
    facts.host_us = double(report_.host_ns) / 1e3;
    facts.warm = warm_;
    facts.note = note_;
    const VkExtent2D extent = swapchain_ ? swapchain_->extent() : screen_.info.extent;
    facts.width = extent.width;
    facts.height = extent.height;
    facts.scale = window_ ? window_->scale() : 1;
    return facts;
}

}  // namespace embed
