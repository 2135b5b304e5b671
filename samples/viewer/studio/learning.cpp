// Steps, values, notices and pictures.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/learning.hpp"

#include "samples/viewer/state/session_file.hpp"
#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <cstring>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr size_t most_notices = 200;
constexpr int pictures_a_grid = Learning::history_columns * Learning::history_rows;

// Rows of images beside each other.
std::vector<uint8_t> grid_of(const std::vector<uint8_t>& images, VkExtent2D extent) {
    const size_t row = size_t(extent.width) * 4, wide = row * Learning::history_columns;
    std::vector<uint8_t> grid(wide * extent.height * Learning::history_rows);
    for (size_t i = 0; i < size_t(pictures_a_grid); ++i)
        for (size_t y = 0; y < extent.height; ++y) {
            const size_t column = i % Learning::history_columns, line = i / Learning::history_columns;
            std::memcpy(grid.data() + (line * extent.height + y) * wide + column * row,
                        images.data() + (i * extent.height + y) * row, row);
        }
    return grid;
}

bool is_alarm(const std::string& line) {
    for (const char* word : {"collapse", "wins", "NaN", "infinit", "alike", "explod", "diverge"})
        if (line.find(word) != std::string::npos) return true;
    return false;
}

// Every second one.
template <class T>
void thin_out(std::vector<T>& list) {
    size_t kept = 0;
    for (size_t i = 0; i < list.size(); i += 2) list[kept++] = std::move(list[i]);
    list.resize(kept);
}

}  // namespace

Status Learning::begin(api::Context& context, Textures& textures, const LearningInfo& info) {
    *this = {};
    RENDER_ASSIGN(const Made made, make(context, info));
    training_ = made.training;
    pictures_ = made.pictures;
    info_ = info;
    info_.snapshot.clear();
    TextureInfo texture;
    texture.extent = {info.extent.width * history_columns, info.extent.height * history_rows};
    RENDER_ASSIGN(history_texture_, textures.make(texture));
    return {};
}

Result<Learning::Made> Learning::make(api::Context& context, const LearningInfo& info) {
    api::TrainingQuery query{.model = info.model, .data = info.data};
    query.batch = info.batch;
    query.seed = uint64_t(info.seed);
    query.snapshot = info.snapshot;
    query.publish_every = info.publish_every;
    Made made;
    RENDER_ASSIGN(made.training, result_of(context.begin_training(query)));
    api::GeneratorQuery pictures{.model = info.model, .training = made.training, .batch = pictures_a_grid};
    pictures.targets = 0;
    Result<api::Handle> generator = result_of(context.create_generator(pictures));
    if (!generator) {
        (void)context.release(made.training);
        return Error(generator.error());
    }
    made.pictures = *generator;
    return made;
}

Status Learning::become(api::Context& context, const LearningInfo& info) {
    RENDER_ASSIGN(const Made made, make(context, info));
    for (api::Handle* const handle : {&picture_ticket_, &snapshot_ticket_, &pictures_, &training_})
        if (*handle) (void)context.release(std::exchange(*handle, 0));
    training_ = made.training;
    pictures_ = made.pictures;
    info_ = info;
    info_.snapshot.clear();
    info_now_ = {};
    ready_ = false;
    if (mode_ == Mode::one_step) mode_ = Mode::paused;
    noted_step_ = pictured_steps_ = -1;
    applied_.clear();
    rate_from_ = {};
    rate_from_step_ = 0;
    return {};
}

std::optional<std::vector<std::byte>> Learning::take_snapshot() {
    if (snapshot_) holds_ = false;
    return std::exchange(snapshot_, std::nullopt);
}

void Learning::end(api::Context& context, const Gpu& gpu, Textures& textures) {
    for (const api::Handle handle : {picture_ticket_, snapshot_ticket_, pictures_, training_})
        if (handle) (void)context.release(handle);
    vkDeviceWaitIdle(gpu.device);
    textures.remove(history_texture_);
    *this = {};
}

void Learning::step_once(Steps which) {
    mode_ = Mode::one_step;
    which_ = which;
    last_step_ = -1;  // once the steps in flight have ended
}

Status Learning::apply_rates(api::Context& context) {
    std::map<std::string, double> values = wanted_;
    if (mode_ == Mode::one_step && which_ != Steps::all && last_step_ >= 0)
        for (const auto& [rate, usual] : info_.live) {
            if (!rate.ends_with(".learning_rate")) continue;
            const bool of_generator = rate.starts_with(info_.network + ".");
            if (of_generator != (which_ == Steps::generator)) values[rate] = 0;
        }
    for (const auto& [name, value] : values) {
        const auto known = applied_.find(name);
        if (known != applied_.end() && known->second == value) continue;
        RENDER_TRY(status_of(context.set_control(training_, name, value)));
        applied_[name] = value;
    }
    for (auto it = applied_.begin(); it != applied_.end();) {
        if (values.contains(it->first)) {
            ++it;
            continue;
        }
        const auto usual = info_.live.find(it->first);
        if (usual != info_.live.end())
            RENDER_TRY(status_of(context.set_control(training_, it->first, usual->second)));
        it = applied_.erase(it);
    }
    return {};
}

Status Learning::advance(api::Context& context) {
    if (!training_) return {};
    api::Outcome<api::TrainingInfo> info = context.training(training_);
    ready_ = bool(info) || info.failure().reason != api::Reason::not_ready;
    if (!info) return ready_ ? Status(error_of(info.failure())) : Status();
    info_now_ = *info;
    if (mode_ == Mode::one_step && last_step_ >= 0 && info_now_.steps >= last_step_) mode_ = Mode::paused;
    if (mode_ == Mode::one_step && last_step_ < 0 && info_now_.between_steps)
        last_step_ = info_now_.steps + 1;
    RENDER_TRY(apply_rates(context));
    if (info_now_.published_steps < 0) RENDER_TRY(status_of(context.publish(training_)));
    // Below the steps that are done: those in flight are completed, none is begun.
    const int64_t last = holds_ || mode_ == Mode::paused ? 0
                         : mode_ == Mode::running        ? -1
                                                         : std::max<int64_t>(last_step_, 0);
    // Between steps weights are published and snapshots taken, paused or not.
    RENDER_TRY(status_of(context.advance(training_, last)));
    return ask_picture(context);
}

// The same latents each time weights are published.
Status Learning::ask_picture(api::Context& context) {
    if (picture_ticket_ || info_now_.published_steps < 0 || info_now_.published_steps == pictured_steps_)
        return {};
    const int64_t since = info_now_.published_steps - (kept_.empty() ? -keep_every_ : kept_.back().steps);
    if (since < keep_every_) return {};
    api::GenerateQuery query{.seed = uint64_t(info_.seed)};
    query.readback = true;
    api::Outcome<api::Handle> ticket = context.generate(pictures_, query);
    if (!ticket)
        return ticket.failure().reason == api::Reason::not_ready ? Status()
                                                                 : Status(error_of(ticket.failure()));
    picture_ticket_ = *ticket;
    pictured_steps_ = info_now_.published_steps;
    return {};
}

Status Learning::watch(api::Context& context, const std::vector<std::string>& log) {
    note(log);
    if (!training_ || !ready_) return {};
    collect_picture(context);
    RENDER_TRY(collect_snapshot(context));
    return note_values(context);
}

void Learning::note(const std::vector<std::string>& log) {
    for (const std::string& line : log) {
        if (!training_) continue;
        notices_.push_back({info_now_.steps, line, is_alarm(line)});
        if (notices_.size() > most_notices) notices_.pop_front();
    }
}

Status Learning::note_values(api::Context& context) {
    if (info_now_.steps == noted_step_ || info_now_.steps % note_every_ != 0) return {};
    noted_step_ = info_now_.steps;
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - rate_from_).count();
    if (seconds > 1) {
        if (rate_from_step_ > 0 || rate_from_.time_since_epoch().count() > 0)
            images_per_s_ = double(info_now_.steps - rate_from_step_) * info_.images_a_step / seconds;
        rate_from_ = now;
        rate_from_step_ = info_now_.steps;
    }
    std::map<std::string, double, std::less<>> now_values;
    for (int i = 0; i < info_now_.values; ++i) {
        RENDER_ASSIGN(const api::NamedValue value, result_of(context.training_value(training_, i)));
        const auto known = std::ranges::find(series_, value.name, &Series::name);
        Series& series =
            known != series_.end() ? *known : series_.emplace_back(Series{std::string(value.name), {}, {}});
        series.steps.push_back(float(info_now_.steps));
        series.values.push_back(float(value.value));
        now_values[std::string(value.name)] = value.value;
    }
    alarms_.watch_values(info_now_.steps, now_values);
    note_alarms();
    if (!series_.empty() && series_[0].values.size() > most_points) {
        note_every_ *= 2;
        for (Series& series : series_) {
            thin_out(series.steps);
            thin_out(series.values);
        }
    }
    return {};
}

void Learning::note_alarms() {
    for (Notice& notice : alarms_.take()) {
        notices_.push_back(std::move(notice));
        if (notices_.size() > most_notices) notices_.pop_front();
    }
}

void Learning::collect_picture(api::Context& context) {
    if (!picture_ticket_) return;
    api::Outcome<api::TicketInfo> ticket = context.poll(picture_ticket_);
    if (ticket && ticket->state < api::TicketState::done) return;
    if (ticket && ticket->state == api::TicketState::done) {
        std::vector<uint8_t> images(size_t(pictures_a_grid) * info_.extent.width * info_.extent.height * 4);
        const auto read =
            context.read(picture_ticket_, api::ReadAs::rgba8, std::as_writable_bytes(std::span(images)));
        if (read) kept_.push_back({ticket->steps, grid_of(images, info_.extent)});
        // Twelve of them: the distances of more take as long as a frame.
        constexpr size_t compared = pictures_a_grid / 2;
        if (read)
            alarms_.watch_samples(ticket->steps,
                                  mean_distance(std::span(images).first(images.size() / 2), compared));
        if (kept_.size() > most_pictures) {
            thin_out(kept_);
            keep_every_ = kept_.size() > 1 ? kept_[1].steps - kept_[0].steps : 0;
        }
    }
    (void)context.release(std::exchange(picture_ticket_, 0));
}

Status Learning::collect_snapshot(api::Context& context) {
    const bool wanted = !save_to_.empty() || (holds_ && !snapshot_);
    if (wanted && !snapshot_ticket_) {
        RENDER_ASSIGN(snapshot_ticket_, result_of(context.snapshot(training_)));
    }
    if (!snapshot_ticket_) return {};
    RENDER_ASSIGN(const api::TicketInfo ticket, result_of(context.poll(snapshot_ticket_)));
    if (ticket.state < api::TicketState::done) return {};
    const std::string path = std::exchange(save_to_, {});
    const api::Handle handle = std::exchange(snapshot_ticket_, 0);
    std::vector<std::byte> bytes(ticket.bytes);
    const auto read = context.read(handle, api::ReadAs::bytes, bytes);
    (void)context.release(handle);
    if (!read) {
        holds_ = false;
        return Error{"The checkpoint was not made" + (path.empty() ? "." : "; " + path + " is as it was.")};
    }
    if (!path.empty()) {
        RENDER_TRY(replace_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
        saved_ = path;
    }
    if (holds_) snapshot_ = std::move(bytes);
    return {};
}

Status Learning::tell(TrainingFacts& facts, double place, Textures& textures) {
    facts.begun = begun();
    facts.ready = ready_;
    facts.paused = mode_ == Mode::paused;
    facts.between_steps = info_now_.between_steps;
    facts.steps = info_now_.steps;
    facts.published_steps = begun() ? info_now_.published_steps : -1;
    facts.part_done = info_now_.part_done;
    facts.step_ms = info_now_.step_ns / 1e6;
    facts.images_per_s = images_per_s_;
    facts.batch = info_.images_a_step;
    facts.data = info_.data;
    if (facts.series.size() != series_.size() || noted_step_ != told_step_) facts.series = series_;
    told_step_ = noted_step_;
    facts.notices.assign(notices_.begin(), notices_.end());
    facts.history.clear();
    for (const Kept& kept : kept_) facts.history.push_back(kept.steps);
    facts.history_picture = kept_.empty() ? 0 : picture_id(history_texture_, 0, {.nearest = true});
    facts.history_width = int(info_.extent.width) * history_columns;
    facts.history_height = int(info_.extent.height) * history_rows;
    if (kept_.empty()) return {};
    const auto index = size_t(std::clamp(place, 0.0, 1.0) * double(kept_.size() - 1) + 0.5);
    if (kept_[index].steps == history_shown_) return {};
    history_shown_ = kept_[index].steps;
    return textures.fill(history_texture_, 0, kept_[index].rgba);
}

}  // namespace viewer
