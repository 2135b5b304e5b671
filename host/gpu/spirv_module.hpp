// A SPIR-V module taken apart: what stands before functions, and functions as lists of blocks.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/spirv_opcodes.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace vkgan::spirv {

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
