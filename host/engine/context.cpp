// A host's context: its device, its models, and what becomes of them.
// SPDX-License-Identifier: MIT
#include "host/engine/context.hpp"

#include "host/base/thread_owner.hpp"
#include "host/engine/api_convert.hpp"
#include "host/engine/tuning.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <future>
#include <utility>

namespace vkgan {

Result<std::unique_ptr<HostContext>> HostContext::create(const api::ContextSettings& settings) {
    std::unique_ptr<HostContext> context(new HostContext);
    VKGAN_TRY(context->open(settings));
    return context;
}

Status HostContext::open(const api::ContextSettings& settings) {
    if (settings.tag < 1 || settings.tag > 4095)
        return Error{Code::invalid_argument, fmt::format("tag: {} is not from 1 to 4095", settings.tag)};
    if (bool(settings.cache.read) != bool(settings.cache.write))
        return Error{Code::invalid_argument, "cache: set both of read and write, or neither"};
    log_ = settings.device.log;
    handles_.tag = settings.tag;
    DeviceOptions options;
    options.select = settings.device.device;
    if (settings.device.validation) options.validation = true;
    options.memory_limit_bytes =
        int64_t(std::min<uint64_t>(settings.device.memory_limit_bytes, uint64_t(1) << 60));
    options.low_priority = settings.low_priority;
    if (settings.cache.read) options.cache = {settings.cache.read, settings.cache.write};
    fixed_tuning_ = settings.device.fixed_tuning;
    if (settings.adopted) {
        VKGAN_ASSIGN(device_, Device::adopt(*settings.adopted, options));
    } else {
        VKGAN_ASSIGN(device_, Device::create(options));
    }
    device_->set_relay(&relay_);
    VKGAN_ASSIGN(queue_, FrameQueue::create(*device_));
    shared_images_ = std::make_unique<SharedImages>(*device_);
    jobs_ = std::make_unique<ContextJobs>(relay_);
    add_device_job();
    return {};
}

// What the device claims is tried, at its first use: kernels run, so it is work for warm_up.
void HostContext::add_device_job() {
    ++asked_;
    jobs_->add("trying the device", std::packaged_task<void()>([this] {
                   if (const auto tuning = tuning_options(fixed_tuning_))
                       prepare_tuning(*device_, *tuning);
                   else
                       device_->note(tuning.error().message);
                   ++made_;
               }));
}

HostContext::~HostContext() {
    const OwnedThread to_the_end = must_not_fail();
    (void)close(true).ok();
    jobs_.reset();
    queue_.reset();
    shared_images_.reset();
    device_.reset();
}

Status HostContext::close(bool device_idle) {
    if (!device_) return {};
    if (!device_idle && queue_ && queue_->waits_for_host())
        return Error{
            Code::busy,
            "frames that were recorded are not reported complete: report them by begin_frame, or wait "
            "for the device and say so"};
    if (jobs_) jobs_->close();
    if (queue_) {
        if (device_idle) queue_->abandon();
        (void)queue_->wait_idle().ok();  // a lost device has nothing running
    }
    for (auto& [handle, object] : generators_)
        if (object->generator) object->generator->let_go();
    for (auto& [handle, object] : trainings_)
        if (object->frames) object->frames->let_go();
    for (const auto& object : ended_generators_)
        if (object->generator) object->generator->let_go();
    for (const auto& object : ended_trainings_)
        if (object->frames) object->frames->let_go();
    trainings_.clear();
    ended_trainings_.clear();
    generators_.clear();
    ended_generators_.clear();
    queue_.reset();
    shared_images_.reset();
    device_.reset();
    return {};
}

void HostContext::tell() {
    if (!log_ || !device_) return;
    if (device_->validated()) {
        const std::vector<std::string> messages = device_->validation_messages();
        for (; messages_told_ < messages.size(); ++messages_told_) log_(messages[messages_told_]);
    }
    if (notices_told_ < device_->notice_count()) {
        const std::vector<std::string> notices = device_->notices();
        for (; notices_told_ < notices.size(); ++notices_told_) log_(notices[notices_told_]);
    }
    for (; !to_tell_.empty(); to_tell_.pop_front()) log_(to_tell_.front());
}

namespace {

// A safetensors file begins with the length of its header, which is JSON.
bool is_safetensors(std::span<const std::byte> data) {
    if (data.size() < 9) return false;
    uint64_t header = 0;
    std::memcpy(&header, data.data(), sizeof header);
    return header <= data.size() - 8 && data[8] == std::byte{'{'};
}

Result<ModelObject> model_from_memory(std::span<const std::byte> data) {
    ModelObject object{.name = "a model in memory"};
    if (is_safetensors(data)) {
        VKGAN_ASSIGN(const TensorFile file, parse_safetensors(data, "data"));
        VKGAN_ASSIGN(object.trained, to_trained(file, "data"));
        object.has_weights = true;
        return object;
    }
    const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
    if (const size_t first = text.find_first_not_of(" \t\r\n"); first == text.npos || text[first] != '{')
        return Error{
            Code::malformed,
            fmt::format("data: {} bytes that are neither a .vkgan file nor a model as JSON", data.size())};
    VKGAN_ASSIGN(object.trained.model, model_from_json(text, "data"));
    VKGAN_TRY(check(object.trained.model));
    return object;
}

Result<ModelObject> model_of(const api::ModelQuery& query) {
    if (query.path.ends_with(".vkgan")) {
        ModelObject object{.name = query.path, .has_weights = true};
        VKGAN_ASSIGN(object.trained, read_trained(query.path));
        return object;
    }
    if (!query.data.empty()) return model_from_memory(query.data);
    ModelObject object{.name = query.path + query.recipe};
    if (!query.path.empty() && !query.path.ends_with(".json"))
        return Error{Code::invalid_argument,
                     fmt::format("path: {} ends neither in .vkgan nor in .json", query.path)};
    // A name with a '/' or an ending counts as a file there.
    const std::string name =
        query.path.empty() || query.path.find('/') != query.path.npos ? object.name : "./" + object.name;
    VKGAN_ASSIGN(ModelChoice choice, choose_model(name, query.settings));
    object.trained.model = std::move(choice.model);
    object.live = std::move(choice.controls);
    return object;
}

}  // namespace

Result<Handle> HostContext::load_model(const api::ModelQuery& query) {
    const int given = int(!query.path.empty()) + int(!query.data.empty()) + int(!query.recipe.empty());
    if (given != 1)
        return Error{Code::invalid_argument,
                     fmt::format("model: exactly one of path, data and recipe must be set, not {}", given)};
    if (query.recipe.empty() && !query.settings.empty())
        return Error{Code::invalid_argument, "settings: only a recipe has them"};
    VKGAN_ASSIGN(ModelObject object, model_of(query));
    if (!object.has_weights) object.trained.steps = -1;
    const Handle handle = handles_.make(HandleKind::model);
    models_.emplace(handle, std::move(object));
    return handle;
}

Result<ModelObject*> HostContext::model(Handle handle) {
    VKGAN_TRY(handles_.check(handle, HandleKind::model, "model"));
    const auto found = models_.find(handle);
    if (found == models_.end()) return released("model");
    return &found->second;
}

Result<GeneratorObject*> HostContext::generator(Handle handle) {
    VKGAN_TRY(handles_.check(handle, HandleKind::generator, "generator"));
    const auto found = generators_.find(handle);
    if (found == generators_.end()) return released("generator");
    return found->second.get();
}

Result<TrainingObject*> HostContext::trained(Handle handle) {
    VKGAN_TRY(handles_.check(handle, HandleKind::training, "training"));
    const auto found = trainings_.find(handle);
    if (found == trainings_.end()) return released("training");
    return found->second.get();
}

namespace {

template <class Object>
Status check_made(const Object& object, std::string_view field) {
    switch (object.making.load()) {
        case Making::made: return {};
        case Making::failed: return object.error;
        case Making::waits: break;
    }
    return Error{Code::not_ready, fmt::format("{}: not made yet: warm_up makes it", field)};
}

}  // namespace

Result<GeneratorObject*> HostContext::made_generator(Handle handle) {
    VKGAN_ASSIGN(GeneratorObject* const object, generator(handle));
    VKGAN_TRY(check_made(*object, "generator"));
    return object;
}

Result<TrainingObject*> HostContext::made_training(Handle handle) {
    VKGAN_ASSIGN(TrainingObject* const object, trained(handle));
    VKGAN_TRY(check_made(*object, "training"));
    return object;
}

const std::vector<api::ModelControl>& HostContext::controls(ModelObject& object) {
    if (object.controls.empty()) {
        const auto live = all_live_controls(object.trained.model);
        object.controls = controls_of(object.trained.model, live ? *live : std::vector<Control>{});
    }
    return object.controls;
}

Result<api::ModelDescription> HostContext::describe(Handle handle) {
    VKGAN_ASSIGN(ModelObject* const object, model(handle));
    const Model& model = object->trained.model;
    api::ModelDescription result{.recipe = model.recipe, .network = model.sample_network};
    result.steps = object->trained.steps;
    result.controls = int(controls(*object).size());
    if (model.sample_network == "none") return result;
    VKGAN_ASSIGN(const Graph graph, lower_inference(model, model.sample_network, 1, false));
    const Shape shape =
        graph.outputs().empty() ? Shape{} : graph.nodes()[size_t(graph.outputs().front().second)].shape;
    if (shape.rank() == 4) {
        result.channels = int(shape[1]);
        result.height = int(shape[2]);
        result.width = int(shape[3]);
    }
    const auto network = std::ranges::find(model.networks, model.sample_network, &Network::name);
    if (network != model.networks.end() && !network->inputs.empty())
        result.latent_size = int(Shape(std::span<const int64_t>(network->inputs[0].shape)).element_count());
    VKGAN_ASSIGN(const std::vector<NetworkVariable> variables, network_variables(*network, 1));
    for (const NetworkVariable& variable : variables)
        if (variable.start.parameter) result.parameters += variable.variable.shape.element_count();
    return result;
}

Result<api::ModelControl> HostContext::control(Handle handle, int index) {
    VKGAN_ASSIGN(ModelObject* const object, model(handle));
    const auto& list = controls(*object);
    if (index < 0 || index >= int(list.size()))
        return Error{Code::invalid_argument, fmt::format("index: {} is not below {}", index, list.size())};
    return list[size_t(index)];
}

Status HostContext::warm_up(double most_ns, api::WarmUp* progress) {
    VKGAN_TRY(check_device());
    const bool done = jobs_->serve(std::chrono::nanoseconds(int64_t(std::clamp(most_ns, 0.0, 3.6e12))));
    if (progress) *progress = {made_, asked_, jobs_->doing()};
    for (const auto& [handle, object] : generators_)
        if (object->making == Making::failed && !std::exchange(object->told, true)) return object->error;
    for (const auto& [handle, object] : trainings_)
        if (object->making == Making::failed && !std::exchange(object->told, true)) return object->error;
    for (const auto& [handle, object] : generators_) {
        if (object->making != Making::made || object->training == 0 || object->asked_for_weights) continue;
        if (const auto training = trainings_.find(object->training);
            training != trainings_.end() && training->second->making == Making::made)
            VKGAN_TRY(training->second->frames->publish_to(*object->generator));
        object->asked_for_weights = true;
    }
    VKGAN_TRY(check_device());
    if (done) return {};
    return Error{Code::not_ready,
                 fmt::format("{} of {} are made; now: {}", made_.load(), asked_, jobs_->doing())};
}

Status HostContext::set_control(Handle handle, std::string_view name, double value) {
    if (kind_of(handle) == HandleKind::training) {
        VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
        return object->session->set_control(name, value);
    }
    VKGAN_ASSIGN(GeneratorObject* const object, generator(handle));
    if (!object->network.empty())
        return Error{Code::invalid_argument,
                     fmt::format("{}: the generator runs network {}, whose inputs are given; controls are of "
                                 "samples",
                                 name, object->network)};
    Controls wanted = object->controls;
    wanted.insert_or_assign(std::string(name), value);
    VKGAN_TRY(check_sample_query({object->model, 1, 0, wanted}));
    object->controls = std::move(wanted);
    return {};
}

Status HostContext::reset_control(Handle handle, std::string_view name) {
    VKGAN_ASSIGN(GeneratorObject* const object, generator(handle));
    if (name.empty()) {
        object->controls.clear();
        return {};
    }
    const auto found = object->controls.find(name);
    if (found != object->controls.end()) object->controls.erase(found);
    return {};
}

api::ContextStatistics HostContext::statistics() const {
    const MemoryStatistics memory = device_->arena().statistics();
    std::map<std::string, int64_t> classes;
    for (const auto& [name, bytes] : memory.bytes_by_class)
        if (bytes > 0) classes[memory_class(name)] += bytes;
    return {.device = fmt::format("{} ({})", device_->name(), device_->record().driver),
            .device_bytes = memory.current_bytes,
            .device_peak_bytes = memory.peak_bytes,
            .device_reserved_bytes = memory.reserved_bytes,
            .bytes_by_class = std::move(classes),
            .frames = frames_measured_,
            .frames_over_budget = frames_over_,
            .device_ns = device_ns_,
            .pipelines = int(device_->pipelines().count()),
            .tuned_kernels = int(device_->traits().tuning ? device_->traits().tuning->size() : 0)};
}

}  // namespace vkgan
