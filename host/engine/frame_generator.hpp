// FrameGenerator: samples within frames, from weights that training publishes.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/inference.hpp"
#include "host/gpu/copy_list.hpp"
#include "host/gpu/frame_queue.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace vkgan {

class Session;

struct FrameSample {
    uint64_t ticket = 0;
    Tensor images;      // [batch, C, H, W]
    int64_t steps = 0;  // of training that the weights have had
};

// One request is worked on at a time, in slices; of those that come meanwhile the newest waits and the others
// are dropped, as suits a slider that is dragged. Nothing waits, but where it says so. One thread at a time.
class FrameGenerator {
public:
    // Compiles the sampling network for a batch and times its kernels; takes as long as some runs. Device and
    // queue must outlive it.
    static Result<std::unique_ptr<FrameGenerator>> create(Device& device, TrainedModel trained, int batch,
                                                          FrameQueue& queue, double slice_ns = 0);
    ~FrameGenerator();  // waits

    int batch() const { return batch_; }
    int64_t steps() const { return steps_; }  // of the weights in use
    // Samples `first` and those after it, of the seed, with these controls: the same as Inference::sample.
    // Returns its ticket.
    Result<uint64_t> request(uint64_t seed, const Controls& controls = {}, uint64_t first = 0);
    // Between the queue's begin and submit; before training's advance, so that it goes first.
    Status advance();
    std::optional<FrameSample> take();  // the last that is done, once
    bool idle() const { return stage_ == Stage::idle && !waiting_ && !published_; }

    // For FrameTraining. Copies of what a session trains, averages where it keeps them, to where they are
    // picked up; between begin_publishing, false while earlier ones are being picked up, and end_publishing,
    // with the steps they have had, or < 0 if they did not all come.
    Result<std::unique_ptr<CopyList>> copies_from(Session& session);
    bool begin_publishing();
    void end_publishing(int64_t steps);

private:
    enum class Stage : uint8_t { idle, adopt, set_up, run };
    struct Request {
        uint64_t ticket = 0, seed = 0, first = 0;
        Controls controls;
    };
    FrameGenerator(Device& device, TrainedModel trained, int batch, FrameQueue& queue)
        : device_(device), queue_(queue), trained_(std::move(trained)), batch_(batch) {}
    Status make(double slice_ns);
    Status begin_next();
    void finish_run();

    Device& device_;
    FrameQueue& queue_;
    TrainedModel trained_;
    int batch_;
    NetworkProgram network_;
    RegionSet shadow_{device_};        // where training publishes to
    std::unique_ptr<CopyList> adopt_;  // from there to what the network reads
    bool published_ = false;
    int64_t steps_ = 0, published_steps_ = 0, running_steps_ = 0;
    Stage stage_ = Stage::idle;
    int next_ = 0;       // piece of the stage
    uint64_t last_ = 0;  // submission with the run's last piece
    int slot_ = 0;
    std::optional<Request> waiting_;
    uint64_t tickets_ = 0, running_ = 0;
    std::optional<FrameSample> done_;
};

}  // namespace vkgan
