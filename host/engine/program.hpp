// Program: one graph ready to run on the device, with its inputs and outputs as plain tensors.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/executor.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vkgan {

// Use: begin, then write every input, submit, and later finish; outputs are those of the last finished run.
// As many runs as there are slots may be in flight. Device and regions must outlive it.
class Program {
public:
    static Result<std::unique_ptr<Program>> create(Device& device, RegionSet& regions, Plan plan,
                                                   int slots = 2);

    const Plan& plan() const { return executor_->schedule().plan; }
    Executor& executor() { return *executor_; }
    bool has_input(std::string_view name) const { return plan().inputs.contains(name); }
    bool has_output(std::string_view name) const { return plan().outputs.contains(name); }

    Status set_up() {
        return executor_->set_up();
    }  // before the first run and whenever variables have changed
    void begin() { filling_ = (filling_ + 1) % executor_->slots(); }
    // Logical values, into the slot that begin chose or into another; an input that the plan does not have is
    // left out.
    static constexpr int begun = -1;
    Status write(std::string_view name, std::span<const float> values, int slot = begun);
    Status write(std::string_view name, std::span<const int32_t> values, int slot = begun);
    // Bytes in physical layout.
    Status write_physical(std::string_view name, std::span<const std::byte> bytes, int slot = begun);
    Status submit() { return executor_->run(filling_); }
    int slot() const { return filling_; }
    // Waits for what was submitted from this slot; its outputs can be read from then on.
    Status finish(int slot);
    void read_from(int slot) { finished_ = slot; }  // known to have ended

    double number(std::string_view name) const;  // a rank-0 output
    Tensor tensor(std::string_view name) const;
    double device_ms();  // of the last run, by timestamps; 0 where there are none

private:
    std::unique_ptr<Executor> executor_;
    int filling_ = 0, finished_ = 0;
};

int compile_threads();  // for pipelines: one per processor, at most 16

// Physical bytes of a tensor, for write_physical and for regions. Padding is zero.
void write_quads(const Shape& shape, std::span<const float> logical, std::span<std::byte> physical);
void read_quads(const Shape& shape, std::span<const std::byte> physical, std::span<float> logical);

}  // namespace vkgan
