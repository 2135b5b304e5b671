// Where operands lie: values, variables, and lists of either that one kernel runs over as one piece.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/plan/chains.hpp"
#include "host/plan/drafter.hpp"
#include "host/plan/place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int64_t quad_bytes = 16;

int64_t stored_bytes(const Shape& shape) { return std::max(quad_bytes, byte_count(shape)); }

int64_t half_bytes(const Shape& shape) { return round_up(stored_bytes(shape) / 2, quad_bytes); }

bool follows(const Location& piece, const Location& head, int64_t offset) {
    return piece.buffer == head.buffer && piece.region == head.region && piece.offset == head.offset + offset;
}

}  // namespace

Result<DraftBinding> Drafter::bind(const Operand& operand, const OperandContext& context) {
    VKGAN_ASSIGN(Location location, locate(operand, context));
    const int64_t offset = operand.offset_bytes * location.quad_bytes() / quad_bytes;
    location.offset += offset;
    location.bytes -= offset;
    if (operand.bytes >= 0)  // of an odd number of float16 quads the buffer has room for one more
        location.bytes = round_up(operand.bytes * location.quad_bytes() / quad_bytes, quad_bytes);
    DraftBinding binding{operand.binding, std::move(location), operand.access, operand.texel};
    VKGAN_TRY(check(binding, operand, context));
    return binding;
}

Result<Location> Drafter::locate(const Operand& operand, const OperandContext& context) {
    const int64_t end = operand.bytes < 0 ? 0 : operand.offset_bytes + operand.bytes;
    const auto index = static_cast<size_t>(operand.index);
    const auto no_such = [&](size_t count) {
        return Error{Code::internal, fmt::format("plan: {} names operand {} of {}", name_of(operand, context),
                                                 operand.index, count)};
    };
    const Cluster& cluster = context.cluster;
    switch (operand.kind) {
        case Operand::Kind::input:
        case Operand::Kind::variable: {
            const Node& node = analysis_.node(cluster.core);
            const bool variable = operand.kind == Operand::Kind::variable;
            const size_t count = variable ? node.variables.size() : node.inputs.size();
            if (index >= count) return no_such(count);
            if (variable) return locate_variables(node, operand.index, end);
            const auto known = context.input_ends.find(operand.index);
            return locate_list(node, operand.index, known == context.input_ends.end() ? 0 : known->second);
        }
        case Operand::Kind::scratch: {
            if (index >= context.scratches.size()) return no_such(context.scratches.size());
            return context.scratches[index];
        }
        case Operand::Kind::chain_input: {
            if (index >= context.chain.inputs.size()) return no_such(context.chain.inputs.size());
            const int32_t node = context.chain.inputs[index].node;
            if (context.chain.inputs[index].terms > 1) return slices_.at(node).location;
            if (cluster.role != Cluster::Role::copy) return locate_value(node);
            return locate_variables(analysis_.node(node), 0, 0);  // the variable, not its copy
        }
        case Operand::Kind::output:
        case Operand::Kind::chain_output: break;
    }
    if (index >= cluster.results.size()) return no_such(cluster.results.size());
    return locate_value(cluster.results[index]);
}

// A value that only an assign reads lies where the assign would put it.
Status Drafter::place_assigned(const Cluster& cluster) {
    for (const int32_t assign : cluster.assigns) {
        VKGAN_ASSIGN(const Location location, locate_variables(analysis_.node(assign), 0, 0));
        draft_.locations[input_root(analysis_, assign)] = location;
    }
    return {};
}

Result<Location> Drafter::locate_value(int32_t root) {
    if (const auto found = draft_.locations.find(root); found != draft_.locations.end()) return found->second;
    const Node& node = analysis_.node(root);
    Location location;
    if (analysis_.is_read(root) && !analysis_.copied[static_cast<size_t>(root)]) {
        VKGAN_ASSIGN(location, locate_variables(node, 0, 0));
    } else if (analysis_.is_input(root)) {
        const auto found = layout_.inputs.find(node.attributes.name);
        if (found == layout_.inputs.end() || found->second.bytes < stored_bytes(node.shape))
            return Error{Code::invalid_argument,
                         fmt::format("plan: {} has no place of {} bytes in the layout: lay out "
                                     "all graphs together",
                                     describe(analysis_.graph, root), stored_bytes(node.shape))};
        location = {-1, found->second.region, found->second.offset_bytes, stored_bytes(node.shape)};
    } else {
        location.half = analysis_.half[static_cast<size_t>(root)];
        location.bytes = location.half ? half_bytes(node.shape) : stored_bytes(node.shape);
        location.buffer = add_buffer(location.bytes);
    }
    draft_.locations[root] = location;
    return location;
}

// Variable `first` of the node, or as many from there on as it takes to cover `end` bytes.
Result<Location> Drafter::locate_variables(const Node& node, int first, int64_t end) {
    Location head;
    int64_t covered = 0;
    for (size_t i = static_cast<size_t>(first); i == static_cast<size_t>(first) || covered < end; ++i) {
        if (i >= node.variables.size())
            return Error{Code::internal,
                         fmt::format("plan: {} wants {} bytes of variables, but has {} from number {} on",
                                     node.op->name, end, covered, first)};
        const Variable& variable = analysis_.graph.variables()[static_cast<size_t>(node.variables[i])];
        const auto found = layout_.variables.find(variable.name);
        if (found == layout_.variables.end())
            return Error{Code::invalid_argument,
                         fmt::format("plan: variable '{}' is not in the layout", variable.name)};
        const Location here{-1, found->second.region, found->second.offset_bytes, found->second.bytes};
        const int64_t start = round_up(covered, alignment());
        if (covered == 0)
            head = here;
        else if (!follows(here, head, start))
            return Error{
                Code::invalid_argument,
                fmt::format(
                    "plan: {} steps variables that lie together, but '{}' (group '{}') does not follow "
                    "the one before it",
                    node.op->name, variable.name, variable.group)};
        covered = start + here.bytes;
    }
    head.bytes = covered;
    return head;
}

// Input `first` of the node, or as many from there on as it takes to cover `end` bytes, made to lie together.
Result<Location> Drafter::locate_list(const Node& node, int first, int64_t end) {
    std::vector<int32_t> values;
    int64_t covered = 0;
    for (size_t i = static_cast<size_t>(first); values.empty() || covered < end; ++i) {
        if (i >= node.inputs.size())
            return Error{Code::internal,
                         fmt::format("plan: {} wants {} bytes of inputs, but has {} from number {} on",
                                     node.op->name, end, covered, first)};
        values.push_back(node.inputs[i]);
        covered = round_up(covered, alignment()) + stored_bytes(analysis_.node(values.back()).shape);
    }
    if (values.size() > 1 && covered != end)
        return Error{Code::internal,
                     fmt::format("plan: {} wants {} bytes of a list whose {} parts take {} (each begins at a "
                                 "multiple of {})",
                                 node.op->name, end, values.size(), covered, alignment())};
    if (values.size() == 1) return locate_value(analysis_.root[static_cast<size_t>(values[0])]);
    return make_list(values, covered);
}

Result<Location> Drafter::make_list(std::span<const int32_t> values, int64_t end) {
    std::vector<Location> places;
    std::vector<int64_t> offsets;
    int64_t offset = 0;
    bool together = true;
    for (const int32_t value : values) {
        VKGAN_ASSIGN(const Location own, locate_value(analysis_.root[static_cast<size_t>(value)]));
        if (own.half)
            return Error{Code::internal, fmt::format("plan: {} is float16 and cannot be part of a list",
                                                     describe(analysis_.graph, value))};
        places.push_back(in_list(own));
        offsets.push_back(offset);
        together = together && follows(places.back(), places[0], offset);
        offset = round_up(offset + stored_bytes(analysis_.node(value).shape), alignment());
    }
    if (together) return Location{places[0].buffer, places[0].region, places[0].offset, end};
    const int list = add_buffer(end);
    for (size_t i = 0; i < values.size(); ++i) {
        const int32_t root = analysis_.root[static_cast<size_t>(values[i])];
        VKGAN_ASSIGN(const Location own, locate_value(root));
        const int64_t bytes = stored_bytes(analysis_.node(values[i]).shape);
        DraftBuffer* buffer = own.buffer >= 0 ? &draft_.buffers[static_cast<size_t>(own.buffer)] : nullptr;
        if (buffer && buffer->list < 0 && own.offset == 0 && buffer->bytes == bytes) {
            buffer->list = list;
            buffer->offset_in_list = offsets[i];
            continue;
        }
        VKGAN_TRY(copy_into(list, offsets[i], values[i]));
    }
    return Location{list, {}, 0, end};
}

// For what lies in another list, or in a region of its own.
Status Drafter::copy_into(int list, int64_t offset, int32_t value) {
    const Shape& shape = analysis_.node(value).shape;
    const int32_t root = analysis_.root[static_cast<size_t>(value)];
    const int buffer = add_buffer(stored_bytes(shape));
    draft_.buffers[static_cast<size_t>(buffer)].list = list;
    draft_.buffers[static_cast<size_t>(buffer)].offset_in_list = offset;
    const std::array<Location, 1> part{Location{buffer, {}, 0, stored_bytes(shape)}};
    const Chain chain = copy_chain(root, shape);
    Kernel kernel = pointwise_kernel(chain, analysis_.options.device, texel_reaches(chain));
    kernel.label = "copy into a list";
    for (Operand& operand : kernel.operands)
        if (operand.kind == Operand::Kind::chain_output) operand.kind = Operand::Kind::scratch;
    const Cluster cluster{.role = Cluster::Role::plain, .core = root, .nodes = {}, .results = {root}};
    return add_kernel(std::move(kernel), {cluster, chain, part, {}});
}

Status Drafter::check(const DraftBinding& binding, const Operand& operand,
                      const OperandContext& context) const {
    const DeviceTraits& device = analysis_.options.device;
    const auto wrong = [&](Code code, const char* what, int64_t have, int64_t limit) {
        return Error{code, fmt::format("plan: {} {} {}, but the device's limit is {}",
                                       name_of(operand, context), what, have, limit)};
    };
    const Location& location = binding.location;
    if (location.bytes > device.max_binding_bytes)
        return wrong(Code::unsupported, "takes as many bytes as", location.bytes, device.max_binding_bytes);
    const int64_t texels = location.bytes / location.quad_bytes();
    if (binding.texel && texels > device.max_texel_quads)
        return wrong(Code::unsupported, "takes as many texels as", texels, device.max_texel_quads);
    if (location.offset % device.offset_alignment != 0)
        return wrong(Code::internal, "starts at byte", location.offset, device.offset_alignment);
    if (location.bytes <= 0)
        return wrong(Code::internal, "is bound with a size of", location.bytes, device.max_binding_bytes);
    return {};
}

std::string Drafter::name_of(const Operand& operand, const OperandContext& context) const {
    const Cluster& cluster = context.cluster;
    const auto index = static_cast<size_t>(operand.index);
    const auto value = [&](const std::vector<int32_t>& nodes) {
        return index < nodes.size() ? describe(analysis_.graph, nodes[index]) : std::string("?");
    };
    switch (operand.kind) {
        case Operand::Kind::input: return value(analysis_.node(cluster.core).inputs);
        case Operand::Kind::variable: {
            const std::vector<int32_t>& own = analysis_.node(cluster.core).variables;
            return index < own.size()
                       ? "variable '" + analysis_.graph.variables()[static_cast<size_t>(own[index])].name +
                             "'"
                       : "?";
        }
        case Operand::Kind::scratch:
            return fmt::format("scratch {} of {}", operand.index, describe(analysis_.graph, cluster.core));
        case Operand::Kind::chain_input:
            return index < context.chain.inputs.size()
                       ? describe(analysis_.graph, context.chain.inputs[index].node)
                       : "?";
        case Operand::Kind::output:
        case Operand::Kind::chain_output: break;
    }
    return value(cluster.results);
}

Location Drafter::in_list(Location location) const {
    if (location.buffer < 0) return location;
    const DraftBuffer& buffer = draft_.buffers[static_cast<size_t>(location.buffer)];
    if (buffer.list < 0) return location;
    return {buffer.list, {}, location.offset + buffer.offset_in_list, location.bytes};
}

int Drafter::add_buffer(int64_t bytes) {
    draft_.buffers.push_back({.bytes = std::max(quad_bytes, round_up(bytes, quad_bytes))});
    return static_cast<int>(draft_.buffers.size()) - 1;
}

}  // namespace vkgan
