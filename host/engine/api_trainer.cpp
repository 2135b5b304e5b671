// vkgan.hpp: Trainer.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/training_run.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>

namespace vkgan::api {

struct Trainer::State {
    std::unique_ptr<Device> device;  // outlives the run
    std::unique_ptr<TrainingRun> run;
    std::function<void(std::string_view)> log;
    size_t messages_told = 0, notices_told = 0;

    void tell() {
        if (!log) return;
        const std::vector<std::string> messages = device->validation_messages();
        for (; messages_told < messages.size(); ++messages_told) log(messages[messages_told]);
        const std::vector<std::string> notices = device->notices();
        for (; notices_told < notices.size(); ++notices_told) log(notices[notices_told]);
    }
};

namespace {

Result<RunOptions> to_run(const TrainOptions& options) {
    RunOptions run{.folder = options.folder,
                   .resume = options.resume,
                   .weights = options.weights,
                   .gradients = options.gradients,
                   .checkpoint_every = options.checkpoint_every,
                   .sample_every = options.sample_every,
                   .watch_every = options.watch_every,
                   .session = {}};
    run.session = {.batch = options.batch, .seed = options.seed, .data = options.data, .feed = options.feed};
    run.session.snapshot_every = options.snapshot_every;
    VKGAN_ASSIGN(run.session.recompute, parse_recompute(options.recompute));
    VKGAN_ASSIGN(run.session.precision, precision_of(options.precision));
    return run;
}

}  // namespace

Trainer::Trainer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

Outcome<Trainer> Trainer::open(const TrainOptions& options) {
    auto choice = choose_model(options.model, options.settings);
    if (!choice) return to_failure(choice.error());
    const auto run_options = to_run(options);
    if (!run_options) return to_failure(run_options.error());
    auto state = std::make_unique<State>();
    state->log = options.device.log;
    DeviceSettings settings = options.device;
    settings.log = nullptr;  // State::tell does it
    auto device = open_device(settings);
    if (!device) return to_failure(device.error());
    state->device = std::move(*device);
    auto run = TrainingRun::open(*state->device, std::move(*choice), *run_options);
    state->tell();
    if (!run) return to_failure(run.error());
    state->run = std::move(*run);
    return Trainer(std::move(state));
}

namespace {

StepReport to_report(StepResult&& r) {
    StepReport report{r.step,      std::move(r.values), r.images_per_s,
                      r.device_ms, r.host_ms,           std::move(r.notice)};
    for (const std::string& alarm : r.alarms)
        report.notice += fmt::format("{}step {}: {}", report.notice.empty() ? "" : "\n", r.step, alarm);
    return report;
}

}  // namespace

Outcome<StepReport> Trainer::step() {
    auto result = state_->run->step();
    state_->tell();
    return outcome_of(std::move(result), to_report);
}

Outcome<FrameReport> Trainer::advance(double budget_ms) {
    auto steps = state_->run->advance(budget_ms * 1e6);
    state_->tell();
    FrameReport report;
    if (FrameQueue* const queue = state_->run->frame_queue()) {
        report.planned_ms = queue->sent_ns() / 1e6;
        while (const auto use = queue->next_use()) report.measured_ms += use->measured_ns / 1e6;
    }
    return outcome_of(std::move(steps), [&](FrameSteps&& s) {
        for (StepResult& step : s.finished) report.steps.push_back(to_report(std::move(step)));
        report.waits_for_data = s.waits_for_inputs;
        return std::move(report);
    });
}

bool Trainer::between_steps() const { return state_->run->between_steps(); }
void Trainer::cancel_step() { state_->run->cancel_step(); }

Outcome<Done> Trainer::finish_step() {
    auto steps = state_->run->finish_step();
    state_->tell();
    return outcome_of(std::move(steps), [](FrameSteps&&) { return Done{}; });
}

int64_t Trainer::steps_done() const { return state_->run->session().progress().steps; }
int64_t Trainer::feed_steps() const { return state_->run->session().source().steps(); }

Outcome<Done> Trainer::set_control(std::string_view name, double value) {
    return outcome_of(state_->run->session().set_control(name, value));
}

Outcome<Array> Trainer::sample(int count, uint64_t seed) {
    return outcome_of(state_->run->session().sample(count, seed),
                      [](Tensor&& t) { return to_array(std::move(t)); });
}

Outcome<Done> Trainer::save() { return outcome_of(state_->run->save()); }
Outcome<Done> Trainer::save_weights(const std::string& path) {
    return outcome_of(state_->run->save_weights(path));
}
std::string Trainer::describe() const { return state_->run->describe(); }

}  // namespace vkgan::api
