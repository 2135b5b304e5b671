// Random sequences of calls with random arguments crash nothing, leak nothing, and make validation say
// nothing.
// SPDX-License-Identifier: MIT
#include "tests/plugin/random_calls.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// VKGAN_FUZZ=100000: so many instead.
uint64_t sequences() {
    const char* const text = std::getenv("VKGAN_FUZZ");
    return text ? std::strtoull(text, nullptr, 10) : 2000;
}
uint64_t first_seed() {
    const char* const text = std::getenv("VKGAN_FUZZ_SEED");
    return text ? std::strtoull(text, nullptr, 10) : 1;
}

constexpr uint64_t calls_of_a_sequence = 20, sequences_of_a_context = 400;

}  // namespace

TEST_CASE("random sequences of the plugin's functions crash nothing and leak nothing") {
    const Plugin plugin;
    HostDevice device;
    HostHeap heaps[2];
    Tally tally;
    std::unique_ptr<RandomHost> hosts[2];
    const uint64_t count = sequences(), first = first_seed();
    for (uint64_t i = 0; i < count; ++i) {
        Dice dice(first + i);
        CAPTURE(first + i);
        const size_t which = i % 2;
        if (i % sequences_of_a_context < 2) {
            heaps[which].refuse(0);
            if (hosts[which]) hosts[which]->close();
            hosts[which].reset();
            CHECK(heaps[which].blocks() == 0);
            CHECK(heaps[which].wrong_frees() == 0);
            hosts[which] = std::make_unique<RandomHost>(plugin, device, heaps[which], tally);
            if (which == 0) hosts[which]->warm_up();
            if (i == 0) hosts[1] = std::make_unique<RandomHost>(plugin, device, heaps[1], tally);
        }
        // Some sequences with a host that has no more memory at some call.
        heaps[which].refuse(dice.one_in(8) ? 1 + dice.below(4) : 0, dice.one_in(2));
        for (uint64_t c = 0; c < calls_of_a_sequence; ++c) hosts[which]->call(dice, *hosts[1 - which]);
        for (const std::string& message : device.messages()) FAIL(hosts[which]->last() << ": " << message);
    }
    for (auto& host : hosts) {
        host->close();
        host.reset();
    }
    for (const HostHeap& heap : heaps) CHECK(heap.blocks() == 0);
    CHECK(device.messages().empty());
    if (count < 2000) return;
    // Random calls test little if they are refused only.
    for (const auto& [function, given] : tally) {
        uint64_t calls = 0;
        for (const auto& [status, times] : given) calls += times;
        const bool never_right = function == "context_destroy";
        CHECK_MESSAGE((never_right || given.contains(VKGAN_OK)),
                      function << " never succeeded in " << calls << " calls");
    }
    CHECK(tally.size() == 28);
}
