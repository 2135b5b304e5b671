// Work that is measured once and then repeated.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_renderer.hpp"

#include "host/engine/bench_common.hpp"
#include "host/ops/ops.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace vkgan {

namespace {

constexpr int64_t channels = 64, edge = 16, most_images = 1024;  // 64 MiB in and as much out
constexpr int tries = 5;

}  // namespace

Result<std::unique_ptr<BenchRenderer>> BenchRenderer::create(Device& device, double frame_ms) {
    std::unique_ptr<BenchRenderer> result(new BenchRenderer(device));
    VKGAN_ASSIGN(result->queue_, FrameQueue::create(device));
    int64_t images = 8;
    // Few images say little of many, so twice.
    for (int i = 0; i < 3; ++i) {
        VKGAN_TRY(result->make(device, images));
        VKGAN_ASSIGN(result->frame_ms_, result->run_ms());
        if (i == 2) break;
        const double wanted = double(images) * frame_ms / std::max(result->frame_ms_, 1e-3);
        images = std::clamp<int64_t>(std::llround(wanted), 1, most_images);
    }
    return result;
}

Status BenchRenderer::make(Device& device, int64_t images) {
    Graph graph;
    const Value key = graph.input("random_key", Shape{4}, DType::i32);
    const Value x = op::random_normal(key, 1, Shape{images, channels, edge, edge});
    const Value w = op::random_normal(key, 2, Shape{channels, channels, 3, 3});
    graph.mark_output("sum", op::sum_all(op::conv2d(x, w, {.stride = 1, .pad = 1})));
    VKGAN_TRY(graph.status());
    const std::array graphs{static_cast<const Graph*>(&graph)};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, device.traits().offset_alignment));
    VKGAN_ASSIGN(Plan plan, make_plan(graph, layout, {.device = device.traits()}));
    VKGAN_TRY(queue_->wait_idle());
    program_.reset();
    VKGAN_ASSIGN(program_, Program::create(device, regions_, std::move(plan)));
    constexpr std::array<int32_t, 4> no_key{};
    for (int slot = 0; slot < program_->executor().slots(); ++slot)
        VKGAN_TRY(program_->write("random_key", std::span<const int32_t>(no_key), slot));
    return program_->executor().warm_up();
}

Result<double> BenchRenderer::run_ms() {
    std::vector<double> ms;
    for (int i = 0; i < tries; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        VKGAN_TRY(draw());
        VKGAN_TRY(finish());
        ms.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    return median(ms);
}

Status BenchRenderer::draw() {
    constexpr double unlimited_ns = 1e15;
    slot_ = (slot_ + 1) % sent_.size();
    VKGAN_TRY(queue_->wait(sent_[slot_]));
    VKGAN_TRY(queue_->begin(unlimited_ns));
    sent_[slot_] = queue_->number();
    Executor& executor = program_->executor();
    if (executor.add(*queue_, int(slot_), 0) != executor.pieces())
        return Error{Code::internal, "a frame without a limit has no room for a renderer's work"};
    return queue_->submit();
}

std::optional<double> BenchRenderer::next_ms() {
    const std::optional<FrameUse> use = queue_->next_use();
    return use ? std::optional(use->measured_ns / 1e6) : std::nullopt;
}

}  // namespace vkgan
