// A loop of independent multiply-add chains on every thread.
// SPDX-License-Identifier: MIT
#include "host/engine/peak.hpp"

#include "host/base/thread_owner.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace vkgan {

namespace {

constexpr int chains = 12;  // enough to hide the latency of a multiply and an add
constexpr int rounds = 1 << 14;

typedef float Floats4 __attribute__((vector_size(16)));
typedef float Floats8 __attribute__((vector_size(32)));
typedef float Floats16 __attribute__((vector_size(64)));

// The product must not be fused into the sum: software drivers do not.
template <class Vector>
__attribute__((always_inline)) inline double chain_loop() {
    std::array<Vector, chains> sums;
    for (int c = 0; c < chains; ++c) sums[size_t(c)] = Vector{} + float(c);
    Vector factor = Vector{} + 0.999f, summand = Vector{} + 0.001f;
    for (int i = 0; i < rounds; ++i) {
        __asm__ volatile("" : "+x"(factor), "+x"(summand));
#pragma GCC unroll 12  // else the sums live in memory where the build does not unroll by itself
        for (int c = 0; c < chains; ++c) {
            Vector product = sums[size_t(c)] * factor;
            __asm__ volatile("" : "+x"(product));
            sums[size_t(c)] = product + summand;
        }
    }
    Vector total{};
    for (const Vector& sum : sums) total += sum;
    __asm__ volatile("" : : "x"(total));
    return double(sizeof(Vector) / sizeof(float)) * chains * rounds * 2;
}

#if defined(__x86_64__)
__attribute__((target("avx"))) double loop_8() { return chain_loop<Floats8>(); }
__attribute__((target("avx512f"))) double loop_16() { return chain_loop<Floats16>(); }
double loop_4() { return chain_loop<Floats4>(); }

double loop() {
    if (__builtin_cpu_supports("avx512f")) return loop_16();
    return __builtin_cpu_supports("avx") ? loop_8() : loop_4();
}
#else
double loop() {
    float a[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (int i = 0; i < rounds * chains; ++i) {
        for (float& x : a) x = x * 0.999f + 0.001f;
        __asm__ volatile("" : : "r"(a) : "memory");
    }
    return 8.0 * chains * rounds * 2;
}
#endif

}  // namespace

double measure_host_peak(int threads) {
    using Clock = std::chrono::steady_clock;
    std::atomic<double> flops = 0;
    const auto begin = Clock::now(), end = begin + std::chrono::milliseconds(200);
    std::vector<std::thread> workers;
    workers.reserve(size_t(threads));
    for (int i = 0; i < threads; ++i) {
        workers.push_back(start_thread([&] {
            double done = 0;
            while (Clock::now() < end) done += loop();
            flops += done;
        }));
    }
    for (std::thread& worker : workers) worker.join();
    return flops / double((Clock::now() - begin).count());
}

}  // namespace vkgan
