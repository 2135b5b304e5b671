// A host of the plugin: the library loaded from its file, a device with validation, counted memory, frames.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"
#include "tests/gpu/host_device.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace vkgan::test {

// Loaded by dlopen, unloaded at its end.
class Plugin {
public:
    Plugin() { load(); }
    ~Plugin() { unload(); }
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    const vkgan_api* operator->() const { return &api_; }
    const vkgan_api& api() const { return api_; }
    vkgan_get_api_function get_api() const { return get_api_; }
    void load();
    void unload();            // the table stays as it was
    static bool is_loaded();  // by anyone

private:
    void* library_ = nullptr;
    vkgan_get_api_function get_api_ = nullptr;
    vkgan_api api_{};
};

// A host's allocator: counts, knows its blocks, and refuses when told to.
class HostHeap {
public:
    HostHeap() = default;
    ~HostHeap();
    HostHeap(const HostHeap&) = delete;
    HostHeap& operator=(const HostHeap&) = delete;

    void serve(vkgan_context_info& info);  // fills the three fields
    // The next call that is refused, counted from 1 and from now; 0: none. `all`: those after it, too.
    void refuse(uint64_t call, bool all = false);
    uint64_t calls() const;
    size_t blocks() const;       // in use
    size_t bytes() const;        // of these
    size_t wrong_frees() const;  // of what is not in use
    bool refused() const;        // since refuse

private:
    void* allocate(size_t bytes, size_t alignment);
    void deallocate(void* memory);

    mutable std::mutex mutex_;
    std::map<void*, size_t> blocks_;
    uint64_t calls_ = 0, refused_call_ = 0;
    bool refuse_all_ = false, refused_ = false;
    size_t wrong_frees_ = 0;
};

// A host's store of compiled pipelines, in memory: what one context compiles the next ones find.
class HostCache {
public:
    void serve(vkgan_context_info& info);
    static HostCache& shared();  // by all tests of a process

private:
    std::mutex mutex_;
    std::map<std::string, std::vector<char>> blobs_;
};

struct ToldLine {
    int32_t severity = 0;
    std::string text;
};

// A context with everything that a host can give it.
class PluginHost {
public:
    struct Options {
        bool own_device = false;
        HostDevice* device = nullptr;  // null and not own: one of its own making
        HostHeap* heap = nullptr;      // null: the system's memory
        bool open = true;
    };
    explicit PluginHost(const Plugin& plugin) : PluginHost(plugin, Options{}) {}
    PluginHost(const Plugin& plugin, Options options);
    ~PluginHost();
    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;

    vkgan_status open();  // OK: `context` is set
    vkgan_status close(bool idle = true);
    std::string error() const;             // last_message
    void must(vkgan_status status) const;  // fails the test with the message unless it is OK
    HostDevice& device() { return *device_; }

    vkgan_model load(const std::vector<std::byte>& file);
    vkgan_generator generator(vkgan_model model, uint32_t batch = 1, uint32_t targets = 1);
    vkgan_status try_warm_up();  // until it is not NOT_READY
    // A frame that is submitted; `between` is called in it.
    template <class Between>
    vkgan_frame_report frame(uint64_t budget_ns, Between between) {
        begin(budget_ns);
        between();
        vkgan_frame_report report = VKGAN_MAKE(frame_report);
        must(plugin->submit(context, nullptr, &report));
        return report;
    }
    void begin(uint64_t budget_ns);
    vkgan_ticket ask(vkgan_generator generator, uint64_t seed = 1);  // to read back
    vkgan_ticket_state poll(vkgan_ticket ticket);
    void frames_until_done(vkgan_ticket ticket, uint64_t budget_ns = 100'000'000);
    std::vector<std::byte> read(vkgan_ticket ticket, uint32_t as);

    const Plugin& plugin;
    vkgan_context context = 0;
    uint64_t frame_number = 0, completed_frame = 0;
    std::vector<ToldLine> told;  // by message
    std::string open_error;

private:
    std::unique_ptr<HostDevice> own_device_;
    HostDevice* device_ = nullptr;
    Options options_;
};

// A DCGAN of 16 x 16 pixels that has been trained one step, as a .vkgan file; and pictures to train it on.
const std::vector<std::byte>& tiny_model();
struct TinyPictures {
    TinyPictures();
    std::vector<uint8_t> pixels;
    vkgan_images_in_memory images = VKGAN_MAKE(images_in_memory);
};
vkgan_status try_load_tiny_recipe(PluginHost& host, vkgan_model& model);
vkgan_model load_tiny_recipe(PluginHost& host);

}  // namespace vkgan::test
