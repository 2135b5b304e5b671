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

Status upload(RegionSet& regions, const VariableTable& table, std::string_view name, const Tensor& tensor) {
    const Placement& place = table.places.find(name)->second;
    assert(tensor.shape == table.shapes.find(name)->second);
    std::vector<std::byte> bytes(size_t(byte_count(tensor.shape)));
    write_quads(tensor.shape, tensor.values, bytes);
    return regions.upload(place.region, place.offset_bytes, bytes);
}

Status download(RegionSet& regions, Snapshot& snapshot) {
    for (auto& [name, bytes] : snapshot) VKGAN_TRY(regions.download(name, 0, bytes));
    return {};
}

namespace {

// One variable's bytes, in physical layout, into `bytes`, whose memory serves again.
Status download_one(RegionSet& regions, const VariableTable& table, const std::string& name,
                    std::vector<std::byte>& bytes) {
    const Placement& place = table.places.find(name)->second;
    bytes.resize(size_t(byte_count(table.shapes.find(name)->second)));
    return regions.download(place.region, place.offset_bytes, bytes);
}

}  // namespace

Result<TensorMap> download_tensors(RegionSet& regions, const VariableTable& table) {
    TensorMap tensors;
    std::vector<std::byte> bytes;
    for (const auto& [name, place] : table.places) {
        VKGAN_TRY(download_one(regions, table, name, bytes));
        Tensor tensor(table.shapes.find(name)->second);
        read_quads(tensor.shape, bytes, tensor.values);
        tensors.emplace(name, std::move(tensor));
    }
    return tensors;
}

Result<std::string> find_not_finite(RegionSet& regions, const VariableTable& table) {
    std::vector<std::byte> bytes;
    for (const auto& [name, place] : table.places) {
        VKGAN_TRY(download_one(regions, table, name, bytes));
        const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
        if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); })) return std::string(name);
    }
    return std::string{};
}

}  // namespace vkgan
