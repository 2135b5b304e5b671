// The scene drawn into a frame of those in flight.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/scene.hpp"
#include "samples/render/frames.hpp"
#include "samples/render/targets.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embed {

class Renderer {
public:
    static Result<Renderer> create(const Gpu& gpu, VkFormat format, VkImageLayout final_layout,
                                   const Pictures& pictures);
    // The device must be idle.
    Status set_images(VkExtent2D extent, const std::vector<VkImageView>& views);

    // Starts recording. Its commands may then take the plugin's.
    Result<FrameSlot*> begin() { return frames_->begin(); }
    // Records the render pass and submits it all as `frame`.
    Status finish(uint64_t frame, uint32_t image, const SceneView& view,
                  std::span<const OverlayVertex> overlay, const QueueOrder& order);

    // Newest frame that a fence has told to be complete.
    uint64_t completed_frame() const { return frames_->completed_frame(); }

private:
    explicit Renderer(const Gpu& gpu) : gpu_(&gpu) {}

    const Gpu* gpu_;
    VkFormat format_ = VK_FORMAT_UNDEFINED;
    OwnedRenderPass pass_;
    std::optional<Scene> scene_;
    Targets targets_;
    std::optional<Frames> frames_;
};

}  // namespace embed
