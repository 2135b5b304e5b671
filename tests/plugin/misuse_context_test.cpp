// Contexts that cannot be, contexts that are no more, and two threads in one.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// A context_info that is right, on a host's device.
struct Wish {
    explicit Wish(HostDevice& host) {
        const AdoptedDevice lent = host.lend_without_locks();
        device.instance = lent.instance;
        device.physical_device = lent.physical_device;
        device.device = lent.device;
        device.get_instance_proc_addr = lent.get_instance_proc_addr;
        device.api_version = lent.api_version;
        device.queue = lent.queue;
        device.enabled_features = lent.enabled_features;
        info.device = &device;
    }
    vkgan_device device = VKGAN_MAKE(device);
    vkgan_context_info info = VKGAN_MAKE(context_info);
};

struct Refusal {
    vkgan_status status;
    const char* part;
    std::function<void(Wish&)> change;
};

}  // namespace

TEST_CASE("the plugin makes no context of what is wrong, and says what is") {
    const Plugin plugin;
    HostDevice host;
    const char* const names[] = {"VK_KHR_swapchain", nullptr};
    const std::string endless(5000, 'x');
    vkgan_plan other = VKGAN_MAKE(plan);
    VkPhysicalDeviceFeatures2 wrong_features{};
    const auto lock = [](void*) {};
    const auto submit = [](void*, const VkSubmitInfo*, VkFence) { return VK_SUCCESS; };
    const vkgan_status invalid = VKGAN_ERROR_INVALID_ARGUMENT, unknown = VKGAN_ERROR_UNKNOWN_STRUCT;
    const Refusal refusals[] = {
        {unknown, "info.struct_size", [](Wish& w) { w.info.struct_size = 8; }},
        {unknown, "info.struct_type", [](Wish& w) { w.info.struct_type = 1; }},
        {unknown, "info.next", [&](Wish& w) { w.info.next = &other; }},
        {unknown, "info.device.struct_size", [](Wish& w) { w.device.struct_size = 20; }},
        {unknown, "info.device.struct_type", [](Wish& w) { w.device.struct_type = 2; }},
        {unknown, "info.device.next", [&](Wish& w) { w.device.next = &other; }},
        {invalid, "info.flags is 8", [](Wish& w) { w.info.flags = 8; }},
        {invalid, "info.allocate and deallocate", [](Wish& w) { w.info.deallocate = [](void*, void*) {}; }},
        {invalid, "info.cache_read and cache_write",
         [](Wish& w) { w.info.cache_write = [](void*, const char*, const void*, size_t) {}; }},
        {invalid, "info.device_name does not end", [&](Wish& w) { w.info.device_name = endless.c_str(); }},
        {invalid, "info.device_name is given beside info.device", [](Wish& w) { w.info.device_name = "0"; }},
        {invalid, "info.device.instance is null", [](Wish& w) { w.device.instance = nullptr; }},
        {invalid, "info.device.physical_device is null", [](Wish& w) { w.device.physical_device = nullptr; }},
        {invalid, "info.device.device is null", [](Wish& w) { w.device.device = nullptr; }},
        {invalid, "info.device.get_instance_proc_addr",
         [](Wish& w) { w.device.get_instance_proc_addr = nullptr; }},
        {invalid, "info.device.queue is null", [](Wish& w) { w.device.queue = nullptr; }},
        {invalid, "queue_family is 99", [](Wish& w) { w.device.queue_family = 99; }},
        {VKGAN_ERROR_UNSUPPORTED, "api_version is 1.0.0",
         [](Wish& w) { w.device.api_version = VK_API_VERSION_1_0; }},
        {invalid, "info.device.lock and unlock", [&](Wish& w) { w.device.lock = lock; }},
        {invalid, "info.device.submit and lock",
         [&](Wish& w) {
             w.device.lock = w.device.unlock = lock;
             w.device.submit = submit;
         }},
        {invalid, "the count of info.device.device_extensions is 4000000000",
         [&](Wish& w) {
             w.device.device_extension_count = 4'000'000'000u;
             w.device.device_extensions = names;
         }},
        {invalid, "info.device.instance_extensions is null",
         [](Wish& w) { w.device.instance_extension_count = 1; }},
        {invalid, "info.device.device_extensions[1] is null",
         [&](Wish& w) {
             w.device.device_extension_count = 2;
             w.device.device_extensions = names;
         }},
        {invalid, "info.device.enabled_features.sType is 0",
         [&](Wish& w) { w.device.enabled_features = &wrong_features; }},
    };
    for (const Refusal& refusal : refusals) {
        Wish wish(host);
        refusal.change(wish);
        char text[512] = "";
        vkgan_context context = 0;
        const vkgan_status status = plugin->context_create(&wish.info, &context, text, sizeof text);
        CHECK_MESSAGE(status == refusal.status, std::string(plugin->status_name(status)) << ": " << text);
        CHECK_MESSAGE(contains(text, refusal.part), text << " must name " << refusal.part);
        CHECK(context == 0);
    }
    Wish wish(host);
    char text[512] = "";
    vkgan_context context = 0;
    CHECK(plugin->context_create(nullptr, &context, text, sizeof text) == invalid);
    CHECK(contains(text, "info is null"));
    CHECK(plugin->context_create(&wish.info, nullptr, text, sizeof text) == invalid);
    CHECK(contains(text, "context is null"));
    CHECK(plugin->context_create(nullptr, &context, nullptr, 0) == invalid);
    CHECK(plugin->context_create(nullptr, &context, text, 5) == invalid);
    CHECK(std::string(text) == "info");
    CHECK(host.messages().empty());
}

TEST_CASE("the plugin tells what a device should have, and refuses to be asked with null") {
    const Plugin plugin;
    HostDevice host;
    const PFN_vkGetInstanceProcAddr get_proc = host.instance().functions().get_proc;
    const VkInstance instance = host.instance().handle();
    uint32_t count = 0;
    char text[256] = "";
    const auto ask = [&](VkInstance i, VkPhysicalDevice p, PFN_vkGetInstanceProcAddr g, uint32_t* c,
                         vkgan_requirement* items) {
        return plugin->query_requirements(i, p, g, VK_API_VERSION_1_1, c, items, text, sizeof text);
    };
    const vkgan_status invalid = VKGAN_ERROR_INVALID_ARGUMENT;
    CHECK(ask(nullptr, host.physical(), get_proc, &count, nullptr) == invalid);
    CHECK(contains(text, "instance is null"));
    CHECK(ask(instance, nullptr, get_proc, &count, nullptr) == invalid);
    CHECK(contains(text, "physical_device is null"));
    CHECK(ask(instance, host.physical(), nullptr, &count, nullptr) == invalid);
    CHECK(contains(text, "get_instance_proc_addr is null"));
    CHECK(ask(instance, host.physical(), get_proc, nullptr, nullptr) == invalid);
    CHECK(contains(text, "count is null"));
    REQUIRE(ask(instance, host.physical(), get_proc, &count, nullptr) == VKGAN_OK);
    REQUIRE(count >= 2);
    std::vector<vkgan_requirement> items(count + 1);
    uint32_t first = 1;
    CHECK(ask(instance, host.physical(), get_proc, &first, items.data()) == VKGAN_OK);
    CHECK(first == 1);
    CHECK(items[1].name[0] == 0);
    count = uint32_t(items.size());
    CHECK(ask(instance, host.physical(), get_proc, &count, items.data()) == VKGAN_OK);
    CHECK(count == items.size() - 1);
    int required = 0;
    for (uint32_t i = 0; i < count; ++i) {
        CHECK(items[i].name[0] != 0);
        required += items[i].required != 0;
    }
    CHECK(required == 1);
}

TEST_CASE("the plugin refuses contexts that are destroyed or never were") {
    const Plugin plugin;
    HostDevice device;
    vkgan_context stale = 0;
    {
        PluginHost host(plugin, {.device = &device});
        stale = host.context;
        for (const vkgan_context never :
             {vkgan_context(0), stale + 1, stale + 256, stale ^ (uint64_t(1) << 40), ~vkgan_context(0)})
            CHECK(plugin->warm_up(never, 0, nullptr) == VKGAN_ERROR_INVALID_HANDLE);
    }
    PluginHost other(plugin, {.device = &device});
    CHECK(other.context != stale);
    char text[64] = "";
    CHECK(plugin->warm_up(stale, 0, nullptr) == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(plugin->last_message(stale, text, sizeof text) == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(plugin->context_destroy(stale, 1) == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(plugin->context_destroy(0, 1) == VKGAN_ERROR_INVALID_HANDLE);
    CHECK(device.messages().empty());
}

TEST_CASE("the plugin has 64 contexts at most, and says so") {
    const Plugin plugin;
    HostDevice device;
    std::vector<std::unique_ptr<PluginHost>> hosts;
    for (int i = 0; i < 64; ++i)
        hosts.push_back(std::make_unique<PluginHost>(plugin, PluginHost::Options{.device = &device}));
    PluginHost one_more(plugin, {.device = &device, .open = false});
    CHECK(one_more.open() == VKGAN_ERROR_OUT_OF_MEMORY);
    CHECK(contains(one_more.open_error, "64 contexts"));
    hosts.pop_back();
    CHECK(one_more.open() == VKGAN_OK);
    CHECK(device.messages().empty());
}

TEST_CASE("a second thread in a context is refused while the first is in it, and nothing is done") {
    const Plugin plugin;
    HostDevice device;
    // Memory that the first thread asks for within its call makes it wait there.
    struct Gate {
        std::atomic<bool> armed = false, inside = false, leave = false;
    } gate;
    Wish wish(device);
    wish.info.allocate = [](void* user, size_t bytes, size_t alignment) -> void* {
        Gate& self = *static_cast<Gate*>(user);
        if (self.armed.exchange(false)) {
            self.inside = true;
            self.inside.notify_all();
            self.leave.wait(false);
        }
        return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    };
    wish.info.deallocate = [](void*, void* memory) { std::free(memory); };
    wish.info.allocator_user = &gate;
    const std::vector<std::byte>& file = tiny_model();
    vkgan_context context = 0;
    char text[256] = "";
    REQUIRE_MESSAGE(plugin->context_create(&wish.info, &context, text, sizeof text) == VKGAN_OK, text);
    gate.armed = true;
    std::atomic<vkgan_status> first = VKGAN_NOT_READY;
    std::thread loading([&] {
        vkgan_model_info info = VKGAN_MAKE(model_info);
        info.data = file.data();
        info.bytes = file.size();
        vkgan_model models[32];
        for (vkgan_model& model : models) first = plugin->model_load(context, &info, &model);
    });
    gate.inside.wait(false);
    vkgan_statistics statistics = VKGAN_MAKE(statistics);
    CHECK(plugin->statistics(context, &statistics) == VKGAN_ERROR_CONCURRENT_CALL);
    CHECK(statistics.device[0] == 0);
    CHECK(plugin->warm_up(context, 0, nullptr) == VKGAN_ERROR_CONCURRENT_CALL);
    const auto& sharing =
        *static_cast<const vkgan_shared_image_api*>(plugin->get_extension("vkgan.shared_image.1"));
    vkgan_shared_image image = VKGAN_MAKE(shared_image);
    CHECK(sharing.create(context, &image) == VKGAN_ERROR_CONCURRENT_CALL);
    CHECK(sharing.destroy(context, VK_NULL_HANDLE) == VKGAN_ERROR_CONCURRENT_CALL);
    CHECK(plugin->last_message(context, text, sizeof text) == VKGAN_ERROR_CONCURRENT_CALL);
    CHECK(plugin->context_destroy(context, 1) == VKGAN_ERROR_CONCURRENT_CALL);
    gate.leave = true;
    gate.leave.notify_all();
    loading.join();
    CHECK(first == VKGAN_OK);
    CHECK(plugin->statistics(context, &statistics) == VKGAN_OK);
    CHECK(plugin->context_destroy(context, 0) == VKGAN_OK);
    CHECK(device.messages().empty());
}
