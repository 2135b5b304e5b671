// An executor that leaves images on the device, and the writer that takes them from there, for tests.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/executor.hpp"
#include "host/gpu/image_writer.hpp"
#include "host/graph/layout.hpp"
#include "tests/gpu/copy_plan.hpp"
#include "tests/gpu/host_image.hpp"
#include "tests/gpu/image_reference.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace vkgan {

inline Schedule image_schedule(const Shape& shape) {
    Schedule schedule = copy_schedule(1, quad_count(shape));
    schedule.plan.output_shapes["y"] = schedule.plan.input_shapes["x"] = shape;
    return schedule;
}

// In [-1.1, 1.1], with a NaN and infinities where there is room.
inline std::vector<float> some_values(const Shape& shape, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<float> values(size_t(shape.element_count()));
    for (float& value : values) value = float(random() >> 8) * (2.2f / 16777216.0f) - 1.1f;
    if (values.size() > 40) {
        values[3] = std::numeric_limits<float>::quiet_NaN();
        values[17] = std::numeric_limits<float>::infinity();
        values[31] = -std::numeric_limits<float>::infinity();
    }
    return values;
}

struct WrittenImages {
    WrittenImages(Device& of, const Shape& shape, int most_targets = 8) : device(of), regions(of) {
        auto made = Executor::create(device, image_schedule(shape), regions);
        REQUIRE_MESSAGE(made.ok(), made.error().message);
        executor = std::move(*made);
        auto writer_made = ImageWriter::create(device, *executor, "y", most_targets);
        REQUIRE_MESSAGE(writer_made.ok(), writer_made.error().message);
        writer = std::move(*writer_made);
        images = {shape, some_values(shape, 7)};
    }

    // Sent, not waited for.
    void run(int slot = 0) {
        std::vector<float> physical(size_t(quad_count(images.shape)) * 4);
        to_physical(images.shape, images.values, physical);
        REQUIRE(executor->wait(slot).ok());
        const auto memory = executor->input_memory(slot, "x");
        REQUIRE(memory.size() == physical.size() * 4);
        std::memcpy(memory.data(), physical.data(), memory.size());
        REQUIRE(executor->run(slot).ok());
    }

    void write(std::span<const ImageTarget> targets) {
        const Status fine = writer->check(targets);
        REQUIRE_MESSAGE(fine.ok(), fine.error().message);
        run_commands(device, [&](VkCommandBuffer to) { writer->write(to, targets); });
    }

    // All of an image, from UNDEFINED to SHADER_READ_ONLY_OPTIMAL.
    ImageTarget target(const HostImage& image) const {
        const HostImageInfo& info = image.info();
        ImageTarget target;
        target.image = image.handle();
        target.usage = info.usage;
        target.format = info.format;
        target.width = info.width;
        target.height = info.height;
        target.mip_levels = info.levels;
        target.layers = info.layers;
        target.layout_out = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
        return target;
    }

    // Empty, or the first difference of what a target has written.
    std::string difference(HostImage& image, const ImageTarget& target) const {
        for (uint32_t layer = 0; layer < target.layers; ++layer)
            for (uint32_t level = 0; level < target.mip_levels; ++level) {
                const auto texels = image.read(level, target.first_layer + layer, target.layout_out);
                const std::string text =
                    first_difference(texels, images, target, target.first_image + layer, level);
                if (!text.empty()) return text;
            }
        return {};
    }

    Device& device;
    RegionSet regions;
    std::unique_ptr<Executor> executor;
    std::unique_ptr<ImageWriter> writer;
    ReferenceImages images;
};

inline HostImageInfo image_info(const Shape& shape, VkFormat format, uint32_t levels, uint32_t layers) {
    return {.format = format,
            .width = uint32_t(shape[3]),
            .height = uint32_t(shape[2]),
            .levels = levels,
            .layers = layers};
}

}  // namespace vkgan
