// Making, going on, and asking networks; what becomes of the answers is in lab_view.cpp.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab_run.hpp"

#include "samples/viewer/studio/model_file.hpp"
#include "samples/viewer/studio/shown.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

namespace viewer {

namespace api = vkgan::api;
namespace fs = std::filesystem;
using namespace render;

namespace {

constexpr int64_t publish_every = 4;
constexpr size_t drawn_samples = 4096, shown_samples = 450;
constexpr int read_samples = 20000;

std::string drawn_file(int number) {
    const char* const cache = std::getenv("XDG_CACHE_HOME");
    const char* const home = std::getenv("HOME");
    std::error_code error;
    const fs::path folder = cache && *cache == '/' ? fs::path(cache)
                            : home && *home == '/' ? fs::path(home) / ".cache"
                                                   : fs::temp_directory_path(error);
    const fs::path own = folder / "vkgan";
    fs::create_directories(own, error);
    return (own / ("lab-" + std::to_string(getpid()) + "-" + std::to_string(number) + ".npy")).string();
}

std::string toy_name(const LabExperiment& experiment) {
    static constexpr std::array<const char*, 8> names{"normal", "bimodal",   "histogram", "ring",
                                                      "grid",   "swissroll", "moons",     "drawn"};
    std::ostringstream name;
    name << "toy:" << names[size_t(experiment.data)];
    if (experiment.data != LabData::histogram) return name.str();
    for (size_t i = 0; i < experiment.bars.size(); ++i) name << (i ? ',' : '=') << experiment.bars[i];
    const LabRange range = lab_range(LabData::histogram);
    name << '@' << range.low << ".." << range.high;
    return name.str();
}

std::vector<float> drawn_data(const LabExperiment& experiment) {
    return spread_points(experiment.points, drawn_samples, 0.015);
}

}  // namespace

void LabRun::release(api::Context& context, Made& made) {
    for (const api::Handle handle : {made.points, made.judge, made.training, made.model})
        if (handle) (void)context.release(handle);
    std::error_code error;
    if (!made.file.empty()) fs::remove(made.file, error);
    made = {};
}

void LabRun::close(api::Context& context) {
    for (api::Handle* const ticket : {&snapshot_ticket_, &points_ticket_, &judge_ticket_})
        if (*ticket) (void)context.release(std::exchange(*ticket, 0));
    release(context, now_);
    release(context, next_);
    *this = {};
}

void LabRun::give_up(api::Context& context, const std::string& error) {
    if (!now_.ready) return;
    for (api::Handle* const ticket : {&snapshot_ticket_, &points_ticket_, &judge_ticket_})
        if (*ticket) (void)context.release(std::exchange(*ticket, 0));
    failed_ = now_.experiment;
    has_failed_ = true;
    release(context, now_);
    info_ = {};
    steps_once_ = judge_due_ = false;
    view_.ready = false;
    view_.error = error;
}

Result<LabRun::Made> LabRun::make(api::Context& context, const LabExperiment& experiment,
                                  std::span<const std::byte> snapshot, int number) {
    Made made{.experiment = experiment};
    made.keeps = !snapshot.empty();
    api::TrainingQuery training{.data = toy_name(experiment), .seed = uint64_t(experiment.seed)};
    training.publish_every = publish_every;
    if (experiment.data == LabData::drawn) {
        if (experiment.points.size() < 2) return Error{"Nothing is drawn yet: press Draw, and paint.", 2};
        made.file = drawn_file(number);
        training.data = "npy:" + made.file;
        const api::Array points{{int64_t(drawn_samples), 2, 1, 1}, drawn_data(experiment)};
        RENDER_TRY(status_of(api::write_npy(made.file, points)));
    }
    api::ModelQuery model;
    std::vector<std::byte> file;
    if (made.keeps) {
        RENDER_ASSIGN(const std::string json, result_of(api::model_json("toy", lab_settings(experiment))));
        RENDER_ASSIGN(file, with_model(snapshot, json));
        model.data = file;
    } else {
        model.recipe = "toy";
        model.settings = lab_settings(experiment);
    }
    const auto make_all = [&]() -> Status {
        RENDER_ASSIGN(made.model, result_of(context.load_model(model)));
        training.model = made.model;
        RENDER_ASSIGN(made.training, result_of(context.begin_training(training)));
        api::GeneratorQuery generator{.model = made.model, .training = made.training, .targets = 0};
        const bool plane = experiment.noise_size == 2;
        generator.network = "G";
        generator.batch = (plane ? plane_nodes * plane_nodes : line_nodes) + fakes;
        RENDER_ASSIGN(made.points, result_of(context.create_generator(generator)));
        generator.network = "D";
        generator.batch = on_line(experiment) ? line_bins + 2 * probes : plane_bins * plane_bins + 4 * probes;
        RENDER_ASSIGN(made.judge, result_of(context.create_generator(generator)));
        return {};
    };
    const Status done = make_all();
    if (done) return made;
    release(context, made);
    return Error(done.error());
}

Result<bool> LabRun::follow(api::Context& context, const LabExperiment& wanted, bool settled, int number) {
    RENDER_TRY(take_next(context));
    if (next_.training) return false;
    if (!(wanted == failed_)) has_failed_ = false;
    const bool other_rates = now_.training && !anew_ && keeps_weights(now_.experiment, wanted);
    if (other_rates) {
        now_.experiment.rate_g = wanted.rate_g;
        now_.experiment.rate_d = wanted.rate_d;
        now_.experiment.bars = wanted.bars;
        now_.experiment.points = wanted.points;
    }
    if (has_failed_ || !settled || (now_.training && now_.experiment == wanted && !anew_)) return false;
    std::vector<std::byte> snapshot;
    if (now_.ready && other_rates) {
        if (!snapshot_ticket_) {
            RENDER_ASSIGN(snapshot_ticket_, result_of(context.snapshot(now_.training)));
        }
        RENDER_ASSIGN(const api::TicketInfo ticket, result_of(context.poll(snapshot_ticket_)));
        if (ticket.state < api::TicketState::done) return false;
        snapshot.resize(ticket.bytes);
        const auto read = context.read(snapshot_ticket_, api::ReadAs::bytes, snapshot);
        (void)context.release(std::exchange(snapshot_ticket_, 0));
        if (!read) return error_of(read.failure());
    }
    anew_ = false;
    Result<Made> made = make(context, wanted, snapshot, number);
    if (!made) {
        has_failed_ = true;
        failed_ = wanted;
        view_.error = made.error().text;
        return Error(made.error());
    }
    next_ = std::move(*made);
    if (!now_.ready) read_data(wanted);
    view_.making = true;
    view_.error.clear();
    return true;
}

// What is made takes the place of what was there.
Status LabRun::take_next(api::Context& context) {
    if (!next_.training) return {};
    api::Outcome<api::TrainingInfo> info = context.training(next_.training);
    if (!info && info.failure().reason == api::Reason::not_ready) return {};
    view_.making = false;
    if (!info) {
        failed_ = next_.experiment;
        has_failed_ = true;
        view_.error = info.failure().message;
        release(context, next_);
        return {};  // warm_up has told it
    }
    for (api::Handle* const ticket : {&snapshot_ticket_, &points_ticket_, &judge_ticket_})
        if (*ticket) (void)context.release(std::exchange(*ticket, 0));
    const int64_t done = view_.steps;
    release(context, now_);
    now_ = std::exchange(next_, {});
    now_.ready = true;
    std::error_code error;
    if (!now_.file.empty()) fs::remove(std::exchange(now_.file, {}), error);
    offset_ = now_.keeps ? done : 0;
    goal_ = 0;
    steps_once_ = goal_set_ = false;
    info_ = *info;
    applied_g_ = applied_d_ = -1;
    asked_steps_ = noted_steps_ = -2;
    show_next();
    return {};
}

void LabRun::rest() {
    if (!steps_once_) goal_ = 0;
}

void LabRun::run_until(int64_t steps) {
    steps_once_ = false;
    goal_ = std::max<int64_t>(steps - offset_, 0);
}

void LabRun::step_once(Steps which) {
    steps_once_ = true;
    goal_set_ = false;  // once the steps in flight have ended
    goal_ = 0;
    which_ = which;
}

Status LabRun::apply_rates(api::Context& context) {
    double g = now_.experiment.rate_g, d = now_.experiment.rate_d;
    if (steps_once_ && goal_set_ && which_ == Steps::judge) g = 0;
    if (steps_once_ && goal_set_ && which_ == Steps::generator) d = 0;
    if (g != std::exchange(applied_g_, g))
        RENDER_TRY(status_of(context.set_control(now_.training, "G.learning_rate", g)));
    if (d != std::exchange(applied_d_, d))
        RENDER_TRY(status_of(context.set_control(now_.training, "D.learning_rate", d)));
    return {};
}

Status LabRun::advance(api::Context& context) {
    if (!now_.ready) return {};
    RENDER_ASSIGN(info_, result_of(context.training(now_.training)));
    if (steps_once_ && goal_set_ && info_.steps >= goal_ && info_.between_steps) steps_once_ = false;
    if (steps_once_ && !goal_set_ && info_.between_steps) {
        goal_ = info_.steps + 1;
        goal_set_ = true;
    }
    if (!steps_once_ && goal_ <= info_.steps && info_.between_steps) goal_set_ = false;
    RENDER_TRY(apply_rates(context));
    if (info_.between_steps && info_.published_steps != info_.steps)
        RENDER_TRY(status_of(context.publish(now_.training)));
    RENDER_TRY(status_of(context.advance(now_.training, goal_)));
    return ask(context);
}

// The grid of latents and random ones, each time that other weights are published.
Status LabRun::ask(api::Context& context) {
    if (judge_due_) return ask_judge(context);
    // Weights that were taken over count other steps until they are published.
    const bool known = info_.published_steps < 0 || info_.published_steps > info_.steps ||
                       info_.published_steps == asked_steps_;
    if (points_ticket_ || judge_ticket_ || known) return {};
    const api::GenerateQuery::Input input{"z", latents_};
    api::Outcome<api::Handle> ticket =
        context.generate(now_.points, {.inputs = {&input, 1}, .readback = true});
    if (!ticket)
        return ticket.failure().reason == api::Reason::not_ready ? Status()
                                                                 : Status(error_of(ticket.failure()));
    points_ticket_ = *ticket;
    asked_steps_ = info_.published_steps;
    return {};
}

// D's number at the middle of each bin, and a little beside some fakes on every side.
Status LabRun::ask_judge(api::Context& context) {
    const bool line = on_line(now_.experiment);
    const LabRange range = lab_range(now_.experiment.data);
    const int bins = line ? line_bins : plane_bins;
    const auto middle = [&](int i) { return float(range.low + (i + 0.5) * range.width() / bins); };
    std::vector<float> places;
    for (int row = 0; row < (line ? 1 : bins); ++row)
        for (int column = 0; column < bins; ++column) {
            places.push_back(middle(column));
            if (!line) places.push_back(middle(row));
        }
    const size_t axes = line ? 1 : 2, all = view_.fakes.size() / axes;
    probes_.clear();
    for (size_t i = 0; i < size_t(probes); ++i)
        for (size_t axis = 0; axis < axes; ++axis)
            probes_.push_back(view_.fakes[i * all / size_t(probes) * axes + axis]);
    for (size_t i = 0; i < size_t(probes); ++i)
        for (size_t axis = 0; axis < axes; ++axis)
            for (const float side : {-probe_step, probe_step})
                for (size_t k = 0; k < axes; ++k)
                    places.push_back(probes_[i * axes + k] + (k == axis ? side : 0));
    const api::GenerateQuery::Input input{"image", places};
    api::Outcome<api::Handle> ticket =
        context.generate(now_.judge, {.inputs = {&input, 1}, .readback = true});
    if (!ticket)
        return ticket.failure().reason == api::Reason::not_ready ? Status()
                                                                 : Status(error_of(ticket.failure()));
    judge_ticket_ = *ticket;
    judge_due_ = false;
    return {};
}

// True: the ticket's values are there. A dropped or failed one is forgotten.
bool LabRun::take(api::Context& context, api::Handle& ticket, std::vector<float>& values, int64_t* steps) {
    if (!ticket) return false;
    api::Outcome<api::TicketInfo> info = context.poll(ticket);
    if (info && info->state < api::TicketState::done) return false;
    bool taken = false;
    if (info && info->state == api::TicketState::done) {
        values.resize(info->bytes / sizeof(float));
        if (steps) *steps = info->steps;
        taken = bool(context.read(ticket, api::ReadAs::float32, std::as_writable_bytes(std::span(values))));
    }
    (void)context.release(std::exchange(ticket, 0));
    return taken;
}

Status LabRun::watch(api::Context& context) {
    note_data();
    view_.ready = now_.ready;
    if (!now_.ready) return {};
    view_.steps = offset_ + info_.steps;
    RENDER_TRY(note_losses(context));
    std::vector<float> values;
    if (take(context, points_ticket_, values, &points_steps_)) {
        const size_t axes = on_line(now_.experiment) ? 1 : 2;
        if (values.size() < size_t(fakes) * axes) return Error{"The generator gave too few points."};
        const auto ends = values.end() - long(size_t(fakes) * axes);
        view_.nodes.assign(values.begin(), ends);
        view_.fakes.assign(ends, values.end());
        note_points();
        judge_due_ = true;
    }
    if (take(context, judge_ticket_, values, nullptr)) note_judge(values);
    return {};
}

// On a thread of its own, but for what is drawn.
void LabRun::read_data(const LabExperiment& experiment) {
    view_.experiment = experiment;
    view_.real.clear();
    view_.p_data.clear();
    if (experiment.data == LabData::drawn) {
        std::promise<std::vector<float>> points;
        points.set_value(drawn_data(experiment));
        reading_ = points.get_future();
        return;
    }
    reading_ = std::async(std::launch::async, [name = toy_name(experiment)] {
        api::DataQuery query{.data = name};
        query.samples = read_samples;
        api::Outcome<api::DataInfo> info = api::describe_data(query);
        return info ? std::move(info->images.values) : std::vector<float>();
    });
}

void LabRun::note_data() {
    if (!reading_.valid() || reading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    std::vector<float> points = reading_.get();
    const LabExperiment& experiment = view_.experiment;
    const LabRange range = lab_range(experiment.data);
    view_.p_data = on_line(experiment) ? line_truth(experiment, range, line_bins)
                                       : plane_histogram(points, range, plane_bins);
    points.resize(std::min(points.size(), shown_samples * (on_line(experiment) ? 1 : 2)));
    view_.real = std::move(points);
}

}  // namespace viewer
