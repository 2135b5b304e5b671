// Training in the viewer's frames: its course, its losses, the pictures of what it had learned at each time.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/render/status.hpp"
#include "samples/viewer/draw/textures.hpp"
#include "samples/viewer/studio/alarms.hpp"
#include "samples/viewer/studio/facts.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace viewer {

struct LearningInfo {
    vkgan::api::Handle model = 0;
    std::string network;  // that draws: the generator
    std::string data;
    int batch = 0, images_a_step = 0;
    int64_t seed = 1;
    int64_t publish_every = 10;
    std::vector<std::byte> snapshot;  // to go on from
    VkExtent2D extent{};
    std::map<std::string, double> live;  // controls as the model has them: "D.learning_rate"
};

class Learning {
public:
    static constexpr int history_columns = 6, history_rows = 4;
    static constexpr size_t most_pictures = 128, most_points = 4096;

    enum class Steps : uint8_t { all, generator, others };

    // Notes what is to be made: ready once warm_up has made it.
    render::Status begin(vkgan::api::Context& context, Textures& textures, const LearningInfo& info);
    // Goes on as another training, from its snapshot: curves, pictures and notices stay. If that fails, all
    // stays.
    render::Status become(vkgan::api::Context& context, const LearningInfo& info);
    void end(vkgan::api::Context& context, const render::Gpu& gpu, Textures& textures);
    bool begun() const { return training_ != 0; }
    bool ready() const { return ready_; }
    const LearningInfo& info() const { return info_; }
    vkgan::api::Handle handle() const { return training_; }
    int64_t published() const { return info_now_.published_steps; }
    bool shows() const { return begun() && info_now_.published_steps >= 0; }

    void pause(bool paused) { mode_ = paused ? Mode::paused : Mode::running; }
    // One step, then a pause. Of the generator alone: the rates of all other networks are 0 in it, and the
    // other way round.
    void step_once(Steps which);
    // Live controls that were changed; others have the model's values.
    void set_live(const std::map<std::string, double>& values) { wanted_ = values; }

    // Between begin_frame and record.
    render::Status advance(vkgan::api::Context& context);
    // Once a frame, after record: what is new.
    render::Status watch(vkgan::api::Context& context, const std::vector<std::string>& log);
    void save(const std::string& path) { save_to_ = path; }
    std::string take_saved() { return std::exchange(saved_, {}); }
    // All of training as a .vkgan file's bytes, at the end of the step in flight; no other begins until it is
    // taken.
    void ask_snapshot() { holds_ = true; }
    bool holds() const { return holds_; }
    std::optional<std::vector<std::byte>> take_snapshot();

    // `place`: of the scrub bar, 0 to 1.
    render::Status tell(TrainingFacts& facts, double place, Textures& textures);

private:
    enum class Mode : uint8_t { running, paused, one_step };
    struct Made {
        vkgan::api::Handle training = 0, pictures = 0;
    };
    static render::Result<Made> make(vkgan::api::Context& context, const LearningInfo& info);
    render::Status apply_rates(vkgan::api::Context& context);
    render::Status note_values(vkgan::api::Context& context);
    render::Status ask_picture(vkgan::api::Context& context);
    void collect_picture(vkgan::api::Context& context);
    render::Status collect_snapshot(vkgan::api::Context& context);
    void note(const std::vector<std::string>& log);
    void note_alarms();

    LearningInfo info_;
    vkgan::api::Handle training_ = 0, pictures_ = 0, picture_ticket_ = 0, snapshot_ticket_ = 0;
    vkgan::api::TrainingInfo info_now_;
    bool ready_ = false;
    Mode mode_ = Mode::running;
    Steps which_ = Steps::all;
    int64_t last_step_ = -1, noted_step_ = -1, told_step_ = -1, pictured_steps_ = -1;
    std::map<std::string, double> wanted_, applied_;
    std::string save_to_, saved_;
    bool holds_ = false;  // for a snapshot that was asked for
    std::optional<std::vector<std::byte>> snapshot_;

    std::vector<Series> series_;
    int64_t note_every_ = 1;
    std::deque<Notice> notices_;
    Alarms alarms_;
    struct Kept {
        int64_t steps = 0;
        std::vector<uint8_t> rgba;  // a grid
    };
    std::vector<Kept> kept_;
    int64_t keep_every_ = 0;
    uint32_t history_texture_ = 0;
    int64_t history_shown_ = -1;
    std::chrono::steady_clock::time_point rate_from_{};
    int64_t rate_from_step_ = 0;
    double images_per_s_ = 0;
};

}  // namespace viewer
