// ContextJobs: what takes long, on one thread, whose submissions the host's thread makes.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/submit_relay.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace vkgan {

// What a context owns, for its end on the thread.
struct ContextObject {
    virtual ~ContextObject() = default;
};

// One thread at a time, but for jobs themselves.
class ContextJobs {
public:
    explicit ContextJobs(SubmitRelay& relay) : relay_(relay) {}
    ~ContextJobs() { close(); }
    ContextJobs(const ContextJobs&) = delete;
    ContextJobs& operator=(const ContextJobs&) = delete;

    // Jobs run one after another.
    void add(std::string doing, std::packaged_task<void()> run);
    void end(std::unique_ptr<ContextObject> object);
    // Makes the submissions that jobs wait for, until there is no job or the time is over. True: no job is
    // left.
    bool serve(std::chrono::nanoseconds most);
    bool idle() const;
    std::string doing() const;  // of the job that runs; empty: none
    // Jobs that have not begun never do, what one submits from now on fails; waits for the one that runs.
    void close();

private:
    struct Job {
        std::string doing;
        std::packaged_task<void()> run;
        std::unique_ptr<ContextObject> ends;
    };
    void post(Job job);
    void work();

    SubmitRelay& relay_;
    mutable std::mutex mutex_;
    std::condition_variable job_or_stop_;
    std::deque<Job> jobs_;
    std::string doing_;
    bool running_ = false, stop_ = false;
    std::thread thread_;
};

}  // namespace vkgan
