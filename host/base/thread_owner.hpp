// Whose work a thread does: a mark that a thread hands on to those that it starts. The plugin keeps the
// memory of each context by it; elsewhere it stays null.
// SPDX-License-Identifier: MIT
#pragma once

#include <thread>
#include <utility>

namespace vkgan {

// Of the calling thread.
struct ThreadOwner {
    void* owner = nullptr;
    bool worker = false;         // started by us: nobody above it catches what is thrown
    bool must_not_fail = false;  // as on workers: memory that the owner refuses is taken from the system
    bool refused = false;        // the owner has refused some, and whoever it was for is to be undone
};
ThreadOwner& thread_owner();

// Puts back at its end what it found.
class OwnedThread {
public:
    explicit OwnedThread(ThreadOwner owner) : before_(std::exchange(thread_owner(), owner)) {}
    ~OwnedThread() { thread_owner() = before_; }
    OwnedThread(const OwnedThread&) = delete;
    OwnedThread& operator=(const OwnedThread&) = delete;

private:
    ThreadOwner before_;
};

// For code that cannot be left by std::bad_alloc: destructors, and what runs beside threads that use its
// variables.
inline OwnedThread must_not_fail() {
    return OwnedThread({thread_owner().owner, thread_owner().worker, true});
}

// `body`, to be run on a thread that works for whom the calling thread works for.
template <class Body>
auto on_worker(Body body) {
    return [body = std::move(body), owner = thread_owner().owner]() mutable {
        const OwnedThread owned({owner, true, true});
        return body();
    };
}

template <class Body>
std::thread start_thread(Body body) {
    const OwnedThread scope = must_not_fail();
    return std::thread(on_worker(std::move(body)));
}

}  // namespace vkgan
