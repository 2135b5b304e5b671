// Bodies of the host.
// SPDX-License-Identifier: MIT
#include "tests/plugin/plugin_host.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

namespace vkgan::test {

void Plugin::load() {
    library_ = ::dlopen(VKGAN_PLUGIN_FILE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE_MESSAGE(library_, ::dlerror());
    get_api_ = reinterpret_cast<vkgan_get_api_function>(::dlsym(library_, "vkgan_get_api"));
    REQUIRE(bool(get_api_));
    REQUIRE(get_api_(VKGAN_PLUGIN_VERSION, &api_, sizeof api_) == VKGAN_OK);
}

void Plugin::unload() {
    if (library_) ::dlclose(library_);
    library_ = nullptr;
}

bool Plugin::is_loaded() {
    void* const found = ::dlopen(VKGAN_PLUGIN_FILE, RTLD_LAZY | RTLD_NOLOAD);
    if (found) ::dlclose(found);
    return found != nullptr;
}

HostHeap::~HostHeap() {
    for (const auto& [memory, bytes] : blocks_) std::free(memory);
}

void HostHeap::serve(vkgan_context_info& info) {
    info.allocate = [](void* user, size_t bytes, size_t alignment) {
        return static_cast<HostHeap*>(user)->allocate(bytes, alignment);
    };
    info.deallocate = [](void* user, void* memory) { static_cast<HostHeap*>(user)->deallocate(memory); };
    info.allocator_user = this;
}

void HostHeap::refuse(uint64_t call, bool all) {
    const std::lock_guard lock(mutex_);
    refused_call_ = call == 0 ? 0 : calls_ + call;
    refuse_all_ = all;
    refused_ = false;
}

uint64_t HostHeap::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}
size_t HostHeap::blocks() const {
    const std::lock_guard lock(mutex_);
    return blocks_.size();
}
size_t HostHeap::bytes() const {
    const std::lock_guard lock(mutex_);
    size_t sum = 0;
    for (const auto& [memory, bytes] : blocks_) sum += bytes;
    return sum;
}
size_t HostHeap::wrong_frees() const {
    const std::lock_guard lock(mutex_);
    return wrong_frees_;
}
bool HostHeap::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

void* HostHeap::allocate(size_t bytes, size_t alignment) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    if (refused_call_ != 0 && (refuse_all_ ? calls_ >= refused_call_ : calls_ == refused_call_)) {
        refused_ = true;
        return nullptr;
    }
    void* const memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    blocks_[memory] = bytes;
    return memory;
}

void HostHeap::deallocate(void* memory) {
    const std::lock_guard lock(mutex_);
    if (blocks_.erase(memory) == 0)
        ++wrong_frees_;
    else
        std::free(memory);
}

void HostCache::serve(vkgan_context_info& info) {
    info.cache_read = [](void* user, const char* key, void* data, size_t capacity) -> size_t {
        HostCache& self = *static_cast<HostCache*>(user);
        const std::lock_guard lock(self.mutex_);
        const auto found = self.blobs_.find(key);
        if (found == self.blobs_.end()) return 0;
        if (found->second.size() <= capacity) std::memcpy(data, found->second.data(), found->second.size());
        return found->second.size();
    };
    info.cache_write = [](void* user, const char* key, const void* data, size_t bytes) {
        HostCache& self = *static_cast<HostCache*>(user);
        const std::lock_guard lock(self.mutex_);
        const char* const begin = static_cast<const char*>(data);
        self.blobs_[key].assign(begin, begin + bytes);
    };
    info.cache_user = this;
}

HostCache& HostCache::shared() {
    static HostCache cache;
    return cache;
}

PluginHost::PluginHost(const Plugin& loaded, Options options) : plugin(loaded), options_(options) {
    if (!options.own_device && !options.device) own_device_ = std::make_unique<HostDevice>();
    device_ = options.device ? options.device : own_device_.get();
    if (options.open && open() != VKGAN_OK) FAIL(open_error);
}

PluginHost::~PluginHost() {
    if (context != 0) CHECK(close() == VKGAN_OK);
    if (own_device_)
        for (const std::string& message : own_device_->messages()) FAIL_CHECK(message);
}

vkgan_status PluginHost::open() {
    vkgan_device lent = VKGAN_MAKE(device);
    AdoptedDevice adopted;
    if (device_) {
        adopted = device_->lend_without_locks();
        lent.instance = adopted.instance;
        lent.physical_device = adopted.physical_device;
        lent.device = adopted.device;
        lent.get_instance_proc_addr = adopted.get_instance_proc_addr;
        lent.api_version = adopted.api_version;
        lent.queue = adopted.queue;
        lent.enabled_features = adopted.enabled_features;
    }
    vkgan_context_info info = VKGAN_MAKE(context_info);
    info.device = device_ ? &lent : nullptr;
    info.flags = VKGAN_CONTEXT_FIXED_TUNING | (device_ ? 0 : VKGAN_CONTEXT_VALIDATION);
    info.message = [](void* user, int32_t severity, const char* text) {
        static_cast<PluginHost*>(user)->told.push_back({severity, text});
    };
    info.message_user = this;
    if (options_.heap) options_.heap->serve(info);
    HostCache::shared().serve(info);
    char text[512] = "";
    const vkgan_status status = plugin->context_create(&info, &context, text, sizeof text);
    open_error = text;
    return status;
}

vkgan_status PluginHost::close(bool idle) {
    const vkgan_status status = plugin->context_destroy(context, idle);
    if (status == VKGAN_OK) context = 0;
    return status;
}

std::string PluginHost::error() const {
    char text[1024] = "";
    REQUIRE(plugin->last_message(context, text, sizeof text) == VKGAN_OK);
    return text;
}

void PluginHost::must(vkgan_status status) const {
    if (status != VKGAN_OK) FAIL(plugin->status_name(status) << ": " << (status < 0 ? error() : ""));
}

vkgan_model PluginHost::load(const std::vector<std::byte>& file) {
    vkgan_model_info info = VKGAN_MAKE(model_info);
    info.data = file.data();
    info.bytes = file.size();
    vkgan_model model = 0;
    must(plugin->model_load(context, &info, &model));
    return model;
}

vkgan_generator PluginHost::generator(vkgan_model model, uint32_t batch, uint32_t targets) {
    vkgan_generator_info info = VKGAN_MAKE(generator_info);
    info.model = model;
    info.batch = batch;
    info.targets = targets;
    vkgan_generator generator = 0;
    must(plugin->generator_create(context, &info, &generator));
    return generator;
}

vkgan_status PluginHost::try_warm_up() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(3);
    for (;;) {
        const vkgan_status status = plugin->warm_up(context, 20'000'000, nullptr);
        if (status != VKGAN_NOT_READY) return status;
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, "warm_up never ends");
    }
}

void PluginHost::begin(uint64_t budget_ns) {
    vkgan_frame_info info = VKGAN_MAKE(frame_info);
    info.frame = ++frame_number;
    info.completed_frame = completed_frame;
    info.budget_ns = budget_ns;
    must(plugin->begin_frame(context, &info));
}

vkgan_ticket PluginHost::ask(vkgan_generator generator, uint64_t seed) {
    vkgan_generate_info info = VKGAN_MAKE(generate_info);
    info.seed = seed;
    info.readback = 1;
    vkgan_ticket ticket = 0;
    must(plugin->generate(context, generator, &info, &ticket));
    return ticket;
}

vkgan_ticket_state PluginHost::poll(vkgan_ticket ticket) {
    vkgan_ticket_state state = VKGAN_MAKE(ticket_state);
    must(plugin->poll(context, ticket, &state));
    return state;
}

void PluginHost::frames_until_done(vkgan_ticket ticket, uint64_t budget_ns) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(3);
    while (poll(ticket).state != VKGAN_TICKET_DONE) {
        frame(budget_ns, [] {});
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, "frames never bring what was asked for");
    }
}

std::vector<std::byte> PluginHost::read(vkgan_ticket ticket, uint32_t as) {
    size_t bytes = 0;
    must(plugin->read(context, ticket, as, nullptr, &bytes));
    std::vector<std::byte> data(bytes);
    must(plugin->read(context, ticket, as, data.data(), &bytes));
    REQUIRE(bytes == data.size());
    return data;
}

TinyPictures::TinyPictures() {
    images.count = 12;
    images.width = images.height = 16;
    images.channels = 3;
    uint32_t state = 1;
    for (uint32_t i = 0; i < 12 * 16 * 16 * 3; ++i) {
        state = state * 1664525u + 1013904223u;
        pixels.push_back(uint8_t(state >> 24));
    }
    images.pixels = pixels.data();
}

vkgan_status try_load_tiny_recipe(PluginHost& host, vkgan_model& model) {
    const vkgan_setting settings[] = {
        {"image", "16"}, {"ngf", "4"}, {"ndf", "4"}, {"nz", "8"}, {"batch", "4"}};
    vkgan_model_info info = VKGAN_MAKE(model_info);
    info.recipe = "dcgan";
    info.settings = settings;
    info.setting_count = 5;
    return host.plugin->model_load(host.context, &info, &model);
}

vkgan_model load_tiny_recipe(PluginHost& host) {
    vkgan_model model = 0;
    host.must(try_load_tiny_recipe(host, model));
    return model;
}

namespace {

std::vector<std::byte> train_tiny_model() {
    const Plugin plugin;
    PluginHost host(plugin);
    const TinyPictures pictures;
    vkgan_training_info info = VKGAN_MAKE(training_info);
    info.model = load_tiny_recipe(host);
    info.images = &pictures.images;
    info.seed = 3;
    vkgan_training training = 0;
    host.must(plugin->training_begin(host.context, &info, &training));
    host.must(host.try_warm_up());
    vkgan_ticket ticket = 0;
    host.must(plugin->training_snapshot(host.context, training, &ticket));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(3);
    while (host.poll(ticket).state != VKGAN_TICKET_DONE) {
        host.frame(1'000'000'000, [&] { host.must(plugin->training_advance(host.context, training, 1)); });
        REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
    return host.read(ticket, VKGAN_READ_BYTES);
}

}  // namespace

const std::vector<std::byte>& tiny_model() {
    static const std::vector<std::byte> model = train_tiny_model();
    return model;
}

}  // namespace vkgan::test
