// CopyList: copies between regions as commands that fit into frames.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/regions.hpp"
#include "host/gpu/timed_commands.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vkgan {

class FrameQueue;

struct RegionRange {
    RegionSet* regions = nullptr;
    std::string region;
    int64_t offset_bytes = 0;
};

// One thread at a time. The regions must outlive it and stay where they are.
class CopyList {
public:
    struct Copy {
        RegionRange from, to;
        int64_t bytes = 0;
    };
    // `name`: for messages.
    static Result<std::unique_ptr<CopyList>> create(Device& device, const std::vector<Copy>& copies,
                                                    const std::string& name);
    int pieces() const { return commands_->count(); }
    // Adds the next pieces, from `first` on, as many as the frame admits; returns how many.
    int add(FrameQueue& frame, int first);

private:
    struct Range {
        VkBuffer from = VK_NULL_HANDLE, to = VK_NULL_HANDLE;
        VkBufferCopy range{};
    };
    explicit CopyList(Device& device) : device_(device) {}
    void write(VkCommandBuffer commands, int index) const;

    Device& device_;
    std::vector<std::vector<Range>> pieces_;
    std::unique_ptr<TimedCommands> commands_;
};

}  // namespace vkgan
