// Packing by a kernel, in pieces of its workgroups; copies into images; barriers around them.
// SPDX-License-Identifier: MIT
#include "host/gpu/image_writer.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/executor.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace vkgan {
namespace {

constexpr uint32_t target_limit = 8, level_limit = 32;
constexpr uint32_t group_size = 64;  // of pack_image.comp
constexpr int64_t worst_texel_bytes = 8;
// A texel that is the mean of so many pixels or more has a workgroup of its own.
constexpr uint32_t shared_pixels = 64;
// A workgroup's loops over the whole image stay below VKGAN_MAX_TRIPS.
constexpr int64_t pixel_limit = int64_t{group_size} * VKGAN_MAX_TRIPS;

static_assert(ImageTarget::one == VKGAN_PACK_ONE && ImageTarget::zero == VKGAN_PACK_ZERO);
static_assert(uint32_t(Colour::encoded) == VKGAN_PACK_ENCODED &&
              uint32_t(Colour::linear) == VKGAN_PACK_LINEAR && uint32_t(Colour::data) == VKGAN_PACK_DATA);

struct Push {  // as in pack_image.comp
    uint32_t first_image = 0, layers = 0, single_texels = 0, texels = 0, channels = 0, colour = 0,
             half_floats = 0, first_group = 0;
};

bool half_floats(VkFormat format) { return format == VK_FORMAT_R16G16B16A16_SFLOAT; }
int64_t texel_bytes(VkFormat format) { return half_floats(format) ? 8 : 4; }

// What each byte or word of a texel comes from, in the order of memory.
uint32_t packed_channels(const ImageTarget& target, uint32_t network_channels) {
    constexpr uint8_t one = ImageTarget::one, zero = ImageTarget::zero;
    std::array<uint8_t, 4> from = target.channels;
    if (from == std::array<uint8_t, 4>{}) {
        if (network_channels == 1) from = {0, 0, 0, one};
        if (network_channels == 2) from = {0, 1, zero, one};
        if (network_channels == 3) from = {0, 1, 2, one};
        if (network_channels >= 4) from = {0, 1, 2, 3};
    }
    if (target.format == VK_FORMAT_B8G8R8A8_UNORM || target.format == VK_FORMAT_B8G8R8A8_SRGB)
        std::swap(from[0], from[2]);
    return uint32_t(from[0]) | uint32_t(from[1]) << 8 | uint32_t(from[2]) << 16 | uint32_t(from[3]) << 24;
}

// Of all that is written of the image; the rest keeps its layout and its owner.
VkImageMemoryBarrier barrier_of(const ImageTarget& target) {
    auto barrier = vk_struct<VkImageMemoryBarrier>(VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER);
    barrier.srcQueueFamilyIndex = barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = target.image;
    barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, target.mip_levels, target.first_layer,
                                target.layers};
    return barrier;
}

}  // namespace

Result<std::unique_ptr<ImageWriter>> ImageWriter::create(Device& device, const Executor& executor,
                                                         std::string_view output, int most_targets) {
    if (most_targets < 1 || most_targets > int(target_limit))
        return Error{Code::invalid_argument,
                     fmt::format("an image writer writes 1 to {} targets at once, not {}", target_limit,
                                 most_targets)};
    std::unique_ptr<ImageWriter> writer(new ImageWriter(device));
    writer->most_targets_ = uint32_t(most_targets);
    VKGAN_TRY(writer->find_images(executor, output));
    const Executor::DevicePlace place = executor.output_place(output);
    VKGAN_TRY(writer->make_staging(place.bytes));
    const ImageBatch& batch = writer->batch_;
    PipelineKey key{"pack_image:ssbo",
                    {{0, batch.width}, {1, batch.height}, {2, (batch.channels + 3) / 4 * 4}}};
    VKGAN_ASSIGN(const auto pipelines, device.pipelines().make({std::move(key)}, 1));
    writer->pipeline_ = pipelines[0];
    VKGAN_TRY(writer->make_sets({place.buffer, VkDeviceSize(place.offset_bytes), VkDeviceSize(place.bytes)}));
    return writer;
}

ImageWriter::~ImageWriter() {
    if (pool_) device_.vk().vkDestroyDescriptorPool(device_.handle(), pool_, nullptr);
}

Status ImageWriter::find_images(const Executor& executor, std::string_view output) {
    const Plan& plan = executor.schedule().plan;
    const auto shape = plan.output_shapes.find(output);
    const auto binding = plan.outputs.find(output);
    if (shape == plan.output_shapes.end() || binding == plan.outputs.end())
        return Error{Code::not_found,
                     fmt::format("images are to be written from the output \"{}\", which the "
                                 "schedule does not have",
                                 output)};
    const Shape& s = shape->second;
    if (s.rank() != 4 || binding->second.half)
        return Error{Code::shape_mismatch,
                     fmt::format("images are written from an output [N, C, H, W] of float32; \"{}\" "
                                 "is {}{}",
                                 output, s.to_string(), binding->second.half ? " of float16" : "")};
    if (s[2] * s[3] > pixel_limit || s[1] > ImageTarget::zero)
        return Error{Code::unsupported,
                     fmt::format("images of {} channels and {} x {} pixels are to be written; at most {} "
                                 "channels and {} pixels can",
                                 s[1], s[3], s[2], int(ImageTarget::zero), pixel_limit)};
    batch_ = {uint32_t(s[0]), uint32_t(s[1]), uint32_t(s[2]), uint32_t(s[3])};
    return {};
}

int64_t ImageWriter::bytes_for(const Shape& images, int most_targets) {
    if (images.rank() != 4) return 0;
    int64_t texels = 0;
    for (int64_t height = images[2], width = images[3];; height /= 2, width /= 2) {
        texels += std::max<int64_t>(1, height) * std::max<int64_t>(1, width);
        if (height <= 1 && width <= 1) break;
    }
    return worst_texel_bytes * images[0] * texels * most_targets;
}

Status ImageWriter::make_staging(int64_t image_bytes) {
    const DeviceTraits& traits = device_.traits();
    const auto levels = uint32_t(std::bit_width(std::max(batch_.width, batch_.height)));
    const int64_t bytes = worst_texel_bytes * batch_.images * texel_count(levels);
    if (std::max(bytes, image_bytes) > traits.max_binding_bytes)
        return Error{
            Code::unsupported,
            fmt::format(
                "writing {} images of {} x {} takes a buffer of {} bytes; the device binds {} at most",
                batch_.images, batch_.width, batch_.height, std::max(bytes, image_bytes),
                traits.max_binding_bytes)};
    part_bytes_ = (bytes + traits.offset_alignment - 1) / traits.offset_alignment * traits.offset_alignment;
    VKGAN_ASSIGN(staging_, Buffer::create(device_, {.name = "packed images",
                                                    .memory_class = "images",
                                                    .bytes = part_bytes_ * most_targets_,
                                                    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                                                             VK_BUFFER_USAGE_TRANSFER_SRC_BIT}));
    return {};
}

Status ImageWriter::make_sets(VkDescriptorBufferInfo images) {
    const VolkDeviceTable& vk = device_.vk();
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 2 * most_targets_};
    auto pool = vk_struct<VkDescriptorPoolCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO);
    pool.maxSets = most_targets_;
    pool.poolSizeCount = 1;
    pool.pPoolSizes = &size;
    VkResult result = vk.vkCreateDescriptorPool(device_.handle(), &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateDescriptorPool");
    sets_.resize(most_targets_);
    const std::vector<VkDescriptorSetLayout> layouts(most_targets_, pipeline_->shader->set_layout);
    auto info = vk_struct<VkDescriptorSetAllocateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO);
    info.descriptorPool = pool_;
    info.descriptorSetCount = most_targets_;
    info.pSetLayouts = layouts.data();
    result = vk.vkAllocateDescriptorSets(device_.handle(), &info, sets_.data());
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateDescriptorSets");
    for (size_t i = 0; i < sets_.size(); ++i) {
        const VkDescriptorBufferInfo part{staging_.handle(), VkDeviceSize(part_bytes_) * i,
                                          VkDeviceSize(part_bytes_)};
        std::array<VkWriteDescriptorSet, 2> writes;
        writes.fill(vk_struct<VkWriteDescriptorSet>(VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET));
        for (VkWriteDescriptorSet& write : writes) {
            write.dstSet = sets_[i];
            write.descriptorCount = 1;
            write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
        }
        writes[0].dstBinding = VKGAN_BIND_A;
        writes[0].pBufferInfo = &images;
        writes[1].dstBinding = VKGAN_BIND_OUT0;
        writes[1].pBufferInfo = &part;
        vk.vkUpdateDescriptorSets(device_.handle(), uint32_t(writes.size()), writes.data(), 0, nullptr);
    }
    return {};
}

VkExtent2D ImageWriter::level_extent(uint32_t level) const {
    return {std::max(batch_.width >> level, 1u), std::max(batch_.height >> level, 1u)};
}

int64_t ImageWriter::texel_count(uint32_t levels) const {
    int64_t count = 0;
    for (uint32_t level = 0; level < levels; ++level)
        count += int64_t{level_extent(level).width} * level_extent(level).height;
    return count;
}

// How many of the levels have texels of few pixels.
uint32_t ImageWriter::single_levels(uint32_t levels) const {
    uint32_t single = 0;
    for (; single < levels; ++single) {
        const VkExtent2D extent = level_extent(single);
        if ((batch_.width / extent.width) * (batch_.height / extent.height) >= shared_pixels) break;
    }
    return single;
}

void ImageWriter::write(VkCommandBuffer commands, std::span<const ImageTarget> targets) const {
    constexpr int64_t all = std::numeric_limits<int64_t>::max();
    PackPiece piece;
    while ((piece = next_piece(targets, piece, all)).groups > 0) pack(commands, targets, piece);
    copy(commands, targets);
}

ImageWriter::Groups ImageWriter::groups_of(const ImageTarget& target) const {
    const uint32_t single_levels = this->single_levels(target.mip_levels);
    Groups groups;
    groups.texels = uint32_t(target.layers * texel_count(target.mip_levels));
    groups.single_texels = uint32_t(target.layers * texel_count(single_levels));
    groups.levels = target.mip_levels;
    const uint32_t single = (groups.single_texels + group_size - 1) / group_size;
    for (uint32_t level = 0; level < groups.levels; ++level) {
        const auto end = uint32_t(target.layers * texel_count(level + 1));
        const VkExtent2D extent = level_extent(level);
        const int64_t box = int64_t{batch_.width / extent.width} * (batch_.height / extent.height);
        const bool is_single = level < single_levels;
        groups.end[level] =
            is_single ? (end + group_size - 1) / group_size : single + end - groups.single_texels;
        groups.reads[level] = is_single ? box * group_size : std::max<int64_t>(box, group_size);
    }
    return groups;
}

ImageWriter::PackPiece ImageWriter::next_piece(std::span<const ImageTarget> targets, const PackPiece& last,
                                               int64_t most_reads) const {
    const auto most_groups = uint32_t(device_.traits().max_groups[0]);
    PackPiece piece{.target = last.target, .first_group = last.first_group + last.groups};
    for (; piece.target < targets.size(); ++piece.target, piece.first_group = 0) {
        const Groups groups = groups_of(targets[piece.target]);
        for (uint32_t level = 0; level < groups.levels; ++level) {
            const uint32_t at = piece.first_group + piece.groups;
            if (at >= groups.end[level]) continue;
            const int64_t fit = (most_reads - piece.reads) / groups.reads[level];
            const uint32_t wanted = std::min(groups.end[level] - at, most_groups - piece.groups);
            const auto taken = uint32_t(std::clamp<int64_t>(fit, piece.groups == 0 ? 1 : 0, wanted));
            piece.groups += taken;
            piece.reads += taken * groups.reads[level];
            if (taken < groups.end[level] - at) return piece;
        }
        if (piece.groups > 0) return piece;
    }
    return piece;
}

void ImageWriter::pack(VkCommandBuffer commands, std::span<const ImageTarget> targets,
                       const PackPiece& piece) const {
    const VolkDeviceTable& vk = device_.vk();
    if (piece.target == 0 && piece.first_group == 0) {
        // The images are there, and earlier copies have read what packing overwrites.
        auto packing = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
        packing.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
        packing.dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT;
        vk.vkCmdPipelineBarrier(commands,
                                VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
                                VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, 0, 1, &packing, 0, nullptr, 0, nullptr);
    }
    const ImageTarget& target = targets[piece.target];
    const Groups groups = groups_of(target);
    const Push push{.first_image = target.first_image,
                    .layers = target.layers,
                    .single_texels = groups.single_texels,
                    .texels = groups.texels,
                    .channels = packed_channels(target, batch_.channels),
                    .colour = uint32_t(target.colour),
                    .half_floats = half_floats(target.format) ? 1u : 0u,
                    .first_group = piece.first_group};
    const VkPipelineLayout layout = pipeline_->shader->layout;
    vk.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline_->handle);
    vk.vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, 1, &sets_[piece.target],
                               0, nullptr);
    vk.vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof push, &push);
    vk.vkCmdDispatch(commands, piece.groups, 1, 1);
}

void ImageWriter::copy(VkCommandBuffer commands, std::span<const ImageTarget> targets) const {
    if (targets.empty()) return;
    take(commands, targets);
    for (size_t i = 0; i < targets.size(); ++i) copy(commands, targets[i], i);
    give_back(commands, targets);
}

// Images from what the host did with them to the copies; the packed texels from the kernel to the copies.
void ImageWriter::take(VkCommandBuffer commands, std::span<const ImageTarget> targets) const {
    auto packed = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    packed.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT;
    packed.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT;
    std::array<VkImageMemoryBarrier, target_limit> images;
    for (size_t i = 0; i < targets.size(); ++i) {
        const ImageTarget& target = targets[i];
        images[i] = barrier_of(target);
        images[i].srcAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
        images[i].dstAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
        images[i].oldLayout = target.layout_in;
        images[i].newLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
        if (!target.transfer || target.layout_in == VK_IMAGE_LAYOUT_UNDEFINED) continue;
        images[i].srcQueueFamilyIndex = target.family;
        images[i].dstQueueFamilyIndex = device_.queue_family();
    }
    device_.vk().vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                      VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 1, &packed, 0, nullptr,
                                      uint32_t(targets.size()), images.data());
}

void ImageWriter::copy(VkCommandBuffer commands, const ImageTarget& target, size_t index) const {
    std::array<VkBufferImageCopy, level_limit> regions;
    const int64_t bytes = texel_bytes(target.format);
    for (uint32_t level = 0; level < target.mip_levels; ++level) {
        const VkExtent2D extent = level_extent(level);
        VkBufferImageCopy& region = regions[level];
        region = {};
        region.bufferOffset =
            VkDeviceSize(part_bytes_ * int64_t(index) + bytes * target.layers * texel_count(level));
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, target.first_layer, target.layers};
        region.imageExtent = {extent.width, extent.height, 1};
    }
    device_.vk().vkCmdCopyBufferToImage(commands, staging_.handle(), target.image,
                                        VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, target.mip_levels,
                                        regions.data());
}

void ImageWriter::give_back(VkCommandBuffer commands, std::span<const ImageTarget> targets) const {
    std::array<VkImageMemoryBarrier, target_limit> images;
    for (size_t i = 0; i < targets.size(); ++i) {
        const ImageTarget& target = targets[i];
        images[i] = barrier_of(target);
        images[i].srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
        images[i].dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
        images[i].oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
        images[i].newLayout = target.layout_out;
        if (!target.transfer) continue;
        images[i].srcQueueFamilyIndex = device_.queue_family();
        images[i].dstQueueFamilyIndex = target.family;
    }
    device_.vk().vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                      VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr,
                                      uint32_t(targets.size()), images.data());
}

}  // namespace vkgan
