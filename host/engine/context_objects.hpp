// What a host's context holds by handle: models, generators, trainings, tickets.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/engine/checkpoint.hpp"
#include "host/engine/context_jobs.hpp"
#include "host/engine/frame_training.hpp"
#include "host/engine/model_choice.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan {

using api::Handle;

// A handle: 12 bits of its context, 4 of its kind, 48 of a number that is never used again.
enum class HandleKind : uint8_t { model = 1, generator = 2, training = 3, ticket = 4 };
struct HandleSource {
    uint16_t tag = 1;
    uint64_t last = 0;
    Handle make(HandleKind kind) {
        return uint64_t(tag) << 52 | uint64_t(kind) << 48 | (++last & ((uint64_t(1) << 48) - 1));
    }
    // Fine, or Code::invalid_handle with what is wrong; says nothing of released ones.
    Status check(Handle handle, HandleKind wanted, std::string_view field) const;
};
std::string_view name_of(HandleKind kind);
HandleKind kind_of(Handle handle);
Error released(std::string_view field);

struct ModelObject {
    std::string name;  // for people: "faces.vkgan"
    TrainedModel trained;
    bool has_weights = false;
    Controls live;                            // set with it
    std::vector<api::ModelControl> controls;  // made when first asked for
};

// Of generators and trainings, from being asked for to being made. Only a job changes it meanwhile.
enum class Making : uint8_t { waits, made, failed };

struct GeneratorObject : ContextObject {
    Handle handle = 0, training = 0;
    Model model;
    std::string name;
    std::string network, layer;  // as asked for; both empty: it draws samples
    Controls controls;
    std::atomic<Making> making{Making::waits};
    Error error;
    bool told = false;               // to warm_up
    bool asked_for_weights = false;  // of its training, for the first time
    std::unique_ptr<FrameGenerator> generator;
    double flops = 0;
    uint64_t last_submission = 0;  // once released
};

struct TrainingObject : ContextObject {
    Handle handle = 0;
    std::string name;
    int64_t publish_every = 0;
    std::atomic<Making> making{Making::waits};
    Error error;
    bool told = false;
    // In this order: frames end before the session.
    std::unique_ptr<Session> session;
    std::unique_ptr<FrameTraining> frames;
    RunIdentity identity;
    double flops = 0;
    bool wanted = false;  // by advance, in this frame
    int64_t last_step = -1;
    StepResult last;
    int64_t published_steps = -1;
    int notices = 0;
    uint64_t last_submission = 0;
};

struct TicketObject {
    Handle owner = 0;
    uint64_t inner = 0;  // the owner's number of it
    api::TicketState state = api::TicketState::waiting;
    bool readback = false;
    bool samples = true;  // whole ones, that the model draws; false: what a network or layer gives
    int targets = 0;
    uint64_t frame = 0, submission = 0;
    int64_t steps = 0;
    Tensor images;
    std::vector<std::byte> bytes;
};

std::vector<api::ModelControl> controls_of(const Model& model, const std::vector<Control>& live);

}  // namespace vkgan
