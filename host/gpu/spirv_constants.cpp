// Evaluating OpSpecConstant* in order: operands precede their uses.
// SPDX-License-Identifier: MIT
#include "host/gpu/spirv_constants.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace vkgan::spirv {

namespace {

using Values = std::map<uint32_t, uint32_t>;

std::optional<uint32_t> divide(uint32_t op, uint32_t a, uint32_t b) {
    const auto x = int32_t(a), y = int32_t(b);
    if (b == 0 || (x == std::numeric_limits<int32_t>::min() && y == -1)) return std::nullopt;
    switch (op) {
        case op_udiv: return a / b;
        case op_umod: return a % b;
        case op_sdiv: return uint32_t(x / y);
        case op_smod: return uint32_t((x % y + y) % y);  // the sign of y
        default: return std::nullopt;
    }
}

std::optional<uint32_t> shift(uint32_t op, uint32_t a, uint32_t b) {
    if (b >= 32) return std::nullopt;
    if (op == op_shift_left_logical) return a << b;
    return op == op_shift_right_logical ? a >> b : uint32_t(int32_t(a) >> b);
}

std::optional<uint32_t> evaluate_two(uint32_t op, uint32_t a, uint32_t b) {
    const auto x = int32_t(a), y = int32_t(b);
    switch (op) {
        case op_iadd: return a + b;
        case op_isub: return a - b;
        case op_imul: return a * b;
        case op_udiv:
        case op_sdiv:
        case op_umod:
        case op_smod: return divide(op, a, b);
        case op_logical_equal:
        case op_iequal: return a == b;
        case op_logical_not_equal:
        case op_inot_equal: return a != b;
        case op_logical_or:
        case op_bitwise_or: return a | b;
        case op_logical_and:
        case op_bitwise_and: return a & b;
        case op_bitwise_xor: return a ^ b;
        case op_ugreater: return a > b;
        case op_ugreater_equal: return a >= b;
        case op_uless: return a < b;
        case op_uless_equal: return a <= b;
        case op_sgreater: return x > y;
        case op_sgreater_equal: return x >= y;
        case op_sless: return x < y;
        case op_sless_equal: return x <= y;
        case op_shift_left_logical:
        case op_shift_right_logical:
        case op_shift_right_arithmetic: return shift(op, a, b);
        default: return std::nullopt;
    }
}

std::optional<uint32_t> evaluate(uint32_t op, std::span<const uint32_t> v) {
    if (v.size() == 2) return evaluate_two(op, v[0], v[1]);
    if (v.size() == 3 && op == op_select) return v[0] ? v[1] : v[2];
    if (v.size() != 1) return std::nullopt;
    if (op == op_snegate) return 0u - v[0];
    if (op == op_logical_not) return v[0] ^ 1;
    if (op == op_not) return ~v[0];
    return std::nullopt;
}

class Constants {
public:
    Constants(Module& module, std::span<const std::pair<uint32_t, uint32_t>> given) : module_(module) {
        for (const Instruction& instruction : module.preamble) {
            const Words w = instruction.operands;
            if (instruction.op == op_type_bool) bool_type_ = w[0];
            if (instruction.op == op_type_int || instruction.op == op_type_float)
                if (w[1] == 32) words_.push_back(w[0]);
            if (instruction.op != op_decorate || w[1] != decoration_spec_id) continue;
            const auto found = std::ranges::find(given, w[2], &std::pair<uint32_t, uint32_t>::first);
            if (found != given.end()) given_[w[0]] = found->second;
        }
    }

    Values run() {
        for (Instruction& instruction : module_.preamble) replace(instruction);
        std::erase_if(module_.preamble, [](const Instruction& instruction) {
            return instruction.op == op_decorate && instruction.operands[1] == decoration_spec_id;
        });
        return std::move(values_);
    }

private:
    void replace(Instruction& instruction) {
        const Words w = instruction.operands;
        switch (instruction.op) {
            case op_constant_true:
            case op_constant_false: values_[w[1]] = instruction.op == op_constant_true; return;
            case op_constant:
                if (w.size() == 3) values_[w[1]] = w[2];
                return;
            case op_spec_constant_true:
            case op_spec_constant_false:
                set(instruction, given(w[1], instruction.op == op_spec_constant_true) != 0);
                return;
            case op_spec_constant:
                if (w.size() == 3)
                    set(instruction, given(w[1], w[2]));
                else
                    instruction.op = op_constant;
                return;
            case op_spec_constant_composite: instruction.op = op_constant_composite; return;
            case op_spec_constant_op: replace_expression(instruction); return;
            default: return;
        }
    }

    uint32_t given(uint32_t id, uint32_t otherwise) const {
        const auto found = given_.find(id);
        return found == given_.end() ? otherwise : found->second;
    }

    void replace_expression(Instruction& instruction) {
        const Words w = instruction.operands;
        std::vector<uint32_t> operands;
        for (const uint32_t id : w.subspan(3)) {
            const auto found = values_.find(id);
            if (found == values_.end()) return;
            operands.push_back(found->second);
        }
        const bool word = w[0] == bool_type_ || std::ranges::count(words_, w[0]) > 0;
        if (const auto value = evaluate(w[2], operands); word && value) set(instruction, *value);
    }

    void set(Instruction& instruction, uint32_t value) {
        const uint32_t type = instruction.operands[0], id = instruction.operands[1];
        values_[id] = value;
        instruction = type == bool_type_
                          ? module_.make(value ? op_constant_true : op_constant_false, {type, id})
                          : module_.make(op_constant, {type, id, value});
    }

    Module& module_;
    uint32_t bool_type_ = 0;
    std::vector<uint32_t> words_;  // types of 32 bits
    Values given_, values_;
};

}  // namespace

Values put_in_constants(Module& module, std::span<const std::pair<uint32_t, uint32_t>> constants) {
    return Constants(module, constants).run();
}

}  // namespace vkgan::spirv
