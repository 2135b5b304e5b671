// Running one graph: values into input slots, values out of output slots.
// SPDX-License-Identifier: MIT
#include "host/engine/program.hpp"

#include "host/gpu/device.hpp"
#include "host/graph/layout.hpp"

#include <fmt/format.h>

#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <thread>

namespace vkgan {

namespace {

Error wrong_count(std::string_view name, const Shape& shape, size_t got) {
    return {Code::shape_mismatch,
            fmt::format("input {} has shape {} but gets {} values", name, shape.to_string(), got)};
}

// Images of up to four channels, the case that every training step has: one quad a pixel.
void write_pixels(const Shape& shape, std::span<const float> logical, float* out) {
    const size_t channels = size_t(shape[1]), pixels = size_t(shape[2] * shape[3]);
    for (size_t n = 0; n < size_t(shape[0]); ++n) {
        const float* const image = logical.data() + n * channels * pixels;
        float* const to = out + n * pixels * 4;
        for (size_t c = 0; c < 4; ++c) {
            for (size_t p = 0; p < pixels; ++p) to[p * 4 + c] = c < channels ? image[c * pixels + p] : 0.0f;
        }
    }
}

}  // namespace

void write_quads(const Shape& shape, std::span<const float> logical, std::span<std::byte> physical) {
    assert(int64_t(physical.size()) >= byte_count(shape));
    const std::span<float> floats(reinterpret_cast<float*>(physical.data()), size_t(quad_count(shape)) * 4);
    if (shape.rank() == 4 && shape[1] <= 4) return write_pixels(shape, logical, floats.data());
    to_physical(shape, logical, floats);
}

void read_quads(const Shape& shape, std::span<const std::byte> physical, std::span<float> logical) {
    assert(int64_t(physical.size()) >= byte_count(shape));
    from_physical(shape, {reinterpret_cast<const float*>(physical.data()), size_t(quad_count(shape)) * 4},
                  logical);
}

int compile_threads() { return int(std::clamp(std::thread::hardware_concurrency(), 1u, 16u)); }

Result<std::unique_ptr<Program>> Program::create(Device& device, RegionSet& regions, Plan plan, int slots) {
    auto program = std::make_unique<Program>();
    constexpr ScheduleOptions whole{.slice_ns = std::numeric_limits<double>::infinity()};
    VKGAN_ASSIGN(program->executor_, Executor::create(device, make_schedule(std::move(plan), whole), regions,
                                                      {.slots = slots, .threads = compile_threads()}));
    return program;
}

Status Program::write(std::string_view name, std::span<const float> values, int slot) {
    const auto shape = plan().input_shapes.find(name);
    if (shape == plan().input_shapes.end()) return {};
    if (int64_t(values.size()) != shape->second.element_count())
        return wrong_count(name, shape->second, values.size());
    write_quads(shape->second, values, executor_->input_memory(slot == begun ? filling_ : slot, name));
    return {};
}

// Layout moves whole 32-bit elements, so integers travel as the floats of the same bits.
Status Program::write(std::string_view name, std::span<const int32_t> values, int slot) {
    std::vector<float> bits(values.size());
    if (!values.empty()) std::memcpy(bits.data(), values.data(), values.size_bytes());
    return write(name, std::span<const float>(bits), slot);
}

Status Program::write_physical(std::string_view name, std::span<const std::byte> bytes, int slot) {
    const std::span<std::byte> memory = executor_->input_memory(slot == begun ? filling_ : slot, name);
    if (memory.empty()) return {};
    if (bytes.size() > memory.size())
        return wrong_count(name, plan().input_shapes.at(std::string(name)), bytes.size() / 4);
    std::memcpy(memory.data(), bytes.data(), bytes.size());
    return {};
}

Status Program::finish(int slot) {
    VKGAN_TRY(executor_->wait(slot));
    finished_ = slot;
    return {};
}

double Program::number(std::string_view name) const {
    float value = 0;
    const std::span<const std::byte> memory = executor_->output_memory(finished_, name);
    if (memory.size() >= sizeof value) std::memcpy(&value, memory.data(), sizeof value);
    return double(value);
}

Tensor Program::tensor(std::string_view name) const {
    const auto shape = plan().output_shapes.find(name);
    assert(shape != plan().output_shapes.end());
    Tensor tensor(shape->second);
    read_quads(shape->second, executor_->output_memory(finished_, name), tensor.values);
    return tensor;
}

double Program::device_ms() { return executor_->device_ns() / 1e6; }

}  // namespace vkgan
