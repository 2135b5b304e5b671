// Constants become literals; branches on them are taken; functions that switch over an argument are copied
// for each value that is passed; blocks, functions and variables that nothing reaches any more go.
// SPDX-License-Identifier: MIT
#include "host/gpu/specialise.hpp"

#include "host/gpu/spirv_constants.hpp"
#include "host/gpu/spirv_module.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace vkgan {

using namespace spirv;

namespace {

using Ids = std::set<uint32_t>;

// A set of ids below the module's bound; other numbers are left out.
class IdBits {
public:
    explicit IdBits(uint32_t bound) : bits_(bound) {}
    void insert(uint32_t id) {
        if (id < bits_.size()) bits_[id] = true;
    }
    bool contains(uint32_t id) const { return id < bits_.size() && bits_[id]; }

private:
    std::vector<bool> bits_;
};

void insert_results(IdBits& ids, const Function& function) {
    for (const Instruction& instruction : function.head) ids.insert(instruction.result());
    for (const Block& block : function.blocks) {
        ids.insert(block.label);
        for (const Instruction& instruction : block.body) ids.insert(instruction.result());
    }
}

// A function that switches over a parameter, as it came.
struct Switcher {
    Function function;
    size_t parameter = 0;
};

const Instruction* find_result(const Function& function, uint32_t id) {
    for (const Block& block : function.blocks)
        for (const Instruction& instruction : block.body)
            if (instruction.result() == id) return &instruction;
    return nullptr;
}

bool stores_to(const Function& function, uint32_t pointer) {
    for (const Block& block : function.blocks)
        for (const Instruction& instruction : block.body)
            if (instruction.op != op_load && std::ranges::count(instruction.operands, pointer) > 0)
                return true;
    return false;
}

// The parameter that a switch of the function reads and nothing else touches but loads; -1: there is none.
int switched_parameter(const Function& function) {
    for (const Block& block : function.blocks) {
        if (block.body.empty() || block.body.back().op != op_switch) continue;
        const Instruction* const load = find_result(function, block.body.back().operands[0]);
        if (!load || load->op != op_load) continue;
        for (size_t i = 1; i < function.head.size(); ++i) {
            const uint32_t parameter = function.head[i].result();
            if (load->operands[2] == parameter && !stores_to(function, parameter)) return int(i) - 1;
        }
    }
    return -1;
}

// The operands of an instruction that are ids, by position; nothing where it is not known.
std::optional<std::vector<size_t>> id_positions(const Instruction& instruction) {
    const size_t count = instruction.operands.size();
    std::vector<size_t> positions;
    const auto range = [&](size_t first, size_t last) {
        for (size_t i = first; i < std::min(last, count); ++i) positions.push_back(i);
    };
    switch (instruction.op) {
        case op_ext_inst: range(0, 3), range(4, count); break;
        case op_variable: range(0, 2), range(3, count); break;
        case op_load: range(0, 3); break;
        case op_store: range(0, 2); break;
        case op_vector_shuffle: range(0, 4); break;
        case op_composite_extract: range(0, 3); break;
        case op_loop_merge: range(0, 2); break;
        case op_selection_merge: range(0, 1); break;
        case op_branch_conditional: range(0, 3); break;
        case op_function: range(0, 2), range(3, 4); break;
        case op_switch:
            range(0, 2);
            for (size_t i = 3; i < count; i += 2) positions.push_back(i);
            break;
        case op_function_parameter:
        case op_function_call:
        case op_access_chain:
        case op_composite_construct:
        case op_phi:
        case op_branch:
        case op_return:
        case op_return_value:
        case op_unreachable: range(0, count); break;
        default:  // conversions, arithmetic, comparisons and bits: ids only
            if (instruction.op < 109 || instruction.op > op_not) return std::nullopt;
            range(0, count);
    }
    return positions;
}

bool copyable(const Function& function) {
    for (const Block& block : function.blocks)
        for (const Instruction& instruction : block.body)
            if (!id_positions(instruction)) return false;
    return true;
}

class Specialiser {
public:
    Specialiser(Words code, std::span<const std::pair<uint32_t, uint32_t>> constants)
        : module_(take_apart(code)), values_(put_in_constants(module_, constants)) {
        for (const Function& function : module_.functions) {
            const int parameter = switched_parameter(function);
            if (parameter >= 0 && copyable(function))
                switchers_[function.id()] = {function, size_t(parameter)};
        }
    }

    std::vector<uint32_t> run() {
        IdBits before(module_.header[3]);
        for (const Function& function : module_.functions) insert_results(before, function);
        for (size_t i = 0; i < module_.functions.size(); ++i) {  // copies are added at the end as it goes
            fold_branches(module_.functions[i]);
            drop_blocks(module_.functions[i]);
            copy_callees(i);
        }
        drop_functions();
        for (Function& function : module_.functions) drop_variables(function);
        drop_views();
        move_annotations(before);
        return put_together(module_);
    }

private:
    std::optional<uint32_t> value(uint32_t id) const {
        const auto found = values_.find(id);
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }

    // A switch stays one with a single target, since blocks inside may leave it from any depth.
    void fold_branches(Function& function) {
        for (Block& block : function.blocks) {
            if (block.body.size() < 2 || block.body[block.body.size() - 2].op != op_selection_merge) continue;
            Instruction& last = block.body.back();
            const std::optional<uint32_t> known = value(last.operands[0]);
            if (!known) continue;
            if (last.op == op_branch_conditional) {
                const uint32_t target = last.operands[*known ? 1 : 2];
                block.body.resize(block.body.size() - 2);
                block.body.push_back(module_.make(op_branch, {target}));
            } else if (last.op == op_switch) {
                uint32_t target = last.operands[1];
                for (size_t i = 2; i + 1 < last.operands.size(); i += 2)
                    if (last.operands[i] == *known) target = last.operands[i + 1];
                last = module_.make(op_switch, {last.operands[0], target});
            }
        }
    }

    static std::vector<uint32_t> targets(const Block& block) {
        const Instruction& last = block.body.back();
        if (last.op == op_branch) return {last.operands[0]};
        if (last.op == op_branch_conditional) return {last.operands[1], last.operands[2]};
        std::vector<uint32_t> result;
        if (last.op == op_switch)
            for (size_t i = 1; i < last.operands.size(); i += 2) result.push_back(last.operands[i]);
        return result;
    }

    // Merge and continue blocks must stand even where nothing reaches them: then as stubs (SPIR-V 2.11).
    void drop_blocks(Function& function) {
        std::map<uint32_t, const Block*> by_label;
        for (const Block& block : function.blocks) by_label[block.label] = &block;
        std::map<uint32_t, Ids> reached;  // block -> those that branch to it
        std::vector<uint32_t> open{function.blocks.front().label};
        reached[open[0]];
        while (!open.empty()) {
            const uint32_t label = open.back();
            open.pop_back();
            for (const uint32_t target : targets(*by_label[label])) {
                if (!reached.contains(target)) open.push_back(target);
                reached[target].insert(label);
            }
        }
        std::map<uint32_t, uint32_t> stubs;  // -> the header for a continue block, 0 for a merge block
        for (const Block& block : function.blocks) {
            if (!reached.contains(block.label) || block.body.size() < 2) continue;
            const Instruction& merge = block.body[block.body.size() - 2];
            if (merge.op == op_selection_merge || merge.op == op_loop_merge) stubs[merge.operands[0]] = 0;
            if (merge.op == op_loop_merge) stubs[merge.operands[1]] = block.label;
        }
        std::vector<Block> kept;
        for (Block& block : function.blocks) {
            const auto from = reached.find(block.label);
            const auto stub = stubs.find(block.label);
            if (from == reached.end() && stub == stubs.end()) continue;
            if (from != reached.end())
                fix_phis(block, from->second, stubs);
            else if (stub->second == 0)
                block.body = {{op_unreachable, {}}};
            else
                block.body = {module_.make(op_branch, {stub->second})};
            kept.push_back(std::move(block));
        }
        function.blocks = std::move(kept);
    }

    void fix_phis(Block& block, const Ids& from, const std::map<uint32_t, uint32_t>& stubs) {
        for (Instruction& phi : block.body) {
            if (phi.op != op_phi) continue;
            std::vector<uint32_t> operands(phi.operands.begin(), phi.operands.begin() + 2);
            for (size_t i = 2; i + 1 < phi.operands.size(); i += 2) {
                const auto stub = stubs.find(phi.operands[i + 1]);
                const bool by_stub = stub != stubs.end() && stub->second == block.label;
                if (!from.contains(phi.operands[i + 1]) && !by_stub) continue;
                operands.insert(operands.end(), {phi.operands[i], phi.operands[i + 1]});
            }
            if (operands.size() != phi.operands.size()) phi = module_.make(op_phi, std::move(operands));
        }
    }

    // What was stored to a variable last before instruction `end` of a block; 0: it is not known.
    static uint32_t stored(const Block& block, size_t end, uint32_t variable) {
        for (size_t i = end; i-- > 0;) {
            const Instruction& instruction = block.body[i];
            if (instruction.op == op_store && instruction.operands[0] == variable)
                return instruction.operands[1];
            if (instruction.op != op_load && std::ranges::count(instruction.operands, variable) > 0) return 0;
        }
        return 0;
    }

    void copy_callees(size_t function) {
        for (size_t b = 0; b < module_.functions[function].blocks.size(); ++b) {
            for (size_t i = 0; i < module_.functions[function].blocks[b].body.size(); ++i) {
                const Block& block = module_.functions[function].blocks[b];
                const Instruction call = block.body[i];
                if (call.op != op_function_call) continue;
                const auto callee = switchers_.find(call.operands[2]);
                if (callee == switchers_.end()) continue;
                const auto known = value(stored(block, i, call.operands[3 + callee->second.parameter]));
                if (!known) continue;
                std::vector<uint32_t> operands(call.operands.begin(), call.operands.end());
                operands[2] = copy_for(callee->second, *known);
                module_.functions[function].blocks[b].body[i] = module_.make(call.op, std::move(operands));
            }
        }
    }

    uint32_t copy_for(const Switcher& switcher, uint32_t known) {
        const Function& original = switcher.function;
        const auto [place, is_new] = copies_.try_emplace({original.id(), known}, 0);
        if (!is_new) return place->second;
        std::map<uint32_t, uint32_t> ids;
        for (const Instruction& instruction : original.head) ids[instruction.result()] = module_.new_id();
        for (const Block& block : original.blocks) {
            ids[block.label] = module_.new_id();
            for (const Instruction& instruction : block.body)
                if (const uint32_t result = instruction.result()) ids[result] = module_.new_id();
        }
        const uint32_t pointer = original.head[1 + switcher.parameter].result();
        Function copy;
        for (const Instruction& instruction : original.head) copy.head.push_back(renamed(instruction, ids));
        for (const Block& block : original.blocks) {
            Block& added = copy.blocks.emplace_back(Block{ids[block.label], {}});
            for (const Instruction& instruction : block.body) {
                added.body.push_back(renamed(instruction, ids));
                if (instruction.op == op_load && instruction.operands[2] == pointer)
                    values_[added.body.back().result()] = known;
            }
        }
        copied_ids_.push_back(std::move(ids));
        place->second = copy.id();
        module_.functions.push_back(std::move(copy));
        return place->second;
    }

    Instruction renamed(const Instruction& instruction, const std::map<uint32_t, uint32_t>& ids) {
        std::vector<uint32_t> operands(instruction.operands.begin(), instruction.operands.end());
        const auto positions = id_positions(instruction);  // known: the function is copyable
        for (const size_t i : *positions) {
            const auto found = ids.find(operands[i]);
            if (found != ids.end()) operands[i] = found->second;
        }
        return module_.make(instruction.op, std::move(operands));
    }

    void drop_functions() {
        Ids open, reached;
        for (const Instruction& instruction : module_.preamble)
            if (instruction.op == op_entry_point) open.insert(instruction.operands[1]);
        while (!open.empty()) {
            const uint32_t id = *open.begin();
            open.erase(open.begin());
            if (!reached.insert(id).second) continue;
            for (const Block& block : std::ranges::find(module_.functions, id, &Function::id)->blocks)
                for (const Instruction& instruction : block.body)
                    if (instruction.op == op_function_call) open.insert(instruction.operands[2]);
        }
        std::erase_if(module_.functions, [&](const Function& f) { return !reached.contains(f.id()); });
    }

    // A literal that happens to equal a variable's id keeps the variable, which does no harm.
    void drop_variables(Function& function) const {
        IdBits used(module_.header[3]);
        for (const Block& block : function.blocks)
            for (const Instruction& instruction : block.body)
                if (instruction.op != op_variable)
                    for (const uint32_t word : instruction.operands) used.insert(word);
        std::erase_if(function.blocks.front().body, [&](const Instruction& instruction) {
            return instruction.op == op_variable && !used.contains(instruction.operands[1]);
        });
    }

    // Of the views of one binding (float32 and float16) those that nothing reads or writes any more; one
    // stays.
    void drop_views() {
        IdBits used(module_.header[3]);
        for (const Function& function : module_.functions)
            for (const Block& block : function.blocks)
                for (const Instruction& instruction : block.body)
                    for (const uint32_t word : instruction.operands) used.insert(word);
        std::map<uint32_t, Ids> views;  // of a binding
        for (const Instruction& instruction : module_.preamble)
            if (instruction.op == op_decorate && instruction.operands[1] == decoration_binding)
                views[instruction.operands[2]].insert(instruction.operands[0]);
        IdBits gone(module_.header[3]);
        for (const auto& [binding, ids] : views) {
            const bool any = std::ranges::any_of(ids, [&](uint32_t id) { return used.contains(id); });
            for (const uint32_t id : ids)
                if (any ? !used.contains(id) : id != *ids.begin()) gone.insert(id);
        }
        std::erase_if(module_.preamble, [&](const Instruction& instruction) {
            const bool note = instruction.op == op_name || instruction.op == op_decorate;
            return (note && gone.contains(instruction.operands[0])) ||
                   (instruction.op == op_variable && gone.contains(instruction.operands[1]));
        });
        for (Instruction& instruction : module_.preamble) {
            if (instruction.op != op_entry_point) continue;
            std::vector<uint32_t> kept(instruction.operands.begin(), instruction.operands.end());
            std::erase_if(kept, [&](const uint32_t& word) {  // SPIR-V 1.4 lists variables after the name
                return &word > &kept[3] && gone.contains(word);
            });
            instruction = module_.make(op_entry_point, std::move(kept));
        }
    }

    // Names and decorations of what has gone go, too; copies get those of their originals, NoContraction
    // above all: a copy must round as its original does.
    void move_annotations(const IdBits& before) {
        IdBits now(module_.header[3]);
        for (const Function& function : module_.functions) insert_results(now, function);
        std::vector<Instruction> moved;
        for (const Instruction& instruction : module_.preamble) {
            const bool name = instruction.op == op_name, decoration = instruction.op == op_decorate;
            const uint32_t id = name || decoration ? instruction.operands[0] : 0;
            if (!before.contains(id) || now.contains(id)) moved.push_back(instruction);
            if (!decoration || !before.contains(id)) continue;
            for (const auto& ids : copied_ids_) {
                const auto copy = ids.find(id);
                if (copy == ids.end() || !now.contains(copy->second)) continue;
                std::vector<uint32_t> operands(instruction.operands.begin(), instruction.operands.end());
                operands[0] = copy->second;
                moved.push_back(module_.make(op_decorate, std::move(operands)));
            }
        }
        module_.preamble = std::move(moved);
    }

    Module module_;
    std::map<uint32_t, uint32_t> values_;     // of constants and, in copies, of what is loaded of a parameter
    std::map<uint32_t, Switcher> switchers_;  // by function
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> copies_;  // (function, argument) -> function
    std::vector<std::map<uint32_t, uint32_t>> copied_ids_;      // of each copy: original's -> its own
};

}  // namespace

std::vector<uint32_t> specialise(std::span<const uint32_t> code,
                                 std::span<const std::pair<uint32_t, uint32_t>> constants) {
    return Specialiser(code, constants).run();
}

}  // namespace vkgan
