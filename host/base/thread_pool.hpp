// ThreadPool: a fixed number of workers that run queued jobs in order of arrival.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vkgan {

class ThreadPool {
public:
    // Zero asks for one worker per processor.
    explicit ThreadPool(size_t worker_count = 0);

    // Runs what is still queued, then joins.
    ~ThreadPool();

    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    size_t worker_count() const { return workers_.size(); }

    // From any thread, jobs included. A job must not throw.
    void submit(std::function<void()> job);

    // Returns when nothing is queued or running. Not from within a job: it would wait for itself.
    void wait_idle();

private:
    void work();

    std::mutex mutex_;
    std::condition_variable job_or_stop_;
    std::condition_variable idle_;
    std::deque<std::function<void()>> jobs_;
    size_t running_count_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> workers_;
};

}  // namespace vkgan
