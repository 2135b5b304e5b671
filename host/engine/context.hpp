// HostContext: generation and training inside a host's frames. What each function does and refuses stands in
// plugin/vkgan_plugin.h beside its twin.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/context_objects.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"
#include "host/gpu/shared_image.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan {

// One thread at a time; the device's queue is used by warm_up, submit, finish_step and close only, on the
// calling thread.
class HostContext {
public:
    static Result<std::unique_ptr<HostContext>> create(const api::ContextSettings& settings);
    ~HostContext();

    Status close(bool device_idle);
    Result<Handle> load_model(const api::ModelQuery& query);
    Result<api::ModelDescription> describe(Handle model);
    Result<api::ModelControl> control(Handle model, int index);
    Result<std::vector<api::NetworkDescription>> networks(Handle model);
    Result<api::Arrays> drawn_inputs(Handle model, int count, uint64_t seed, uint64_t first);
    Result<api::ContextPlan> plan(const api::GeneratorQuery& query);
    Result<api::ContextPlan> plan(const api::TrainingQuery& query);
    Result<Handle> create_generator(const api::GeneratorQuery& query);
    Result<Handle> begin_training(const api::TrainingQuery& query);
    Status warm_up(double most_ns, api::WarmUp* progress);
    Status release(Handle handle);
    Status set_control(Handle handle, std::string_view name, double value);
    Status reset_control(Handle generator, std::string_view name);

    Status begin_frame(uint64_t frame, uint64_t completed_frame, double budget_ns, double training_share = 0);
    Result<Handle> generate(Handle generator, const api::GenerateQuery& query);
    Status advance(Handle training, int64_t last_step);
    // `send`: the queue's record or submit.
    Result<api::ContextFrame> end_frame(const std::function<Status(FrameQueue&)>& send);
    bool adopted() const { return device_->adopted(); }

    Status pause(Handle training, bool paused);
    Status cancel_step(Handle training);
    Status finish_step(Handle training);
    Status publish(Handle training);
    Result<Handle> snapshot(Handle training);
    Result<api::TrainingInfo> training(Handle training);
    Result<api::NamedValue> training_value(Handle training, int index);

    Result<api::TicketInfo> poll(Handle ticket);
    Result<size_t> read(Handle ticket, api::ReadAs as, std::span<std::byte> data);
    Result<api::SharedImage> create_shared_image(const api::SharedImageQuery& query);
    Status destroy_shared_image(ImageHandle image);
    api::ContextStatistics statistics() const;
    Result<std::vector<api::SliceInfo>> slices(Handle handle);
    void serve_jobs() { (void)relay_.serve({}); }      // on the queue's thread
    void tell();                                       // what the log has not heard yet
    void count_host_ns(double ns) { host_ns_ += ns; }  // spent in a call
    double take_host_ns() { return std::exchange(host_ns_, 0.0); }

private:
    HostContext() = default;
    Status open(const api::ContextSettings& settings);
    Result<ModelObject*> model(Handle handle);
    Result<GeneratorObject*> generator(Handle handle);  // made or not
    Result<TrainingObject*> trained(Handle handle);
    Result<GeneratorObject*> made_generator(Handle handle);
    Result<TrainingObject*> made_training(Handle handle);
    const std::vector<api::ModelControl>& controls(ModelObject& model);
    void add_device_job();
    Status make_generator(GeneratorObject& object, TrainedModel model, const GeneratorOptions& options);
    struct TrainingOrder {
        TrainedModel model;
        bool has_weights = false;
        SessionOptions session;
        Controls live;
        std::optional<Checkpoint> snapshot;
        FrameOptions frames;
    };
    Result<TrainingOrder> order(const api::TrainingQuery& query);
    Status make_training(TrainingObject& object, TrainingOrder& order);
    void learn_speed(double flops, double measured_ns);
    api::ContextPlan& finish_plan(api::ContextPlan& plan, double flops, double guessed_ns) const;
    Status release_model(Handle handle);
    Status release_generator(Handle handle);
    Status release_training(Handle handle);
    void bury();
    Handle add_ticket(TicketObject ticket);
    Result<TicketObject*> ticket(Handle handle);
    TicketObject* ticket_of(Handle owner, uint64_t inner);
    void collect(GeneratorObject& object);
    void collect(TrainingObject& object, FrameSteps& steps);
    void fail_tickets(Handle owner);
    void end_sent_tickets();
    void note_uses();
    Status send_work(api::ContextFrame& report);
    void publish_to_all(TrainingObject& training);
    bool is_written(ImageHandle image) const;
    Status check_device() const { return device_->status(); }

    struct Frame {  // of the host, by the queue's count
        uint64_t number = 0, host = 0, submission = 0;
    };
    static constexpr size_t remembered_frames = 64, most_tickets = 256;

    std::function<void(std::string_view)> log_;
    size_t notices_told_ = 0, messages_told_ = 0;
    std::deque<std::string> to_tell_;
    HandleSource handles_;
    SubmitRelay relay_;
    std::unique_ptr<Device> device_;
    bool fixed_tuning_ = false;
    std::unique_ptr<FrameQueue> queue_;
    std::unique_ptr<SharedImages> shared_images_;
    std::map<Handle, ModelObject> models_;
    std::map<Handle, std::unique_ptr<GeneratorObject>> generators_;
    std::map<Handle, std::unique_ptr<TrainingObject>> trainings_;
    std::vector<std::unique_ptr<GeneratorObject>> ended_generators_;
    std::vector<std::unique_ptr<TrainingObject>> ended_trainings_;
    std::map<Handle, TicketObject> tickets_;
    int asked_ = 0;
    std::atomic<int> made_{0};
    std::atomic<double> speed_{0};  // of this device: FLOPs a nanosecond in what was made last; 0: not known
    bool open_ = false;
    uint64_t frame_ = 0, completed_frame_ = 0;
    std::array<Frame, remembered_frames> frames_{};
    FrameUse newest_use_;
    uint64_t frames_measured_ = 0, frames_over_ = 0;
    double device_ns_ = 0, host_ns_ = 0;
    double budget_ns_ = 0, training_share_ = 0;  // of this frame
    double training_owed_ns_ = 0;                // of shares so far; below 0: it took more
    // Last, so that it ends before what it uses.
    std::unique_ptr<ContextJobs> jobs_;
};

}  // namespace vkgan
