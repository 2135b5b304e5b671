// A host's trainings, what is read from tickets, and the ends of things.
// SPDX-License-Identifier: MIT
#include "host/engine/context.hpp"

#include "host/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vkgan {

using api::TicketState;

Status HostContext::pause(Handle handle, bool paused) {
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    object->frames->pause(paused);
    return {};
}

Status HostContext::cancel_step(Handle handle) {
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    object->frames->cancel();
    return {};
}

Status HostContext::finish_step(Handle handle) {
    VKGAN_TRY(check_device());
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    if (open_)
        return Error{
            Code::wrong_order,
            fmt::format("training_finish_step: frame {} has begun; record or submit it first", frame_)};
    if (queue_->waits_for_host())
        return Error{
            Code::busy,
            "training_finish_step: frames that were recorded are not reported complete by begin_frame"};
    const bool paused = object->frames->paused();
    object->frames->pause(false);
    auto steps = object->frames->finish();
    object->frames->pause(paused);
    VKGAN_TRY(steps ? Status() : Status(steps.error()));
    collect(*object, *steps);
    return {};
}

Status HostContext::publish(Handle handle) {
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    publish_to_all(*object);
    return {};
}

void HostContext::publish_to_all(TrainingObject& training) {
    for (const auto& [handle, object] : generators_) {
        if (object->training != training.handle || object->making != Making::made) continue;
        if (const Status status = training.frames->publish_to(*object->generator); !status)
            to_tell_.push_back(status.error().message);
    }
}

Result<Handle> HostContext::snapshot(Handle handle) {
    VKGAN_TRY(check_device());
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    const auto write = [identity = object->identity](TrainingState state) {
        return serialize_safetensors(to_file({identity, std::move(state)}));
    };
    TicketObject ticket{.owner = handle};
    VKGAN_ASSIGN(ticket.inner, object->frames->ask_snapshot(write));
    return add_ticket(std::move(ticket));
}

Result<api::TrainingInfo> HostContext::training(Handle handle) {
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    const FrameTraining& frames = *object->frames;
    api::TrainingInfo info{.steps = object->session->progress().steps,
                           .part_done = frames.part_done(),
                           .step_ns = object->last.device_ms * 1e6,
                           .paused = frames.paused(),
                           .between_steps = frames.between_steps(),
                           .values = int(object->last.values.size()),
                           .notices = object->notices};
    for (const auto& [other, generator] : generators_)
        if (generator->training == handle && generator->making == Making::made)
            info.published_steps = std::max(info.published_steps, generator->generator->steps());
    return info;
}

Result<api::NamedValue> HostContext::training_value(Handle handle, int index) {
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    const auto& values = object->last.values;
    if (index < 0 || index >= int(values.size()))
        return Error{Code::invalid_argument, fmt::format("index: {} is not below {}", index, values.size())};
    const auto value = std::next(values.begin(), index);
    return api::NamedValue{value->first, value->second};
}

Result<std::vector<api::SliceInfo>> HostContext::slices(Handle handle) {
    std::vector<std::pair<std::string, double>> list;
    if (kind_of(handle) == HandleKind::training) {
        VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
        list = object->frames->slice_list();
    } else {
        VKGAN_ASSIGN(GeneratorObject* const object, made_generator(handle));
        list = object->generator->executor().slice_list();
    }
    std::vector<api::SliceInfo> slices;
    for (auto& [name, ns] : list) slices.push_back({std::move(name), ns});
    return slices;
}

namespace {

// What a layer gives as two channels has no colours; a model may draw images of two.
Status check_images(const Shape& shape, bool samples) {
    if (shape.rank() != 4)
        return Error{Code::unsupported, fmt::format("as: {} {} are no images; read them as float32",
                                                    samples ? "samples" : "values", shape.to_string())};
    const int64_t channels = shape[1];
    if (samples || channels == 1 || channels == 3 || channels == 4) return {};
    return Error{Code::unsupported,
                 fmt::format("as: {} has {} channels, but an image has 1, 3 or 4; read it as float32",
                             shape.to_string(), channels)};
}

// Batch x height x width x 4: grey and two channels become colours, a fourth is alpha.
void write_rgba(const Tensor& images, std::span<std::byte> data) {
    const auto batch = size_t(images.shape[0]), channels = size_t(images.shape[1]),
               pixels = size_t(images.shape[2] * images.shape[3]);
    const auto value = [&](size_t image, size_t channel, size_t pixel) {
        const float x = images.values[(image * channels + channel) * pixels + pixel];
        const float unit = std::isnan(x) ? 0.0f : std::clamp((x + 1) / 2, 0.0f, 1.0f);
        return std::byte(int(std::floor(unit * 255 + 0.5f)));
    };
    for (size_t image = 0; image < batch; ++image) {
        for (size_t pixel = 0; pixel < pixels; ++pixel) {
            std::byte* const out = data.data() + (image * pixels + pixel) * 4;
            for (size_t c = 0; c < 3; ++c)
                out[c] = channels == 1  ? value(image, 0, pixel)
                         : c < channels ? value(image, c, pixel)
                                        : std::byte{0};
            out[3] = channels > 3 ? value(image, 3, pixel) : std::byte{255};
        }
    }
}

}  // namespace

Result<size_t> HostContext::read(Handle handle, api::ReadAs as, std::span<std::byte> data) {
    VKGAN_ASSIGN(TicketObject* const object, ticket(handle));
    const bool snapshot = kind_of(object->owner) == HandleKind::training;
    if (!snapshot && !object->readback)
        return Error{Code::invalid_argument, "ticket: the images were not asked for with readback"};
    if (object->state == TicketState::dropped || object->state == TicketState::failed)
        return Error{Code::not_found, "ticket: what was asked for was given up"};
    if (object->state != TicketState::done)
        return Error{Code::not_ready, "ticket: what was asked for is not there yet"};
    if (snapshot != (as == api::ReadAs::bytes))
        return Error{Code::invalid_argument, snapshot ? "as: a snapshot is read as bytes"
                                                      : "as: images are read as float32 or rgba8"};
    if (snapshot) {
        if (data.size() >= object->bytes.size()) std::ranges::copy(object->bytes, data.begin());
        return object->bytes.size();
    }
    const Tensor& images = object->images;
    if (as == api::ReadAs::rgba8) VKGAN_TRY(check_images(images.shape, object->samples));
    const size_t bytes = as == api::ReadAs::float32
                             ? images.values.size() * sizeof(float)
                             : size_t(images.shape[0] * images.shape[2] * images.shape[3]) * 4;
    if (data.size() < bytes) return bytes;
    if (as == api::ReadAs::float32)
        std::memcpy(data.data(), images.values.data(), bytes);
    else
        write_rgba(images, data);
    return bytes;
}

Status HostContext::release(Handle handle) {
    switch (kind_of(handle)) {
        case HandleKind::model: {
            VKGAN_TRY(model(handle));
            models_.erase(handle);
            return {};
        }
        case HandleKind::generator: return release_generator(handle);
        case HandleKind::training: return release_training(handle);
        case HandleKind::ticket: {
            VKGAN_TRY(ticket(handle));
            tickets_.erase(handle);
            return {};
        }
    }
    return handles_.check(handle, HandleKind::model, "handle");
}

Status HostContext::release_generator(Handle handle) {
    VKGAN_TRY(generator(handle));
    auto object = generators_.extract(handle);
    object.mapped()->last_submission = queue_->number() - 1;
    fail_tickets(handle);
    ended_generators_.push_back(std::move(object.mapped()));
    return {};
}

Status HostContext::release_training(Handle handle) {
    VKGAN_TRY(trained(handle));
    auto object = trainings_.extract(handle);
    object.mapped()->last_submission = queue_->number() - 1;
    if (object.mapped()->making == Making::made) object.mapped()->frames->stop_sending();
    for (const auto& [other, generator] : generators_)
        if (generator->training == handle) generator->training = 0;
    fail_tickets(handle);
    ended_trainings_.push_back(std::move(object.mapped()));
    return {};
}

// What was released ends when the device has done with it, on the jobs' thread: freeing memory takes time.
void HostContext::bury() {
    const auto has_ended = [&](const auto& object) {
        return object->making != Making::waits && object->last_submission <= queue_->ended();
    };
    std::erase_if(ended_generators_, [&](std::unique_ptr<GeneratorObject>& object) {
        if (!has_ended(object)) return false;
        for (const auto& [handle, training] : trainings_)
            if (object->generator && training->frames && training->making == Making::made &&
                !training->frames->forget(*object->generator))
                return false;
        if (object->generator) object->generator->let_go();
        jobs_->end(std::move(object));
        return true;
    });
    std::erase_if(ended_trainings_, [&](std::unique_ptr<TrainingObject>& object) {
        if (!has_ended(object)) return false;
        if (object->frames) object->frames->let_go();
        jobs_->end(std::move(object));
        return true;
    });
}

}  // namespace vkgan
