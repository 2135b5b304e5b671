// BatchRing: worker threads fill staged batches ahead of the training loop.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/base/thread_pool.hpp"
#include "host/data/dataset.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace vkgan {

struct BatchOptions {
    int64_t batch_size = 0;  // samples per batch, at least 1; may exceed the data set
    uint64_t seed = 0;
    bool flip = false;  // mirror half of the samples left to right
    size_t workers = 2;
    size_t slots = 3;  // batches staged at once; not looked at where the caller gives the memory
    uint64_t first_batch = 0;
};

// Where a batch is written; must outlive the ring.
struct BatchMemory {
    std::span<float> images;      // [B, C, H, W]
    std::span<float> attributes;  // [B, A]; may be empty
};

struct Batch {
    uint64_t number = 0;
    size_t slot = 0;  // index of its memory
    std::span<const float> images;
    std::span<const float> attributes;
};

// Batch k holds positions k * B to (k + 1) * B - 1 of the endless shuffled order (host/data/order.hpp): a
// pure function of data set, seed and k, whatever the workers and slots. One thread acquires and releases.
class BatchRing {
public:
    // `dataset` must outlive the ring. Empty `memory`: the ring has its own, options.slots times.
    static Result<std::unique_ptr<BatchRing>> create(const Dataset& dataset, const BatchOptions& options,
                                                     std::vector<BatchMemory> memory = {});
    ~BatchRing();

    // Waits for the batch, or gives the error that reading it met. Batches are staged in order from
    // options.first_batch; asking for one that is not staged starts afresh there, and is refused while
    // another is held. The batch and its memory stay valid until release.
    Result<const Batch*> acquire(uint64_t number);
    void release(uint64_t number);

private:
    struct Slot {
        BatchMemory memory;
        Batch batch;
        enum class State { filling, ready, held } state = State::filling;
        Status status;
    };

    BatchRing(const Dataset& dataset, const BatchOptions& options, std::vector<BatchMemory> memory);
    Slot& slot_of(uint64_t number) { return slots_[number % slots_.size()]; }
    void stage(uint64_t number);
    Status restart_at(uint64_t number);
    void run_job(uint64_t number);
    Status fill(uint64_t number, const BatchMemory& memory) const;

    const Dataset& dataset_;
    const BatchOptions options_;
    std::vector<float> own_memory_;
    std::mutex mutex_;
    std::condition_variable ready_;
    bool stopping_ = false;  // jobs that have not begun return at once
    std::vector<Slot> slots_;
    ThreadPool pool_;  // last: its jobs use all of the above
};

}  // namespace vkgan
