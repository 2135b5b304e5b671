// Variables on the device as a host copy: whole regions as bytes, single variables as tensors.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/regions.hpp"
#include "host/graph/graph.hpp"
#include "host/graph/tensor.hpp"
#include "host/lower/lower.hpp"
#include "host/plan/plan.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// Region name -> its bytes, in physical layout.
using Snapshot = std::map<std::string, std::vector<std::byte>, std::less<>>;

// What and where the variables of a set of graphs are.
struct VariableTable {
    std::map<std::string, Shape, std::less<>> shapes;
    std::map<std::string, Placement, std::less<>> places;

    Snapshot empty() const;  // zeros
    Tensor get(const Snapshot& snapshot, std::string_view name) const;
    void set(Snapshot& snapshot, std::string_view name, const Tensor& tensor) const;
};

VariableTable make_table(std::span<const Graph* const> graphs, const VariableLayout& layout);

Status upload(RegionSet& regions, const Snapshot& snapshot);
Status upload(RegionSet& regions, const VariableTable& table, std::string_view name, const Tensor& tensor);
Status download(RegionSet& regions, Snapshot& snapshot);  // the regions that it has

// All variables as tensors, with room for one of them beside.
Result<TensorMap> download_tensors(RegionSet& regions, const VariableTable& table);

// A variable on the device that holds a NaN or an infinity; empty if there is none. One after another, so
// that it takes the memory of the largest only.
Result<std::string> find_not_finite(RegionSet& regions, const VariableTable& table);

// Where a variable starts from the data: then initial_values needs its mean image.
bool needs_mean_image(std::span<const VariableStart> starts);

// What training starts from: a pure function of the seed, the names, the shapes and the mean image
// ([C, H, W] in [-1, 1]; without one it is mid-grey, which will do for measuring speed).
Result<TensorMap> initial_values(std::span<const VariableStart> starts, const VariableTable& table,
                                 uint64_t seed, const Tensor* mean_image = nullptr);

}  // namespace vkgan
