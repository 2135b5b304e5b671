// A host of a context, for tests: it makes frames until what it asked for is there.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/graph/random.hpp"
#include "tests/engine/tiny_run.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan::test {

inline constexpr double unlimited_ns = 1e12;

template <class T>
T must(api::Outcome<T> outcome) {
    if (!outcome) FAIL(outcome.failure().message);
    return std::move(*outcome);
}
template <class T>
api::Reason reason(const api::Outcome<T>& outcome) {
    REQUIRE_FALSE(bool(outcome));
    return outcome.failure().reason;
}

struct Host {
    explicit Host(uint16_t tag = 1) : context(open(tag)) {}
    static api::Context open(uint16_t tag) {
        api::ContextSettings settings;
        settings.tag = tag;
        settings.device.validation = true;
        settings.device.fixed_tuning = true;
        settings.device.log = [](std::string_view text) { FAIL_CHECK(text); };
        settings.cache = {[](std::string_view) { return std::vector<std::byte>{}; },
                          [](std::string_view, std::span<const std::byte>) {}};
        return must(api::Context::create(settings));
    }
    void warm_up() {
        for (int i = 0; i < 6000; ++i) {
            api::WarmUp progress;
            const auto done = context.warm_up(20e6, &progress);
            if (done) return;
            REQUIRE_MESSAGE(done.failure().reason == api::Reason::not_ready, done.failure().message);
        }
        FAIL("warm_up never ends");
    }
    // One frame; what is asked for in it stands between.
    template <class Between>
    api::ContextFrame frame_with(double budget_ns, Between between) {
        must(context.begin_frame(++number, 0, budget_ns));
        between();
        return must(context.submit({}, {}));
    }
    void frames_until(api::Handle ticket, api::Handle training = 0, int64_t last_step = -1,
                      double budget_ns = 2e5) {
        while (must(context.poll(ticket)).state != api::TicketState::done) {
            if (std::chrono::steady_clock::now() > deadline) FAIL("frames never bring what was asked for");
            frame_with(budget_ns, [&] {
                if (training != 0) must(context.advance(training, last_step));
            });
        }
    }
    void train(api::Handle training, int64_t steps, double budget_ns = 2e5) {
        while (must(context.training(training)).steps < steps) {
            if (std::chrono::steady_clock::now() > deadline) FAIL("training never gets there");
            frame_with(budget_ns, [&] { must(context.advance(training, steps)); });
        }
    }
    std::vector<std::byte> read(api::Handle ticket, api::ReadAs as) {
        std::vector<std::byte> bytes(must(context.read(ticket, as, {})));
        CHECK(must(context.read(ticket, as, bytes)) == bytes.size());
        return bytes;
    }
    api::Context context;
    uint64_t number = 0;
    std::chrono::steady_clock::time_point deadline =
        std::chrono::steady_clock::now() + std::chrono::minutes(3);
};

struct Pictures {
    std::vector<uint8_t> pixels;
    api::ImagesInMemory images{.count = 12, .width = 16, .height = 16, .channels = 3};
    Pictures() {
        std::vector<float> values(12 * 16 * 16 * 3);
        fill_uniform({}, 5, values);
        for (const float x : values) pixels.push_back(uint8_t(x * 255));
        images.pixels = pixels;
    }
};

inline api::Handle begin(Host& host, const Pictures& pictures, std::span<const std::byte> snapshot = {},
                         int64_t publish_every = 0) {
    const api::Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    const api::Handle training = must(host.context.begin_training({.model = model,
                                                                   .images = &pictures.images,
                                                                   .seed = 3,
                                                                   .snapshot = snapshot,
                                                                   .publish_every = publish_every,
                                                                   .slice_ns = 50'000}));
    must(host.context.release(model));
    return training;
}

inline std::vector<api::GenerateQuery::Input> inputs_of(const TensorMap& tensors) {
    std::vector<api::GenerateQuery::Input> inputs;
    for (const auto& [name, tensor] : tensors) inputs.push_back({name, tensor.values});
    return inputs;
}

}  // namespace vkgan::test
