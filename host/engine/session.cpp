// Making a session, its state in and out.
// SPDX-License-Identifier: MIT
#include "host/engine/session.hpp"

#include "host/base/free_memory.hpp"
#include "host/base/thread_owner.hpp"
#include "host/engine/sampling.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/driver_cache.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int largest_batch = 65536;

}  // namespace

Result<std::unique_ptr<Session>> Session::create(Device& device, Model model, const SessionOptions& options) {
    std::unique_ptr<Session> session(new Session(device, std::move(model), options));
    VKGAN_TRY(check(session->model_));
    VKGAN_TRY(session->compile());
    session->make_pipelines();
    VKGAN_TRY(session->open_source());
    return session;
}

Status Session::compile() {
    batch_ = options_.batch != 0 ? options_.batch : model_.batch;
    if (!options_.feed.empty()) {
        VKGAN_ASSIGN(const int fed, feed_batch(model_, options_.feed));
        if (options_.batch != 0 && options_.batch != fed)
            return Error{Code::invalid_argument, fmt::format("batch is {}, but {} holds batches of {}",
                                                             options_.batch, options_.feed, fed)};
        batch_ = fed;
    }
    if (batch_ < 1 || batch_ > largest_batch)
        return Error{Code::invalid_argument,
                     fmt::format("batch: {} is not from 1 to {}", batch_, largest_batch)};
    CompileOptions options{.device = device_.traits()};
    if (options_.tuning) options.device.tuning = &*options_.tuning;
    options.lower = {.batch = batch_,
                     .gradients = options_.gradients,
                     .precision = options_.precision,
                     .feed_noise = !options_.feed.empty()};
    if (model_.sample_network != "none") options.sample_batch = std::min(batch_, largest_sample_batch);
    options.recompute = options_.recompute;
    options.memory_bytes = device_.arena().free_bytes();
    VKGAN_ASSIGN(compiled_, compile_training(model_, options));
    for (const auto& [problem, choice] : compiled_.unknown_choices)
        device_.note(fmt::format("tuning: {} cannot be computed as {} here, so the built-in rule decides",
                                 problem, choice));
    return check_memory(bytes_by_class(compiled_), device_.arena().free_bytes(),
                        fmt::format("training {} with a batch of {}", model_.recipe, batch_));
}

Status Session::open_source() {
    const SourceQuery query{model_, compiled_, batch_, options_.seed};
    if (!options_.feed.empty()) {
        VKGAN_ASSIGN(source_, open_feed(query, options_.feed));
        return {};
    }
    VKGAN_ASSIGN(source_, open_data(query, options_.data, options_.dataset));
    return name_entries(source_->attribute_names());
}

constexpr int64_t most_patterns = 512;

// A condition that is drawn means what the data set's attributes mean, where the model learns from these.
Status Session::name_entries(const std::vector<std::string>& names) {
    const auto conditions = [](const Source& s) { return s.kind == "attributes" || s.kind == "labels"; };
    if (std::ranges::none_of(model_.sources, conditions)) return {};
    for (Source& source : model_.sources) {
        const bool entries =
            source.kind == "attributes" || source.kind == "categorical" || source.kind == "signs";
        if (!entries || source.shape[0] != int64_t(names.size())) continue;
        if (source.names.empty()) source.names = names;
        if (source.kind != "signs" || !source.patterns.empty()) continue;
        VKGAN_ASSIGN(source.patterns, source_->attribute_patterns(most_patterns));
    }
    return {};
}

// Beside the opening of the data and the drawing of first values. What fails fails again, and is told, where
// the programs are made.
void Session::make_pipelines() {
    pipelines_ = std::async(std::launch::async, on_worker([this] {
        std::vector<const PlannedKernel*> kernels;
        std::vector<PipelineKey> keys;
        for (const CompiledPhase& phase : compiled_.phases) {
            for (const PlannedKernel& kernel : phase.plan.kernels) {
                kernels.push_back(&kernel);
                keys.push_back({kernel.shader, kernel.constants});
            }
        }
        fill_driver_cache(device_, kernels, compile_threads());
        (void)device_.pipelines().make(std::move(keys), compile_threads()).ok();
    }));
}

// Variables that the state lacks become zeros.
Status Session::upload_variables(TensorMap variables) {
    for (const auto& [region, bytes] : compiled_.layout.region_bytes) {
        VKGAN_TRY(regions_.ensure(region, bytes));
        if (!programs_.empty()) VKGAN_TRY(regions_.fill_with_zeros(region));  // new regions are zeros
    }
    while (!variables.empty()) {
        const auto variable = variables.extract(variables.begin());
        VKGAN_TRY(upload(regions_, compiled_.table, variable.key(), variable.mapped()));
    }
    return {};
}

Status Session::make_programs() {
    if (pipelines_.valid()) pipelines_.get();
    VKGAN_TRY(regions_.ensure("workspace", compiled_.workspace_bytes));
    for (const CompiledPhase& phase : compiled_.phases) {
        VKGAN_ASSIGN(std::unique_ptr<Program> program,
                     Program::create(device_, regions_, phase.plan, options_.in_flight));
        programs_.push_back(std::move(program));
    }
    return {};
}

Result<TensorMap> Session::initial_values() const {
    if (!needs_mean_image(compiled_.starts))
        return vkgan::initial_values(compiled_.starts, compiled_.table, options_.seed);
    VKGAN_ASSIGN(const Tensor mean, source_->mean_image());
    return vkgan::initial_values(compiled_.starts, compiled_.table, options_.seed, &mean);
}

Status Session::start(TrainingState state) {
    progress_ = state.progress;
    controls_ = state.controls;
    tracked_ = state.batches_tracked;
    for (const CompiledPhase& phase : compiled_.phases) {
        for (const auto& [layer, count] : phase.batches_tracked) tracked_.try_emplace(layer, 0);
    }
    VKGAN_TRY(upload_variables(std::move(state.variables)));
    // Only now the workspace: it and the state need not be in memory at once.
    if (programs_.empty()) VKGAN_TRY(make_programs());
    release_free_memory();
    return keep_snapshot();
}

Result<TrainingState> Session::state() {
    VKGAN_TRY(check_between_steps("state"));
    TrainingState state{progress_, controls_, tracked_, {}};
    VKGAN_ASSIGN(state.variables, download_tensors(regions_, compiled_.table));
    return state;
}

Status Session::set_control(std::string_view name, double value) {
    VKGAN_TRY(check_control(live_controls(), name, value));
    controls_.insert_or_assign(std::string(name), value);
    return {};
}

Result<Tensor> Session::sample(int count, uint64_t seed, const Controls& controls, const TensorMap* given) {
    VKGAN_TRY(check_between_steps("sample"));
    if (!sampler_ && model_.sample_network != "none") {
        VKGAN_ASSIGN(sampler_, Program::create(device_, regions_, compiled_.sampler));
    }
    const SampleQuery query{
        .model = model_, .count = count, .seed = seed, .controls = controls, .given = given};
    return draw_samples(query, [this](int) -> Result<Program*> { return sampler_.get(); });
}

}  // namespace vkgan
