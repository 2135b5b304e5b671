// The page Lab in the context: its experiments side by side, and what goes on in them.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/lab/lab_run.hpp"
#include "samples/viewer/studio/command.hpp"

#include <chrono>
#include <vector>

namespace viewer {

class Lab {
public:
    // Of Command's, those that begin with lab_.
    void obey(Command::Kind kind);
    // Between begin_frame and record, while the page is shown. True: something is to be made by warm_up.
    render::Result<bool> frame(vkgan::api::Context& context, const LabState& state);
    // After record.
    render::Status watch(vkgan::api::Context& context);
    // Training failed while a frame was recorded.
    void give_up(vkgan::api::Context& context, const std::string& error);
    void tell(LabFacts& facts, const LabState& state) const;
    bool waits() const;

private:
    using Clock = std::chrono::steady_clock;
    render::Result<bool> follow(vkgan::api::Context& context, const LabState& state);
    void drive(const LabState& state);
    void drive_slowly(double seconds_an_update);
    void step(LabRun::Steps which, LabPhase phase);
    bool at_rest() const;

    std::vector<LabRun> runs_;
    std::vector<LabExperiment> last_;  // of the state, in the frame before
    Clock::time_point changed_{}, updated_{};
    bool running_ = false;
    LabPhase phase_ = LabPhase::rest;
};

}  // namespace viewer
