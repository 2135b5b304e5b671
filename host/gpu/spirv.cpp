// One pass over the instructions that come before functions (SPIR-V 1.3, section 2.4), then a look-up.
// SPDX-License-Identifier: MIT
#include "host/gpu/spirv.hpp"

#include "host/gpu/spirv_opcodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace vkgan {

using namespace spirv;

namespace {

// What else we read; numbers from the SPIR-V specification.
enum : uint32_t {
    mode_local_size = 17,
    decoration_array_stride = 6,
    decoration_built_in = 11,
    decoration_non_writable = 24,
    decoration_offset = 35,
    built_in_num_workgroups = 24,
    built_in_workgroup_size = 25,
    class_uniform_constant = 0,
    class_uniform = 2,
    class_push_constant = 9,
    class_storage_buffer = 12,
    dim_buffer = 5,
    capability_group_non_uniform = 61,
    capability_group_non_uniform_quad = 68,
};

using Words = std::span<const uint32_t>;

struct Module {
    std::map<uint32_t, std::pair<uint32_t, Words>> types;  // id -> opcode, operands after the id
    std::map<uint32_t, Words> constants;  // id -> operands after the id (value or constituents)
    std::map<uint32_t, std::map<uint32_t, uint32_t>> decorations;  // id -> decoration -> first operand
    std::map<uint32_t, std::map<uint32_t, uint32_t>> offsets;      // struct -> member -> offset
    std::map<uint32_t, uint32_t> read_only_members;                // struct -> how many
    struct Variable {
        uint32_t id, type, storage;
    };
    std::vector<Variable> variables;
};

uint32_t decoration(const Module& m, uint32_t id, uint32_t which, uint32_t otherwise) {
    const auto found = m.decorations.find(id);
    if (found == m.decorations.end()) return otherwise;
    const auto value = found->second.find(which);
    return value == found->second.end() ? otherwise : value->second;
}

void read_instruction(Module& m, ShaderInterface& out, uint32_t op, Words w) {
    const size_t n = w.size();
    if (op == op_capability && n >= 1)
        out.subgroups |= w[0] >= capability_group_non_uniform && w[0] <= capability_group_non_uniform_quad;
    else if (op == op_execution_mode && n >= 5 && w[1] == mode_local_size)
        out.local_size = {w[2], w[3], w[4]};
    else if (op >= op_type_int && op <= op_type_pointer && n >= 1)
        m.types[w[0]] = {op, w.subspan(1)};
    else if ((op == op_constant || op == op_constant_composite || op == op_spec_constant ||
              op == op_spec_constant_composite) &&
             n >= 3)
        m.constants[w[1]] = w.subspan(2);
    else if (op == op_variable && n >= 3)
        m.variables.push_back({w[1], w[0], w[2]});
    else if (op == op_decorate && n >= 2) {
        m.decorations[w[0]][w[1]] = n >= 3 ? w[2] : 0;
        out.group_counts |= w[1] == decoration_built_in && n >= 3 && w[2] == built_in_num_workgroups;
    } else if (op == op_member_decorate && n >= 4 && w[2] == decoration_offset)
        m.offsets[w[0]][w[1]] = w[3];
    else if (op == op_member_decorate && n >= 3 && w[2] == decoration_non_writable)
        ++m.read_only_members[w[0]];
}

uint32_t size_of(const Module& m, uint32_t id, int depth = 0) {
    const auto found = m.types.find(id);
    if (found == m.types.end() || depth > 8) return 0;
    const auto& [op, w] = found->second;
    switch (op) {
        case op_type_int:
        case op_type_float: return w.empty() ? 0 : w[0] / 8;
        case op_type_vector:
        case op_type_matrix: return w.size() < 2 ? 0 : size_of(m, w[0], depth + 1) * w[1];
        case op_type_array: {
            const auto length = w.size() < 2 ? m.constants.end() : m.constants.find(w[1]);
            return length == m.constants.end()
                       ? 0
                       : decoration(m, id, decoration_array_stride, 0) * length->second[0];
        }
        case op_type_struct: {
            uint32_t bytes = 0;
            const auto offsets = m.offsets.find(id);
            if (offsets == m.offsets.end()) return 0;
            for (const auto& [member, offset] : offsets->second)
                if (member < w.size()) bytes = std::max(bytes, offset + size_of(m, w[member], depth + 1));
            return bytes;
        }
        default: return 0;
    }
}

void find_local_size(const Module& m, ShaderInterface& out) {
    for (const auto& [id, decorations] : m.decorations) {
        const auto built_in = decorations.find(decoration_built_in);
        const auto constant = m.constants.find(id);
        if (built_in == decorations.end() || built_in->second != built_in_workgroup_size) continue;
        if (constant == m.constants.end() || constant->second.size() < 3) continue;
        for (size_t axis = 0; axis < 3; ++axis) {
            const uint32_t part = constant->second[axis];
            const auto value = m.constants.find(part);
            if (value != m.constants.end()) out.local_size[axis] = value->second[0];
            const uint32_t spec_id = decoration(m, part, decoration_spec_id, ~0u);
            if (spec_id != ~0u) out.local_size_ids[axis] = spec_id;
        }
    }
}

Status add_variable(const Module& m, const Module::Variable& variable, ShaderInterface& out,
                    std::string_view name) {
    const auto pointer = m.types.find(variable.type);
    if (pointer == m.types.end() || pointer->second.first != op_type_pointer ||
        pointer->second.second.size() < 2)
        return Error{Code::malformed, fmt::format("shader {}: a variable has no pointer type", name)};
    const uint32_t pointee = pointer->second.second[1];
    if (variable.storage == class_push_constant) {
        out.push_bytes = size_of(m, pointee);
        return {};
    }
    if (variable.storage != class_uniform_constant && variable.storage != class_uniform &&
        variable.storage != class_storage_buffer)
        return {};
    const uint32_t binding = decoration(m, variable.id, decoration_binding, ~0u);
    const auto type = m.types.find(pointee);
    const bool texel = variable.storage == class_uniform_constant && type != m.types.end() &&
                       type->second.first == op_type_image && type->second.second.size() >= 6 &&
                       type->second.second[1] == dim_buffer && type->second.second[5] == 2;
    if (binding == ~0u || (!texel && variable.storage != class_storage_buffer))
        return Error{
            Code::unsupported,
            fmt::format("shader {}: variables must be storage buffers or rgba32f image buffers with a "
                        "binding; the one at binding {} is not",
                        name, int(binding))};
    bool read_only = m.decorations.at(variable.id).contains(decoration_non_writable);
    if (!texel && type != m.types.end()) {
        const auto members = m.read_only_members.find(pointee);
        read_only |= members != m.read_only_members.end() && members->second == type->second.second.size();
    }
    out.bindings.push_back({binding, texel, !read_only});
    return {};
}

// Two views of one buffer (vec4 and u64vec4, say) share a binding: one descriptor, written if either writes.
Status merge_aliases(ShaderInterface& out, std::string_view name) {
    std::vector<ShaderBinding> merged;
    for (const ShaderBinding& binding : out.bindings) {
        if (merged.empty() || merged.back().binding != binding.binding) {
            merged.push_back(binding);
            continue;
        }
        if (merged.back().texel != binding.texel)
            return Error{Code::unsupported,
                         fmt::format("shader {} declares binding {} as a texel buffer and as a "
                                     "storage buffer",
                                     name, binding.binding)};
        merged.back().writable |= binding.writable;
    }
    out.bindings = std::move(merged);
    return {};
}

}  // namespace

Result<ShaderInterface> reflect(std::span<const uint32_t> code, std::string_view name) {
    constexpr uint32_t magic = 0x07230203;
    if (code.size() < 5 || code[0] != magic)
        return Error{Code::malformed, fmt::format("shader {} is not SPIR-V", name)};
    Module m;
    ShaderInterface out;
    for (size_t at = 5; at < code.size();) {
        const uint32_t op = code[at] & 0xffff, length = code[at] >> 16;
        if (length == 0 || length > code.size() - at)
            return Error{Code::malformed,
                         fmt::format("shader {}: instruction at word {} has length {}", name, at, length)};
        if (op == op_function) break;
        read_instruction(m, out, op, code.subspan(at + 1, length - 1));
        at += length;
    }
    find_local_size(m, out);
    for (const Module::Variable& variable : m.variables) VKGAN_TRY(add_variable(m, variable, out, name));
    std::sort(out.bindings.begin(), out.bindings.end(),
              [](const ShaderBinding& a, const ShaderBinding& b) { return a.binding < b.binding; });
    VKGAN_TRY(merge_aliases(out, name));
    return out;
}

std::array<uint32_t, 3> local_size(const ShaderInterface& shader,
                                   std::span<const std::pair<uint32_t, uint32_t>> constants) {
    std::array<uint32_t, 3> result = shader.local_size;
    for (const auto& [id, value] : constants)
        for (size_t axis = 0; axis < 3; ++axis)
            if (shader.local_size_ids[axis] == int64_t(id)) result[axis] = value;
    return result;
}

}  // namespace vkgan
