// Parallel loops: workers take indices from one counter.
// SPDX-License-Identifier: MIT
#include "host/base/parallel.hpp"

#include "host/base/thread_pool.hpp"

#include <atomic>
#include <mutex>

namespace vkgan {

Status for_each_parallel(int64_t count, size_t workers, const std::function<Status(int64_t)>& body) {
    std::atomic<int64_t> next = 0;
    std::atomic<int64_t> first_failed = count;
    std::mutex mutex;
    Status status;
    // An index below a failed one has been taken before it, so its own failure is still seen.
    const auto work = [&] {
        for (int64_t i = next++; i < count && i < first_failed; i = next++) {
            Status result = body(i);
            if (result) continue;
            const std::lock_guard lock(mutex);
            if (i >= first_failed) continue;
            first_failed = i;
            status = result;
        }
    };
    ThreadPool pool(workers);
    for (size_t i = 0; i < pool.worker_count(); ++i) pool.submit(work);
    pool.wait_idle();
    return status;
}

void for_each_index(int64_t count, size_t workers, const std::function<void(int64_t)>& body) {
    std::atomic<int64_t> next = 0;
    const auto work = [&] {
        for (int64_t i = next++; i < count; i = next++) body(i);
    };
    if (workers == 1 || count < 2) return work();
    ThreadPool pool(workers);
    for (size_t i = 0; i < pool.worker_count(); ++i) pool.submit(work);
    pool.wait_idle();
}

}  // namespace vkgan
