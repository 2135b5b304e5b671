// Jobs run once each, and waiting means all of them are done.
// SPDX-License-Identifier: MIT
#include "host/base/thread_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>

using namespace vkgan;

TEST_CASE("a thread pool has run every job once it is idle") {
    ThreadPool pool(3);
    CHECK(pool.worker_count() == 3);
    std::atomic<int> sum = 0;
    for (int i = 1; i <= 100; ++i) pool.submit([&sum, i] { sum += i; });
    pool.wait_idle();
    CHECK(sum == 5050);
}

TEST_CASE("a job may queue another, and idle counts it too") {
    ThreadPool pool(1);
    std::atomic<int> count = 0;
    pool.submit([&] {
        ++count;
        pool.submit([&] { ++count; });
    });
    pool.wait_idle();
    CHECK(count == 2);
}

TEST_CASE("one worker keeps the order of arrival") {
    std::vector<int> order;
    ThreadPool pool(1);
    for (int i = 0; i < 5; ++i) pool.submit([&order, i] { order.push_back(i); });
    pool.wait_idle();
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("a thread pool that is destroyed runs what is queued first") {
    std::atomic<int> count = 0;
    {
        ThreadPool pool(2);
        for (int i = 0; i < 50; ++i) pool.submit([&] { ++count; });
    }
    CHECK(count == 50);
}

TEST_CASE("a finished job's captures are released before the pool is idle") {
    ThreadPool pool(2);
    auto held = std::make_shared<int>(1);
    pool.submit([held] {});
    pool.wait_idle();
    CHECK(held.use_count() == 1);
}

TEST_CASE("an idle pool does not wait, and zero workers means one per processor") {
    ThreadPool pool;
    pool.wait_idle();
    CHECK(pool.worker_count() >= 1);
}
