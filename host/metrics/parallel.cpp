// The loop over indices: workers take them from one counter.
// SPDX-License-Identifier: MIT
#include "host/metrics/parallel.hpp"

#include "host/base/thread_pool.hpp"

#include <atomic>

namespace vkgan {

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
