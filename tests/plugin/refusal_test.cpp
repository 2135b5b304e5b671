// Host allocators that return null: at every call in turn. Nothing crashes, nothing is lost, and afterwards
// all is as if it had not been.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// What a host does from beginning to end. Where one step fails, the next ones are tried all the same as far
// as they can be.
struct Life {
    Life(const Plugin& plugin, HostDevice& device, HostHeap& heap)
        : plugin(plugin), host(plugin, {.device = &device, .heap = &heap, .open = false}) {}

    // What came of it, or nothing where a step was refused.
    std::optional<std::vector<std::byte>> live(bool with_training = false) {
        if (!fine(host.open())) return std::nullopt;
        std::optional<std::vector<std::byte>> result = with_training ? train() : draw();
        CHECK(host.close() == VKGAN_OK);
        return result;
    }
    // For want of memory is the only reason.
    bool fine(vkgan_status status) {
        if (status == VKGAN_OK) return true;
        CHECK(std::string(plugin->status_name(status)) == "VKGAN_ERROR_OUT_OF_MEMORY");
        const std::string text = host.context != 0 ? host.error() : host.open_error;
        CHECK_MESSAGE(contains(text, "memory"), text);
        return false;
    }
    // A generator is asked for all that there is to know of it, and for an image.
    std::optional<std::vector<std::byte>> draw() {
        const std::vector<std::byte>& file = tiny_model();
        vkgan_model_info model_info = VKGAN_MAKE(model_info);
        model_info.data = file.data();
        model_info.bytes = file.size();
        vkgan_generator_info info = VKGAN_MAKE(generator_info);
        info.batch = 1;
        info.targets = 1;
        vkgan_model_description description = VKGAN_MAKE(model_description);
        vkgan_control control = VKGAN_MAKE(control);
        vkgan_plan plan = VKGAN_MAKE(plan);
        vkgan_generator generator = 0;
        uint32_t count = 0;
        if (!fine(plugin->model_load(host.context, &model_info, &info.model)) ||
            !fine(plugin->model_describe(host.context, info.model, &description)) ||
            !fine(plugin->model_control(host.context, info.model, 0, &control)) ||
            !fine(plugin->plan_generator(host.context, &info, &plan)) ||
            !fine(plugin->generator_create(host.context, &info, &generator)) || !fine(host.try_warm_up()) ||
            !fine(plugin->slices(host.context, generator, &count, nullptr)) ||
            !fine(plugin->control_set(host.context, generator, "z.1", 0.5)))
            return std::nullopt;
        // From here on nothing may fail.
        const vkgan_ticket ticket = host.ask(generator);
        host.frames_until_done(ticket);
        return host.read(ticket, VKGAN_READ_FLOAT32);
    }
    // The weights and all after one step.
    std::optional<std::vector<std::byte>> train() {
        const TinyPictures pictures;
        vkgan_training_info info = VKGAN_MAKE(training_info);
        info.images = &pictures.images;
        vkgan_plan plan = VKGAN_MAKE(plan);
        vkgan_training training = 0;
        vkgan_ticket ticket = 0;
        if (!fine(try_load_tiny_recipe(host, info.model)) ||
            !fine(plugin->plan_training(host.context, &info, &plan)) ||
            !fine(plugin->training_begin(host.context, &info, &training)) || !fine(host.try_warm_up()))
            return std::nullopt;
        host.must(plugin->training_snapshot(host.context, training, &ticket));
        while (host.poll(ticket).state != VKGAN_TICKET_DONE)
            host.frame(1'000'000'000,
                       [&] { host.must(plugin->training_advance(host.context, training, 1)); });
        return host.read(ticket, VKGAN_READ_BYTES);
    }

    const Plugin& plugin;
    PluginHost host;
};

}  // namespace

TEST_CASE("a host's allocator may return null at any call: the plugin loses nothing and goes on") {
    const Plugin plugin;
    HostDevice device;
    HostHeap heap;
    const auto image = Life(plugin, device, heap).live();
    REQUIRE(image.has_value());
    const uint64_t first_total = heap.calls();
    uint64_t refusals = 0, failures = 0;
    for (uint64_t call = 1;; ++call) {
        CAPTURE(call);
        heap.refuse(call);
        const auto again = Life(plugin, device, heap).live();
        failures += !again.has_value();
        if (again) CHECK(*again == *image);
        CHECK(heap.blocks() == 0);
        CHECK(heap.wrong_frees() == 0);
        if (!heap.refused()) break;  // it needed no more calls than that
        ++refusals;
        REQUIRE(call < 2 * first_total + 100);
    }
    MESSAGE(refusals << " refusals, " << failures << " of which ended the call with OUT_OF_MEMORY");
    CHECK(refusals > 0);
    CHECK(failures > 0);
    CHECK(device.messages().empty());
}

TEST_CASE("a host's allocator may return null while a training is made and trains") {
    const Plugin plugin;
    HostDevice device;
    HostHeap heap;
    const auto trained = Life(plugin, device, heap).live(true);
    REQUIRE(trained.has_value());
    const uint64_t total = heap.calls();
    int failures = 0;
    // Every call would take minutes: from each on that is an eighth later than the last.
    for (uint64_t call = 1; call <= total; call += 1 + call / 8) {
        CAPTURE(call);
        heap.refuse(call);
        const auto again = Life(plugin, device, heap).live(true);
        failures += !again.has_value();
        if (again) CHECK(*again == *trained);
        CHECK(heap.blocks() == 0);
        CHECK(heap.wrong_frees() == 0);
    }
    CHECK(failures > 0);
    CHECK(device.messages().empty());
}

TEST_CASE("a host's allocator that returns null from some call on keeps no context from ending well") {
    const Plugin plugin;
    HostDevice device;
    HostHeap heap;
    REQUIRE(Life(plugin, device, heap).live().has_value());
    const uint64_t total = heap.calls();
    for (uint64_t call = 1; call <= total; call += 1 + call / 4) {
        CAPTURE(call);
        heap.refuse(call, true);
        (void)Life(plugin, device, heap).live();
        CHECK(heap.blocks() == 0);
        CHECK(heap.wrong_frees() == 0);
    }
    CHECK(device.messages().empty());
}

TEST_CASE("a warmed-up plugin asks its host for no memory, frame after frame") {
    const Plugin plugin;
    HostDevice device;
    HostHeap heap;
    PluginHost host(plugin, {.device = &device, .heap = &heap});
    const vkgan_generator generator = host.generator(host.load(tiny_model()));
    host.must(host.try_warm_up());
    const auto draw = [&](uint64_t seed) {
        const vkgan_ticket ticket = host.ask(generator, seed);
        host.frames_until_done(ticket);
        const auto image = host.read(ticket, VKGAN_READ_RGBA8);
        host.must(plugin->release(host.context, ticket));
    };
    for (uint64_t seed = 0; seed < 8; ++seed) draw(seed);
    const uint64_t before = heap.calls();
    for (uint64_t seed = 8; seed < 72; ++seed) draw(seed);
    CHECK(heap.calls() == before);
    vkgan_statistics statistics = VKGAN_MAKE(statistics);
    host.must(plugin->statistics(host.context, &statistics));
    CHECK(statistics.host_allocations == before);
    CHECK(statistics.host_bytes == heap.bytes());
    // The frames' own path is also safe while the host has nothing at all to give.
    heap.refuse(1, true);
    for (uint64_t seed = 72; seed < 80; ++seed) draw(seed);
    for (const ToldLine& line : host.told) FAIL_CHECK(line.text);
}
