// Parsing by the length in every instruction's first word, and writing it back.
// SPDX-License-Identifier: MIT
#include "host/gpu/spirv_module.hpp"

#include <utility>

namespace vkgan::spirv {

uint32_t Instruction::result() const {
    switch (op) {
        case op_label: return operands[0];
        case op_line:
        case op_no_line:
        case op_store:
        case op_copy_memory:
        case op_image_write:
        case op_control_barrier:
        case op_memory_barrier:
        case op_atomic_store:
        case op_cooperative_matrix_store:
        case op_loop_merge:
        case op_selection_merge:
        case op_branch:
        case op_branch_conditional:
        case op_switch:
        case op_kill:
        case op_return:
        case op_return_value:
        case op_unreachable:
        case op_function_end: return 0;
        default: return operands.size() > 1 ? operands[1] : 0;
    }
}

Instruction Module::make(uint32_t op, std::vector<uint32_t> operands) {
    made.push_back(std::move(operands));
    return {op, made.back()};
}

Module take_apart(Words code) {
    Module module;
    module.header.assign(code.begin(), code.begin() + 5);
    for (size_t at = 5; at < code.size(); at += code[at] >> 16) {
        const Instruction instruction{code[at] & 0xffff, code.subspan(at + 1, (code[at] >> 16) - 1)};
        if (instruction.op == op_function) module.functions.emplace_back();
        if (module.functions.empty()) {
            module.preamble.push_back(instruction);
            continue;
        }
        Function& function = module.functions.back();
        if (instruction.op == op_label)
            function.blocks.push_back({instruction.operands[0], {}});
        else if (instruction.op == op_function || instruction.op == op_function_parameter)
            function.head.push_back(instruction);
        else if (instruction.op != op_function_end && !function.blocks.empty())
            function.blocks.back().body.push_back(instruction);
    }
    return module;
}

std::vector<uint32_t> put_together(const Module& module) {
    std::vector<uint32_t> code = module.header;
    const auto add = [&](uint32_t op, Words operands) {
        code.push_back(uint32_t(operands.size() + 1) << 16 | op);
        code.insert(code.end(), operands.begin(), operands.end());
    };
    for (const Instruction& instruction : module.preamble) add(instruction.op, instruction.operands);
    for (const Function& function : module.functions) {
        for (const Instruction& instruction : function.head) add(instruction.op, instruction.operands);
        for (const Block& block : function.blocks) {
            add(op_label, {&block.label, 1});
            for (const Instruction& instruction : block.body) add(instruction.op, instruction.operands);
        }
        add(op_function_end, {});
    }
    return code;
}

}  // namespace vkgan::spirv
