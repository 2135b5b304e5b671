// ClockCopy: timestamps that the device itself copies into the host's memory, when what they time is done.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace vkgan {

// For drivers that let vkGetQueryPoolResults wait for all that the device has to do, as lavapipe does.
// Elsewhere asking is better: a copy holds up what comes after it until all before it is done.
class ClockCopy {
public:
    // True if reads of the device's queries wait for more than those.
    static bool wanted(const Device& device);

    ClockCopy() = default;  // holds no pieces
    static Result<ClockCopy> create(Device& device, size_t most_pieces);

    size_t most_pieces() const { return size_t(buffer_.bytes()) / sizeof(Times); }
    // Queries `first` and the next are of piece `piece`, those two after of the next one, and so on; written
    // before on the same queue. Pieces beyond most_pieces are left out.
    void write(VkCommandBuffer commands, VkQueryPool queries, uint32_t first, size_t piece,
               size_t count) const;
    void end(VkCommandBuffer commands) const;  // after all of them
    // [what was recorded is done] Each piece's nanoseconds; < 0 of those that were left out.
    void read(size_t piece, std::span<double> ns) const;

private:
    struct Times {
        uint64_t begin = 0, end = 0;
    };
    Device* device_ = nullptr;
    Buffer buffer_;
};

}  // namespace vkgan
