// Frames in flight: command buffers, fences and the render pass around the scene.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/scene.hpp"
#include "samples/embed/targets.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embed {

struct FrameSlot {
    OwnedCommandPool pool;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    OwnedFence done;
    OwnedSemaphore acquired;  // by the swapchain: the image can be drawn to
    OwnedSemaphore written;   // by the plugin, in submit mode: the pictures can be read
    uint64_t frame = 0;       // that was submitted last, 0: none
};

// What the renderer's submission waits for and signals; null: nothing.
struct QueueOrder {
    VkSemaphore acquired = VK_NULL_HANDLE, written = VK_NULL_HANDLE, drawn = VK_NULL_HANDLE;
};

class Renderer {
public:
    static constexpr uint32_t frames_in_flight = 2;

    static Result<Renderer> create(const Gpu& gpu, VkFormat format, VkImageLayout final_layout,
                                   const Pictures& pictures);
    // The device must be idle.
    Status set_images(VkExtent2D extent, const std::vector<VkImageView>& views);

    // Waits until the slot's last frame has ended, and starts recording. Its commands may then take the
    // plugin's.
    Result<FrameSlot*> begin();
    // Records the render pass and submits it all as `frame`.
    Status finish(uint64_t frame, uint32_t image, const SceneView& view,
                  std::span<const OverlayVertex> overlay, const QueueOrder& order);

    // Newest frame that a fence has told to be complete.
    uint64_t completed_frame() const { return completed_; }

private:
    explicit Renderer(const Gpu& gpu) : gpu_(&gpu) {}
    Status make_slot(FrameSlot& slot) const;
    Status submit(FrameSlot& slot, const QueueOrder& order) const;

    const Gpu* gpu_;
    VkFormat format_ = VK_FORMAT_UNDEFINED;
    OwnedRenderPass pass_;
    std::optional<Scene> scene_;
    Targets targets_;
    std::vector<FrameSlot> slots_;
    uint32_t current_ = 0;
    uint64_t completed_ = 0;
};

}  // namespace embed
