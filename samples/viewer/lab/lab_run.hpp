// One experiment of the page Lab in the context: its training, what its networks give, and its course.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/render/status.hpp"
#include "samples/viewer/lab/lab_facts.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <future>
#include <span>
#include <string>
#include <vector>

namespace viewer {

// Of the recipe "toy".
vkgan::api::Texts lab_settings(const LabExperiment& experiment);
// True: `now` can go on from the weights of `before`.
bool keeps_weights(const LabExperiment& before, const LabExperiment& now);

class LabRun {
public:
    enum class Steps : uint8_t { all, judge, generator };
    static constexpr int fakes = 1600, probes = 96, line_nodes = 65, plane_nodes = 21;
    static constexpr float probe_step = 0.01f;  // from a fake to each place beside it

    void close(vkgan::api::Context& context);
    // Between begin_frame and record. True: something is to be made by warm_up. `settled`: what is wanted
    // does not change any more. `number`: which of the experiments it is.
    render::Result<bool> follow(vkgan::api::Context& context, const LabExperiment& wanted, bool settled,
                                int number);
    void begin_anew() {
        anew_ = true;
        has_failed_ = false;
    }
    // Its training has ended with an error; what it had shown stays.
    void give_up(vkgan::api::Context& context, const std::string& error);

    // Where it goes: nowhere, until so many steps in all are done, or one step. Of one step of a network
    // alone the rate of the other is 0.
    void rest();
    void run_until(int64_t steps);
    void step_once(Steps which);
    bool at_rest() const { return !steps_once_ && info_.between_steps; }
    bool ready() const { return now_.ready; }
    // Its weights go over into another training: steps that it did meanwhile would be lost.
    bool hands_over() const { return snapshot_ticket_ || next_.keeps; }
    bool waits() const {
        return next_.training || snapshot_ticket_ || points_ticket_ || judge_ticket_ || judge_due_ ||
               reading_.valid();
    }
    int64_t steps() const { return view_.steps; }

    render::Status advance(vkgan::api::Context& context);
    // After record: what has come.
    render::Status watch(vkgan::api::Context& context);
    const LabView& view() const { return view_; }

private:
    using Handle = vkgan::api::Handle;
    struct Made {
        LabExperiment experiment;
        Handle model = 0, training = 0, points = 0, judge = 0;
        bool ready = false, keeps = false;
        std::string file;  // that is read while it is made
    };
    static void release(vkgan::api::Context& context, Made& made);
    render::Result<Made> make(vkgan::api::Context& context, const LabExperiment& experiment,
                              std::span<const std::byte> snapshot, int number);
    render::Status take_next(vkgan::api::Context& context);
    void show_next();
    render::Status apply_rates(vkgan::api::Context& context);
    render::Status ask(vkgan::api::Context& context);
    render::Status ask_judge(vkgan::api::Context& context);
    bool take(vkgan::api::Context& context, Handle& ticket, std::vector<float>& values, int64_t* steps);
    void read_data(const LabExperiment& experiment);
    void note_data();
    void note_points();
    void note_judge(std::span<const float> values);
    void note_slopes(std::span<const float> values);
    void note_divergences();
    render::Status note_losses(vkgan::api::Context& context);

    Made now_, next_;
    LabExperiment failed_;  // that could not be made
    bool has_failed_ = false, anew_ = false;
    Handle snapshot_ticket_ = 0, points_ticket_ = 0, judge_ticket_ = 0;
    vkgan::api::TrainingInfo info_;
    int64_t offset_ = 0;  // steps of trainings before, whose weights were taken
    int64_t goal_ = 0;    // of this training
    bool steps_once_ = false, goal_set_ = false, judge_due_ = false;
    Steps which_ = Steps::all;
    double applied_g_ = -1, applied_d_ = -1;
    int64_t asked_steps_ = -2, noted_steps_ = -2, points_steps_ = -1;
    std::vector<float> latents_, probes_;
    std::deque<double> last_losses_;  // of D, without regularisers
    std::future<std::vector<float>> reading_;
    std::chrono::steady_clock::time_point rate_from_{};
    int64_t rate_from_steps_ = 0;
    LabView view_;
};

}  // namespace viewer
