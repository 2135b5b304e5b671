// ImageWriter: a batch of a network's images, as it lies on the device, goes into a host's images.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/base/result.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/vulkan.hpp"
#include "host/schedule/schedule.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

class Device;
class Executor;
struct Pipeline;

struct ImageBatch {
    uint32_t images = 0, channels = 0, height = 0, width = 0;
};

// A kernel packs the texels of all layers and levels into a buffer, from where they are copied: the images
// need no usage but TRANSFER_DST, and the device no storage of any format. A value v of the network stands
// for (v + 1) / 2, cut to [0, 1]; NaN for 0.
//
// A target with `transfer`: the host releases the image with a barrier layout_in -> TRANSFER_DST_OPTIMAL from
// `family` to the device's (none if layout_in is UNDEFINED: what the image holds is dropped), and acquires it
// with a barrier TRANSFER_DST_OPTIMAL -> layout_out, of the subresources that are written.
//
// One thread at a time. It must outlive the commands that it has written.
class ImageWriter {
public:
    // `output`: of the schedule's outputs, [N, C, H, W]; the executor must outlive the writer. most_targets:
    // of one call, 1 to 8.
    static Result<std::unique_ptr<ImageWriter>> create(Device& device, const Executor& executor,
                                                       std::string_view output, int most_targets);
    ~ImageWriter();
    ImageWriter(const ImageWriter&) = delete;
    ImageWriter& operator=(const ImageWriter&) = delete;

    const ImageBatch& batch() const { return batch_; }
    // Everything that can be wrong with targets for these images: an error that names the field and both
    // values.
    Status check(std::span<const ImageTarget> targets) const;
    // Commands that write all targets, which `check` takes: outside of a render pass, after the run that made
    // the images and before the executor's next. They see to all order and layouts on the queue. Allocates
    // nothing.
    void write(VkCommandBuffer commands, std::span<const ImageTarget> targets) const;
    // The same in pieces: those that pack, one after another from the first; then the copies, before which
    // the host's images are not touched.
    struct PackPiece {
        size_t target = 0;
        uint32_t first_group = 0, groups = 0;
        int64_t reads = 0;  // of pixels, which its time goes with
    };
    // What comes after `last` ({}: the first), of about most_reads or of one workgroup; no groups: nothing.
    PackPiece next_piece(std::span<const ImageTarget> targets, const PackPiece& last,
                         int64_t most_reads) const;
    void pack(VkCommandBuffer commands, std::span<const ImageTarget> targets, const PackPiece& piece) const;
    void copy(VkCommandBuffer commands, std::span<const ImageTarget> targets) const;
    int64_t staging_bytes() const { return staging_.bytes(); }
    // What staging would take for images [N, C, H, W] and so many targets; 0 of what are no images.
    static int64_t bytes_for(const Shape& images, int most_targets);

private:
    explicit ImageWriter(Device& device) : device_(device) {}
    Status find_images(const Executor& executor, std::string_view output);
    Status make_staging(int64_t image_bytes);
    Status make_sets(VkDescriptorBufferInfo images);
    VkExtent2D level_extent(uint32_t level) const;
    int64_t texel_count(uint32_t levels) const;  // of an image, in its first so many levels
    uint32_t single_levels(uint32_t levels) const;
    struct Groups {  // of pack_image.comp: of each level the end, and about what one reads of pixels
        uint32_t texels = 0, single_texels = 0, levels = 0;
        std::array<uint32_t, 32> end{};
        std::array<int64_t, 32> reads{};
    };
    Groups groups_of(const ImageTarget& target) const;
    void copy(VkCommandBuffer commands, const ImageTarget& target, size_t index) const;
    void take(VkCommandBuffer commands, std::span<const ImageTarget> targets) const;
    void give_back(VkCommandBuffer commands, std::span<const ImageTarget> targets) const;

    Device& device_;
    ImageBatch batch_;
    uint32_t most_targets_ = 0;
    Buffer staging_;  // a part for each target
    int64_t part_bytes_ = 0;
    const Pipeline* pipeline_ = nullptr;
    VkDescriptorPool pool_ = VK_NULL_HANDLE;
    std::vector<VkDescriptorSet> sets_;  // of each part
};

}  // namespace vkgan
