// TimedCommands: command buffers that are recorded once, submitted often, and timed at each run.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/vulkan.hpp"
#include "host/schedule/schedule.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vkgan {

class Device;

// One thread at a time but for read_ns. The device must outlive it, and the owner sees to it that none is
// still running when it ends.
class TimedCommands {
public:
    struct Description {
        std::string name;  // for the message if the device is lost: "slice 3 of 20, from conv2d on"
        double predicted_ns = 0;
    };
    // Writes command buffer `index`, which has been begun; called for each at once, and by write_to.
    using Body = std::function<void(VkCommandBuffer, int index)>;
    static Result<std::unique_ptr<TimedCommands>> create(Device& device,
                                                         const std::vector<Description>& descriptions,
                                                         Body body);
    ~TimedCommands();
    TimedCommands(const TimedCommands&) = delete;
    TimedCommands& operator=(const TimedCommands&) = delete;

    int count() const { return costs_.size(); }
    const std::string& name(int index) const { return names_[size_t(index)]; }
    VkCommandBuffer at(int index) const { return buffers_[size_t(index)]; }
    // Of timestamps, those of commands i at 2 i (its beginning) and 2 i + 1; null if the queue has none.
    VkQueryPool queries() const { return queries_; }
    // The same commands without timestamps, into somebody else's command buffer outside of a render pass.
    void write_to(VkCommandBuffer commands, int index) const { body_(commands, index); }

    double expected_ns(int index) const { return costs_.expected_ns(index); }
    const CostModel& costs() const { return costs_; }
    // What the last runs of commands `first` and those after it took, by the device's clock; < 0 if that is
    // not known: it has not ended, or the queue has no timestamps. From any thread; some drivers wait in it
    // for all that the device has to do.
    void read_ns(int first, std::span<double> ns) const;
    // Moves the expectation.
    void measured(int index, double ns);
    double take_spent_ns() { return std::exchange(spent_ns_, 0.0); }  // measured since the last call

private:
    TimedCommands(Device& device, Body body) : device_(device), body_(std::move(body)) {}
    Status make();
    Status record(int index) const;

    Device& device_;
    Body body_;
    std::vector<std::string> names_;
    CostModel costs_;
    double spent_ns_ = 0;
    std::vector<VkCommandBuffer> buffers_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    VkQueryPool queries_ = VK_NULL_HANDLE;
};

// Of copies that are cut into pieces: a tenth of a millisecond to a millisecond each.
inline constexpr int64_t copy_piece_bytes = int64_t{2} << 20;
inline constexpr double guessed_copy_bytes_per_ns = 8;  // until it is measured
// Memory barriers before or after copies of regions, against all that runs beside them.
void order_copies(const Device& device, VkCommandBuffer commands, bool before);

}  // namespace vkgan
