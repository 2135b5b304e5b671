// Graphs drawn at random from the fake op set.
// SPDX-License-Identifier: MIT
#include "tests/plan/random_graph.hpp"

#include <random>

namespace fake {

namespace {

struct Drawing {
    Graph& graph;
    std::mt19937 random;
    Shape full{5, 8}, row{1, 8};
    std::vector<Value> fulls, rows;
    std::vector<int32_t> variables;  // one group: rows and fulls by turns

    size_t below(size_t n) { return random() % n; }
    Value full_value() { return fulls[fulls.size() - 1 - below(std::min<size_t>(fulls.size(), 6))]; }
    Value row_value() { return rows[rows.size() - 1 - below(std::min<size_t>(rows.size(), 4))]; }

    void grow() {
        const Value a = full_value();
        switch (below(14)) {
            case 0: fulls.push_back(add(a, full_value())); break;
            case 1: fulls.push_back(mul(a, scale(full_value(), 0.25))); break;
            case 2: fulls.push_back(scale(a, 0.5)); break;
            case 3: fulls.push_back(scale(square(a), 0.125)); break;
            case 4: fulls.push_back(add(a, broadcast(row_value(), full))); break;
            case 5: fulls.push_back(scale(mix(a, row_value()), 0.25)); break;
            case 6: fulls.push_back(mix(a, row_value())); break;
            case 7: rows.push_back(scale(total(a), 0.1)); break;
            case 8: rows.push_back(total(scale(mul(a, full_value()), 0.25))); break;
            case 9: rows.push_back(add(row_value(), scale(row_value(), -0.5))); break;
            case 10: rows.push_back(rows_of(a, int64_t(below(size_t(full[0]))), 1)); break;
            case 11: {  // the second sum of the same tensor
                const Value row = rows_of(full_value(), 0, 1);
                rows.push_back(scale(total(add(a, broadcast(row, full))), 0.0625));
                rows.push_back(scale(total(square(add(a, broadcast(row, full)))), 0.015625));
                break;
            }
            case 12: assign_one(); break;
            default:
                graph.mark_output("flat" + std::to_string(graph.outputs().size()), flatten(full_value()));
                break;
        }
    }
    void update() {
        std::vector<Value> gradients;
        for (size_t i = 0; i < variables.size(); ++i)
            gradients.push_back(i % 2 == 0      ? scale(row_value(), 0.125)
                                : below(3) == 0 ? full_value()
                                                : scale(full_value(), 0.25));
        descend(graph, variables, gradients);
        if (below(3) != 0) read_all();  // else later users see the values before the update
    }
    void assign_one() {
        const size_t i = below(variables.size());
        const Value old = graph.read(variables[i]);
        Value value = i % 2 == 0 ? row_value() : full_value();
        if (below(2)) value = add(scale(old, 0.5), scale(value, 0.25));
        if (below(3) == 0) value = scale(value, 0.5);
        assign(graph, variables[i], value);
        if (below(3) != 0) read_all();
    }
    void read_all() {
        for (size_t i = 0; i < variables.size(); ++i)
            (i % 2 == 0 ? rows : fulls).push_back(graph.read(variables[i]));
    }
};

}  // namespace

void draw_graph(Graph& graph, uint32_t seed) {
    Drawing d{graph, std::mt19937(seed), {5, 8}, {1, 8}, {}, {}, {}};
    if (seed % 4 == 1) d.full = {6, 4}, d.row = {1, 4};
    d.fulls = {graph.input("x", d.full), graph.input("z", d.full)};
    d.rows = {graph.input("r", d.row)};
    for (int i = 0; i < 4; ++i)
        d.variables.push_back(graph.declare_variable(
            {.name = "v" + std::to_string(i), .group = "p", .shape = i % 2 == 0 ? d.row : d.full}));
    d.read_all();
    const size_t count = 4 + d.below(50);
    for (size_t i = 0; i < count; ++i) {
        d.grow();
        if (d.below(18) == 0) d.update();
        if (d.below(10) == 0)
            graph.mark_output("o" + std::to_string(i), d.below(2) ? d.full_value() : d.row_value());
    }
    graph.mark_output("last", d.fulls.back());
}

Memory random_memory(const vkgan::VariableLayout& layout) {
    Memory memory;
    std::mt19937 random(7);
    for (const auto& [region, bytes] : layout.region_bytes) {
        Floats& floats = memory[region];
        floats.resize(static_cast<size_t>(bytes) / 4);
        for (float& value : floats) value = static_cast<float>(static_cast<int>(random() % 33) - 16) / 8;
    }
    return memory;
}

}  // namespace fake
