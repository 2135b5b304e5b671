// Blocks of device memory with a sorted list of free ranges each; first fit.
// SPDX-License-Identifier: MIT
#include "host/gpu/memory.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/shared_image.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {
namespace {

constexpr VkDeviceSize block_bytes = VkDeviceSize{16} << 20;  // larger pieces get a block of their own

struct Range {
    VkDeviceSize offset = 0, bytes = 0;
};

VkMemoryPropertyFlags wanted_flags(MemoryUse use) {
    switch (use) {
        case MemoryUse::device: return VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
        case MemoryUse::upload: return 0;
        case MemoryUse::readback: return VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    }
    return 0;
}

VkMemoryPropertyFlags required_flags(MemoryUse use) {
    return use == MemoryUse::device
               ? 0
               : VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
}

VkDeviceSize round_up(VkDeviceSize value, VkDeviceSize alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

std::string megabytes(int64_t bytes) {
    return fmt::format("{} bytes ({:.1f} MiB)", bytes, double(bytes) / 1048576);
}

}  // namespace

struct Arena::Block {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    int type = 0;
    VkDeviceSize bytes = 0;
    std::byte* mapped = nullptr;
    std::vector<Range> free;  // by offset, never touching

    // False if no free range holds it.
    bool take(VkDeviceSize wanted, VkDeviceSize alignment, VkDeviceSize& offset) {
        for (size_t i = 0; i < free.size(); ++i) {
            const Range range = free[i];
            offset = round_up(range.offset, alignment);
            const VkDeviceSize end = range.offset + range.bytes;
            if (offset > end || end - offset < wanted) continue;
            free.erase(free.begin() + ptrdiff_t(i));
            if (offset + wanted < end)
                free.insert(free.begin() + ptrdiff_t(i), {offset + wanted, end - offset - wanted});
            if (offset > range.offset)
                free.insert(free.begin() + ptrdiff_t(i), {range.offset, offset - range.offset});
            return true;
        }
        return false;
    }

    void give_back(Range range) {
        auto next =
            std::find_if(free.begin(), free.end(), [&](const Range& f) { return f.offset > range.offset; });
        if (next != free.end() && range.offset + range.bytes == next->offset) {
            range.bytes += next->bytes;
            next = free.erase(next);
        }
        if (next != free.begin() && std::prev(next)->offset + std::prev(next)->bytes == range.offset)
            std::prev(next)->bytes += range.bytes;
        else
            free.insert(next, range);
    }

    bool empty() const { return free.size() == 1 && free[0].bytes == bytes; }
};

Arena::Arena(Device& device, int64_t limit_bytes) : device_(device), limit_bytes_(limit_bytes) {}

Arena::~Arena() {
    for (const auto& block : blocks_) device_.vk().vkFreeMemory(device_.handle(), block->memory, nullptr);
}

int Arena::memory_type(uint32_t allowed, MemoryUse use) const {
    const VkPhysicalDeviceMemoryProperties& memory = device_.record().memory;
    const VkMemoryPropertyFlags required = required_flags(use);
    for (const VkMemoryPropertyFlags wanted : {wanted_flags(use), VkMemoryPropertyFlags{0}})
        for (uint32_t i = 0; i < memory.memoryTypeCount; ++i)
            if ((allowed >> i & 1) &&
                (memory.memoryTypes[i].propertyFlags & (required | wanted)) == (required | wanted))
                return int(i);
    return -1;
}

Result<Allocation> Arena::allocate(const VkMemoryRequirements& needs, MemoryUse use,
                                   const std::string& what) {
    const std::lock_guard lock(mutex_);
    const int type = memory_type(needs.memoryTypeBits, use);
    if (type < 0) return Error{Code::unsupported, "The device has no memory type for " + what + "."};
    Allocation result;
    result.bytes = needs.size;
    const auto take_from = [&](Block& block) {
        if (block.type != type || !block.take(needs.size, needs.alignment, result.offset)) return false;
        result.memory = block.memory;
        result.mapped = block.mapped ? block.mapped + result.offset : nullptr;
        return true;
    };
    for (const auto& block : blocks_)
        if (take_from(*block)) return result;
    const bool share =
        needs.size < block_bytes / 4 &&
        (limit_bytes_ == 0 || statistics_.reserved_bytes + int64_t(block_bytes) <= limit_bytes_);
    VKGAN_ASSIGN(Block * block, add_block(type, share ? block_bytes : needs.size, what));
    take_from(*block);
    return result;
}

Status Arena::check_size(int64_t bytes, const std::string& what) const {
    const std::lock_guard lock(mutex_);
    const VkPhysicalDeviceMemoryProperties& memory = device_.record().memory;
    uint32_t largest = 0;
    for (uint32_t i = 1; i < memory.memoryHeapCount; ++i)
        if (memory.memoryHeaps[i].size > memory.memoryHeaps[largest].size) largest = i;
    if (VkDeviceSize(bytes) > memory.memoryHeaps[largest].size) return too_large(bytes, largest, what);
    return {};
}

Result<Arena::Block*> Arena::add_block(int type, VkDeviceSize bytes, const std::string& what) {
    const VkMemoryType& properties = device_.record().memory.memoryTypes[type];
    if (limit_bytes_ > 0 && statistics_.reserved_bytes + int64_t(bytes) > limit_bytes_)
        return too_large(int64_t(bytes), properties.heapIndex, what);
    // A heap that is smaller than this can only fail later and worse (software drivers overcommit).
    if (bytes > device_.record().memory.memoryHeaps[properties.heapIndex].size)
        return too_large(int64_t(bytes), properties.heapIndex, what);
    auto block = std::make_unique<Block>();
    block->type = type;
    block->bytes = bytes;
    block->free = {{0, bytes}};
    auto info = vk_struct<VkMemoryAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO);
    info.allocationSize = bytes;
    info.memoryTypeIndex = uint32_t(type);
    const VkResult result = device_.vk().vkAllocateMemory(device_.handle(), &info, nullptr, &block->memory);
    if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY)
        return too_large(int64_t(bytes), properties.heapIndex, what);
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateMemory for " + what);
    if (properties.propertyFlags & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT) {
        void* mapped = nullptr;
        if (device_.vk().vkMapMemory(device_.handle(), block->memory, 0, VK_WHOLE_SIZE, 0, &mapped) ==
            VK_SUCCESS)
            block->mapped = static_cast<std::byte*>(mapped);
    }
    statistics_.reserved_bytes += int64_t(bytes);
    blocks_.push_back(std::move(block));
    return blocks_.back().get();
}

Error Arena::too_large(int64_t bytes, uint32_t heap, const std::string& what) const {
    int64_t had = heap_free_bytes(heap);
    if (limit_bytes_ > 0) had = std::min(had, limit_bytes_ - statistics_.reserved_bytes);
    return Error{
        Code::out_of_memory,
        fmt::format("Out of memory on {}: {} wants {}, and {} are left{}.", device_.name(), what,
                    megabytes(bytes), megabytes(std::max<int64_t>(had, 0)),
                    limit_bytes_ > 0 ? fmt::format(" of the limit of {}", megabytes(limit_bytes_)) : "")};
}

int64_t Arena::heap_free_bytes(uint32_t heap) const {
    const auto& functions = device_.instance_functions();
    auto budget = vk_struct<VkPhysicalDeviceMemoryBudgetPropertiesEXT>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT);
    if (device_.capabilities().uses(Optional::memory_budget)) {
        auto memory = vk_struct<VkPhysicalDeviceMemoryProperties2>(
            VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2);
        memory.pNext = &budget;
        functions.vkGetPhysicalDeviceMemoryProperties2(device_.record().handle, &memory);
        return int64_t(budget.heapBudget[heap]) - int64_t(budget.heapUsage[heap]);
    }
    return int64_t(device_.record().memory.memoryHeaps[heap].size) - statistics_.reserved_bytes;
}

int64_t Arena::free_bytes() const {
    const std::lock_guard lock(mutex_);
    const int type = memory_type(~0u, MemoryUse::device);
    if (type < 0) return 0;
    const int64_t had = heap_free_bytes(device_.record().memory.memoryTypes[type].heapIndex);
    return limit_bytes_ > 0 ? std::min(had, limit_bytes_ - statistics_.reserved_bytes) : had;
}

void Arena::free(const Allocation& allocation) {
    const std::lock_guard lock(mutex_);
    const auto block = std::find_if(blocks_.begin(), blocks_.end(),
                                    [&](const auto& b) { return b->memory == allocation.memory; });
    if (block == blocks_.end()) return;
    (*block)->give_back({allocation.offset, allocation.bytes});
    if (!(*block)->empty()) return;
    device_.vk().vkFreeMemory(device_.handle(), (*block)->memory, nullptr);
    statistics_.reserved_bytes -= int64_t((*block)->bytes);
    blocks_.erase(block);
}

void Arena::count(const std::string& memory_class, int64_t bytes) {
    const std::lock_guard lock(mutex_);
    statistics_.current_bytes += bytes;
    statistics_.peak_bytes = std::max(statistics_.peak_bytes, statistics_.current_bytes);
    statistics_.bytes_by_class[memory_class] += bytes;
    // Shared images have memory of their own, which is not in blocks.
    if (memory_class == shared_image_memory) statistics_.reserved_bytes += bytes;
}

MemoryStatistics Arena::statistics() const {
    const std::lock_guard lock(mutex_);
    return statistics_;
}

Result<Buffer> Buffer::create(Device& device, const Description& description) {
    Buffer result;
    result.device_ = &device;
    result.bytes_ = std::max<int64_t>(description.bytes, 16);
    result.memory_class_ = description.memory_class;
    VKGAN_TRY(device.arena().check_size(result.bytes_, description.name));
    auto info = vk_struct<VkBufferCreateInfo>(VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO);
    info.size = VkDeviceSize(result.bytes_);
    info.usage = description.usage;
    if (const VkResult made = device.vk().vkCreateBuffer(device.handle(), &info, nullptr, &result.buffer_);
        made != VK_SUCCESS)
        return device.failure(made, "vkCreateBuffer for " + description.name);
    VkMemoryRequirements needs{};
    device.vk().vkGetBufferMemoryRequirements(device.handle(), result.buffer_, &needs);
    VKGAN_ASSIGN(result.allocation_, device.arena().allocate(needs, description.use, description.name));
    device.arena().count(result.memory_class_, result.bytes_);
    if (const VkResult bound = device.vk().vkBindBufferMemory(
            device.handle(), result.buffer_, result.allocation_.memory, result.allocation_.offset);
        bound != VK_SUCCESS)
        return device.failure(bound, "vkBindBufferMemory for " + description.name);
    device.name_object(VK_OBJECT_TYPE_BUFFER, reinterpret_cast<uint64_t>(result.buffer_), description.name);
    return result;
}

Buffer::~Buffer() {
    if (!device_) return;
    if (buffer_) device_->vk().vkDestroyBuffer(device_->handle(), buffer_, nullptr);
    if (!allocation_.memory) return;
    device_->arena().free(allocation_);
    device_->arena().count(memory_class_, -bytes_);
}

void Buffer::swap(Buffer& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(buffer_, other.buffer_);
    std::swap(allocation_, other.allocation_);
    std::swap(bytes_, other.bytes_);
    std::swap(memory_class_, other.memory_class_);
}

}  // namespace vkgan
