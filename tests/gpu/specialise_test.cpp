// Specialised shaders keep their interface and their shape, and lose what their constants switch off. That
// they compute the same is what tests/ops and tests/plan find with every kernel; drivers' validation sees
// them, too.
// SPDX-License-Identifier: MIT
#include "host/gpu/specialise.hpp"
#include "generated/shader_table.hpp"
#include "host/gpu/spirv.hpp"
#include "host/gpu/spirv_constants.hpp"
#include "shaders/lib/limits.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>

using namespace vkgan;
using namespace vkgan::spirv;

namespace {

using Constants = std::vector<std::pair<uint32_t, uint32_t>>;

// A chain of one input and these pointwise codes, each on the result of the one before.
Constants chain(const std::vector<uint32_t>& codes) {
    Constants constants{{VKGAN_ID_CHAIN_SLOT_COUNT, uint32_t(codes.size())}, {VKGAN_ID_CHAIN_INPUT_COUNT, 1}};
    for (uint32_t i = 0; i < codes.size(); ++i)
        constants.emplace_back(VKGAN_ID_CHAIN_SLOT + 2 * i, codes[i] | i << 8);
    return constants;
}

size_t count(const Module& module, uint32_t op) {
    size_t found = 0;
    for (const Function& function : module.functions)
        for (const Block& block : function.blocks)
            found += size_t(std::ranges::count(block.body, op, &Instruction::op));
    return found;
}

std::set<uint32_t> results(const Module& module) {
    std::set<uint32_t> ids;
    for (const Instruction& instruction : module.preamble) {
        constexpr uint32_t import = 11, first_type = 19, last_type = 39;
        if (instruction.op == import || (instruction.op >= first_type && instruction.op <= last_type))
            ids.insert(instruction.operands[0]);
        else if (instruction.op >= op_constant_true && instruction.op <= op_variable)
            ids.insert(instruction.operands[1]);
    }
    for (const Function& function : module.functions) {
        for (const Instruction& instruction : function.head) ids.insert(instruction.result());
        for (const Block& block : function.blocks) {
            ids.insert(block.label);
            for (const Instruction& instruction : block.body) ids.insert(instruction.result());
        }
    }
    return ids;
}

void check_block(const Module& module, const Block& block, const std::set<uint32_t>& labels) {
    REQUIRE(!block.body.empty());
    for (const Instruction& instruction : block.body) {
        const Words w = instruction.operands;
        if (instruction.op == op_branch || instruction.op == op_selection_merge) CHECK(labels.contains(w[0]));
        if (instruction.op == op_branch_conditional) CHECK((labels.contains(w[1]) && labels.contains(w[2])));
        if (instruction.op == op_loop_merge) CHECK((labels.contains(w[0]) && labels.contains(w[1])));
        if (instruction.op == op_function_call)
            CHECK(std::ranges::count(module.functions, w[2], &Function::id) == 1);
    }
}

// Labels that are branched to, functions that are called and annotated ids are there; no constant is left
// open.
void check_shape(const Module& module) {
    const std::set<uint32_t> ids = results(module);
    CHECK(*ids.rbegin() < module.header[3]);
    for (const Instruction& instruction : module.preamble) {
        const bool open = instruction.op == op_spec_constant || instruction.op == op_spec_constant_composite;
        CHECK_FALSE(open);
        if (instruction.op == op_name || instruction.op == op_decorate)
            CHECK(ids.contains(instruction.operands[0]));
    }
    for (const Function& function : module.functions) {
        std::set<uint32_t> labels;
        for (const Block& block : function.blocks) labels.insert(block.label);
        for (const Block& block : function.blocks) check_block(module, block, labels);
    }
}

std::vector<uint32_t> code_of(std::string_view name) {
    const EmbeddedShader* const shader = find_shader(name);
    REQUIRE(shader);
    return *unpack(*shader);
}

}  // namespace

TEST_CASE("every shader keeps its interface and a sound shape under any chain") {
    for (const EmbeddedShader& shader : embedded_shaders()) {
        CAPTURE(shader.name);
        const std::vector<uint32_t> whole = *unpack(shader);
        const auto before = reflect(whole, shader.name);
        REQUIRE(before.ok());
        for (const Constants& constants :
             {Constants{}, chain({1}), chain({20, 5, 33}), chain({7, 8, 9, 10})}) {
            const std::vector<uint32_t> code = specialise(whole, constants);
            const auto after = reflect(code, shader.name);
            REQUIRE(after.ok());
            CHECK(after->push_bytes == before->push_bytes);
            CHECK(after->local_size == local_size(*before, constants));
            REQUIRE(after->bindings.size() == before->bindings.size());
            for (size_t i = 0; i < after->bindings.size(); ++i) {
                CHECK(after->bindings[i].binding == before->bindings[i].binding);
                CHECK(after->bindings[i].writable == before->bindings[i].writable);
            }
            check_shape(take_apart(code));
        }
    }
}

TEST_CASE("a module taken apart and put together is the same") {
    for (const EmbeddedShader& shader : embedded_shaders()) {
        const std::vector<uint32_t> whole = *unpack(shader);
        CHECK(put_together(take_apart(whole)) == whole);
    }
}

TEST_CASE("a chain's slots that are not used, and what their ops would call, are gone") {
    const std::vector<uint32_t> whole = code_of("pointwise:ssbo_out1_s24");
    const Module before = take_apart(whole);
    const std::vector<uint32_t> code = specialise(whole, chain({1, 1}));
    const Module after = take_apart(code);
    CHECK(code.size() * 3 < whole.size());
    CHECK(count(before, op_function_call) > 24);
    // Both slots call one copy of the function that applies an op.
    CHECK(count(after, op_function_call) == 5);  // chain_begin, chain_run, two slots, keep_tail_zero
    for (const Function& function : after.functions)
        for (const Block& block : function.blocks)
            if (block.body.back().op == op_switch) CHECK(block.body.back().operands.size() == 2);
    CHECK(specialise(whole, chain({1, 1, 1})).size() > code.size());
}

TEST_CASE("of the float32 and the float16 view of an operand only the one that is used stays") {
    constexpr uint32_t op_type_image = 25;
    const auto views = [](const Module& module, uint32_t slot) {
        size_t found = 0;
        for (const Instruction& instruction : module.preamble)
            found += instruction.op == op_decorate && instruction.operands[1] == decoration_binding &&
                     instruction.operands[2] == slot;
        return found;
    };
    for (const char* name : {"resample2d:texel", "resample2d:ssbo"}) {
        CAPTURE(name);
        const std::vector<uint32_t> whole = code_of(name);
        CHECK(views(take_apart(whole), VKGAN_BIND_A) == 2);
        for (const uint32_t halves : {0u, 1u << VKGAN_BIND_A, 1u << VKGAN_BIND_OUT0}) {
            const std::vector<uint32_t> code = specialise(whole, Constants{{VKGAN_ID_HALVES, halves}});
            const Module module = take_apart(code);
            CHECK(views(module, VKGAN_BIND_A) == 1);
            CHECK(views(module, VKGAN_BIND_OUT0) == 1);
            CHECK(code.size() < whole.size());
            check_shape(module);
        }
    }
    const std::vector<uint32_t> texel = code_of("resample2d:texel");
    CHECK(std::ranges::count(take_apart(texel).preamble, op_type_image, &Instruction::op) == 2);
}

TEST_CASE("copies of a function are decorated as the original is: they must not contract") {
    constexpr uint32_t no_contraction = 42;
    const std::vector<uint32_t> whole = code_of("pointwise:ssbo_out1_s4");
    const std::vector<uint32_t> code = specialise(whole, chain({1, 2, 3, 4}));
    const Module module = take_apart(code);
    std::set<uint32_t> precise;
    for (const Instruction& instruction : module.preamble)
        if (instruction.op == op_decorate && instruction.operands[1] == no_contraction)
            precise.insert(instruction.operands[0]);
    constexpr uint32_t op_fnegate = 127, op_fadd = 129, op_fmul = 133;
    size_t arithmetic = 0;
    for (const Function& function : module.functions) {
        const bool copy = function.id() >= whole[3];
        for (const Block& block : function.blocks) {
            for (const Instruction& instruction : block.body) {
                if (!copy ||
                    (instruction.op != op_fadd && instruction.op != op_fmul && instruction.op != op_fnegate))
                    continue;
                ++arithmetic;
                CHECK(precise.contains(instruction.result()));
            }
        }
    }
    CHECK(arithmetic > 0);
}

TEST_CASE("expressions of constants are evaluated as the device would") {
    std::vector<uint32_t> code{0x07230203, 0x00010300, 0, 10, 0};
    const auto add = [&](uint32_t op, std::initializer_list<uint32_t> operands) {
        code.push_back(uint32_t(operands.size() + 1) << 16 | op);
        code.insert(code.end(), operands);
    };
    const uint32_t number = 1, truth = 2, a = 3, b = 4;
    add(op_decorate, {a, 1, 0});  // SpecId 0
    add(op_type_int, {number, 32, 1});
    add(op_type_bool, {truth});
    add(op_spec_constant, {number, a, 5});
    add(op_constant, {number, b, uint32_t(-3)});
    add(op_spec_constant_op, {number, 5, op_smod, a, b});
    add(op_spec_constant_op, {number, 6, op_shift_right_arithmetic, b, a});
    add(op_spec_constant_op, {truth, 7, op_sless, b, a});
    add(op_spec_constant_op, {number, 8, op_select, 7, 5, a});
    add(op_spec_constant_op, {number, 9, op_sdiv, a, 9});
    Module module = take_apart(code);
    const auto values = put_in_constants(module, Constants{{0, 7}});
    CHECK(values.at(3) == 7);
    CHECK(int32_t(values.at(5)) == -2);  // the sign of the divisor
    CHECK(int32_t(values.at(6)) == -1);
    CHECK(values.at(7) == 1);
    CHECK(int32_t(values.at(8)) == -2);
    CHECK_FALSE(values.contains(9));  // not known: stays
    CHECK(module.preamble.back().op == op_spec_constant_op);
    CHECK(std::ranges::count(module.preamble, uint32_t(op_decorate), &Instruction::op) == 0);
}
