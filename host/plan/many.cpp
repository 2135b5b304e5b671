// Kernels that do alike: weights of one region that are packed in the same way are packed in one dispatch.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/plan/draft.hpp"
#include "host/plan/place.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int64_t quad_bytes = 16;

const DraftBinding& read_of(const DraftKernel& kernel) {
    return *std::ranges::find(kernel.bindings, Access::read, &DraftBinding::access);
}
const DraftBinding& written_by(const DraftKernel& kernel) {
    return *std::ranges::find(kernel.bindings, Access::write, &DraftBinding::access);
}

// One operand read of a region, one whole buffer of the workspace written.
bool may_join(const Draft& draft, const DraftKernel& kernel) {
    if (kernel.kernel.many.empty() || kernel.bindings.size() != 2) return false;
    const Location &from = read_of(kernel).location, &to = written_by(kernel).location;
    return from.buffer < 0 && !from.half && to.buffer >= 0 && to.offset == 0 &&
           draft.buffers[static_cast<size_t>(to.buffer)].list < 0;
}

bool writes_over(const DraftKernel& kernel, const Location& place) {
    return std::ranges::any_of(kernel.bindings, [&](const DraftBinding& binding) {
        const Location& own = binding.location;
        return binding.access != Access::read && own.buffer < 0 && own.region == place.region &&
               own.offset < place.offset + place.bytes && place.offset < own.offset + own.bytes;
    });
}

// The kernels from `first` on that can run where it runs, as many as one dispatch takes.
std::vector<size_t> together_with(const Draft& draft, size_t first, const DeviceTraits& device) {
    std::vector<size_t> result{first};
    const DraftKernel& leader = draft.kernels[first];
    const Location& own = read_of(leader).location;
    int64_t begin = own.offset, end = own.offset + own.bytes;
    for (size_t i = first + 1; i < draft.kernels.size() && result.size() < VKGAN_MANY; ++i) {
        const DraftKernel& kernel = draft.kernels[i];
        if (kernel.kernel.many != leader.kernel.many || !may_join(draft, kernel)) continue;
        if (written_by(kernel).location.half != written_by(leader).location.half) continue;
        const Location& from = read_of(kernel).location;
        const bool changes =
            std::any_of(draft.kernels.begin() + ptrdiff_t(first), draft.kernels.begin() + ptrdiff_t(i),
                        [&](const DraftKernel& between) { return writes_over(between, from); });
        const int64_t least = std::min(begin, from.offset), most = std::max(end, from.offset + from.bytes);
        const bool reaches =
            most - least <= device.max_binding_bytes && (most - least) / quad_bytes <= device.max_texel_quads;
        if (from.region != own.region || changes || !reaches) continue;
        begin = least;
        end = most;
        result.push_back(i);
    }
    return result;
}

struct Joined {
    Location from, to;
    std::vector<uint32_t> push{0};
    int64_t invocations = 0;
};

Joined join(Draft& draft, std::span<const size_t> kernels, int64_t alignment) {
    Joined joined;
    joined.from = read_of(draft.kernels[kernels[0]]).location;
    int64_t end = 0, written = 0;
    const bool half = written_by(draft.kernels[kernels[0]]).location.half;
    for (const size_t i : kernels) {
        const Location& from = read_of(draft.kernels[i]).location;
        joined.from.offset = std::min(joined.from.offset, from.offset);
        end = std::max(end, from.offset + from.bytes);
    }
    joined.from.bytes = end - joined.from.offset;
    const int list = static_cast<int>(draft.buffers.size());
    for (const size_t i : kernels) {
        const DraftKernel& kernel = draft.kernels[i];
        DraftBuffer& buffer = draft.buffers[static_cast<size_t>(written_by(kernel).location.buffer)];
        buffer.list = list;
        buffer.offset_in_list = written;
        joined.invocations += kernel.kernel.push[0];
        const int64_t first_read = (read_of(kernel).location.offset - joined.from.offset) / quad_bytes;
        const int64_t first_written = written / written_by(kernel).location.quad_bytes();
        for (const int64_t word : {joined.invocations, first_read, first_written})
            joined.push.push_back(static_cast<uint32_t>(word));
        joined.push.insert(joined.push.end(), kernel.kernel.push.begin() + 1, kernel.kernel.push.end());
        written = round_up(written + buffer.bytes, alignment);
    }
    draft.buffers.push_back({.bytes = written});
    joined.to = {list, {}, 0, written, half};
    joined.push[0] = static_cast<uint32_t>(joined.invocations);
    // Shaders look at all; those that are none begin where all invocations have ended.
    while (joined.push.size() < 1 + size_t{VKGAN_MANY} * VKGAN_MANY_WORDS)
        joined.push.push_back(static_cast<uint32_t>(joined.invocations));
    return joined;
}

void replace(DraftKernel& kernel, Joined joined, size_t count, const DeviceTraits& device) {
    constexpr int local_size = 64;
    kernel.kernel.shader = kernel.kernel.many;
    kernel.kernel.many.clear();
    kernel.kernel.push = std::move(joined.push);
    kernel.kernel.groups = groups_for(joined.invocations, local_size, device);
    kernel.kernel.label += fmt::format(" and {} more", count - 1);
    for (DraftBinding& binding : kernel.bindings)
        binding.location = binding.access == Access::read ? joined.from : joined.to;
}

}  // namespace

void join_many(Draft& draft, const DeviceTraits& device) {
    std::vector<char> gone(draft.kernels.size());
    for (size_t i = 0; i < draft.kernels.size(); ++i) {
        if (gone[i] || !may_join(draft, draft.kernels[i])) continue;
        const std::vector<size_t> together = together_with(draft, i, device);
        if (together.size() < 2) continue;
        for (size_t k = 1; k < together.size(); ++k) gone[together[k]] = true;
        Joined joined = join(draft, together, device.offset_alignment);
        replace(draft.kernels[i], std::move(joined), together.size(), device);
    }
    std::vector<DraftKernel> left;
    for (size_t i = 0; i < gone.size(); ++i)
        if (!gone[i]) left.push_back(std::move(draft.kernels[i]));
    draft.kernels = std::move(left);
}

}  // namespace vkgan
