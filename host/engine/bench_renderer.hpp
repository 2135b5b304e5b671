// BenchRenderer: what a renderer's draws are to the device, for benches of frames: so much work in each.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/program.hpp"
#include "host/gpu/frame_queue.hpp"
#include "host/gpu/regions.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace vkgan {

// A convolution of as many images as take the time. One thread at a time; the device must outlive it.
class BenchRenderer {
public:
    // Runs a few convolutions to find out.
    static Result<std::unique_ptr<BenchRenderer>> create(Device& device, double frame_ms);

    // Sends a frame's work, and before that waits for the frame before the last, as renderers do.
    Status draw();
    Status finish() { return queue_->wait_idle(); }
    // What the device took for a frame that is done: each once, in order.
    std::optional<double> next_ms();
    double frame_ms() const { return frame_ms_; }  // that a frame's work took when it was chosen

private:
    explicit BenchRenderer(Device& device) : regions_(device) {}
    Status make(Device& device, int64_t images);
    Result<double> run_ms();

    RegionSet regions_;
    std::unique_ptr<Program> program_;
    std::unique_ptr<FrameQueue> queue_;  // its own
    double frame_ms_ = 0;
    std::array<uint64_t, 2> sent_{};  // by slot: the submission that had it last
    size_t slot_ = 0;
};

}  // namespace vkgan
