// Cases of the contractions: ragged channels, odd images, batch 1, 1x1 images, kernels larger than the image.
// SPDX-License-Identifier: MIT
#include "tests/ops/cases.hpp"

namespace vkgan::test {

namespace {

struct Conv {
    std::string label;
    Shape x, w;
    op::ConvOptions options;
};

const std::vector<Conv>& convs() {
    static const std::vector<Conv> list{
        {"1x1 kernel, 17 to 3 channels", {2, 17, 5, 3}, {3, 17, 1, 1}, {}},
        {"3x3 same, one channel", {1, 1, 7, 5}, {1, 1, 3, 3}, {.pad = 1}},
        {"3x3 same, 5 to 17 channels", {2, 5, 6, 7}, {17, 5, 3, 3}, {.pad = 1}},
        {"4x4 stride 2, as in a DCGAN", {2, 3, 8, 10}, {5, 3, 4, 4}, {.stride = 2, .pad = 1}},
        {"4x4 stride 2, 16 to 32 channels", {1, 16, 8, 8}, {32, 16, 4, 4}, {.stride = 2, .pad = 1}},
        {"4x4 to one pixel", {3, 5, 4, 4}, {1, 5, 4, 4}, {}},
        {"stride 3 leaves a remainder", {1, 3, 11, 9}, {5, 3, 3, 3}, {.stride = 3, .pad = 1}},
        {"stride 2 with a 1x1 kernel skips pixels", {2, 4, 5, 6}, {3, 4, 1, 1}, {.stride = 2}},
        {"dilation 2", {1, 3, 9, 8}, {5, 3, 3, 3}, {.pad = 2, .dilation = 2}},
        {"three groups", {2, 6, 5, 7}, {9, 2, 3, 3}, {.pad = 1, .groups = 3}},
        {"depthwise", {1, 5, 6, 5}, {5, 1, 3, 3}, {.pad = 1, .groups = 5}},
        {"1x1 image", {4, 3, 1, 1}, {17, 3, 3, 3}, {.pad = 1}},
        {"kernel larger than the image", {1, 3, 3, 2}, {5, 3, 5, 5}, {.pad = 2}},
        {"flat kernel", {1, 5, 4, 9}, {3, 5, 1, 5}, {.pad = 2}},
        {"two groups, stride 2, dilation 2",
         {1, 4, 9, 11},
         {6, 2, 3, 2},
         {.stride = 2, .pad = 1, .dilation = 2, .groups = 2}},
    };
    return list;
}

void add_padding_modes(std::vector<OpCase>& cases) {
    const std::pair<const char*, Pad> modes[]{
        {"reflect", Pad::reflect}, {"replicate", Pad::replicate}, {"circular", Pad::circular}};
    for (const auto& [name, mode] : modes) {
        const op::ConvOptions options{.stride = 2, .pad = 1, .pad_mode = mode};
        cases.push_back(
            {"conv2d", std::string(name) + " padding", [options](Graph& g) {
                 return op::conv2d(g.input("x", {1, 3, 5, 6}), g.input("w", {5, 3, 3, 3}), options);
             }});
        cases.push_back({"conv2d_grad_input", std::string(name) + " padding", [options](Graph& g) {
                             return op::conv2d_grad_input(g.input("dy", {1, 5, 3, 3}),
                                                          g.input("w", {5, 3, 3, 3}), 5, 6, options);
                         }});
        cases.push_back({"conv2d_grad_weight", std::string(name) + " padding", [options](Graph& g) {
                             return op::conv2d_grad_weight(g.input("x", {1, 3, 5, 6}),
                                                           g.input("dy", {1, 5, 3, 3}), 3, 3, options);
                         }});
    }
}

void add_transposed(std::vector<OpCase>& cases) {
    const auto add = [&](std::string label, Shape x, Shape w, op::ConvOptions options, int output_padding) {
        cases.push_back({"conv2d_grad_input", "transposed: " + label, [=](Graph& g) {
                             return op::conv2d_transposed(g.input("x", x), g.input("w", w), options,
                                                          output_padding);
                         }});
    };
    add("a DCGAN's first layer", {2, 17, 1, 1}, {17, 5, 4, 4}, {}, 0);
    add("4x4 stride 2", {1, 6, 3, 5}, {6, 3, 4, 4}, {.stride = 2, .pad = 1}, 0);
    add("output padding", {1, 4, 4, 3}, {4, 5, 3, 3}, {.stride = 2, .pad = 1}, 1);
    add("stride 3, output padding 2", {2, 3, 2, 3}, {3, 1, 3, 3}, {.stride = 3}, 2);
    add("groups and dilation", {1, 6, 4, 3}, {6, 2, 3, 3}, {.pad = 1, .dilation = 2, .groups = 3}, 0);
}

void add_matmuls(std::vector<OpCase>& cases) {
    const auto add = [&](std::string label, Shape a, Shape b, bool ta, bool tb) {
        cases.push_back({"matmul", std::move(label),
                         [=](Graph& g) { return op::matmul(g.input("a", a), g.input("b", b), ta, tb); }});
    };
    add("1x1 by 1x1", {1, 1}, {1, 1}, false, false);
    add("ragged", {5, 17}, {17, 3}, false, false);
    add("linear layer, b transposed", {3, 37}, {19, 37}, false, true);
    add("a transposed", {17, 5}, {17, 6}, true, false);
    add("both transposed", {7, 3}, {5, 7}, true, true);
    add("quads", {8, 16}, {16, 32}, false, false);
    add("row by column", {1, 33}, {33, 1}, false, false);
    add("column by row", {9, 1}, {1, 5}, false, false);
    add("batched", {3, 11, 17}, {3, 17, 6}, false, false);
    add("batched, b transposed", {2, 5, 7}, {2, 3, 7}, false, true);
    add("batched, a transposed", {2, 7, 5}, {2, 7, 1}, true, false);
    add("batched, both transposed", {1, 4, 6}, {1, 9, 4}, true, true);
}

}  // namespace

std::vector<OpCase> contraction_cases() {
    std::vector<OpCase> cases;
    for (const Conv& c : convs()) {
        Graph shapes;
        const Shape y = op::conv2d(shapes.input("x", c.x), shapes.input("w", c.w), c.options).shape();
        cases.push_back({"conv2d", c.label, [c](Graph& g) {
                             return op::conv2d(g.input("x", c.x), g.input("w", c.w), c.options);
                         }});
        cases.push_back({"conv2d_grad_input", c.label, [c, y](Graph& g) {
                             return op::conv2d_grad_input(g.input("dy", y), g.input("w", c.w), c.x[2], c.x[3],
                                                          c.options);
                         }});
        cases.push_back({"conv2d_grad_weight", c.label, [c, y](Graph& g) {
                             return op::conv2d_grad_weight(g.input("x", c.x), g.input("dy", y), c.w[2],
                                                           c.w[3], c.options);
                         }});
    }
    add_padding_modes(cases);
    add_transposed(cases);
    add_matmuls(cases);
    return cases;
}

}  // namespace vkgan::test
