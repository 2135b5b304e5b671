// Loaded and unloaded many times, with contexts made and destroyed: nothing stays behind.
// SPDX-License-Identifier: MIT
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

using namespace vkgan;
using namespace vkgan::test;

namespace {

size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    size_t pages = 0, resident = 0;
    file >> pages >> resident;
    return resident * size_t(::sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("the plugin is loaded and unloaded a hundred times, and the process does not grow") {
    HostDevice device;
    HostHeap heap;
    [[maybe_unused]] size_t after_half = 0;
    for (int i = 0; i < 100; ++i) {
        {
            const Plugin plugin;
            PluginHost host(plugin, {.device = &device, .heap = &heap});
            CHECK(host.load(tiny_model()) != 0);
        }
        CHECK(heap.blocks() == 0);
        CHECK_FALSE(Plugin::is_loaded());
        if (i == 49) after_half = resident_bytes();
    }
    CHECK(heap.wrong_frees() == 0);
    CHECK(heap.calls() > 100);
    CHECK(device.messages().empty());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // What a load or a context left behind would be there fifty times: 2 MiB are 40 KiB of each, less than
    // the C++ library's store for exceptions (72 KiB), which a library linked with it forgets unless it takes
    // care.
    CHECK(resident_bytes() < after_half + (2 << 20));
#endif
}

TEST_CASE("the plugin is gone after dlclose, unless a context is left, which goes on working") {
    HostDevice device;
    Plugin plugin;
    { PluginHost host(plugin, {.device = &device}); }
    plugin.unload();
    CHECK_FALSE(Plugin::is_loaded());
    plugin.load();
    PluginHost left(plugin, {.device = &device});
    plugin.unload();
    REQUIRE(Plugin::is_loaded());
    CHECK(left.load(tiny_model()) != 0);
    left.must(left.try_warm_up());
    plugin.load();
    CHECK(left.close() == VKGAN_OK);
    plugin.unload();
    CHECK_FALSE(Plugin::is_loaded());
    CHECK(device.messages().empty());
}
