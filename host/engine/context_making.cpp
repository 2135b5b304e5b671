// Generators and trainings of a host's context: what they would take, and jobs that make them.
// SPDX-License-Identifier: MIT
#include "host/engine/context.hpp"

#include "host/base/thread_owner.hpp"
#include "host/engine/compile.hpp"
#include "host/engine/context_data.hpp"
#include "host/engine/network_inputs.hpp"
#include "host/engine/network_names.hpp"
#include "host/gpu/describe_devices.hpp"
#include "host/gpu/memory.hpp"
#include "host/schedule/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <new>

namespace vkgan {

namespace {

constexpr double usual_slice_ns = 500'000;
constexpr int executions_ahead = 8;  // small steps overlap, so that frames are filled

// What devices of a kind do in a nanosecond, by order of magnitude: until something was measured.
ScheduleOptions guess(const Device& device, double slice_ns) {
    ScheduleOptions options{.slice_ns = slice_ns > 0 ? slice_ns : usual_slice_ns};
    constexpr std::array<double, 5> flops_by_rank{20, 50, 50, 500, 5000};
    const int rank = summarise(device.record(), 0).rank;
    options.flops_per_ns = flops_by_rank[size_t(std::clamp(rank, 0, 4))];
    options.bytes_per_ns = options.flops_per_ns / 10;
    options.dispatch_ns = rank == 1 ? 10'000 : 5'000;
    return options;
}

struct PlanCost {
    double flops = 0, ns = 0;
    int dispatches = 0, slices = 0;
    void add(const Plan& plan, const ScheduleOptions& rates, int times) {
        int setup = 0;
        const std::vector<Slice> all = cut(plan, rates, &setup);
        for (size_t i = size_t(setup); i < all.size(); ++i) ns += times * all[i].predicted_ns;
        slices += times * (int(all.size()) - setup);
        dispatches += times * (int(plan.kernels.size()) - plan.setup_kernels);
        for (size_t i = size_t(plan.setup_kernels); i < plan.kernels.size(); ++i)
            flops += times * plan.kernels[i].flops;
    }
};

// Of one set of inputs and outputs that the host sees.
int64_t host_bytes(const Plan& plan) {
    int64_t bytes = 0;
    for (const auto& [name, binding] : plan.inputs) bytes += binding.bytes;
    for (const auto& [name, binding] : plan.outputs) bytes += binding.bytes;
    return bytes;
}

// Through which regions are filled and read.
int64_t transfer_bytes(const std::map<std::string, int64_t, std::less<>>& region_bytes) {
    int64_t most = 0;
    for (const auto& [region, bytes] : region_bytes) most = std::max(most, bytes);
    return std::min(most, RegionSet::most_staging_bytes);
}

// The host's memory may end in the middle of a job.
template <class Make>
void run_making(std::atomic<Making>& making, Error& error, Make make) {
    try {
        if (const Status status = make(); !status)
            error = status.error();
        else
            return void(making = Making::made);
    } catch (const std::bad_alloc&) {
        error = {Code::out_of_memory, "the process has no memory left"};
    }
    making = Making::failed;
}

Status check_numbers(const api::GeneratorQuery& query) {
    const int most = query.network.empty() ? largest_sample_batch : largest_network_batch;
    if (query.batch < 1 || query.batch > most)
        return Error{Code::invalid_argument, fmt::format("batch: {} is not from 1 to {}", query.batch, most)};
    if (query.targets != 0 && !(query.network.empty() && query.layer.empty()))
        return Error{
            Code::invalid_argument,
            fmt::format("targets: {}, but 0 where a network or layer is named: what it gives is only "
                        "read back",
                        query.targets)};
    if (query.targets < 0 || query.targets > 8)
        return Error{Code::invalid_argument, fmt::format("targets: {} is not from 0 to 8", query.targets)};
    if (!(query.slice_ns >= 0))
        return Error{Code::invalid_argument, fmt::format("slice_ns: {} is below 0", query.slice_ns)};
    return {};
}

// The network and the layer, where they are named.
Status check_names(const Model& model, const api::GeneratorQuery& query) {
    if (query.network.empty() && query.layer.empty()) return {};
    VKGAN_ASSIGN(const Network* const network, find_network(model, network_or_sampled(model, query.network)));
    return query.layer.empty() ? Status() : check_layer(*network, query.layer);
}

}  // namespace

api::ContextPlan& HostContext::finish_plan(api::ContextPlan& plan, double flops, double guessed_ns) const {
    plan.total = plan.weights + plan.activations + plan.staging;
    plan.flops = int64_t(flops);
    const double speed = speed_;
    plan.measured = speed > 0;
    plan.expected_ns = plan.measured ? flops / speed : guessed_ns;
    return plan;
}

void HostContext::learn_speed(double flops, double measured_ns) {
    if (flops > 0 && measured_ns > 0) speed_ = flops / measured_ns;
}

Result<api::ContextPlan> HostContext::plan(const api::GeneratorQuery& query) {
    VKGAN_TRY(check_numbers(query));
    VKGAN_ASSIGN(ModelObject* const object, model(query.model));
    if (query.training != 0) VKGAN_TRY(trained(query.training));
    const Precision precision = query.half ? Precision::mixed : Precision::float32;
    const Model& model = object->trained.model;
    VKGAN_TRY(check_names(model, query));
    const std::string_view network = network_or_sampled(model, query.network);
    VKGAN_ASSIGN(const Graph lowered, lower_inference(model, network, query.batch, false, query.layer));
    const Graph graph = simplify(lowered);
    const std::array<const Graph*, 1> graphs{&graph};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, device_->traits().offset_alignment));
    VKGAN_ASSIGN(const Plan plan, make_plan(graph, layout,
                                            {.device = for_precision(device_->traits(), precision),
                                             .keep_packed = true,
                                             .precision = precision}));
    api::ContextPlan result;
    for (const auto& [region, bytes] : layout.region_bytes) result.weights += 2 * bytes;  // and a shadow
    for (size_t i = 0; i < plan.regions.size(); ++i) {
        if (layout.region_bytes.contains(plan.regions[i])) continue;
        (plan.regions[i] == "workspace" ? result.activations : result.weights) += plan.region_bytes[i];
    }
    const Shape& images = plan.output_shapes.find("output")->second;
    result.staging = 2 * host_bytes(plan) + ImageWriter::bytes_for(images, query.targets) +
                     transfer_bytes(layout.region_bytes);
    const ScheduleOptions rates = guess(*device_, query.slice_ns);
    PlanCost cost;
    cost.add(plan, rates, 1);
    result.dispatches = cost.dispatches;
    result.slices = cost.slices;
    return finish_plan(result, cost.flops, cost.ns);
}

Result<api::ContextPlan> HostContext::plan(const api::TrainingQuery& query) {
    VKGAN_ASSIGN(const TrainingOrder wanted, order(query));
    const int batch = query.batch != 0 ? query.batch : wanted.model.model.batch;
    CompileOptions options{.device = device_->traits(), .recompute = Recompute::automatic};
    options.lower = {.batch = batch, .precision = wanted.session.precision};
    options.memory_bytes = device_->arena().free_bytes();
    VKGAN_ASSIGN(const Compiled compiled, compile_training(wanted.model.model, options));
    api::ContextPlan result;
    for (const auto& [region, bytes] : compiled.layout.region_bytes) {
        result.weights += 2 * bytes;  // and a copy to go back to when a step is given up
        result.staging += 2 * bytes;  // in turns, copies to go back to after a NaN
    }
    result.activations = compiled.workspace_bytes;
    result.staging += transfer_bytes(compiled.layout.region_bytes);
    for (const CompiledPhase& phase : compiled.phases)
        result.staging += wanted.session.in_flight * host_bytes(phase.plan);
    const ScheduleOptions rates = guess(*device_, query.slice_ns);
    PlanCost cost;
    for (const CompiledPhase& phase : compiled.phases) cost.add(phase.plan, rates, phase.repeat);
    result.dispatches = cost.dispatches;
    result.slices = cost.slices;
    return finish_plan(result, cost.flops, cost.ns);
}

Result<Handle> HostContext::create_generator(const api::GeneratorQuery& query) {
    VKGAN_TRY(check_device());
    VKGAN_TRY(check_numbers(query));
    VKGAN_ASSIGN(ModelObject* const chosen, model(query.model));
    if (query.training != 0) VKGAN_TRY(trained(query.training));
    if (!chosen->has_weights && query.training == 0)
        return Error{
            Code::invalid_argument,
            fmt::format("model: {} is untrained; name a training whose weights the generator uses, or "
                        "load a trained model",
                        chosen->name)};
    if (query.network.empty()) VKGAN_TRY(check_sample_query({chosen->trained.model, query.batch}));
    VKGAN_TRY(check_names(chosen->trained.model, query));
    auto object = std::make_unique<GeneratorObject>();
    object->training = query.training;
    object->model = chosen->trained.model;
    object->name = chosen->name;
    object->network = query.network;
    object->layer = query.layer;
    const GeneratorOptions options{.batch = query.batch,
                                   .targets = query.targets,
                                   .precision = query.half ? Precision::mixed : Precision::float32,
                                   .slice_ns = query.slice_ns,
                                   .waits_for_weights = !chosen->has_weights,
                                   .network = query.network,
                                   .layer = query.layer};
    object->handle = handles_.make(HandleKind::generator);
    std::packaged_task<void()> job([this, &made = *object, given = chosen->trained, options]() mutable {
        run_making(made.making, made.error, [&] { return make_generator(made, std::move(given), options); });
        ++made_;
    });
    const Handle handle = object->handle;
    const OwnedThread all_or_nothing = must_not_fail();
    jobs_->add("making the generator of " + object->name, std::move(job));
    generators_.emplace(handle, std::move(object));
    ++asked_;
    return handle;
}

// On the jobs' thread.
Status HostContext::make_generator(GeneratorObject& object, TrainedModel model,
                                   const GeneratorOptions& options) {
    if (options.waits_for_weights) {
        VKGAN_ASSIGN(const Network* const network,
                     find_network(model.model, network_or_sampled(model.model, options.network)));
        VKGAN_ASSIGN(model.variables, zero_weights(*network));
    }
    VKGAN_ASSIGN(object.generator, FrameGenerator::create(*device_, std::move(model), *queue_, options));
    for (const PlannedKernel& kernel : object.generator->plan().kernels) object.flops += kernel.flops;
    // A layer, or a network of points, takes dispatches' time, of which FLOPs tell nothing.
    if (options.network.empty() && options.layer.empty())
        learn_speed(object.flops, object.generator->executor().expected_ns());
    return {};
}

Result<HostContext::TrainingOrder> HostContext::order(const api::TrainingQuery& query) {
    VKGAN_ASSIGN(ModelObject* const chosen, model(query.model));
    if (query.data.empty() == !query.images)
        return Error{Code::invalid_argument, query.images
                                                 ? "training: data and images are both set; one must be"
                                                 : "training: neither data nor images are set; one must be"};
    if (query.keep_every < 0 || query.publish_every < 0)
        return Error{Code::invalid_argument,
                     fmt::format("keep_every is {} and publish_every is {}; 0 or more steps",
                                 query.keep_every, query.publish_every)};
    if (!(query.slice_ns >= 0))
        return Error{Code::invalid_argument, fmt::format("slice_ns: {} is below 0", query.slice_ns)};
    if (query.batch < 0 || query.batch > 65536)
        return Error{Code::invalid_argument,
                     fmt::format("batch: {} is not from 1 to 65536, nor 0", query.batch)};
    TrainingOrder order{.model = chosen->trained, .has_weights = chosen->has_weights, .live = chosen->live};
    order.session = {.batch = query.batch, .seed = query.seed, .data = query.data};
    order.session.snapshot_every = query.keep_every > 0 ? query.keep_every : 100;
    order.session.precision = query.half ? Precision::mixed : Precision::float32;
    order.session.in_flight = executions_ahead;
    order.frames.slice_ns = query.slice_ns;
    if (query.images) {
        VKGAN_ASSIGN(order.session.dataset, images_in_memory(*query.images));
        order.session.data = "images in memory";
    }
    if (!query.snapshot.empty()) {
        VKGAN_ASSIGN(TensorFile file, parse_safetensors(query.snapshot, "snapshot"));
        VKGAN_ASSIGN(order.snapshot, to_checkpoint(std::move(file), "snapshot"));
        // Whatever was found since: other tiles would sum in another order.
        order.session.tuning = order.snapshot->run.tuning;
    }
    return order;
}

Result<Handle> HostContext::begin_training(const api::TrainingQuery& query) {
    VKGAN_TRY(check_device());
    VKGAN_ASSIGN(TrainingOrder wanted, order(query));
    auto object = std::make_unique<TrainingObject>();
    object->name = models_.at(query.model).name;
    object->publish_every = query.publish_every;
    object->handle = handles_.make(HandleKind::training);
    std::packaged_task<void()> job([this, &made = *object, given = std::move(wanted)]() mutable {
        run_making(made.making, made.error, [&] { return make_training(made, given); });
        ++made_;
    });
    const Handle handle = object->handle;
    const OwnedThread all_or_nothing = must_not_fail();
    jobs_->add("making the training of " + object->name, std::move(job));
    trainings_.emplace(handle, std::move(object));
    ++asked_;
    return handle;
}

// On the jobs' thread.
Status HostContext::make_training(TrainingObject& object, TrainingOrder& order) {
    VKGAN_ASSIGN(object.session, Session::create(*device_, std::move(order.model.model), order.session));
    Session& session = *object.session;
    object.identity = identity_of(session, order.session.data);
    TrainingState state;
    if (order.snapshot) {
        VKGAN_TRY(check_same_run(object.identity, order.snapshot->run, "snapshot"));
        VKGAN_TRY(check_complete(order.snapshot->state.variables, session.compiled().table, "snapshot"));
        state = std::move(order.snapshot->state);
    } else {
        VKGAN_ASSIGN(state.variables, session.initial_values());
        if (order.has_weights) VKGAN_TRY(take_weights(order.model, session.compiled(), state));
    }
    VKGAN_TRY(session.start(std::move(state)));
    for (const auto& [name, value] : order.live) VKGAN_TRY(session.set_control(name, value));
    VKGAN_ASSIGN(object.frames, FrameTraining::create(session, *queue_, order.frames));
    for (const CompiledPhase& phase : session.compiled().phases)
        for (const PlannedKernel& kernel : phase.plan.kernels) object.flops += phase.repeat * kernel.flops;
    learn_speed(object.flops, object.frames->step_ns());
    return {};
}

}  // namespace vkgan
