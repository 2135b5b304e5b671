// The thread and its queue of jobs.
// SPDX-License-Identifier: MIT
#include "host/engine/context_jobs.hpp"

#include "host/base/thread_owner.hpp"

#include <algorithm>
#include <utility>

namespace vkgan {

void ContextJobs::add(std::string doing, std::packaged_task<void()> run) {
    post({std::move(doing), std::move(run), nullptr});
}

void ContextJobs::end(std::unique_ptr<ContextObject> object) {
    if (object) post({"releasing memory", {}, std::move(object)});
}

void ContextJobs::post(Job job) {
    if (!thread_.joinable()) thread_ = start_thread([this] { work(); });
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    job_or_stop_.notify_one();
}

void ContextJobs::work() {
    relay_.worker_begins();
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            job_or_stop_.wait(lock, [&] { return stop_ || !jobs_.empty(); });
            if (stop_) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
            doing_ = job.doing;
            running_ = true;
        }
        if (job.run.valid()) job.run();
        job = {};
        {
            const std::lock_guard lock(mutex_);
            running_ = false;
            doing_.clear();
        }
        relay_.wake();
    }
}

bool ContextJobs::serve(std::chrono::nanoseconds most) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    while (!idle()) {
        const auto left = deadline - std::chrono::steady_clock::now();
        (void)relay_.serve(std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(left)));
        if (left <= std::chrono::nanoseconds(0)) break;
    }
    return idle();
}

bool ContextJobs::idle() const {
    const std::lock_guard lock(mutex_);
    return !running_ && jobs_.empty();
}

std::string ContextJobs::doing() const {
    const std::lock_guard lock(mutex_);
    return doing_.empty() && !jobs_.empty() ? jobs_.front().doing : doing_;
}

void ContextJobs::close() {
    relay_.close();
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    job_or_stop_.notify_all();
    if (thread_.joinable()) thread_.join();
    jobs_.clear();
}

}  // namespace vkgan
