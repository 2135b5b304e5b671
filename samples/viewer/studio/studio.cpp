// The context, its model, and what is asked of it in a frame.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/studio.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

Result<std::unique_ptr<Studio>> Studio::create(const Instance& instance, const Gpu& gpu, Textures& textures) {
    std::unique_ptr<Studio> studio(new Studio(gpu, textures));
    vkgan::AdoptedDevice device;
    device.instance = instance.handle();
    device.physical_device = gpu.physical;
    device.device = gpu.device;
    device.get_instance_proc_addr = vkGetInstanceProcAddr;
    device.queue_family = gpu.queue_family;
    device.queue = gpu.queue;
    device.enabled_instance_extensions.assign(instance.extensions().begin(), instance.extensions().end());
    const std::vector<const char*> extensions = gpu.features->extension_names();
    device.enabled_extensions.assign(extensions.begin(), extensions.end());
    device.enabled_features = gpu.features->chain();
    api::ContextSettings settings;
    settings.adopted = &device;
    settings.device.log = [log = &studio->log_](std::string_view line) { log->emplace_back(line); };
    RENDER_ASSIGN(studio->context_, result_of(api::Context::create(settings)));
    return studio;
}

Studio::~Studio() {
    vkDeviceWaitIdle(gpu_.device);
    if (context_) (void)context_->close(true);
}

void Studio::close(OpenModel& model) {
    model.picture.close(*context_, gpu_, textures_);
    model.grid.close(*context_, gpu_, textures_);
    if (model.handle) (void)context_->release(model.handle);
    model = {};
}

// The latent that `vkgan sample --seed` starts with, so that a seed means the same everywhere.
SeedLatent Studio::seed_latent() {
    return [this](int64_t seed) -> Latent {
        const auto known = latents_.find(seed);
        if (known != latents_.end()) return known->second;
        constexpr size_t most = 4096;
        if (latents_.size() >= most) latents_.clear();
        Latent latent(size_t(std::max(main_.facts.latent_size, 0)));
        auto drawn = context_->drawn_inputs(main_.handle, 1, uint64_t(seed));
        if (drawn && drawn->contains(main_.latent_input))
            latent = drawn->find(main_.latent_input)->second.values;
        return latents_[seed] = std::move(latent);
    };
}

namespace {

// Reads one picture as large as those that are drawn, and gives a latent, or a mean and a variance for each
// of its numbers.
std::string encoder_of(const std::vector<api::NetworkDescription>& networks, const ModelFacts& facts) {
    const std::vector<int64_t> picture{facts.channels, facts.height, facts.width};
    for (const api::NetworkDescription& network : networks) {
        if (network.inputs.size() != 1 || network.inputs[0].shape != picture || network.layers.empty())
            continue;
        int64_t codes = 1;
        for (const int64_t extent : network.layers.back().shape) codes *= extent;
        if (facts.latent_size > 1 && (codes == facts.latent_size || codes == 2 * int64_t(facts.latent_size)))
            return network.name;
    }
    return {};
}

}  // namespace

Result<OpenModel> Studio::load(const Source& source) {
    OpenModel model;
    api::ModelQuery query{.path = source.model, .recipe = source.recipe};
    query.settings.insert(source.settings.begin(), source.settings.end());
    RENDER_ASSIGN(model.handle, result_of(context_->load_model(query)));
    Status status;
    model.facts = model_facts(*context_, model.handle, status);
    if (status && (model.facts.width <= 0 || model.facts.height <= 0))
        status = Error{model.facts.recipe + " draws no pictures.", 2};
    if (!status) {
        (void)context_->release(model.handle);
        return Error(status.error());
    }
    model.facts.path = source.model;
    model.facts.title =
        source.model.empty() ? source.recipe : std::filesystem::path(source.model).filename().string();
    for (const ControlFact& control : model.facts.controls)
        if (control.kind == "latent" && model.latent_input.empty()) model.latent_input = control.name;
    if (auto networks = context_->networks(model.handle))
        model.facts.encoder = encoder_of(*networks, model.facts);
    return model;
}

Status Studio::make_shown(OpenModel& model, api::Handle training) {
    ShownInfo info{.model = model.handle, .training = training};
    info.extent = {uint32_t(model.facts.width), uint32_t(model.facts.height)};
    info.material = true;
    RENDER_ASSIGN(model.picture, Shown::create(*context_, textures_, info));
    making_ = true;
    return {};
}

Status Studio::open(const Source& source) {
    RENDER_ASSIGN(OpenModel model, load(source));
    stop_training();
    inspector_.close(*context_);
    analysis_.end(*context_);
    inversion_.end(*context_);
    close(main_);
    main_ = std::move(model);
    source_ = source;
    latents_.clear();
    drawn_seed_ = -1;
    if (!main_.facts.trained) return {};
    return make_shown(main_, 0);
}

Status Studio::open_second(const Source& source) {
    if (source == Source{}) {
        close(second_);
        return {};
    }
    RENDER_ASSIGN(OpenModel model, load(source));
    close(second_);
    second_ = std::move(model);
    if (!second_.facts.trained)
        return Error{second_.facts.title + " is untrained: there is nothing to compare.", 2};
    return make_shown(second_, 0);
}

Status Studio::warm_up(double ms) {
    if (!making_) return {};
    const api::Outcome<api::Done> done = context_->warm_up(ms * 1e6, &progress_);
    if (done) making_ = false;
    if (done || done.failure().reason == api::Reason::not_ready) return {};
    const Error error = error_of(done.failure());
    if (thumbnails_.goes_on()) thumbnails_.end(*context_);
    if (learning_.begun() && !learned_.picture.drawn()) stop_training();
    return error;
}

Status Studio::frame(VkCommandBuffer commands, uint64_t frame, uint64_t completed, const ViewerState& state) {
    const Status followed = follow_k(state.training);
    RENDER_ASSIGN(const bool makes, thumbnails_.begin(*context_, textures_));
    making_ = making_ || makes;
    RENDER_TRY(status_of(
        context_->begin_frame(frame, completed, budget_of(state, rest_ms_) * 1e6, state.training_share)));
    Status asked = ask(state);
    if (asked) asked = analysis_.ask(*context_);
    if (asked) asked = inversion_.ask(*context_);
    thumbnails_.ask(*context_);
    learning_.set_live(state.training.live);
    const Status advanced = learning_.advance(*context_);
    const Status experimented = state.page == Page::lab ? ask_lab(state.lab) : Status();
    // The frame is ended whatever was refused.
    Result<api::ContextFrame> report = result_of(context_->record(commands));
    if (!report && state.page == Page::lab && !learning_.begun())
        lab_.give_up(*context_, report.error().text);
    RENDER_ASSIGN(report_, std::move(report));
    for (OpenModel* model : {&main_, &second_, &learned_}) {
        model->picture.watch(*context_);
        model->grid.watch(*context_);
    }
    RENDER_TRY(learning_.watch(*context_, std::exchange(log_, {})));
    RENDER_TRY(data_.watch(gpu_, textures_));
    RENDER_TRY(thumbnails_.watch(*context_, textures_));
    if (const Status watched = inversion_.watch(*context_); !watched) {
        inversion_.end(*context_);
        return watched;
    }
    if (const Status watched = analysis_.watch(*context_); !watched) {
        analysis_.end(*context_);
        return watched;
    }
    RENDER_TRY(inspector_.watch(*context_, gpu_, textures_, state.inspect));
    if (state.page == Page::lab) RENDER_TRY(lab_.watch(*context_));
    RENDER_TRY(asked);
    RENDER_TRY(experimented);
    RENDER_TRY(followed);
    return advanced;
}

Status Studio::ask_lab(const LabState& state) {
    RENDER_ASSIGN(const bool makes, lab_.frame(*context_, state));
    making_ = making_ || makes;
    return {};
}

Status Studio::ask(const ViewerState& state) {
    OpenModel& shown = shows_training() ? learned_ : main_;
    RENDER_TRY(ask_picture(state, shown));
    if (state.canvas.show == Canvas::Show::compare)
        RENDER_TRY(ask_picture(state, second_.picture.open() ? second_ : main_));
    if (state.canvas.show == Canvas::Show::grid) RENDER_TRY(ask_grid(state, shown));
    if (state.page == Page::inspect) RENDER_TRY(ask_inside(state, shown));
    return {};
}

namespace {

ControlValues values_of(const ViewerState& state, const ModelFacts& facts) {
    ControlValues values;
    for (const ControlSetting& setting : state.controls) {
        const auto slider = std::ranges::find(facts.sliders, setting.name, &ControlFact::name);
        if (!setting.set || slider == facts.sliders.end()) continue;
        values[setting.name] = std::clamp(setting.value, slider->low, slider->high);
    }
    return values;
}

}  // namespace

Status Studio::find_label_directions(const std::string& data) {
    const ModelFacts& facts = main_.facts;
    if (!facts.trained || facts.encoder.empty())
        return Error{"Directions from labels need a trained model with an encoder.", 2};
    Analysis::Subject subject{
        .model = main_.handle, .network = facts.network, .latent_input = main_.latent_input};
    subject.latent_size = facts.latent_size;
    subject.encoder = facts.encoder;
    subject.data = {.data = data, .image_size = facts.width, .channels = facts.channels};
    RENDER_TRY(analysis_.begin(*context_, Analysis::Kind::labels, subject));
    making_ = true;
    return {};
}

Status Studio::find_directions(Analysis::Kind kind, const std::string& classifier,
                               const std::vector<std::string>& names) {
    if (!main_.facts.trained)
        return Error{"An untrained network's latent space has no directions that mean anything.", 2};
    Analysis::Subject subject{
        .model = main_.handle, .network = main_.facts.network, .latent_input = main_.latent_input};
    subject.latent_size = main_.facts.latent_size;
    subject.classifier = classifier;
    subject.names = names;
    RENDER_TRY(analysis_.begin(*context_, kind, subject));
    making_ = true;
    return {};
}

Status Studio::ask_picture(const ViewerState& state, OpenModel& model) {
    if (!model.picture.open()) return {};
    const Latent latent = model.latent_input.empty() ? Latent() : latent_of(state, seed_latent());
    ShownOrder order{
        .input = model.latent_input, .latents = latent, .controls = values_of(state, model.facts)};
    order.seed = state.plane.seed;
    order.steps = &model == &learned_ ? learning_.published() : -1;
    return model.picture.ask(*context_, textures_, order);
}

Status Studio::ask_inside(const ViewerState& state, OpenModel& model) {
    if (!model.picture.open()) return {};
    const Latent latent = model.latent_input.empty() ? Latent() : latent_of(state, seed_latent());
    Inspector::Sample sample{.conditions = conditions(state, model)};
    sample.real = data_.sample();
    sample.real_attributes = data_.attributes();
    sample.order = {
        .input = model.latent_input, .latents = latent, .controls = values_of(state, model.facts)};
    sample.order.seed = state.plane.seed;
    sample.order.steps = &model == &learned_ ? learning_.published() : -1;
    const Inspector::Subject subject{model.handle, &model == &learned_ ? learning_.handle() : 0,
                                     model.facts.network};
    RENDER_ASSIGN(const bool makes, inspector_.ask(*context_, subject, state.inspect, sample));
    making_ = making_ || makes;
    return {};
}

Status Studio::ask_grid(const ViewerState& state, OpenModel& model) {
    if (!model.picture.open()) return {};
    if (!model.grid.open()) {
        ShownInfo info{.model = model.handle, .training = &model == &learned_ ? learning_.handle() : 0};
        info.batch = grid_batch;
        info.layers = 64;
        info.extent = {uint32_t(model.facts.width), uint32_t(model.facts.height)};
        RENDER_ASSIGN(model.grid, Shown::create(*context_, textures_, info));
        making_ = true;
        return {};
    }
    const int count = state.canvas.columns * state.canvas.rows;
    for (int first = 0; first < count; first += grid_batch) {
        Latent latents;
        for (int i = first; i < first + grid_batch && !model.latent_input.empty(); ++i) {
            const Latent one = grid_latent(state, i, seed_latent());
            latents.insert(latents.end(), one.begin(), one.end());
        }
        ShownOrder order{
            .input = model.latent_input, .latents = latents, .controls = values_of(state, model.facts)};
        order.seed = state.plane.seed;
        order.first = uint32_t(first);
        order.count = uint32_t(std::min(grid_batch, count - first));
        order.steps = &model == &learned_ ? learning_.published() : -1;
        RENDER_TRY(model.grid.ask(*context_, textures_, order));
    }
    return {};
}

bool Studio::drawing() const {
    if (making_ || inspector_.waits()) return true;
    for (const OpenModel* model : {&main_, &second_, &learned_})
        if (model->picture.waits() || model->grid.waits()) return true;
    return shown_model().picture.open() && !shown_model().picture.drawn();
}

}  // namespace viewer
