// The workers' loop: one queue under one lock.
// SPDX-License-Identifier: MIT
#include "host/base/thread_pool.hpp"

#include "host/base/thread_owner.hpp"

#include <algorithm>
#include <utility>

namespace vkgan {

ThreadPool::ThreadPool(size_t worker_count) {
    if (worker_count == 0) worker_count = std::max(1u, std::thread::hardware_concurrency());
    workers_.reserve(worker_count);
    for (size_t i = 0; i < worker_count; ++i) workers_.push_back(start_thread([this] { work(); }));
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    job_or_stop_.notify_all();
    for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    job_or_stop_.notify_one();
}

void ThreadPool::wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return jobs_.empty() && running_count_ == 0; });
}

void ThreadPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        job_or_stop_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        ++running_count_;
        lock.unlock();
        job();
        // What the job holds is let go before anyone is told that the pool is idle.
        job = nullptr;
        lock.lock();
        --running_count_;
        if (jobs_.empty() && running_count_ == 0) idle_.notify_all();
    }
}

}  // namespace vkgan
