// Drafter: the state of make_draft; its methods are in draft.cpp (kernels) and locate.cpp (operands).
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/draft.hpp"

namespace vkgan {

// What the operands of one cluster's kernels refer to.
struct OperandContext {
    const Cluster& cluster;
    const Chain& chain;  // whose inputs Operand::chain_input counts
    std::span<const Location> scratches;
    std::map<int, int64_t> input_ends;  // by index: the last byte that any kernel reads, where kernels say so
};

class Drafter {
public:
    Drafter(const Analysis& analysis, const VariableLayout& layout, std::span<const Cluster> clusters);

    Status place_assigned(const Cluster& cluster);  // before any cluster is added
    Status add(const Cluster& cluster);
    Status finish();  // outputs that no kernel touches
    Draft take() { return std::move(draft_); }

private:
    Status add_chain(const Cluster& cluster, const Chain& chain);
    Status add_core(const Cluster& cluster);
    Status add_kernel(Kernel kernel, const OperandContext& context);
    std::vector<Location> find_scratches(const Emission& emission, const Cluster& cluster,
                                         std::vector<char>& filled);
    bool lasts(int32_t source) const;
    Location add_packed(int64_t bytes);
    bool texel_reaches(const Chain& chain) const;
    bool readers_join(const Cluster& cluster) const;  // slices.cpp
    void leave_sliced(const Cluster& cluster, int64_t slices, std::span<const Location> scratches);
    void read_slices(Chain& chain, const Cluster& cluster) const;
    Result<Chain> chain_of(const Cluster& cluster) const;
    std::string label_of(const Cluster& cluster, const Kernel& kernel) const;

    // locate.cpp
    Result<DraftBinding> bind(const Operand& operand, const OperandContext& context);
    Result<Location> locate(const Operand& operand, const OperandContext& context);
    Result<Location> locate_value(int32_t root);  // gives it a buffer at first
    Result<Location> locate_variables(const Node& node, int first, int64_t end);
    Result<Location> locate_list(const Node& node, int first, int64_t end);
    Result<Location> make_list(std::span<const int32_t> values, int64_t end);
    Status copy_into(int list, int64_t offset, int32_t value);
    Status check(const DraftBinding& binding, const Operand& operand, const OperandContext& context) const;
    std::string name_of(const Operand& operand, const OperandContext& context) const;
    Location in_list(Location location) const;  // seen from the outermost buffer
    int add_buffer(int64_t bytes);
    int64_t alignment() const { return analysis_.options.device.offset_alignment; }

    const Analysis& analysis_;
    const VariableLayout& layout_;
    std::vector<std::vector<const Cluster*>>
        computed_in_;  // of what chains compute or feed: the clusters that have it
    struct Slices {
        int64_t count = 1;
        Location location;
    };
    std::map<int32_t, Slices> slices_;           // of sums that their readers join
    std::map<int32_t, const Cluster*> joiners_;  // of sums that one chain adds and stores
    Draft draft_;
    std::map<std::tuple<std::string, int32_t, int64_t>, Location>
        keyed_;  // scratches with content that is shared
};

}  // namespace vkgan
