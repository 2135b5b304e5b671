// Between snapshots and tensors, and between snapshots and the device.
// SPDX-License-Identifier: MIT
#include "host/engine/variables.hpp"

#include "host/engine/program.hpp"
#include "host/graph/layout.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace vkgan {

VariableTable make_table(std::span<const Graph* const> graphs, const VariableLayout& layout) {
    VariableTable table;
    for (const Graph* graph : graphs) {
        for (const Variable& variable : graph->variables())
            table.shapes.emplace(variable.name, variable.shape);
    }
    table.places = layout.variables;
    return table;
}

Snapshot VariableTable::empty() const {
    Snapshot snapshot;
    for (const auto& [name, place] : places) {
        auto& bytes = snapshot[place.region];
        bytes.resize(std::max(bytes.size(), size_t(place.offset_bytes + place.bytes)));
    }
    return snapshot;
}

Tensor VariableTable::get(const Snapshot& snapshot, std::string_view name) const {
    const Shape& shape = shapes.find(name)->second;
    const Placement& place = places.find(name)->second;
    Tensor tensor(shape);
    const std::span region(snapshot.find(place.region)->second);
    read_quads(shape, region.subspan(size_t(place.offset_bytes), size_t(byte_count(shape))), tensor.values);
    return tensor;
}

void VariableTable::set(Snapshot& snapshot, std::string_view name, const Tensor& tensor) const {
    const Placement& place = places.find(name)->second;
    assert(tensor.shape == shapes.find(name)->second);
    const std::span region(snapshot.find(place.region)->second);
    write_quads(tensor.shape, tensor.values,
                region.subspan(size_t(place.offset_bytes), size_t(byte_count(tensor.shape))));
}

Status upload(RegionSet& regions, const Snapshot& snapshot) {
    for (const auto& [name, bytes] : snapshot) VKGAN_TRY(regions.upload(name, 0, bytes));
    return {};
}

Status download(RegionSet& regions, Snapshot& snapshot) {
    for (auto& [name, bytes] : snapshot) VKGAN_TRY(regions.download(name, 0, bytes));
    return {};
}

std::string find_not_finite(const VariableTable& table, const Snapshot& snapshot) {
    for (const auto& [name, place] : table.places) {
        const auto region = snapshot.find(place.region);
        const auto shape = table.shapes.find(name);
        if (region == snapshot.end() || shape == table.shapes.end()) continue;
        const auto* const floats = reinterpret_cast<const float*>(region->second.data() + place.offset_bytes);
        const std::span values(floats, size_t(quad_count(shape->second)) * 4);
        if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); })) return name;
    }
    return {};
}

}  // namespace vkgan
