// RegionSet: the named regions of device memory that plans refer to, and copies in, out and between them.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/memory.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace vkgan {

class Device;

// Not thread-safe. Copies are ordered after everything submitted before them and wait for their own end:
// they are for loading, saving and tests; a step's inputs and outputs go through its executor.
class RegionSet {
public:
    // Of the memory through which the host fills and reads regions; less, if all that it is used for is less.
    static constexpr int64_t most_staging_bytes = int64_t{4} << 20;

    explicit RegionSet(Device& device) : device_(device) {}
    ~RegionSet();
    RegionSet(const RegionSet&) = delete;
    RegionSet& operator=(const RegionSet&) = delete;

    // Makes the region, full of zeros, or makes it larger, keeping its content. Refused when an executor uses
    // it and it is too small.
    Status ensure(const std::string& name, int64_t bytes);
    bool contains(std::string_view name) const { return regions_.find(name) != regions_.end(); }
    int64_t bytes(std::string_view name) const;  // 0 if there is none
    VkBuffer buffer(std::string_view name) const;

    Status upload(std::string_view name, int64_t offset_bytes, std::span<const std::byte> data);
    Status download(std::string_view name, int64_t offset_bytes, std::span<std::byte> data);
    struct Piece {
        std::string_view region;
        int64_t offset_bytes = 0;
    };
    Status copy(Piece from, Piece to, int64_t bytes);
    Status fill_with_zeros(std::string_view name);

    std::map<std::string, int64_t> bytes_by_region() const;
    int64_t total_bytes() const;

    // While retained a region stays where it is.
    void retain(const std::string& name) { ++regions_[name].users; }
    void release(const std::string& name) { --regions_[name].users; }

private:
    struct Region {
        Buffer buffer;
        int users = 0;
    };
    Result<const Buffer*> piece(std::string_view name, int64_t offset_bytes, int64_t bytes) const;
    Status make_staging(int64_t wanted);
    Status prepare();
    Status begin();
    Status end_and_wait(std::string_view what);

    Device& device_;
    std::map<std::string, Region, std::less<>> regions_;
    Buffer staging_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    VkCommandBuffer commands_ = VK_NULL_HANDLE;
    VkFence fence_ = VK_NULL_HANDLE;
};

}  // namespace vkgan
