// Frames in flight: a command buffer, a fence and semaphores each, used in turns.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/gpu.hpp"
#include "samples/render/owned.hpp"

#include <vector>

namespace render {

struct FrameSlot {
    OwnedCommandPool pool;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    OwnedFence done;
    OwnedSemaphore acquired;  // by the swapchain: the image can be drawn to
    OwnedSemaphore written;   // by VkGAN, where it submits itself: the pictures can be read
    uint64_t frame = 0;       // that was submitted last, 0: none
};

// What a frame's submission waits for and signals; null: nothing.
struct QueueOrder {
    VkSemaphore acquired = VK_NULL_HANDLE, written = VK_NULL_HANDLE, drawn = VK_NULL_HANDLE;
};

class Frames {
public:
    static constexpr uint32_t in_flight = 2;

    static Result<Frames> create(const Gpu& gpu);

    // Waits until the slot's last frame has ended, and starts recording.
    Result<FrameSlot*> begin();
    // Ends recording, submits it as `frame`, and goes on to the next slot.
    Status submit(uint64_t frame, const QueueOrder& order);

    uint32_t current() const { return current_; }  // number of the slot
    VkCommandBuffer recording() const { return slots_[current_].commands; }
    // Newest frame that a fence has told to be complete.
    uint64_t completed_frame() const { return completed_; }

private:
    explicit Frames(const Gpu& gpu) : gpu_(&gpu) {}
    Status make_slot(FrameSlot& slot) const;

    const Gpu* gpu_;
    std::vector<FrameSlot> slots_;
    uint32_t current_ = 0;
    uint64_t completed_ = 0;
};

}  // namespace render
