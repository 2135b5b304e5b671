// The calls of a context's life, and those of one frame (Plugin::frame): what an engine would copy.
// SPDX-License-Identifier: MIT
#include "samples/embed/plugin.hpp"

#include <algorithm>
#include <cstdio>

namespace embed {
namespace {

constexpr uint32_t picture_request = 1;  // of `replaces`: a newer request replaces one that still waits
constexpr uint64_t frames_between_weights = 30;

}  // namespace

Plugin::~Plugin() {
    if (context_) api_.context_destroy(context_, 1);  // 1: the device is idle, so no frame can be in flight
}

void Plugin::on_message(void* user, int32_t severity, const char* text) {
    static_cast<Plugin*>(user)->last_note_ = text;
    if (severity != VKGAN_MESSAGE_NOTE) std::fprintf(stderr, "vkgan: %s\n", text);
}

Status Plugin::check(vkgan_status status, const char* call) {
    if (status >= 0) return {};
    char text[1024] = "";
    api_.last_message(context_, text, sizeof(text));
    return Error{std::string(call) + ": " + text + " (" + api_.status_name(status) + ")"};
}

Status Plugin::create_context(const Instance& instance, const Gpu& gpu) {
    const std::vector<const char*> extensions = gpu.features->extension_names();
    vkgan_device device = VKGAN_MAKE(device);
    device.instance = instance.handle();
    device.physical_device = gpu.physical;
    device.device = gpu.device;
    device.get_instance_proc_addr = vkGetInstanceProcAddr;
    device.api_version = api_version;
    device.queue_family = gpu.queue_family;
    device.queue = gpu.queue;
    // No lock, unlock or submit: this renderer has one thread, which never uses the queue during the plugin's
    // calls.
    device.instance_extensions = instance.extensions().data();
    device.instance_extension_count = uint32_t(instance.extensions().size());
    device.device_extensions = extensions.data();
    device.device_extension_count = uint32_t(extensions.size());
    device.enabled_features = gpu.features->chain();

    vkgan_context_info info = VKGAN_MAKE(context_info);
    info.device = &device;
    info.message = on_message;
    info.message_user = this;
    char text[1024] = "";
    if (api_.context_create(&info, &context_, text, sizeof(text)) != VKGAN_OK)
        return Error{"context_create: " + std::string(text)};
    return {};
}

Status Plugin::load_model(const Options& options) {
    vkgan_model_info info = VKGAN_MAKE(model_info);
    if (options.recipe.empty())
        info.path = options.model.c_str();
    else
        info.recipe = options.recipe.c_str();
    RENDER_TRY(check(api_.model_load(context_, &info, &model_), "model_load"));
    description_ = VKGAN_MAKE(model_description);
    RENDER_TRY(check(api_.model_describe(context_, model_, &description_), "model_describe"));
    for (uint32_t i = 0; i < description_.controls; ++i) {
        vkgan_control control = VKGAN_MAKE(control);
        RENDER_TRY(check(api_.model_control(context_, model_, i, &control), "model_control"));
        if (std::string(control.kind) == "latent" && control.entries == description_.latent_size &&
            latent_name_.empty())
            latent_name_ = control.name;
        controls_.push_back(control);
    }

    if (description_.width == 0) return Error{std::string(description_.recipe) + " draws no pictures."};
    batch_ = options.batch;
    tickets_.reserve(16);
    if (trained()) {
        RENDER_ASSIGN(generator_, create_generator(0));
    }
    return {};
}

Result<vkgan_generator> Plugin::create_generator(vkgan_training training) {
    vkgan_generator_info info = VKGAN_MAKE(generator_info);
    info.model = model_;
    info.training = training;
    info.batch = batch_;
    info.targets = 2;  // the cube's picture and the row's
    vkgan_generator generator = 0;
    RENDER_TRY(check(api_.generator_create(context_, &info, &generator), "generator_create"));
    return generator;
}

Status Plugin::begin_training(const Options& options) {
    vkgan_training_info info = VKGAN_MAKE(training_info);
    info.model = model_;
    info.data = options.data.c_str();
    info.seed = options.seed;
    training_view_.begun = true;
    RENDER_TRY(check(api_.training_begin(context_, &info, &training_), "training_begin"));
    RENDER_ASSIGN(learning_generator_, create_generator(training_));
    return {};
}

Status Plugin::end_training() {
    for (uint64_t handle : {learning_generator_, training_})
        if (handle) RENDER_TRY(check(api_.release(context_, handle), "release"));
    learning_generator_ = training_ = 0;
    training_view_ = {};
    return {};
}

Result<bool> Plugin::warm_up(double for_ms) {
    progress_ = VKGAN_MAKE(progress);
    const vkgan_status status = api_.warm_up(context_, uint64_t(for_ms * 1e6), &progress_);
    RENDER_TRY(check(status, "warm_up"));
    training_view_.ready = training_ != 0 && status == VKGAN_OK;
    return status == VKGAN_OK;
}

Result<vkgan_frame_report> Plugin::frame(const FrameOrder& order) {
    // Opens the frame: how much of the device's time it may take, and which recorded frames have ended.
    vkgan_frame_info info = VKGAN_MAKE(frame_info);
    info.frame = order.frame;
    info.completed_frame = order.commands ? order.completed_frame : 0;
    info.budget_ns = uint64_t(order.budget_ms * 1e6);
    info.training_share = float(order.training_share);  // pictures are asked for in every frame
    RENDER_TRY(check(api_.begin_frame(context_, &info), "begin_frame"));

    // What is asked for now is worked on in this frame and the next ones; generation goes before training.
    if (order.generate) RENDER_TRY(generate(order));
    if (order.train && training_view_.ready) {
        RENDER_TRY(check(api_.training_advance(context_, training_, -1), "training_advance"));
        // Now and then the generator gets what was learned, at the end of a step.
        if (frames_trained_++ % frames_between_weights == 0)
            RENDER_TRY(check(api_.training_publish(context_, training_), "training_publish"));
    }

    // Closes it. The images are written in the order of the queue: what the renderer draws after this sees
    // them.
    vkgan_frame_report report = VKGAN_MAKE(frame_report);
    if (order.commands) {
        RENDER_TRY(check(api_.record(context_, order.commands, &report), "record"));
    } else {
        const vkgan_semaphore written{order.written, 0, 0};
        vkgan_submit_info submit = VKGAN_MAKE(submit_info);
        submit.signals = &written;
        submit.signal_count = 1;
        RENDER_TRY(check(api_.submit(context_, &submit, &report), "submit"));
    }
    RENDER_TRY(watch_tickets());
    RENDER_TRY(watch_training());
    return report;
}

Status Plugin::generate(const FrameOrder& order) {
    vkgan_input latent{latent_name_.c_str(), order.latent.data(), order.latent.size()};
    vkgan_generate_info info = VKGAN_MAKE(generate_info);
    info.seed = order.seed;
    if (!latent_name_.empty() && !order.latent.empty()) {
        info.inputs = &latent;
        info.input_count = 1;
    }
    info.targets = order.targets.data();
    info.target_count = uint32_t(order.targets.size());
    info.replaces = picture_request;
    if (shown_generator() == 0) return {};
    vkgan_ticket ticket = 0;
    const vkgan_status status = api_.generate(context_, shown_generator(), &info, &ticket);
    RENDER_TRY(check(status, "generate"));
    if (status == VKGAN_OK) tickets_.push_back(ticket);
    return {};
}

// The learning one, once it has weights.
vkgan_generator Plugin::shown_generator() const {
    const bool learned = training_view_.ready && training_view_.state.published_steps >= 0;
    return learned || !generator_ ? learning_generator_ : generator_;
}

// Tickets tell when pictures are written; here only counts are made of that. Nothing is read back.
Status Plugin::watch_tickets() {
    Status failed;
    std::erase_if(tickets_, [&](vkgan_ticket ticket) {
        vkgan_ticket_state state = VKGAN_MAKE(ticket_state);
        const Status polled = check(api_.poll(context_, ticket, &state), "poll");
        if (!polled) failed = polled;
        if (polled && state.state < VKGAN_TICKET_SENT) return false;
        if (state.state == VKGAN_TICKET_FAILED)
            failed = Error{"A request for pictures failed: " + last_note_};
        if (state.state == VKGAN_TICKET_SENT || state.state == VKGAN_TICKET_DONE) sent_images_ += batch_;
        api_.release(context_, ticket);
        return true;
    });
    return failed;
}

Status Plugin::watch_training() {
    if (!training_view_.ready) return {};
    const int64_t steps_before = training_view_.state.steps;
    training_view_.state = VKGAN_MAKE(training_state);
    RENDER_TRY(check(api_.training_state(context_, training_, &training_view_.state), "training_state"));
    if (training_view_.state.steps == steps_before) return {};
    training_view_.values.resize(training_view_.state.values);
    for (uint32_t i = 0; i < training_view_.state.values; ++i) {
        char name[64] = "";
        NamedNumber& number = training_view_.values[i];
        RENDER_TRY(check(api_.training_value(context_, training_, i, name, &number.value), "training_value"));
        number.name = name;
    }
    return {};
}

Status Plugin::set_control(const std::string& name, double value) {
    for (vkgan_generator generator : {generator_, learning_generator_})
        if (generator)
            RENDER_TRY(check(api_.control_set(context_, generator, name.c_str(), value), "control_set"));
    return {};
}

Status Plugin::reset_control(const std::string& name) {
    for (vkgan_generator generator : {generator_, learning_generator_})
        if (generator)
            RENDER_TRY(check(api_.control_reset(context_, generator, name.c_str()), "control_reset"));
    return {};
}

Status Plugin::pause(bool paused) {
    if (!training_view_.ready) return {};
    return check(api_.training_pause(context_, training_, paused ? 1 : 0), "training_pause");
}

Status Plugin::cancel_step() {
    if (!training_view_.ready) return {};
    return check(api_.training_cancel_step(context_, training_), "training_cancel_step");
}

Result<vkgan_statistics> Plugin::statistics() {
    vkgan_statistics statistics = VKGAN_MAKE(statistics);
    RENDER_TRY(check(api_.statistics(context_, &statistics), "statistics"));
    return statistics;
}

}  // namespace embed
