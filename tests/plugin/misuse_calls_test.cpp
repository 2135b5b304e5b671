// Values that are wrong, handles of the wrong thing, calls in the wrong order: the right code, and a message
// that names the field.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>

using namespace vkgan;
using namespace vkgan::test;

namespace {

struct Misused {
    Plugin plugin;
    PluginHost host{plugin};
    const vkgan_api& api = plugin.api();
    vkgan_context context = host.context;

    void refused(vkgan_status status, vkgan_status wanted, std::string_view part) {
        const std::string text = host.error();
        CHECK_MESSAGE(status == wanted, std::string(api.status_name(status)) << ": " << text);
        CHECK_MESSAGE(contains(text, part), text << " must name " << part);
    }
    void invalid(vkgan_status status, std::string_view part) {
        refused(status, VKGAN_ERROR_INVALID_ARGUMENT, part);
    }
    void no_handle(vkgan_status status, std::string_view part = "") {
        refused(status, VKGAN_ERROR_INVALID_HANDLE, part);
    }
};

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
const std::string endless(5000, 'x');

}  // namespace

TEST_CASE("the plugin refuses models that are none") {
    Misused m;
    vkgan_model model = 0;
    const vkgan_setting settings[] = {{"image", "16"}, {nullptr, "4"}, {"image", "32"}, {"ngf", nullptr}};
    const auto load = [&](auto change) {
        vkgan_model_info info = VKGAN_MAKE(model_info);
        change(info);
        return m.api.model_load(m.context, &info, &model);
    };
    m.invalid(load([](auto&) {}), "of info.path, data and recipe 0 are given");
    m.invalid(load([](auto& i) { i.path = i.recipe = "dcgan"; }), "2 are given");
    m.invalid(load([](auto& i) { i.bytes = 4; }), "info.data is null");
    m.invalid(load([](auto& i) { i.data = "abc"; }), "info.bytes is 0");
    m.invalid(load([](auto& i) { i.data = "abc", i.bytes = ~size_t(0); }), "the count of info.data");
    m.invalid(load([](auto& i) { i.path = endless.c_str(); }), "info.path does not end");
    m.invalid(load([](auto& i) { i.recipe = endless.c_str(); }), "info.recipe does not end");
    m.invalid(load([&](auto& i) { i.path = "a.vkgan", i.settings = settings, i.setting_count = 1; }),
              "info.recipe is null");
    m.invalid(load([&](auto& i) { i.recipe = "dcgan", i.setting_count = 1; }), "info.settings is null");
    m.invalid(load([&](auto& i) { i.recipe = "dcgan", i.settings = settings, i.setting_count = ~0u; }),
              "the count of info.settings");
    m.invalid(load([&](auto& i) { i.recipe = "dcgan", i.settings = settings, i.setting_count = 2; }),
              "info.settings[1].name is null");
    m.invalid(load([&](auto& i) { i.recipe = "dcgan", i.settings = settings + 3, i.setting_count = 1; }),
              "info.settings[0].value is null");
    const vkgan_setting twice[] = {{"image", "16"}, {"image", "32"}}, unknown[] = {{"imagge", "16"}};
    m.invalid(load([&](auto& i) { i.recipe = "dcgan", i.settings = twice, i.setting_count = 2; }),
              "info.settings[1].name");
    m.refused(load([&](auto& i) { i.recipe = "dcgan", i.settings = unknown, i.setting_count = 1; }),
              VKGAN_ERROR_NOT_FOUND, "imagge");
    m.refused(load([](auto& i) { i.recipe = "dcgann"; }), VKGAN_ERROR_NOT_FOUND, "dcgann");
    m.refused(load([](auto& i) { i.path = "/no/such/file.vkgan"; }), VKGAN_ERROR_NOT_FOUND,
              "/no/such/file.vkgan");
    m.refused(load([](auto& i) { i.data = "abcdefghijkl", i.bytes = 12; }), VKGAN_ERROR_MALFORMED,
              "12 bytes");
    CHECK(model == 0);
}

TEST_CASE("the plugin refuses handles of nothing, of other contexts, of other kinds, and released ones") {
    Misused m;
    PluginHost other(m.plugin, {.device = &m.host.device()});
    const vkgan_model foreign = load_tiny_recipe(other);
    const vkgan_model model = m.host.load(tiny_model());
    const vkgan_model released = m.host.load(tiny_model());
    m.host.must(m.api.release(m.context, released));
    vkgan_model_description description = VKGAN_MAKE(model_description);
    vkgan_generator_info generator_info = VKGAN_MAKE(generator_info);
    generator_info.batch = 1;
    vkgan_generate_info generate_info = VKGAN_MAKE(generate_info);
    vkgan_training_state training = VKGAN_MAKE(training_state);
    vkgan_ticket_state state = VKGAN_MAKE(ticket_state);
    vkgan_control control = VKGAN_MAKE(control);
    uint64_t made = 0;
    uint32_t count = 0;
    size_t bytes = 0;
    for (const uint64_t wrong :
         {uint64_t(0), uint64_t(1), ~uint64_t(0), foreign, released, uint64_t(model) ^ 1 << 20}) {
        CAPTURE(wrong);
        generator_info.model = wrong;
        m.no_handle(m.api.model_describe(m.context, wrong, &description), "model");
        m.no_handle(m.api.model_control(m.context, wrong, 0, &control), "model");
        m.no_handle(m.api.generator_create(m.context, &generator_info, &made), "model");
        m.no_handle(m.api.generate(m.context, wrong, &generate_info, &made), "generator");
        m.no_handle(m.api.training_advance(m.context, wrong, -1), "training");
        m.no_handle(m.api.training_pause(m.context, wrong, 1), "training");
        m.no_handle(m.api.training_cancel_step(m.context, wrong), "training");
        m.no_handle(m.api.training_finish_step(m.context, wrong), "training");
        m.no_handle(m.api.training_publish(m.context, wrong), "training");
        m.no_handle(m.api.training_snapshot(m.context, wrong, &made), "training");
        m.no_handle(m.api.training_state(m.context, wrong, &training), "training");
        m.no_handle(m.api.poll(m.context, wrong, &state), "ticket");
        m.no_handle(m.api.read(m.context, wrong, 0, nullptr, &bytes), "ticket");
        m.no_handle(m.api.control_set(m.context, wrong, "z.0", 0));
        m.no_handle(m.api.control_reset(m.context, wrong, nullptr), "generator");
        m.no_handle(m.api.slices(m.context, wrong, &count, nullptr));
        m.no_handle(m.api.release(m.context, wrong));
    }
    m.no_handle(m.api.generate(m.context, model, &generate_info, &made), "of a model, not of a generator");
    m.no_handle(m.api.poll(m.context, model, &state), "of a model, not of a ticket");
    CHECK(made == 0);
    CHECK(m.api.model_describe(m.context, model, &description) == VKGAN_OK);
    CHECK(description.width == 16);
}

TEST_CASE("the plugin refuses generators and trainings whose numbers cannot be") {
    Misused m;
    const vkgan_model model = m.host.load(tiny_model());
    const TinyPictures pictures;
    const auto create = [&](auto change) {
        vkgan_generator_info info = VKGAN_MAKE(generator_info);
        info.model = model;
        info.batch = 1;
        change(info);
        vkgan_generator generator = 0;
        vkgan_plan plan = VKGAN_MAKE(plan);
        const vkgan_status status = m.api.generator_create(m.context, &info, &generator);
        CHECK(m.api.plan_generator(m.context, &info, &plan) == status);
        CHECK(generator == 0);
        return status;
    };
    m.invalid(create([](auto& i) { i.batch = 0; }), "info.batch is 0");
    m.invalid(create([](auto& i) { i.batch = 65; }), "info.batch is 65");
    m.invalid(create([](auto& i) { i.batch = ~0u; }), "info.batch is 4294967295");
    m.invalid(create([](auto& i) { i.targets = 9; }), "info.targets is 9");
    m.invalid(create([](auto& i) { i.half = 2; }), "info.half is 2");
    const auto begin = [&](auto change) {
        vkgan_images_in_memory images = pictures.images;
        vkgan_training_info info = VKGAN_MAKE(training_info);
        info.model = model;
        info.images = &images;
        change(info, images);
        vkgan_training training = 0;
        const vkgan_status status = m.api.training_begin(m.context, &info, &training);
        CHECK(training == 0);
        return status;
    };
    const char* const names[] = {"Smiling", nullptr};
    const float attributes[] = {1, -1, 1, -1, 1, float(not_a_number), 1, -1, 1, -1, 1, 1};
    m.invalid(begin([](auto& i, auto&) { i.data = "faces"; }), "info.data and images are both given");
    m.invalid(begin([](auto& i, auto&) { i.images = nullptr; }), "info.data and images are both null");
    m.invalid(begin([](auto& i, auto&) { i.batch = ~0u; }), "info.batch is 4294967295");
    m.invalid(begin([](auto& i, auto&) { i.half = 7; }), "info.half is 7");
    m.invalid(begin([](auto& i, auto&) { i.snapshot_bytes = 7; }), "info.snapshot is null");
    m.invalid(begin([&](auto& i, auto&) { i.snapshot = names; }), "info.snapshot_bytes is 0");
    m.invalid(begin([&](auto&, auto& p) { p.count = 0; }), "info.images.count is 0");
    m.invalid(begin([&](auto&, auto& p) { p.width = 0; }), "info.images.width is 0");
    m.invalid(begin([&](auto&, auto& p) { p.height = 20'000; }), "info.images.height is 20000");
    m.invalid(begin([&](auto&, auto& p) { p.channels = 2; }), "info.images.channels is 2");
    m.invalid(begin([&](auto&, auto& p) { p.pixels = nullptr; }), "info.images.pixels is null");
    m.invalid(begin([&](auto&, auto& p) { p.count = INT32_MAX, p.width = p.height = 16384; }),
              "info.images.pixels");
    m.invalid(begin([&](auto&, auto& p) { p.attribute_count = 1; }), "info.images.attribute_names is null");
    m.invalid(begin([&](auto&, auto& p) { p.attribute_count = ~0u, p.attribute_names = names; }),
              "the count of info.images.attribute_names");
    m.invalid(begin([&](auto&, auto& p) { p.attribute_count = 1, p.attribute_names = names; }),
              "info.images.attributes is null");
    m.invalid(begin([&](auto&, auto& p) {
                  p.attribute_count = 1, p.attribute_names = names, p.attributes = attributes;
              }),
              "info.images.attributes[5] is nan");
}

TEST_CASE("the plugin refuses frames out of order and without a budget") {
    Misused m;
    const auto begin = [&](uint64_t frame, uint64_t completed, uint64_t budget) {
        vkgan_frame_info info = VKGAN_MAKE(frame_info);
        info.frame = frame;
        info.completed_frame = completed;
        info.budget_ns = budget;
        return m.api.begin_frame(m.context, &info);
    };
    m.refused(m.api.submit(m.context, nullptr, nullptr), VKGAN_ERROR_WRONG_ORDER, "begin_frame");
    m.invalid(begin(1, 0, 0), "info.budget_ns is 0");
    m.invalid(begin(0, 0, 1000), "info.frame is 0");
    m.invalid(begin(1, 1, 1000), "completed_frame");
    vkgan_frame_info shared = VKGAN_MAKE(frame_info);
    shared.frame = 1;
    shared.budget_ns = 1000;
    for (const float share : {-0.5f, 1.5f, std::nanf("")}) {
        shared.training_share = share;
        m.invalid(m.api.begin_frame(m.context, &shared), "training_share");
    }
    m.host.must(begin(5, 0, 1000));
    m.refused(begin(6, 0, 1000), VKGAN_ERROR_WRONG_ORDER, "frame 5");
    m.host.must(m.api.submit(m.context, nullptr, nullptr));
    m.refused(m.api.submit(m.context, nullptr, nullptr), VKGAN_ERROR_WRONG_ORDER, "begin_frame");
    m.invalid(begin(5, 0, 1000), "frame: 5");
    m.invalid(begin(6, 7, 1000), "completed_frame: 7");
    m.host.must(begin(6, 5, ~uint64_t(0)));
    const vkgan_semaphore semaphores[9] = {};
    vkgan_submit_info info = VKGAN_MAKE(submit_info);
    info.wait_count = 9;
    info.waits = semaphores;
    m.invalid(m.api.submit(m.context, &info, nullptr), "the count of info.waits is 9");
    info.wait_count = 1;
    m.invalid(m.api.submit(m.context, &info, nullptr), "info.waits[0].semaphore is null");
    info.waits = nullptr;
    m.invalid(m.api.submit(m.context, &info, nullptr), "info.waits is null");
    info.wait_count = 0;
    info.signal_count = ~0u;
    m.invalid(m.api.submit(m.context, &info, nullptr), "the count of info.signals");
    m.host.must(m.api.submit(m.context, nullptr, nullptr));
    m.invalid(m.api.context_destroy(m.context, 2), "device_idle is 2");
}

TEST_CASE("the plugin refuses work of generators that are not made, and values that are no numbers") {
    Misused m;
    const vkgan_model model = m.host.load(tiny_model());
    const vkgan_generator generator = m.host.generator(model);
    vkgan_generate_info info = VKGAN_MAKE(generate_info);
    info.readback = 1;
    vkgan_ticket ticket = 0;
    CHECK(m.api.generate(m.context, generator, &info, &ticket) == VKGAN_NOT_READY);
    m.invalid(m.api.control_set(m.context, generator, "z.0", not_a_number), "value is nan");
    m.invalid(m.api.control_set(m.context, generator, "z.0", HUGE_VAL), "value is inf");
    m.invalid(m.api.control_set(m.context, generator, "z.9999", 0), "z.9999");
    m.refused(m.api.control_set(m.context, generator, "Smiling", 1), VKGAN_ERROR_NOT_FOUND, "Smiling");
    m.invalid(m.api.control_set(m.context, generator, endless.c_str(), 1), "name does not end");
    m.invalid(m.api.control_reset(m.context, generator, ""), "name is empty");
    m.host.must(m.api.control_set(m.context, generator, "z.0", 0.5));
    m.host.must(m.api.control_reset(m.context, generator, nullptr));
    m.host.must(m.host.try_warm_up());
    const auto generate = [&](auto change) {
        vkgan_generate_info wrong = info;
        change(wrong);
        const vkgan_status status = m.api.generate(m.context, generator, &wrong, &ticket);
        CHECK(ticket == 0);
        return status;
    };
    const std::array<float, 8> z{}, bad{0, float(not_a_number)};
    const vkgan_input inputs[] = {{"z", z.data(), 8}, {"z", z.data(), 7},     {"y", z.data(), 8},
                                  {"z", nullptr, 8},  {nullptr, z.data(), 8}, {"z", bad.data(), 8}};
    const auto input = [&](int which) {
        return generate([&](auto& g) { g.inputs = inputs + which, g.input_count = 1; });
    };
    m.invalid(generate([](auto& g) { g.readback = 3; }), "info.readback is 3");
    m.invalid(generate([](auto& g) { g.input_count = 1; }), "info.inputs is null");
    m.invalid(generate([&](auto& g) { g.inputs = inputs, g.input_count = ~0u; }), "the count of info.inputs");
    m.invalid(generate([](auto& g) { g.target_count = 1; }), "info.targets is null");
    m.invalid(generate([](auto& g) { g.readback = 0; }), "readback");
    m.invalid(input(1), "z");
    m.refused(input(2), VKGAN_ERROR_NOT_FOUND, "y");
    m.invalid(input(3), "info.inputs[0].values is null");
    m.invalid(input(4), "info.inputs[0].name is null");
    m.invalid(input(5), "nan");
    m.invalid(m.api.read(m.context, generator, 3, nullptr, nullptr), "as is 3");
    vkgan_generate_info right = info;
    right.inputs = inputs;
    right.input_count = 1;
    m.host.must(m.api.generate(m.context, generator, &right, &ticket));
    vkgan_ticket_state state = VKGAN_MAKE(ticket_state);
    m.no_handle(m.api.generate(m.context, ticket, &right, &ticket), "of a ticket, not of a generator");
    CHECK(m.host.poll(ticket).state == VKGAN_TICKET_WAITING);
    size_t bytes = 0;
    CHECK(m.api.read(m.context, ticket, VKGAN_READ_RGBA8, nullptr, &bytes) == VKGAN_NOT_READY);
    m.host.frames_until_done(ticket);
    std::array<char, 100> small{};
    bytes = small.size();
    m.refused(m.api.read(m.context, ticket, VKGAN_READ_RGBA8, small.data(), &bytes),
              VKGAN_ERROR_BUFFER_TOO_SMALL, "*bytes is 100; it must be 1024");
    CHECK(bytes == 1024);
    CHECK(small == std::array<char, 100>{});
    m.invalid(m.api.read(m.context, ticket, VKGAN_READ_BYTES, nullptr, &bytes), "as");
    CHECK(m.api.poll(m.context, ticket, &state) == VKGAN_OK);
    m.host.must(m.api.release(m.context, ticket));
    m.no_handle(m.api.poll(m.context, ticket, &state), "ticket");
}
