// Training in frames: what leaves it between steps: weights for generators, snapshots for the host.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_training.hpp"

#include <algorithm>

namespace vkgan {

Status FrameTraining::publish_to(FrameGenerator& generator) {
    auto publication = std::ranges::find(publications_, &generator, &Publication::generator);
    if (publication == publications_.end()) {
        VKGAN_ASSIGN(std::unique_ptr<CopyList> copies, generator.copies_from(session_));
        // The place of one that was forgotten, since flights know places.
        publication = std::ranges::find(publications_, nullptr, &Publication::generator);
        if (publication == publications_.end()) publication = publications_.emplace(publications_.end());
        *publication = {&generator, std::move(copies)};
    }
    publication->asked = true;
    return {};
}

bool FrameTraining::forget(const FrameGenerator& generator) {
    const auto publication = std::ranges::find(publications_, &generator, &Publication::generator);
    if (publication == publications_.end()) return true;
    publication->asked = false;
    const auto place = size_t(publication - publications_.begin());
    for (const Flight& flight : flights_)
        if (flight.kind == Kind::publish && flight.publication == place) return false;
    if (publication->last > queue_.ended()) return false;
    *publication = {};
    return true;
}

// Not while a generator is still picking up earlier weights; then after another step.
bool FrameTraining::begin_publication() {
    for (size_t i = 0; i < publications_.size(); ++i) {
        Publication& publication = publications_[i];
        if (!publication.asked || !publication.generator->begin_publishing()) continue;
        publication.asked = false;
        begin_copy(Kind::publish, publication.copies->pieces());
        flights_.back().publication = i;
        return true;
    }
    return false;
}

Result<uint64_t> FrameTraining::ask_snapshot(WriteSnapshot write) {
    if (!kept_.copy)
        return Error{Code::unsupported,
                     "snapshot: no copies of the state are kept; snapshot_every must not be 0"};
    asked_snapshots_.push_back({++snapshots_asked_, std::move(write), {}});
    return snapshots_asked_;
}

std::optional<FrameSnapshot> FrameTraining::next_snapshot() {
    if (snapshots_.empty()) return {};
    FrameSnapshot first = std::move(snapshots_.front());
    snapshots_.pop_front();
    return first;
}

// On the thread that looks through the copy; nobody else reads or writes any of it meanwhile.
void FrameTraining::write_snapshots() {
    if (looked_through_.empty()) return;
    const VariableTable& table = session_.compiled_.table;
    Snapshot bytes;
    for (size_t i = 0; i < regions_.size(); ++i) {
        const std::span<const std::byte> copied = incoming_.copy->bytes(i);
        bytes.emplace(regions_[i], std::vector<std::byte>(copied.begin(), copied.end()));
    }
    for (AskedSnapshot& asked : looked_through_) {
        for (const auto& [name, place] : table.places)
            asked.state.variables.emplace(name, table.get(bytes, name));
        const int64_t steps = asked.state.progress.steps;
        written_.push_back({asked.number, steps, asked.write(std::move(asked.state))});
    }
    looked_through_.clear();
}

std::vector<std::pair<std::string, double>> FrameTraining::slice_list() const {
    std::vector<std::pair<std::string, double>> list;
    for (const auto& program : session_.programs_) {
        const auto slices = program->executor().slice_list();
        list.insert(list.end(), slices.begin(), slices.end());
    }
    return list;
}

}  // namespace vkgan
