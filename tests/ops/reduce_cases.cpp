// Cases of reductions and broadcasts, and of norms and softmax, which are made of them.
// SPDX-License-Identifier: MIT
#include "tests/ops/cases.hpp"

#include <array>

namespace vkgan::test {

namespace {

struct Axes {
    std::string label;
    Shape shape;
    std::vector<int> axes;
};

const std::vector<Axes>& reductions() {
    static const std::vector<Axes> list{
        {"a vector", {17}, {0}},
        {"two elements", {2, 1}, {0, 1}},
        {"columns of a matrix", {5, 7}, {0}},
        {"rows of a matrix", {5, 17}, {1}},
        {"batch and pixels, as a batch norm", {3, 5, 3, 7}, {0, 2, 3}},
        {"pixels, as an instance norm", {2, 3, 5, 3}, {2, 3}},
        {"channels, as a pixel norm", {2, 17, 3, 1}, {1}},
        {"all but the batch", {3, 5, 2, 3}, {1, 2, 3}},
        {"everything", {2, 3, 5, 1}, {0, 1, 2, 3}},
        {"the batch", {5, 3, 2, 2}, {0}},
        {"the middle of rank 3", {3, 5, 7}, {1}},
        {"first and last of rank 5", {2, 3, 1, 2, 5}, {0, 4}},
        {"a long row", {1, 1000}, {1}},
    };
    return list;
}

Value normalise(Value x, std::span<const int> axes) {
    const Value centred = x - op::reduce_mean(x, axes);
    return centred * op::rsqrt(op::reduce_mean(op::square(centred), axes) + 1e-3);
}

}  // namespace

std::vector<OpCase> reduce_cases() {
    std::vector<OpCase> cases;
    for (const Axes& c : reductions()) {
        cases.push_back(
            {"reduce_sum", c.label, [c](Graph& g) { return op::reduce_sum(g.input("x", c.shape), c.axes); }});
        cases.push_back(
            {"reduce_max", c.label, [c](Graph& g) { return op::reduce_max(g.input("x", c.shape), c.axes); }});
        Shape small = c.shape;
        for (const int axis : c.axes) small[axis] = 1;
        if (small == c.shape) continue;
        cases.push_back({"broadcast", c.label,
                         [c, small](Graph& g) { return op::broadcast(g.input("x", small), c.shape); }});
    }
    cases.push_back({"sum_squares", "of tensors with gaps between them", [](Graph& g) {
                         return op::sum_squares(std::array{g.input("a", {3, 5, 4, 4}), g.input("b", {7}),
                                                           g.input("c", {}), g.input("d", {5, 17})});
                     }});
    cases.push_back({"sum_squares", "of more tensors than a dispatch takes", [](Graph& g) {
                         std::vector<Value> list;
                         for (int i = 1; i <= 16; ++i)
                             list.push_back(g.input("x" + std::to_string(i), {i, 2 * i + 1}));
                         return op::sum_squares(list);
                     }});
    const auto add = [&](std::string op, std::string label, auto build) {
        cases.push_back({std::move(op), std::move(label), build});
    };
    add("broadcast", "a scalar", [](Graph& g) { return op::broadcast(g.input("x", {}), {2, 5, 3}); });
    add("broadcast", "a bias over images", [](Graph& g) {
        return op::broadcast(op::reshape(g.input("b", {5}), {1, 5, 1, 1}), {2, 5, 3, 3});
    });
    add("broadcast", "rank grows", [](Graph& g) {
        return op::broadcast(g.input("x", {3, 1}), {2, 4, 3, 5});
    });
    add("reduce_sum", "of a fused chain", [](Graph& g) {
        const std::array<int, 2> axes{2, 3};
        return op::reduce_sum(op::square(g.input("x", {2, 5, 3, 3}) - 0.5), axes);
    });
    add("reduce_sum", "mean of everything", [](Graph& g) {
        return op::mean_all(g.input("x", {2, 3, 3, 5}));
    });
    add("reduce_sum", "batch norm", [](Graph& g) {
        const std::array<int, 3> axes{0, 2, 3};
        return normalise(g.input("x", {3, 5, 3, 3}), axes);
    });
    add("reduce_max", "softmax", [](Graph& g) {
        const std::array<int, 1> axes{1};
        const Value x = g.input("x", {3, 7});
        const Value e = op::exp(x - op::reduce_max(x, axes));
        return e / op::reduce_sum(e, axes);
    });
    return cases;
}

}  // namespace vkgan::test
