// A SPIR-V module taken apart: what stands before functions, and functions as lists of blocks.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace vkgan::spirv {

// Opcodes; numbers from the SPIR-V specification, section 3.49.
enum Opcode : uint32_t {
    op_name = 5,
    op_member_name = 6,
    op_line = 8,
    op_ext_inst = 12,
    op_entry_point = 15,
    op_type_bool = 20,
    op_type_int = 21,
    op_type_float = 22,
    op_constant_true = 41,
    op_constant_false = 42,
    op_constant = 43,
    op_constant_composite = 44,
    op_spec_constant_true = 48,
    op_spec_constant_false = 49,
    op_spec_constant = 50,
    op_spec_constant_composite = 51,
    op_spec_constant_op = 52,
    op_function = 54,
    op_function_parameter = 55,
    op_function_end = 56,
    op_function_call = 57,
    op_variable = 59,
    op_load = 61,
    op_store = 62,
    op_copy_memory = 63,
    op_access_chain = 65,
    op_decorate = 71,
    op_vector_shuffle = 79,
    op_composite_construct = 80,
    op_composite_extract = 81,
    op_image_write = 99,
    op_snegate = 126,
    op_iadd = 128,
    op_isub = 130,
    op_imul = 132,
    op_udiv = 134,
    op_sdiv = 135,
    op_umod = 137,
    op_smod = 139,
    op_logical_equal = 164,
    op_logical_not_equal = 165,
    op_logical_or = 166,
    op_logical_and = 167,
    op_logical_not = 168,
    op_select = 169,
    op_iequal = 170,
    op_inot_equal = 171,
    op_ugreater = 172,
    op_sgreater = 173,
    op_ugreater_equal = 174,
    op_sgreater_equal = 175,
    op_uless = 176,
    op_sless = 177,
    op_uless_equal = 178,
    op_sless_equal = 179,
    op_shift_right_logical = 194,
    op_shift_right_arithmetic = 195,
    op_shift_left_logical = 196,
    op_bitwise_or = 197,
    op_bitwise_xor = 198,
    op_bitwise_and = 199,
    op_not = 200,
    op_control_barrier = 224,
    op_memory_barrier = 225,
    op_atomic_store = 228,
    op_phi = 245,
    op_loop_merge = 246,
    op_selection_merge = 247,
    op_label = 248,
    op_branch = 249,
    op_branch_conditional = 250,
    op_switch = 251,
    op_kill = 252,
    op_return = 253,
    op_return_value = 254,
    op_unreachable = 255,
    op_no_line = 317,
};

using Words = std::span<const uint32_t>;

struct Instruction {
    uint32_t op = 0;
    Words operands;  // the module's own words, or words that Module::make keeps

    uint32_t result() const;  // id; 0: it has none
};

struct Block {
    uint32_t label = 0;
    std::vector<Instruction> body;  // without the label; its last ends the block
};

struct Function {
    std::vector<Instruction> head;  // OpFunction and its parameters
    std::vector<Block> blocks;

    uint32_t id() const { return head.front().operands[1]; }
};

struct Module {
    std::vector<uint32_t> header;  // five words; the fourth is the bound of ids
    std::vector<Instruction> preamble;
    std::vector<Function> functions;
    std::deque<std::vector<uint32_t>> made;

    uint32_t new_id() { return header[3]++; }
    Instruction make(uint32_t op, std::vector<uint32_t> operands);
};

// Valid SPIR-V only. The words must outlive the module.
Module take_apart(Words code);
std::vector<uint32_t> put_together(const Module& module);

}  // namespace vkgan::spirv
