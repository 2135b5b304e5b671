// FrameGenerator: samples within frames, into the host's images or memory, from weights that training
// publishes.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/inference.hpp"
#include "host/gpu/copy_list.hpp"
#include "host/gpu/frame_queue.hpp"
#include "host/gpu/image_writer.hpp"
#include "host/gpu/shared_image.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

class Session;

struct GeneratorOptions {
    int batch = 1;    // 1 to largest_sample_batch, of a network to largest_network_batch
    int targets = 0;  // images that one request may write at most; 0: none
    Precision precision = Precision::float32;
    double slice_ns = 0;  // no slice is to take longer; 0: half a millisecond
    // The weights are no model's yet: nothing is drawn before the first are published.
    bool waits_for_weights = false;
    // As api::GeneratorQuery's. With either targets must be 0.
    std::string network = {}, layer = {};
};

struct FrameRequest {
    uint64_t seed = 0, first = 0;  // samples `first` and those after it, as Inference::sample
    Controls controls = {};
    TensorMap rows = {};  // SampleQuery::rows; of a network all its inputs, and of the above nothing counts
    std::vector<ImageTarget> targets = {};
    bool readback = true;
    // Not 0: a request that waits with the same key is dropped. Of a slider that is dragged only the last
    // matters.
    uint32_t replaces = 0;
};

struct FrameSample {
    enum class What : uint8_t {
        sent,  // the images' writing is in submission `submission`; without readback nothing follows
        done,  // what was to be read is there
        dropped
    };
    uint64_t ticket = 0;
    What what = What::done;
    uint64_t submission = 0;
    int64_t steps = 0;   // of training that the weights have had
    Tensor images = {};  // of done: [batch, ...]
};

// Requests are worked on in order, in slices; several may be in flight. Nothing waits, but where it says so.
// One thread at a time.
class FrameGenerator {
public:
    // Compiles the network for a batch and times its kernels; takes as long as some runs, and uses
    // the queue's device but not the queue. Device and queue must outlive it.
    static Result<std::unique_ptr<FrameGenerator>> create(Device& device, TrainedModel trained,
                                                          FrameQueue& queue, const GeneratorOptions& options);
    ~FrameGenerator();  // waits, unless let_go
    // Nothing of it is in flight any more: it ends without a look at the queue.
    void let_go() { let_go_ = true; }

    int batch() const { return options_.batch; }
    const Model& model() const { return trained_.model; }
    // Of a request's rows with so many values.
    Result<Shape> rows_shape(std::string_view name, int64_t values) const;
    int64_t steps() const { return steps_; }  // of the weights in use; -1: none yet
    const Plan& plan() const { return network_.program->plan(); }
    Executor& executor() { return network_.program->executor(); }
    const ImageWriter* writer() const { return writer_.get(); }  // null without targets
    // Nothing changes when it fails. Returns the ticket.
    Result<uint64_t> request(FrameRequest request);
    Status check(const FrameRequest& request) const;
    // Between the queue's begin and submit; before training's advance, so that it goes first.
    Status advance();
    std::optional<FrameSample> next();  // what became of requests: in order, each once
    bool is_waiting(uint64_t ticket) const;
    // Requests that write the image: some are not sent; or some were, and are not known to be complete.
    bool will_write(ImageHandle image) const;
    bool is_writing(ImageHandle image) const;
    bool idle() const { return stage_ == Stage::idle && waiting_.empty() && flights_.empty() && !published_; }

    // For FrameTraining. Copies of what a session trains, averages where it keeps them, to where they are
    // picked up; between begin_publishing, false while earlier ones are being picked up, and end_publishing,
    // with the steps they have had, or < 0 if they did not all come.
    Result<std::unique_ptr<CopyList>> copies_from(Session& session);
    bool begin_publishing();
    void end_publishing(int64_t steps);

private:
    enum class Stage : uint8_t { idle, adopt, set_up, run, pack, write };
    using Images = std::array<ImageHandle, 8>;  // of a request's targets; the rest is null
    struct Waiting {
        uint64_t ticket = 0;
        FrameRequest request;
    };
    struct Flight {  // all of it is sent
        uint64_t ticket = 0, last = 0;
        int slot = 0;
        bool readback = false;
        int64_t steps = 0;
        Images images{};
    };
    FrameGenerator(Device& device, TrainedModel trained, FrameQueue& queue, const GeneratorOptions& options)
        : device_(device), queue_(queue), trained_(std::move(trained)), options_(options) {}
    Status make();
    Status write_inputs(const FrameRequest& request, int slot);
    Result<bool> begin_next();
    int stage_pieces();
    int send();
    void find_piece_to_pack();
    int pack_images();
    bool write_images();
    Status end_stage();
    void end_run(uint64_t number);
    void collect();
    bool slot_is_free(int slot) const;

    Device& device_;
    FrameQueue& queue_;
    TrainedModel trained_;
    GeneratorOptions options_;
    const Network* given_ = nullptr;  // that runs on what requests give; null: samples are drawn
    NetworkProgram network_;
    std::unique_ptr<ImageWriter> writer_;
    CostModel writer_costs_;  // of a pixel that is read to be packed; of copies
    ImageWriter::PackPiece to_pack_;
    RegionSet shadow_{device_};        // where training publishes to
    std::unique_ptr<CopyList> adopt_;  // from there to what the network reads
    bool published_ = false, let_go_ = false;
    int64_t steps_ = 0, published_steps_ = 0, adopted_steps_ = 0;
    Stage stage_ = Stage::idle;
    int next_ = 0;  // piece of the stage
    int slot_ = 0;
    uint64_t tickets_ = 0;
    Waiting running_;
    Images written_{};  // by what is running
    std::deque<Waiting> waiting_;
    std::deque<Flight> flights_;
    std::deque<FrameSample> outcomes_;
};

}  // namespace vkgan
