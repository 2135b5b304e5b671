// RegionCopy: a second copy of some regions, taken and put back by commands that fit into frames.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/regions.hpp"
#include "host/gpu/timed_commands.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

class FrameQueue;

// One thread at a time. Device and regions must outlive it; the regions stay where they are as long as it
// lives.
class RegionCopy {
public:
    // `use`: device memory, or readback: the host's, where bytes() can look at it.
    static Result<std::unique_ptr<RegionCopy>> create(Device& device, RegionSet& regions,
                                                      std::vector<std::string> names, MemoryUse use);
    ~RegionCopy();
    RegionCopy(const RegionCopy&) = delete;
    RegionCopy& operator=(const RegionCopy&) = delete;

    int pieces() const { return commands_->count() / 2; }  // of taking it, and as many of putting it back
    // Adds the next pieces, from `first` on, as many as the frame admits; returns how many.
    int add_take(FrameQueue& frame, int first);
    int add_put_back(FrameQueue& frame, int first);

    const std::vector<std::string>& names() const { return names_; }
    // Of a copy in the host's memory, once the submission of its last piece is completed.
    std::span<const std::byte> bytes(size_t region) const;
    int64_t total_bytes() const;

private:
    struct Piece {
        size_t region = 0;
        VkBufferCopy range{};
    };
    RegionCopy(Device& device, RegionSet& regions, std::vector<std::string> names)
        : device_(device), regions_(regions), names_(std::move(names)) {}
    Status make(MemoryUse use);
    void write(VkCommandBuffer commands, int index) const;
    int add(FrameQueue& frame, int first, int count);

    Device& device_;
    RegionSet& regions_;
    std::vector<std::string> names_;
    std::vector<Buffer> buffers_;
    std::vector<Piece> ranges_;
    std::unique_ptr<TimedCommands> commands_;  // taking each range, then putting each back
    size_t retained_ = 0;
};

}  // namespace vkgan
