// Pipelines: one compute pipeline for each (shader, constants) that any executor of a device asks for.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/gpu/spirv.hpp"
#include "host/gpu/vulkan.hpp"

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vkgan {

class Device;

struct Shader {
    std::string name;
    std::vector<uint32_t> code;
    ShaderInterface interface;
    VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
};

struct Pipeline {
    const Shader* shader = nullptr;
    VkPipeline handle = VK_NULL_HANDLE;
};

struct PipelineKey {
    std::string shader;                                    // "conv2d:texel"
    std::vector<std::pair<uint32_t, uint32_t>> constants;  // id, value; sorted by find and make
    friend auto operator<=>(const PipelineKey&, const PipelineKey&) = default;
};

// Thread-safe. What it returns stays valid as long as the device.
class Pipelines {
public:
    // `cache_folder`: of the pipeline cache file; absent: the user's; empty: no file. Not looked at with
    // `cache`.
    Pipelines(Device& device, const std::optional<std::string>& cache_folder, CacheFunctions cache = {});
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;
    Pipelines& operator=(const Pipelines&) = delete;

    // In the order of the keys. Missing ones are compiled on `threads` threads.
    Result<std::vector<const Pipeline*>> make(std::vector<PipelineKey> keys, int threads);

    size_t count() const { return count_; }                        // waits for no compilation
    const std::string& cache_file() const { return cache_file_; }  // empty: none of ours is kept
    void save_cache();  // also done by the destructor; an unwritable folder is no error

private:
    std::vector<std::byte> kept_cache();
    Result<const Shader*> shader(const std::string& name);
    Status make_layouts(Shader& shader);
    Result<VkPipeline> compile(const Shader& shader, const PipelineKey& key);
    Result<VkPipeline> make_pipeline(const Shader& shader, VkShaderModule module,
                                     const std::array<uint32_t, 3>& local_size);
    Status compile_missing(std::vector<PipelineKey> missing, int threads);

    Device& device_;
    VkPipelineCache cache_ = VK_NULL_HANDLE;
    std::string cache_file_;
    CacheFunctions cache_functions_;
    std::atomic<size_t> count_ = 0;
    bool unsaved_ = false;
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Shader>, std::less<>> shaders_;
    std::map<PipelineKey, Pipeline> pipelines_;
};

}  // namespace vkgan
