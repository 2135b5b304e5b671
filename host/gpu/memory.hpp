// Arena: device memory in few large blocks, sub-allocated; Buffer: one VkBuffer with its piece of it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/vulkan.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vkgan {

class Device;

// Which memory a buffer wants; each falls back to what every device has.
enum class MemoryUse : uint8_t { device, upload, readback };

struct MemoryStatistics {
    int64_t current_bytes = 0;  // in buffers now
    int64_t peak_bytes = 0;
    int64_t reserved_bytes = 0;                     // in blocks taken from the driver
    std::map<std::string, int64_t> bytes_by_class;  // "parameters", "staging", ...
};

struct Allocation {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize offset = 0;
    VkDeviceSize bytes = 0;
    std::byte* mapped = nullptr;  // host-visible memory only
};

// Thread-safe.
class Arena {
public:
    Arena(Device& device, int64_t limit_bytes);
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // `what` is for the message: out_of_memory names the bytes wanted and had.
    // out_of_memory if no heap could ever hold that much: asked before a buffer of that size is made, which
    // would be invalid.
    Status check_size(int64_t bytes, const std::string& what) const;
    Result<Allocation> allocate(const VkMemoryRequirements& needs, MemoryUse use, const std::string& what);
    void free(const Allocation& allocation);
    void count(const std::string& memory_class, int64_t bytes);  // negative when freed
    MemoryStatistics statistics() const;
    int64_t free_bytes() const;  // what the device is believed to have left for us

private:
    struct Block;
    int memory_type(uint32_t allowed, MemoryUse use) const;
    Result<Block*> add_block(int type, VkDeviceSize bytes, const std::string& what);
    int64_t heap_free_bytes(uint32_t heap) const;
    Error too_large(int64_t bytes, uint32_t heap, const std::string& what) const;

    Device& device_;
    int64_t limit_bytes_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Block>> blocks_;
    MemoryStatistics statistics_;
};

// Move-only.
class Buffer {
public:
    struct Description {
        std::string name = {};          // for messages and debuggers
        std::string memory_class = {};  // "parameters", "staging"
        int64_t bytes = 0;              // 0 is rounded up to 16
        VkBufferUsageFlags usage = 0;
        MemoryUse use = MemoryUse::device;
    };
    static Result<Buffer> create(Device& device, const Description& description);

    Buffer() = default;
    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer&& other) noexcept {
        swap(other);
        return *this;
    }
    ~Buffer();

    VkBuffer handle() const { return buffer_; }
    int64_t bytes() const { return bytes_; }
    std::byte* mapped() const { return allocation_.mapped; }

private:
    void swap(Buffer& other) noexcept;

    Device* device_ = nullptr;
    VkBuffer buffer_ = VK_NULL_HANDLE;
    Allocation allocation_;
    int64_t bytes_ = 0;
    std::string memory_class_;
};

}  // namespace vkgan
