// Generation in frames: new weights first, then one run after another.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_generator.hpp"

#include "host/engine/device_model.hpp"
#include "host/engine/network_inputs.hpp"
#include "host/engine/network_names.hpp"
#include "host/engine/session.hpp"
#include "host/gpu/device.hpp"
#include "host/graph/layout.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vkgan {

namespace {

constexpr size_t most_waiting = 64;
// Until they are measured.
constexpr double guessed_copy_ns = 50'000;
double guessed_read_ns(const Device& device) { return is_software(device) ? 50 : 0.5; }

}  // namespace

Result<std::unique_ptr<FrameGenerator>> FrameGenerator::create(Device& device, TrainedModel trained,
                                                               FrameQueue& queue,
                                                               const GeneratorOptions& options) {
    const int most = options.network.empty() ? largest_sample_batch : largest_network_batch;
    if (options.batch < 1 || options.batch > most)
        return Error{Code::invalid_argument,
                     fmt::format("batch: {} is not from 1 to {}", options.batch, most)};
    std::unique_ptr<FrameGenerator> result(new FrameGenerator(device, std::move(trained), queue, options));
    if (const Status status = result->make(); !status) {
        result->let_go();
        return status.error();
    }
    return result;
}

FrameGenerator::~FrameGenerator() {
    if (!let_go_) (void)queue_.wait_idle().ok();  // a lost device has nothing running
}

Status FrameGenerator::make() {
    if (!options_.network.empty()) {
        VKGAN_ASSIGN(given_, find_network(trained_.model, options_.network));
    }
    const NetworkQuery query{std::string(network_or_sampled(trained_.model, options_.network)),
                             options_.layer, options_.batch, options_.precision};
    VKGAN_ASSIGN(network_, compile_network(device_, trained_, query));
    steps_ = options_.waits_for_weights ? -1 : trained_.steps;
    trained_.variables.clear();  // they are on the device
    VKGAN_TRY(write_inputs({.rows = given_ ? zero_inputs(*given_, options_.batch) : TensorMap{}}, slot_));
    VKGAN_TRY(executor().cut_by_profile(options_.slice_ns));
    if (options_.targets > 0) {
        VKGAN_ASSIGN(writer_, ImageWriter::create(device_, executor(), "output", options_.targets));
        writer_costs_ = CostModel({guessed_read_ns(device_), guessed_copy_ns});
    }
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
    const std::string_view network = network_or_sampled(trained_.model, options_.network);
    for (const auto& [name, place] : network_.table.places) {
        const Shape& shape = network_.table.shapes.find(name)->second;
        const std::string averaged = ema_name(name);
        const std::string& source = trained.places.contains(averaged) ? averaged : name;
        const auto from = trained.places.find(source);
        if (from == trained.places.end())
            return Error{Code::not_found,
                         fmt::format("the model in training has no \"{}\" {}, which {} reads", name,
                                     shape.to_string(), network)};
        const Shape& had = trained.shapes.find(source)->second;
        if (had != shape)
            return Error{Code::shape_mismatch,
                         fmt::format("\"{}\" has shape {} in training, but {} reads {}", source,
                                     had.to_string(), network, shape.to_string())};
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

Status FrameGenerator::check(const FrameRequest& request) const {
    if (!request.targets.empty()) {
        if (!writer_)
            return Error{Code::invalid_argument,
                         fmt::format("targets: {} images, but the generator was made for none",
                                     request.targets.size())};
        VKGAN_TRY(writer_->check(request.targets));
    }
    if (request.targets.empty() && !request.readback)
        return Error{Code::invalid_argument, "generate: neither targets nor readback: nothing would see it"};
    if (given_) return check_network_inputs(*given_, request.rows, options_.batch);
    SampleQuery query{trained_.model, options_.batch, request.seed, request.controls, request.first};
    query.rows = &request.rows;
    return check_sample_query(query);
}

Result<uint64_t> FrameGenerator::request(FrameRequest request) {
    VKGAN_TRY(check(request));
    const auto same = [&](const Waiting& waiting) { return waiting.request.replaces == request.replaces; };
    const auto replaced = request.replaces == 0 ? waiting_.end() : std::ranges::find_if(waiting_, same);
    if (replaced != waiting_.end()) {
        outcomes_.push_back({.ticket = replaced->ticket, .what = FrameSample::What::dropped});
        waiting_.erase(replaced);
    }
    if (waiting_.size() >= most_waiting)
        return Error{Code::busy, fmt::format("generate: {} requests wait already", most_waiting)};
    waiting_.push_back({++tickets_, std::move(request)});
    return tickets_;
}

bool FrameGenerator::is_waiting(uint64_t ticket) const {
    return std::ranges::any_of(waiting_, [&](const Waiting& waiting) { return waiting.ticket == ticket; });
}

bool FrameGenerator::will_write(ImageHandle image) const {
    const auto writes = [&](const Waiting& one) {
        return std::ranges::find(one.request.targets, image, &ImageTarget::image) !=
               one.request.targets.end();
    };
    return writes(running_) || std::ranges::any_of(waiting_, writes);
}

bool FrameGenerator::is_writing(ImageHandle image) const {
    return std::ranges::any_of(flights_, [&](const Flight& flight) {
        return flight.last > queue_.completed() &&
               std::ranges::find(flight.images, image) != flight.images.end();
    });
}

Status FrameGenerator::advance() {
    collect();
    for (;;) {
        if (stage_ == Stage::idle) {
            VKGAN_ASSIGN(const bool begun, begin_next());
            if (!begun) return {};
        }
        next_ += send();
        if (next_ < stage_pieces()) return {};
        VKGAN_TRY(end_stage());
    }
}

Result<Shape> FrameGenerator::rows_shape(std::string_view name, int64_t values) const {
    return given_ ? input_shape(*given_, name, options_.batch, values)
                  : vkgan::rows_shape(trained_.model, name, options_.batch, values);
}

Status FrameGenerator::write_inputs(const FrameRequest& request, int slot) {
    if (given_) return write_network_inputs(*given_, request.rows, *network_.program, slot);
    SampleQuery query{trained_.model, options_.batch, request.seed, request.controls, request.first};
    query.rows = &request.rows;
    return write_sample_inputs(query, *network_.program, slot);
}

// False: there is nothing to do, or no room for it.
Result<bool> FrameGenerator::begin_next() {
    next_ = 0;
    if (published_) {
        published_ = false;
        adopted_steps_ = published_steps_;
        stage_ = Stage::adopt;
        return true;
    }
    const int slot = (slot_ + 1) % executor().slots();
    if (waiting_.empty() || steps_ < 0 || !slot_is_free(slot)) return false;
    VKGAN_TRY(write_inputs(waiting_.front().request, slot));
    slot_ = slot;
    running_ = std::move(waiting_.front());
    waiting_.pop_front();
    stage_ = Stage::run;
    return true;
}

int FrameGenerator::stage_pieces() {
    switch (stage_) {
        case Stage::idle: return 0;
        case Stage::adopt: return adopt_->pieces();
        case Stage::set_up: return executor().setup_pieces();
        // The last piece copies what is to be read back.
        case Stage::run: return executor().pieces() - (running_.request.readback ? 0 : 1);
        case Stage::pack: return next_ + (to_pack_.groups > 0 ? 1 : 0);
        case Stage::write: return 1;
    }
    return 0;
}

// Adds the next pieces, as many as the frame admits; returns how many.
int FrameGenerator::send() {
    const int pieces = stage_pieces();
    if (next_ >= pieces) return 0;
    switch (stage_) {
        case Stage::idle: return 0;
        case Stage::adopt: return adopt_->add(queue_, next_);
        case Stage::set_up: return executor().add_setup(queue_, next_);
        case Stage::run: return std::min(executor().add(queue_, slot_, next_), pieces - next_);
        case Stage::pack: return pack_images();
        case Stage::write: return write_images() ? 1 : 0;
    }
    return 0;
}

// After to_pack_: of as many pixels as take a slice's time.
void FrameGenerator::find_piece_to_pack() {
    const double slice_ns = options_.slice_ns > 0 ? options_.slice_ns : ScheduleOptions{}.slice_ns;
    const double most = slice_ns / std::max(writer_costs_.expected_ns(0), 1e-3);
    to_pack_ = writer_->next_piece(running_.request.targets, to_pack_, int64_t(std::min(most, 1e15)));
}

int FrameGenerator::pack_images() {
    int sent = 0;
    for (; to_pack_.groups > 0; ++sent) {
        const auto reads = double(to_pack_.reads);
        if (!queue_.admits(writer_costs_.expected_ns(0) * reads)) break;
        queue_.add_once([this, piece = to_pack_, targets = running_.request.targets](
                            auto commands) { writer_->pack(commands, targets, piece); },
                        writer_costs_, 0, "packing a host's images", reads);
        find_piece_to_pack();
    }
    return sent;
}

bool FrameGenerator::write_images() {
    if (!queue_.admits(writer_costs_.expected_ns(1))) return false;
    std::ranges::transform(running_.request.targets, written_.begin(), &ImageTarget::image);
    // The queue keeps it until it is submitted, and the generator outlives that.
    queue_.add_once([this, targets = std::move(running_.request.targets)](
                        auto commands) { writer_->copy(commands, targets); },
                    writer_costs_, 1, "writing a host's images");
    return true;
}

Status FrameGenerator::end_stage() {
    const Stage ended = stage_;
    stage_ = Stage::idle;
    next_ = 0;
    switch (ended) {
        case Stage::idle: break;
        case Stage::adopt: stage_ = Stage::set_up; break;
        case Stage::set_up: steps_ = adopted_steps_; break;
        case Stage::run:
            if (running_.request.targets.empty()) {
                end_run(queue_.number());
                break;
            }
            stage_ = Stage::pack;
            to_pack_ = {};
            find_piece_to_pack();
            break;
        case Stage::pack: stage_ = Stage::write; break;
        case Stage::write:
            outcomes_.push_back({.ticket = running_.ticket,
                                 .what = FrameSample::What::sent,
                                 .submission = queue_.number(),
                                 .steps = steps_});
            end_run(queue_.number());
            break;
    }
    return {};
}

// An upper bound: the last piece is in the submission that is filled, or in an earlier one.
void FrameGenerator::end_run(uint64_t number) {
    flights_.push_back({running_.ticket, number, slot_, running_.request.readback, steps_, written_});
    running_ = {};
    written_ = {};
}

void FrameGenerator::collect() {
    while (!flights_.empty() && flights_.front().last <= queue_.completed()) {
        const Flight& flight = flights_.front();
        if (flight.readback) {
            network_.program->read_from(flight.slot);
            outcomes_.push_back({.ticket = flight.ticket,
                                 .what = FrameSample::What::done,
                                 .submission = flight.last,
                                 .steps = flight.steps,
                                 .images = network_.program->tensor("output")});
        }
        flights_.pop_front();
    }
}

bool FrameGenerator::slot_is_free(int slot) const {
    return std::ranges::none_of(flights_, [&](const Flight& flight) { return flight.slot == slot; });
}

std::optional<FrameSample> FrameGenerator::next() {
    if (outcomes_.empty()) return {};
    FrameSample first = std::move(outcomes_.front());
    outcomes_.pop_front();
    return first;
}

}  // namespace vkgan
