// Kernels without memory, dispatched without groups, on devices that live as long as the call.
// SPDX-License-Identifier: MIT
#include "host/gpu/driver_cache.hpp"

#include "generated/shader_table.hpp"
#include "host/base/hash.hpp"
#include "host/base/thread_owner.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/executor.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/gpu/pipelines.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vkgan {
namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value ? value : "";
}

// Where Mesa keeps its cache if we have not chosen the folder ourselves; Mesa itself makes its last part.
bool mesa_keeps_cache() {
    if (const std::string off = variable("MESA_SHADER_CACHE_DISABLE"); off == "true" || off == "1")
        return false;
    std::string folder = variable("MESA_SHADER_CACHE_DIR");
    if (folder.empty()) folder = variable("XDG_CACHE_HOME");
    if (folder.empty()) folder = variable("HOME");
    return !folder.empty() && ::access(folder.c_str(), W_OK) == 0;
}

// All that decides the code: llvmpipe compiles for texel buffers that are a power of two long, or not.
Plan plan_of(const PlannedKernel& kernel) {
    constexpr int64_t power_of_two = 256, other = 768;  // bytes
    Plan plan;
    plan.regions = {"workspace"};
    plan.region_bytes = {other};
    plan.kernels = {kernel};
    for (PlannedBinding& binding : plan.kernels[0].bindings) {
        binding.bytes = std::has_single_bit(uint64_t(binding.bytes)) ? power_of_two : other;
        binding.region = 0;
        binding.offset_bytes = 0;
    }
    plan.kernels[0].groups = {1, 1, 1};
    return plan;
}

uint64_t fingerprint(const PlannedKernel& kernel) {
    const EmbeddedShader* const shader = find_shader(kernel.shader);
    uint64_t hash = fnv1a64(kernel.shader);
    if (shader) hash = fnv1a64(std::as_bytes(std::span(&shader->hash, 1)), hash);
    auto constants = kernel.constants;
    std::sort(constants.begin(), constants.end());
    hash = fnv1a64(std::as_bytes(std::span(constants)), hash);
    const Plan plan = plan_of(kernel);
    for (const PlannedBinding& binding : plan.kernels[0].bindings)
        hash = fnv1a64(std::as_bytes(std::span(&binding.bytes, 1)), hash);
    return hash;
}

Status compile(Device& device, const PlannedKernel& kernel) {
    RegionSet regions(device);
    VKGAN_ASSIGN(
        const std::unique_ptr<Executor> executor,
        Executor::create(device, make_schedule(plan_of(kernel)), regions, {.slots = 1, .threads = 1}));
    return executor->warm_up();
}

std::vector<uint64_t> read_list(const std::string& file, const PhysicalRecord& record) {
    const std::vector<std::byte> blob = read_pipeline_cache(file, record);
    std::vector<uint64_t> list(blob.size() / sizeof(uint64_t));
    if (!list.empty()) std::memcpy(list.data(), blob.data(), list.size() * sizeof(uint64_t));
    return list;
}

}  // namespace

size_t fill_driver_cache(Device& device, std::span<const PlannedKernel* const> kernels, int threads) {
    const PhysicalRecord& record = device.record();
    const std::string& beside = device.pipelines().cache_file();
    const bool kept = record.wide_vectors ? !beside.empty() : mesa_keeps_cache();
    if (!std::string_view(record.driver).starts_with("llvmpipe") || device.adopted() || device.validated() ||
        threads < 2 || beside.empty() || !kept)
        return 0;
    const std::string file = beside + ".compiled";
    std::vector<uint64_t> list = read_list(file, record);
    std::map<uint64_t, const PlannedKernel*> missing;
    for (const PlannedKernel* const kernel : kernels) {
        const uint64_t hash = fingerprint(*kernel);
        if (std::find(list.begin(), list.end(), hash) == list.end()) missing.emplace(hash, kernel);
    }
    if (missing.size() < 2) return 0;

    // The largest programs first, so that no thread is left with one at the end.
    std::vector<std::pair<uint64_t, const PlannedKernel*>> work(missing.begin(), missing.end());
    std::stable_sort(work.begin(), work.end(), [](const auto& a, const auto& b) {
        const auto size = [](const PlannedKernel& k) {
            const EmbeddedShader* const shader = find_shader(k.shader);
            return shader ? shader->words : 0;
        };
        return size(*a.second) > size(*b.second);
    });
    std::vector<char> done(work.size());
    std::atomic<size_t> next = 0;
    std::vector<std::unique_ptr<Device>> siblings;
    while (siblings.size() < std::min(work.size(), size_t(threads))) {
        auto sibling = Device::sibling(device);
        if (!sibling) break;
        siblings.push_back(std::move(*sibling));
    }
    const auto run = [&](Device& own) {
        for (size_t i = next++; i < work.size(); i = next++) done[i] = bool(compile(own, *work[i].second));
    };
    std::vector<std::thread> workers;
    workers.reserve(siblings.size());
    for (const auto& sibling : siblings)
        workers.push_back(start_thread([&run, &own = *sibling] { run(own); }));
    for (std::thread& worker : workers) worker.join();
    size_t count = 0;
    for (size_t i = 0; i < work.size(); ++i) {
        if (!done[i]) continue;
        list.push_back(work[i].first);
        ++count;
    }
    write_pipeline_cache(file, record, std::as_bytes(std::span(list)));
    return count;
}

}  // namespace vkgan
