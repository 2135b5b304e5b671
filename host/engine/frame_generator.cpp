// Generation in frames: new weights first, then one run after another.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_generator.hpp"

#include "host/engine/session.hpp"
#include "host/graph/layout.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vkgan {

Result<std::unique_ptr<FrameGenerator>> FrameGenerator::create(Device& device, TrainedModel trained,
                                                               int batch, FrameQueue& queue,
                                                               double slice_ns) {
    if (batch < 1 || batch > largest_sample_batch)
        return Error{Code::invalid_argument,
                     fmt::format("batch: {} is not from 1 to {}", batch, largest_sample_batch)};
    std::unique_ptr<FrameGenerator> result(new FrameGenerator(device, std::move(trained), batch, queue));
    VKGAN_TRY(result->make(slice_ns));
    return result;
}

FrameGenerator::~FrameGenerator() { (void)queue_.wait_idle().ok(); }  // a lost device has nothing running

Status FrameGenerator::make(double slice_ns) {
    VKGAN_ASSIGN(network_, compile_network(device_, trained_, {trained_.model.sample_network, {}, batch_}));
    steps_ = trained_.steps;
    Executor& executor = network_.program->executor();
    VKGAN_TRY(write_sample_inputs({trained_.model, batch_}, *network_.program, slot_));
    VKGAN_TRY(executor.cut_by_profile(slice_ns));
    std::vector<CopyList::Copy> copies;
    for (const auto& [region, bytes] : network_.table.empty()) {
        const auto size = int64_t(bytes.size());
        VKGAN_TRY(shadow_.ensure(region, size));
        copies.push_back({{&shadow_, region, 0}, {network_.regions.get(), region, 0}, size});
    }
    VKGAN_ASSIGN(adopt_, CopyList::create(device_, copies, "taking over published weights"));
    return {};
}

Result<std::unique_ptr<CopyList>> FrameGenerator::copies_from(Session& session) {
    std::vector<CopyList::Copy> copies;
    const VariableTable& trained = session.compiled().table;
    for (const auto& [name, place] : network_.table.places) {
        const Shape& shape = network_.table.shapes.find(name)->second;
        const std::string averaged = ema_name(name);
        const std::string& source = trained.places.contains(averaged) ? averaged : name;
        const auto from = trained.places.find(source);
        if (from == trained.places.end())
            return Error{Code::not_found,
                         fmt::format("the model in training has no \"{}\" {}, which {} reads", name,
                                     shape.to_string(), trained_.model.sample_network)};
        const Shape& had = trained.shapes.find(source)->second;
        if (had != shape)
            return Error{Code::shape_mismatch,
                         fmt::format("\"{}\" has shape {} in training, but {} reads {}", source,
                                     had.to_string(), trained_.model.sample_network, shape.to_string())};
        copies.push_back({{&session.regions(), from->second.region, from->second.offset_bytes},
                          {&shadow_, place.region, place.offset_bytes},
                          byte_count(shape)});
    }
    return CopyList::create(device_, copies, "publishing weights");
}

bool FrameGenerator::begin_publishing() {
    if (stage_ == Stage::adopt) return false;
    published_ = false;  // what was not picked up is overwritten
    return true;
}

void FrameGenerator::end_publishing(int64_t steps) {
    if (steps < 0) return;
    published_ = true;
    published_steps_ = steps;
}

Result<uint64_t> FrameGenerator::request(uint64_t seed, const Controls& controls, uint64_t first) {
    VKGAN_TRY(check_sample_query({trained_.model, batch_, seed, controls, first}));
    waiting_ = Request{++tickets_, seed, first, controls};
    return tickets_;
}

Status FrameGenerator::advance() {
    for (;;) {
        if (stage_ == Stage::idle) {
            if (!waiting_ && !published_) return {};
            VKGAN_TRY(begin_next());
        }
        Executor& executor = network_.program->executor();
        int pieces = 0, added = 0;
        const uint64_t number = queue_.number();
        switch (stage_) {
            case Stage::idle: return {};
            case Stage::adopt:
                pieces = adopt_->pieces();
                added = adopt_->add(queue_, next_);
                break;
            case Stage::set_up:
                pieces = executor.setup_pieces();
                added = executor.add_setup(queue_, next_);
                break;
            case Stage::run:
                pieces = executor.pieces();
                if (next_ < pieces) added = executor.add(queue_, slot_, next_);
                break;
        }
        next_ += added;
        if (added > 0) last_ = number;
        if (next_ < pieces) return {};
        if (stage_ == Stage::run && last_ > queue_.completed()) return {};
        if (stage_ == Stage::run) finish_run();
        const bool adopted = stage_ == Stage::adopt;
        if (stage_ == Stage::set_up) steps_ = running_steps_;
        stage_ = adopted ? Stage::set_up : Stage::idle;
        next_ = 0;
    }
}

Status FrameGenerator::begin_next() {
    next_ = 0;
    if (published_) {
        published_ = false;
        running_steps_ = published_steps_;
        stage_ = Stage::adopt;
        return {};
    }
    const Request request = *std::exchange(waiting_, std::nullopt);
    slot_ = (slot_ + 1) % network_.program->executor().slots();
    VKGAN_TRY(write_sample_inputs({trained_.model, batch_, request.seed, request.controls, request.first},
                                  *network_.program, slot_));
    running_ = request.ticket;
    stage_ = Stage::run;
    return {};
}

void FrameGenerator::finish_run() {
    network_.program->read_from(slot_);
    done_ = FrameSample{running_, network_.program->tensor("output"), steps_};
}

std::optional<FrameSample> FrameGenerator::take() { return std::exchange(done_, std::nullopt); }

}  // namespace vkgan
