// Filling, handing out and refilling staged batches.
// SPDX-License-Identifier: MIT
#include "host/data/batches.hpp"

#include "host/data/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vkgan {
namespace {

constexpr int64_t max_batch_size = int64_t(1) << 20;

uint64_t image_values(const Dataset& dataset) {
    return static_cast<uint64_t>(dataset.image_shape().element_count());
}

Status check_options(const Dataset& dataset, const BatchOptions& options) {
    if (dataset.size() < 1) return Error{Code::invalid_argument, "the data set is empty"};
    if (options.batch_size < 1 || options.batch_size > max_batch_size)
        return Error{Code::invalid_argument,
                     fmt::format("batch is {}; 1 to {} samples", options.batch_size, max_batch_size)};
    if (options.workers < 1 || options.workers > 256)
        return Error{Code::invalid_argument, fmt::format("workers is {}; 1 to 256", options.workers)};
    if (options.slots < 1 || options.slots > 64)
        return Error{Code::invalid_argument, fmt::format("slots is {}; 1 to 64", options.slots)};
    return {};
}

Status check_memory(const Dataset& dataset, const BatchOptions& options, const BatchMemory& memory) {
    const auto batch = static_cast<uint64_t>(options.batch_size);
    const uint64_t images = batch * image_values(dataset),
                   attributes = batch * dataset.attribute_names().size();
    if (memory.images.size() != images)
        return Error{Code::shape_mismatch,
                     fmt::format("a batch of images has {} values, but its memory holds {}", images,
                                 memory.images.size())};
    if (!memory.attributes.empty() && memory.attributes.size() != attributes)
        return Error{Code::shape_mismatch,
                     fmt::format("a batch of attributes has {} values, but its memory holds {}", attributes,
                                 memory.attributes.size())};
    return {};
}

void mirror_rows(std::span<float> image, size_t width) {
    for (size_t row = 0; row < image.size(); row += width)
        std::reverse(image.begin() + static_cast<ptrdiff_t>(row),
                     image.begin() + static_cast<ptrdiff_t>(row + width));
}

}  // namespace

Result<std::unique_ptr<BatchRing>> BatchRing::create(const Dataset& dataset, const BatchOptions& options,
                                                     std::vector<BatchMemory> memory) {
    VKGAN_TRY(check_options(dataset, options));
    for (const BatchMemory& slot : memory) VKGAN_TRY(check_memory(dataset, options, slot));
    return std::unique_ptr<BatchRing>(new BatchRing(dataset, options, std::move(memory)));
}

BatchRing::BatchRing(const Dataset& dataset, const BatchOptions& options, std::vector<BatchMemory> memory)
    : dataset_(dataset), options_(options), pool_(options.workers) {
    if (memory.empty()) {
        const auto batch = static_cast<size_t>(options.batch_size);
        const size_t images = batch * image_values(dataset),
                     attributes = batch * dataset.attribute_names().size();
        own_memory_.resize(options.slots * (images + attributes));
        for (size_t i = 0; i < options.slots; ++i) {
            const auto own = std::span(own_memory_).subspan(i * (images + attributes), images + attributes);
            memory.push_back({own.first(images), own.subspan(images)});
        }
    }
    for (size_t i = 0; i < memory.size(); ++i) {
        Slot slot;
        slot.memory = memory[i];
        slot.batch = {0, i, memory[i].images, memory[i].attributes};
        slots_.push_back(std::move(slot));
    }
    const std::lock_guard lock(mutex_);
    for (uint64_t i = 0; i < slots_.size(); ++i) stage(options_.first_batch + i);
}

BatchRing::~BatchRing() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
}

// With mutex_ held.
void BatchRing::stage(uint64_t number) {
    Slot& slot = slot_of(number);
    slot.state = Slot::State::filling;
    slot.batch.number = number;
    pool_.submit([this, number] { run_job(number); });
}

void BatchRing::run_job(uint64_t number) {
    Slot& slot = slot_of(number);
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
    }
    Status status = fill(number, slot.memory);
    const std::lock_guard lock(mutex_);
    slot.status = std::move(status);
    slot.state = Slot::State::ready;
    ready_.notify_all();
}

Status BatchRing::fill(uint64_t number, const BatchMemory& memory) const {
    const auto batch = static_cast<size_t>(options_.batch_size);
    const auto size = static_cast<uint64_t>(dataset_.size());
    const size_t image = memory.images.size() / batch, attributes = memory.attributes.size() / batch;
    const auto width = static_cast<size_t>(dataset_.image_shape()[2]);
    for (size_t i = 0; i < batch; ++i) {
        const uint64_t position = number * batch + i;
        const auto sample = static_cast<int64_t>(shuffled_sample(options_.seed, size, position));
        const auto chw = memory.images.subspan(i * image, image);
        VKGAN_TRY(dataset_.read(sample, chw, memory.attributes.subspan(i * attributes, attributes)));
        if (options_.flip && is_flipped(options_.seed, position)) mirror_rows(chw, width);
    }
    return {};
}

Status BatchRing::restart_at(uint64_t number) {
    {
        const std::lock_guard lock(mutex_);
        for (const Slot& slot : slots_)
            if (slot.state == Slot::State::held)
                return Error{Code::invalid_argument,
                             fmt::format("batch {} is not staged, and batch {} is still held", number,
                                         slot.batch.number)};
        stopping_ = true;
    }
    pool_.wait_idle();
    const std::lock_guard lock(mutex_);
    stopping_ = false;
    for (uint64_t i = 0; i < slots_.size(); ++i) stage(number + i);
    return {};
}

Result<const Batch*> BatchRing::acquire(uint64_t number) {
    Slot& slot = slot_of(number);
    if (slot.batch.number != number) VKGAN_TRY(restart_at(number));
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return slot.state != Slot::State::filling; });
    if (!slot.status) return slot.status.error();
    slot.state = Slot::State::held;
    return &slot.batch;
}

void BatchRing::release(uint64_t number) {
    const std::lock_guard lock(mutex_);
    const Slot& slot = slot_of(number);
    if (slot.batch.number == number && slot.state == Slot::State::held) stage(number + slots_.size());
}

}  // namespace vkgan
