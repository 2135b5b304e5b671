// vulkan_interop.hpp: Context. The one file of this folder that names Vulkan's types, as the header's.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/context.hpp"

#include <chrono>
#include <functional>

namespace vkgan::api {

struct Context::State {
    std::unique_ptr<HostContext> context;
};

namespace {

using Clock = std::chrono::steady_clock;

template <class T>
Outcome<T> to_outcome(Result<T>&& result) {
    if (!result) return to_failure(result.error());
    return std::move(*result);
}
Outcome<Done> to_outcome(Status&& status) { return outcome_of(status); }

// Counts the call's time, and tells afterwards what there is to tell. The time is in the next frame's report.
template <class Call>
auto in_call(HostContext& context, Call call) {
    const Clock::time_point begin = Clock::now();
    auto outcome = to_outcome(call(context));
    context.tell();
    context.count_host_ns(std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
    return outcome;
}
Outcome<ContextFrame> end_frame(HostContext& context, const std::function<Result<ContextFrame>()>& end) {
    Outcome<ContextFrame> report = in_call(context, [&](HostContext&) { return end(); });
    const double host_ns = context.take_host_ns();
    if (report) report->host_ns = host_ns;
    return report;
}

}  // namespace

Context::Context(std::unique_ptr<State> state) : state_(std::move(state)) {}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Outcome<Context> Context::create(const ContextSettings& settings) {
    auto context = HostContext::create(settings);
    if (!context) return to_failure(context.error());
    auto state = std::make_unique<State>();
    state->context = std::move(*context);
    return Context(std::move(state));
}

Outcome<Done> Context::close(bool device_idle) {
    HostContext& context = *state_->context;
    context.tell();
    return outcome_of(context.close(device_idle));
}

Outcome<Handle> Context::load_model(const ModelQuery& query) {
    return in_call(*state_->context, [&](HostContext& c) { return c.load_model(query); });
}
Outcome<ModelDescription> Context::describe(Handle model) {
    return in_call(*state_->context, [&](HostContext& c) { return c.describe(model); });
}
Outcome<ModelControl> Context::control(Handle model, int index) {
    return in_call(*state_->context, [&](HostContext& c) { return c.control(model, index); });
}
Outcome<std::vector<NetworkDescription>> Context::networks(Handle model) {
    return in_call(*state_->context, [&](HostContext& c) { return c.networks(model); });
}
Outcome<Arrays> Context::drawn_inputs(Handle model, int count, uint64_t seed, uint64_t first) {
    return in_call(*state_->context,
                   [&](HostContext& c) { return c.drawn_inputs(model, count, seed, first); });
}
Outcome<ContextPlan> Context::plan(const GeneratorQuery& query) {
    return in_call(*state_->context, [&](HostContext& c) { return c.plan(query); });
}
Outcome<ContextPlan> Context::plan(const TrainingQuery& query) {
    return in_call(*state_->context, [&](HostContext& c) { return c.plan(query); });
}
Outcome<Handle> Context::create_generator(const GeneratorQuery& query) {
    return in_call(*state_->context, [&](HostContext& c) { return c.create_generator(query); });
}
Outcome<Handle> Context::begin_training(const TrainingQuery& query) {
    return in_call(*state_->context, [&](HostContext& c) { return c.begin_training(query); });
}
Outcome<Done> Context::warm_up(double most_ns, WarmUp* progress) {
    const double of_frames = state_->context->take_host_ns();
    auto outcome = in_call(*state_->context, [&](HostContext& c) { return c.warm_up(most_ns, progress); });
    (void)state_->context->take_host_ns();  // the host allowed it
    state_->context->count_host_ns(of_frames);
    return outcome;
}
Outcome<Done> Context::release(Handle handle) {
    return in_call(*state_->context, [&](HostContext& c) { return c.release(handle); });
}
Outcome<Done> Context::set_control(Handle handle, std::string_view name, double value) {
    return in_call(*state_->context, [&](HostContext& c) { return c.set_control(handle, name, value); });
}
Outcome<Done> Context::reset_control(Handle generator, std::string_view name) {
    return in_call(*state_->context, [&](HostContext& c) { return c.reset_control(generator, name); });
}

Outcome<Done> Context::begin_frame(uint64_t frame, uint64_t completed_frame, double budget_ns,
                                   double training_share) {
    return in_call(*state_->context, [&](HostContext& c) {
        return c.begin_frame(frame, completed_frame, budget_ns, training_share);
    });
}
Outcome<Handle> Context::generate(Handle generator, const GenerateQuery& query) {
    return in_call(*state_->context, [&](HostContext& c) { return c.generate(generator, query); });
}
Outcome<Done> Context::advance(Handle training, int64_t last_step) {
    return in_call(*state_->context, [&](HostContext& c) { return c.advance(training, last_step); });
}

Outcome<ContextFrame> Context::record(VkCommandBuffer commands) {
    HostContext& c = *state_->context;
    return end_frame(c, [&]() -> Result<ContextFrame> {
        if (!c.adopted())
            return Error{Code::unsupported,
                         "record: the context has a device of its own, which no commands of yours are for"};
        if (!commands) return Error{Code::invalid_argument, "record: commands is null"};
        return c.end_frame([&](FrameQueue& queue) { return queue.record(commands); });
    });
}

Outcome<ContextFrame> Context::submit(std::span<const QueueSemaphore> waits,
                                      std::span<const QueueSemaphore> signals) {
    HostContext& c = *state_->context;
    return end_frame(c, [&] {
        auto frame = c.end_frame([&](FrameQueue& queue) { return queue.submit(waits, signals); });
        c.serve_jobs();
        return frame;
    });
}

Outcome<Done> Context::pause(Handle training, bool paused) {
    return in_call(*state_->context, [&](HostContext& c) { return c.pause(training, paused); });
}
Outcome<Done> Context::cancel_step(Handle training) {
    return in_call(*state_->context, [&](HostContext& c) { return c.cancel_step(training); });
}
Outcome<Done> Context::finish_step(Handle training) {
    return in_call(*state_->context, [&](HostContext& c) { return c.finish_step(training); });
}
Outcome<Done> Context::publish(Handle training) {
    return in_call(*state_->context, [&](HostContext& c) { return c.publish(training); });
}
Outcome<Handle> Context::snapshot(Handle training) {
    return in_call(*state_->context, [&](HostContext& c) { return c.snapshot(training); });
}
Outcome<TrainingInfo> Context::training(Handle training) {
    return in_call(*state_->context, [&](HostContext& c) { return c.training(training); });
}
Outcome<NamedValue> Context::training_value(Handle training, int index) {
    return in_call(*state_->context, [&](HostContext& c) { return c.training_value(training, index); });
}
Outcome<TicketInfo> Context::poll(Handle ticket) {
    return in_call(*state_->context, [&](HostContext& c) { return c.poll(ticket); });
}
Outcome<size_t> Context::read(Handle ticket, ReadAs as, std::span<std::byte> data) {
    return in_call(*state_->context, [&](HostContext& c) { return c.read(ticket, as, data); });
}

Outcome<SharedImage> Context::create_shared_image(const SharedImageQuery& query) {
    const Clock::time_point begin = Clock::now();
    HostContext& context = *state_->context;
    context.tell();  // before: nothing may come between a file descriptor and its owner
    auto outcome = to_outcome(context.create_shared_image(query));
    context.count_host_ns(std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
    return outcome;
}
Outcome<Done> Context::destroy_shared_image(VkImage image) {
    return in_call(*state_->context, [&](HostContext& c) { return c.destroy_shared_image(image); });
}

ContextStatistics Context::statistics() const { return state_->context->statistics(); }
Outcome<std::vector<SliceInfo>> Context::slices(Handle handle) {
    return in_call(*state_->context, [&](HostContext& c) { return c.slices(handle); });
}

}  // namespace vkgan::api
