// A host's frames: what is asked for in them, what is sent, and tickets.
// SPDX-License-Identifier: MIT
#include "host/engine/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan {

using api::TicketState;

Status HostContext::begin_frame(uint64_t frame, uint64_t completed_frame, double budget_ns,
                                double training_share) {
    VKGAN_TRY(check_device());
    if (open_)
        return Error{
            Code::wrong_order,
            fmt::format("begin_frame: frame {} has begun and was neither recorded nor submitted", frame_)};
    if (frame <= frame_)
        return Error{Code::invalid_argument,
                     fmt::format("frame: {} is not above {}, which was the last", frame, frame_)};
    if (completed_frame > frame_)
        return Error{Code::invalid_argument,
                     fmt::format("completed_frame: {} is above {}, which was the last frame", completed_frame,
                                 frame_)};
    if (!(budget_ns > 0) || !std::isfinite(budget_ns))
        return Error{Code::invalid_argument, fmt::format("budget_ns: {} is not above 0", budget_ns)};
    if (!(training_share >= 0 && training_share <= 1))
        return Error{Code::invalid_argument,
                     fmt::format("training_share: {} is not from 0 to 1", training_share)};
    completed_frame_ = std::max(completed_frame_, completed_frame);
    uint64_t recorded = 0;
    for (const Frame& past : frames_)
        if (past.submission != 0 && past.host <= completed_frame_)
            recorded = std::max(recorded, past.submission);
    queue_->recorded_until(recorded);
    VKGAN_TRY(queue_->begin(budget_ns));
    note_uses();
    frame_ = frame;
    frames_[queue_->frame() % remembered_frames] = {queue_->frame(), frame, 0};
    open_ = true;
    budget_ns_ = budget_ns;
    training_share_ = training_share;
    for (const auto& [handle, object] : trainings_) object->wanted = false;
    end_sent_tickets();
    bury();
    return {};
}

void HostContext::note_uses() {
    while (const auto use = queue_->next_use()) {
        if (!use->measured) continue;
        newest_use_ = *use;
        ++frames_measured_;
        device_ns_ += use->measured_ns;
        if (use->measured_ns > 1.1 * use->budget_ns) ++frames_over_;
    }
}

Result<Handle> HostContext::generate(Handle handle, const api::GenerateQuery& query) {
    VKGAN_TRY(check_device());
    VKGAN_ASSIGN(GeneratorObject* const object, made_generator(handle));
    FrameGenerator& generator = *object->generator;
    if (generator.steps() < 0)
        return Error{Code::not_ready, "generator: its training has not published weights yet"};
    if (!adopted()) VKGAN_TRY(shared_images_->check(query.targets));
    FrameRequest request{.seed = query.seed, .first = query.first, .controls = object->controls};
    request.targets.assign(query.targets.begin(), query.targets.end());
    request.readback = query.readback;
    request.replaces = query.replaces;
    for (const api::GenerateQuery::Input& input : query.inputs) {
        VKGAN_ASSIGN(const Shape shape, generator.rows_shape(input.name, int64_t(input.values.size())));
        request.rows.emplace(std::string(input.name),
                             Tensor(shape, std::vector<float>(input.values.begin(), input.values.end())));
    }
    TicketObject ticket{.owner = handle,
                        .readback = query.readback,
                        .samples = object->network.empty() && object->layer.empty(),
                        .targets = int(query.targets.size())};
    VKGAN_ASSIGN(ticket.inner, generator.request(std::move(request)));
    collect(*object);  // what it replaces
    return add_ticket(std::move(ticket));
}

Status HostContext::advance(Handle handle, int64_t last_step) {
    VKGAN_TRY(check_device());
    VKGAN_ASSIGN(TrainingObject* const object, made_training(handle));
    if (!open_) return Error{Code::wrong_order, "training_advance: no frame has begun"};
    object->wanted = true;
    object->last_step = last_step;
    return {};
}

Result<api::ContextFrame> HostContext::end_frame(const std::function<Status(FrameQueue&)>& send) {
    if (!open_) return Error{Code::wrong_order, "no frame has begun: call begin_frame first"};
    open_ = false;
    api::ContextFrame report{.frame = frame_};
    report.waits_for_completion = !queue_->open();
    const uint64_t number = queue_->number();
    Status status = send_work(report);
    const Status sent = send(*queue_);
    if (queue_->number() != number) frames_[queue_->frame() % remembered_frames].submission = number;
    for (const auto& [handle, object] : generators_)
        if (object->making == Making::made) collect(*object);
    for (const auto& [handle, ticket] : tickets_)
        if (ticket.state == TicketState::sent && ticket.submission == number)
            report.images_written += ticket.targets;
    if (!sent) status = sent;
    VKGAN_TRY(status);
    report.planned_ns = queue_->sent_ns();
    report.measured_ns = newest_use_.measured_ns;
    report.measured_budget_ns = newest_use_.budget_ns;
    const Frame& measured = frames_[newest_use_.frame % remembered_frames];
    if (newest_use_.frame != 0 && measured.number == newest_use_.frame) report.measured_frame = measured.host;
    return report;
}

// Generation first, but for what training is owed: a slice of it may be longer than a frame's share, so
// shares add up until one fits. An error of one does not keep the others from going on; the first is told.
Status HostContext::send_work(api::ContextFrame& report) {
    Status first;
    const auto note = [&](const Status& status) {
        if (first && !status) first = status;
    };
    const bool trains = std::ranges::any_of(trainings_, [](const auto& entry) {
        return entry.second->making == Making::made && entry.second->wanted;
    });
    const bool shares = trains && training_share_ > 0;
    training_owed_ns_ = shares ? std::min(training_owed_ns_ + training_share_ * budget_ns_, budget_ns_) : 0.0;
    const auto generate = [&] {
        for (const auto& [handle, object] : generators_)
            if (object->making == Making::made) note(object->generator->advance());
    };
    queue_->keep_back(std::max(0.0, training_owed_ns_));
    generate();
    queue_->keep_back(0);
    const double generation_ns = queue_->sent_ns();
    for (const auto& [handle, object] : trainings_) {
        if (object->making != Making::made || !object->wanted) continue;
        auto steps = object->frames->advance(object->last_step);
        if (!steps) {
            note(steps.error());
            continue;
        }
        report.waits_for_data |= steps->waits_for_inputs;
        collect(*object, *steps);
    }
    if (shares) {
        training_owed_ns_ -= queue_->sent_ns() - generation_ns;
        // A slice longer than the share, or than the frame, is paid back to generation, if that wants
        // anything.
        const bool wanted = std::ranges::any_of(generators_, [](const auto& entry) {
            return entry.second->making == Making::made && !entry.second->generator->idle();
        });
        if (!wanted) training_owed_ns_ = std::max(0.0, training_owed_ns_);
        generate();  // what training did not take: it may be paused, or wait for data
    }
    report.pieces = queue_->pieces();
    return first;
}

void HostContext::collect(TrainingObject& object, FrameSteps& steps) {
    for (StepResult& step : steps.finished) {
        if (!step.notice.empty()) {
            ++object.notices;
            to_tell_.push_back(fmt::format("training of {}: {}", object.name, step.notice));
        }
        const bool due = object.publish_every > 0 && step.step % object.publish_every == 0;
        if (!step.values.empty()) object.last = std::move(step);
        if (due) publish_to_all(object);
    }
    while (auto snapshot = object.frames->next_snapshot()) {
        TicketObject* const ticket = ticket_of(object.handle, snapshot->number);
        if (!ticket) continue;
        ticket->state = TicketState::done;
        ticket->frame = frame_;
        ticket->steps = snapshot->steps;
        ticket->bytes = std::move(snapshot->bytes);
    }
}

void HostContext::collect(GeneratorObject& object) {
    while (auto sample = object.generator->next()) {
        TicketObject* const ticket = ticket_of(object.handle, sample->ticket);
        if (!ticket) continue;
        ticket->steps = sample->steps;
        ticket->submission = sample->submission;
        switch (sample->what) {
            case FrameSample::What::dropped: ticket->state = TicketState::dropped; break;
            case FrameSample::What::sent:
                ticket->state = TicketState::sent;
                ticket->frame = frame_;
                break;
            case FrameSample::What::done:
                if (ticket->frame == 0) ticket->frame = frame_;
                ticket->state = TicketState::done;
                ticket->images = std::move(sample->images);
                break;
        }
    }
}

// Images that nobody reads back are there once their submission has ended.
void HostContext::end_sent_tickets() {
    for (auto& [handle, ticket] : tickets_)
        if (ticket.state == TicketState::sent && !ticket.readback && ticket.submission <= queue_->completed())
            ticket.state = TicketState::done;
}

Handle HostContext::add_ticket(TicketObject ticket) {
    const auto over = [](const auto& entry) {
        return entry.second.state != TicketState::waiting && entry.second.state != TicketState::running &&
               entry.second.state != TicketState::sent;
    };
    // The oldest that have ended are forgotten.
    for (auto old = tickets_.begin(); tickets_.size() >= most_tickets && old != tickets_.end();)
        old = over(*old) ? tickets_.erase(old) : std::next(old);
    const Handle handle = handles_.make(HandleKind::ticket);
    tickets_.emplace(handle, std::move(ticket));
    return handle;
}

Result<TicketObject*> HostContext::ticket(Handle handle) {
    VKGAN_TRY(handles_.check(handle, HandleKind::ticket, "ticket"));
    const auto found = tickets_.find(handle);
    if (found == tickets_.end()) return released("ticket");
    return &found->second;
}

TicketObject* HostContext::ticket_of(Handle owner, uint64_t inner) {
    for (auto& [handle, ticket] : tickets_)
        if (ticket.owner == owner && ticket.inner == inner) return &ticket;
    return nullptr;
}

void HostContext::fail_tickets(Handle owner) {
    for (auto& [handle, ticket] : tickets_) {
        const bool pending = ticket.state == TicketState::waiting || ticket.state == TicketState::running ||
                             (ticket.state == TicketState::sent && ticket.readback);
        if (ticket.owner == owner && pending) ticket.state = TicketState::failed;
    }
}

Result<api::TicketInfo> HostContext::poll(Handle handle) {
    VKGAN_ASSIGN(TicketObject* const object, ticket(handle));
    const auto generator = generators_.find(object->owner);
    if (object->state == TicketState::waiting && generator != generators_.end() &&
        !generator->second->generator->is_waiting(object->inner))
        object->state = TicketState::running;
    api::TicketInfo info{.state = object->state, .frame = object->frame, .steps = object->steps};
    if (info.state == TicketState::done)
        info.bytes = object->bytes.empty() && object->readback ? object->images.values.size() * sizeof(float)
                                                               : object->bytes.size();
    return info;
}

}  // namespace vkgan
