// SubmitRelay: submissions of a worker thread, made by the thread that owns the queue.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/vulkan.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace vkgan {

// One worker at a time. It may wait for fences by itself; only what uses the queue is relayed.
class SubmitRelay {
public:
    // What relay returns when the relay is closed; no submission does.
    static constexpr VkResult given_up = VK_NOT_READY;

    // [worker] Its submissions are relayed from now on, until worker_ends or another worker begins.
    void worker_begins() { worker_ = std::this_thread::get_id(); }
    void worker_ends() { worker_ = std::thread::id(); }
    bool on_worker() const { return worker_.load() == std::this_thread::get_id(); }

    // [worker] Waits until serve has made the submission and returns its result, or until the relay is
    // closed. A submission that has begun is waited for.
    VkResult relay(const std::function<VkResult()>& submission);

    // [owner] Makes the submissions that wait, and those that come within `most`; 0: does not wait for any.
    // Ends early after wake and when the relay is closed. True if it has made one.
    bool serve(std::chrono::nanoseconds most);

    // [any] Ends the serve that waits, or else the next one.
    void wake();
    // [any] Gives up what waits and what is still to come, until open. A relay is made open.
    void close();
    void open();

private:
    std::atomic<std::thread::id> worker_{};
    std::mutex mutex_;
    std::condition_variable posted_or_woken_, served_or_closed_;
    const std::function<VkResult()>* waiting_ = nullptr;
    VkResult result_ = VK_SUCCESS;
    bool in_work_ = false;  // serve makes it just now
    bool woken_ = false, closed_ = false;
};

}  // namespace vkgan
