// One submission waits at most; the mutex is free while it is made.
// SPDX-License-Identifier: MIT
#include "host/gpu/submit_relay.hpp"

#include <algorithm>

namespace vkgan {

VkResult SubmitRelay::relay(const std::function<VkResult()>& submission) {
    std::unique_lock lock(mutex_);
    if (closed_) return given_up;
    waiting_ = &submission;
    posted_or_woken_.notify_all();
    served_or_closed_.wait(lock, [&] { return !waiting_; });
    return result_;
}

bool SubmitRelay::serve(std::chrono::nanoseconds most) {
    constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
    const auto end = std::chrono::steady_clock::now() + std::min(most, longest);
    bool any = false;
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto news = [&] { return waiting_ || woken_ || closed_; };
        if (most.count() > 0) posted_or_woken_.wait_until(lock, end, news);
        if (!waiting_ || closed_) break;
        in_work_ = true;
        const std::function<VkResult()>& submission = *waiting_;
        lock.unlock();
        const VkResult result = submission();
        lock.lock();
        in_work_ = false;
        waiting_ = nullptr;
        result_ = result;
        any = true;
        served_or_closed_.notify_all();
    }
    woken_ = false;
    return any;
}

void SubmitRelay::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    posted_or_woken_.notify_all();
}

void SubmitRelay::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        if (waiting_ && !in_work_) {
            waiting_ = nullptr;
            result_ = given_up;
        }
    }
    posted_or_woken_.notify_all();
    served_or_closed_.notify_all();
}

void SubmitRelay::open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
}

}  // namespace vkgan
