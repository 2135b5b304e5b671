// Structs that are wrong in themselves, and null where something is needed: refused by the field's name, by
// every function.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>

using namespace vkgan;
using namespace vkgan::test;

namespace {

enum class Null { refused, allowed };

struct Refusing {
    Plugin plugin;
    PluginHost host{plugin, {.own_device = true}};
    const vkgan_api& api = plugin.api();
    vkgan_context context = host.context;

    void refused(vkgan_status status, vkgan_status wanted, std::string_view part) {
        const std::string text = host.error();
        CHECK_MESSAGE(status == wanted, std::string(api.status_name(status)) << ": " << text);
        CHECK_MESSAGE(contains(text, part), text << " must name " << part);
    }

    // `call` gets a pointer to a T, or null. The good struct may be refused too, but not for its head.
    template <class T, class Call>
    void head(const T& good, const char* field, Call call, Null null = Null::refused) {
        CAPTURE(field);
        const std::string name = field;
        struct Larger {
            T known;
            std::array<unsigned char, 24> more{};
        } larger{good, {}};
        const auto with = [&](auto change) {
            Larger wrong{good, {}};
            change(wrong);
            return call(&wrong.known);
        };
        if (null == Null::refused)
            refused(call(static_cast<T*>(nullptr)), VKGAN_ERROR_INVALID_ARGUMENT, name + " is null");
        else
            CHECK(call(static_cast<T*>(nullptr)) != VKGAN_ERROR_UNKNOWN_STRUCT);
        for (const uint32_t size : {uint32_t(0), uint32_t(sizeof(T)) - 1, uint32_t(1) << 31})
            refused(with([&](Larger& w) { w.known.struct_size = size; }), VKGAN_ERROR_UNKNOWN_STRUCT,
                    name + ".struct_size is " + std::to_string(size));
        refused(with([&](Larger& w) { w.known.struct_type = 77; }), VKGAN_ERROR_UNKNOWN_STRUCT,
                name + ".struct_type is 77");
        vkgan_plan other = VKGAN_MAKE(plan);
        refused(with([&](Larger& w) { w.known.next = &other; }), VKGAN_ERROR_UNKNOWN_STRUCT,
                name + ".next is a struct of struct_type 13");
        larger.known.struct_size = sizeof larger;
        larger.more[20] = 1;
        refused(call(&larger.known), VKGAN_ERROR_UNKNOWN_STRUCT, name + ".struct_size is ");
        larger.more[20] = 0;
        CHECK(call(&larger.known) != VKGAN_ERROR_UNKNOWN_STRUCT);
        CHECK(larger.known.struct_size == sizeof larger);
    }
};

}  // namespace

TEST_CASE("the plugin's table is filled as far as the host's has room, for versions that it knows") {
    const Plugin plugin;
    vkgan_api api{};
    CHECK(plugin.get_api()(VKGAN_PLUGIN_VERSION, nullptr, sizeof api) == VKGAN_ERROR_INVALID_ARGUMENT);
    CHECK(plugin.get_api()(0, &api, sizeof api) == VKGAN_ERROR_INVALID_ARGUMENT);
    CHECK(plugin.get_api()(VKGAN_PLUGIN_VERSION + 1, &api, sizeof api) == VKGAN_ERROR_INCOMPATIBLE_VERSION);
    CHECK(plugin.get_api()(VKGAN_PLUGIN_VERSION, &api, 7) == VKGAN_ERROR_INVALID_ARGUMENT);
    CHECK(api.struct_size == 0);
    REQUIRE(plugin.get_api()(VKGAN_PLUGIN_VERSION, &api, offsetof(vkgan_api, model_load) + 3) == VKGAN_OK);
    CHECK(api.struct_size == sizeof api);
    CHECK(api.version == VKGAN_PLUGIN_VERSION);
    CHECK(bool(api.last_message));
    CHECK_FALSE(bool(api.model_load));
    CHECK(std::string(plugin->engine_version) == "0.1.0");
    CHECK(plugin->get_extension("vkgan_anything") == nullptr);
    CHECK(plugin->get_extension(nullptr) == nullptr);
    CHECK(std::string(plugin->status_name(VKGAN_ERROR_BUSY)) == "VKGAN_ERROR_BUSY");
    CHECK(std::string(plugin->status_name(12345)) == "an unknown vkgan_status");
    const auto* const functions = reinterpret_cast<void* const*>(&plugin->status_name);
    const size_t count = (sizeof api - offsetof(vkgan_api, status_name)) / sizeof(void*);
    CHECK(std::count(functions, functions + count, nullptr) == 0);
}

TEST_CASE("the plugin refuses what hosts pass with a wrong head, by every function that takes it") {
    Refusing r;
    vkgan_model model = 0;
    vkgan_generator generator = 0;
    vkgan_training training = 0;
    vkgan_ticket ticket = 0;
    vkgan_plan plan = VKGAN_MAKE(plan);
    const vkgan_model_info model_info = VKGAN_MAKE(model_info);
    const vkgan_generator_info generator_info = VKGAN_MAKE(generator_info);
    const vkgan_training_info training_info = VKGAN_MAKE(training_info);
    r.head(model_info, "info", [&](auto* info) { return r.api.model_load(r.context, info, &model); });
    r.head(generator_info, "info", [&](auto* info) { return r.api.plan_generator(r.context, info, &plan); });
    r.head(training_info, "info", [&](auto* info) { return r.api.plan_training(r.context, info, &plan); });
    r.head(generator_info, "info",
           [&](auto* info) { return r.api.generator_create(r.context, info, &generator); });
    r.head(training_info, "info",
           [&](auto* info) { return r.api.training_begin(r.context, info, &training); });
    r.head(vkgan_frame_info(VKGAN_MAKE(frame_info)), "info",
           [&](auto* info) { return r.api.begin_frame(r.context, info); });
    r.head(vkgan_generate_info(VKGAN_MAKE(generate_info)), "info",
           [&](auto* info) { return r.api.generate(r.context, 1, info, &ticket); });
    vkgan_training_info of_images = VKGAN_MAKE(training_info);
    r.head(
        vkgan_images_in_memory(VKGAN_MAKE(images_in_memory)), "info.images",
        [&](auto* images) {
            of_images.images = images;
            return r.api.training_begin(r.context, &of_images, &training);
        },
        Null::allowed);
    vkgan_generate_info of_targets = VKGAN_MAKE(generate_info);
    of_targets.target_count = 1;
    r.head(
        vkgan_image_target(VKGAN_MAKE(image_target)), "info.targets[0]",
        [&](auto* targets) {
            of_targets.targets = targets;
            return r.api.generate(r.context, 1, &of_targets, &ticket);
        },
        Null::allowed);
    r.head(
        vkgan_submit_info(VKGAN_MAKE(submit_info)), "info",
        [&](auto* info) { return r.api.submit(r.context, info, nullptr); }, Null::allowed);
}

TEST_CASE("the plugin refuses results with a wrong head, by every function that gives them") {
    Refusing r;
    const vkgan_generator_info generator_info = VKGAN_MAKE(generator_info);
    const vkgan_training_info training_info = VKGAN_MAKE(training_info);
    r.head(vkgan_model_description(VKGAN_MAKE(model_description)), "description",
           [&](auto* to) { return r.api.model_describe(r.context, 1, to); });
    r.head(vkgan_control(VKGAN_MAKE(control)), "control",
           [&](auto* to) { return r.api.model_control(r.context, 1, 0, to); });
    r.head(vkgan_plan(VKGAN_MAKE(plan)), "plan",
           [&](auto* to) { return r.api.plan_generator(r.context, &generator_info, to); });
    r.head(vkgan_plan(VKGAN_MAKE(plan)), "plan",
           [&](auto* to) { return r.api.plan_training(r.context, &training_info, to); });
    r.head(vkgan_ticket_state(VKGAN_MAKE(ticket_state)), "state",
           [&](auto* to) { return r.api.poll(r.context, 1, to); });
    r.head(vkgan_training_state(VKGAN_MAKE(training_state)), "state",
           [&](auto* to) { return r.api.training_state(r.context, 1, to); });
    r.head(vkgan_statistics(VKGAN_MAKE(statistics)), "statistics",
           [&](auto* to) { return r.api.statistics(r.context, to); });
    r.head(vkgan_shared_image(VKGAN_MAKE(shared_image)), "image", [&](auto* to) {
        return static_cast<const vkgan_shared_image_api*>(r.api.get_extension("vkgan.shared_image.1"))
            ->create(r.context, to);
    });
    r.head(
        vkgan_progress(VKGAN_MAKE(progress)), "progress",
        [&](auto* to) { return r.api.warm_up(r.context, 0, to); }, Null::allowed);
    r.head(
        vkgan_frame_report(VKGAN_MAKE(frame_report)), "report",
        [&](auto* to) { return r.api.submit(r.context, nullptr, to); }, Null::allowed);
    r.head(
        vkgan_frame_report(VKGAN_MAKE(frame_report)), "report",
        [&](auto* to) { return r.api.record(r.context, VkCommandBuffer(&r), to); }, Null::allowed);
}

TEST_CASE("the plugin refuses null where something is needed, by the argument's name") {
    Refusing r;
    const auto null = [&](vkgan_status status, const char* name) {
        r.refused(status, VKGAN_ERROR_INVALID_ARGUMENT, std::string(name) + " is null");
    };
    const vkgan_model_info model_info = VKGAN_MAKE(model_info);
    const vkgan_generator_info generator_info = VKGAN_MAKE(generator_info);
    const vkgan_training_info training_info = VKGAN_MAKE(training_info);
    const vkgan_generate_info generate_info = VKGAN_MAKE(generate_info);
    char name[64];
    double value = 0;
    size_t bytes = 0;
    null(r.api.model_load(r.context, &model_info, nullptr), "model");
    null(r.api.generator_create(r.context, &generator_info, nullptr), "generator");
    null(r.api.training_begin(r.context, &training_info, nullptr), "training");
    null(r.api.generate(r.context, 1, &generate_info, nullptr), "ticket");
    null(r.api.training_snapshot(r.context, 1, nullptr), "ticket");
    null(r.api.control_set(r.context, 1, nullptr, 0), "name");
    null(r.api.record(r.context, nullptr, nullptr), "commands");
    null(r.api.training_value(r.context, 1, 0, nullptr, &value), "name");
    null(r.api.training_value(r.context, 1, 0, name, nullptr), "value");
    null(r.api.read(r.context, 1, VKGAN_READ_RGBA8, name, nullptr), "bytes");
    null(r.api.slices(r.context, 1, nullptr, nullptr), "count");
    CHECK(bytes == 0);
    CHECK(r.api.last_message(r.context, nullptr, 10) == VKGAN_ERROR_INVALID_ARGUMENT);
    CHECK(r.api.last_message(r.context, name, 0) == VKGAN_ERROR_INVALID_ARGUMENT);
    CHECK(r.api.last_message(r.context, name, sizeof name) == VKGAN_OK);
    CHECK(std::string(name) == "count is null; it must point to a uint32_t");
    char part[9];
    CHECK(r.api.last_message(r.context, part, sizeof part) == VKGAN_OK);
    CHECK(std::string(part) == "count is");
}
