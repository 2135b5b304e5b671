// Cases of the ops that move elements: ragged shapes, borders inside and outside of quads, every mode.
// SPDX-License-Identifier: MIT
#include "tests/ops/cases.hpp"

#include <array>

namespace vkgan::test {
namespace {

using Build = std::function<Value(Graph&)>;

struct Cases {
    std::vector<OpCase> list;

    void add(std::string op, std::string label, Build build) {
        list.push_back({std::move(op), std::move(label), std::move(build)});
    }
    void add_indexed(std::string op, std::string label, int64_t index_count, Build build) {
        add(std::move(op), std::move(label), std::move(build));
        list.back().index_count = index_count;
    }
};

void add_reshapes(Cases& cases) {
    const auto reshape = [&](std::string label, Shape from, Shape to) {
        cases.add("reshape", std::move(label), [=](Graph& g) { return op::reshape(g.input("x", from), to); });
    };
    reshape("a free one", {2, 3, 8}, {6, 8});
    reshape("an image to a row", {2, 3, 3, 5}, {2, 45});
    reshape("a row to an image", {2, 80}, {2, 5, 4, 4});
    reshape("extents that do not nest", {6, 4}, {8, 3});
    reshape("images whose extents do not nest", {1, 6, 5, 3}, {2, 9, 5, 1});
    reshape("rank 6 to an image", {1, 2, 3, 2, 5, 2}, {2, 3, 10, 2});
    reshape("a scalar", {1, 1}, {});
    reshape("from a scalar", {}, {1, 1, 1});
    reshape("channels split", {2, 17, 1, 3}, {2, 1, 17, 3});
}

void add_detached(Cases& cases) {
    cases.add("detach", "beside x itself", [](Graph& g) {
        const Value x = g.input("x", {2, 5, 3, 3});
        return op::detach(x) * 2.0 + x;
    });
    cases.list.back().smooth = false;  // its gradient is not its slope: tests/ops/detach_test.cpp
    cases.add("detach", "seen through to a corner", [](Graph& g) {
        const Value x = g.input("x", {2, 5, 3, 3});
        return x - op::broadcast(op::detach(op::slice(op::slice(x, 2, 0, 1), 3, 0, 1)), x.shape());
    });
    cases.list.back().smooth = false;
}

void add_regroups(Cases& cases) {
    cases.add("regroup", "all images as one", [](Graph& g) {
        return op::regroup(g.input("x", {3, 5, 2, 3}), 1);
    });
    cases.add("regroup", "rows of three images as those of two", [](Graph& g) {
        return op::regroup(g.input("x", {3, 3, 4, 1}), 2);
    });
}

void add_permutes(Cases& cases) {
    const auto permute = [&](std::string label, Shape from, std::vector<int> axes) {
        cases.add("permute", std::move(label),
                  [=](Graph& g) { return op::permute(g.input("x", from), axes); });
    };
    permute("a matrix transposed", {5, 17}, {1, 0});
    permute("rank 3 turned", {3, 5, 7}, {2, 0, 1});
    permute("channels last", {2, 5, 3, 4}, {0, 2, 3, 1});
    permute("batch and channels exchanged", {3, 8, 2, 3}, {1, 0, 2, 3});
    permute("outer axes of rank 5", {2, 3, 2, 1, 8}, {2, 1, 0, 3, 4});
    permute("rank 6 reversed", {2, 1, 3, 2, 2, 5}, {5, 4, 3, 2, 1, 0});
}

void add_slices(Cases& cases) {
    struct Slice {
        std::string label;
        Shape shape;
        int axis;
        int64_t begin, count, step;
    };
    const std::array slices{
        Slice{"of the batch", {5, 3, 3, 1}, 0, 1, 3, 1},
        Slice{"whole quads of channels", {2, 12, 3, 2}, 1, 4, 8, 1},
        Slice{"ragged channels", {2, 17, 1, 3}, 1, 3, 9, 1},
        Slice{"every third row", {2, 5, 8, 3}, 2, 1, 3, 3},
        Slice{"one column", {3, 1, 3, 7}, 3, 6, 1, 1},
        Slice{"every second of a vector", {17}, 0, 0, 9, 2},
        Slice{"quads and a rest", {3, 11}, 1, 4, 7, 1},
        Slice{"all", {2, 3}, 1, 0, 3, 1},
    };
    for (const Slice& s : slices) {
        cases.add("slice", s.label, [s](Graph& g) {
            return op::slice(g.input("x", s.shape), s.axis, s.begin, s.count, s.step);
        });
        Shape part = s.shape;
        part[s.axis] = s.count;
        cases.add("slice_grad", s.label, [s, part](Graph& g) {
            return op::slice_grad(g.input("dy", part), s.axis, s.begin, s.step, s.shape[s.axis]);
        });
    }
}

void add_concats(Cases& cases) {
    const auto concat = [&](std::string label, std::vector<Shape> shapes, int axis) {
        cases.add("concat", std::move(label), [=](Graph& g) {
            std::vector<Value> parts;
            for (size_t part = 0; part < shapes.size(); ++part)
                parts.push_back(g.input("part" + std::to_string(part), shapes[part]));
            return op::concat(parts, axis);
        });
    };
    concat("batches", {{1, 3, 3, 2}, {2, 3, 3, 2}}, 0);
    concat("whole quads of channels", {{2, 4, 3, 1}, {2, 8, 3, 1}, {2, 3, 3, 1}}, 1);
    concat("ragged channels", {{2, 1, 3, 3}, {2, 3, 3, 3}, {2, 5, 3, 3}, {2, 2, 3, 3}}, 1);
    concat("rows", {{2, 5, 1, 3}, {2, 5, 4, 3}}, 2);
    concat("columns", {{2, 5, 2, 3}, {2, 5, 2, 1}, {2, 5, 2, 5}}, 3);
    concat("nine vectors", {{1}, {2}, {3}, {4}, {5}, {1}, {2}, {4}, {3}}, 0);
    concat("the middle of rank 3", {{3, 2, 7}, {3, 1, 7}}, 1);
    concat("a tensor with itself", {{3, 5}, {3, 5}}, 1);
}

void add_pads(Cases& cases) {
    const auto pad = [&](const std::string& label, Shape shape, op::Padding padding, Pad mode) {
        cases.add("pad2d", label, [=](Graph& g) { return op::pad2d(g.input("x", shape), padding, mode); });
        if (mode == Pad::zero) return;
        const Shape padded{shape[0], shape[1], shape[2] + padding.top + padding.bottom,
                           shape[3] + padding.left + padding.right};
        cases.add("pad2d_grad", label,
                  [=](Graph& g) { return op::pad2d_grad(g.input("dy", padded), padding, mode); });
    };
    pad("zeros", {2, 3, 3, 5}, {1, 2, 0, 3}, Pad::zero);
    pad("a crop", {2, 5, 5, 7}, {-1, -2, -3, 0}, Pad::zero);
    pad("a crop on one side, zeros on the other", {1, 8, 4, 4}, {-2, 3, 1, -1}, Pad::zero);
    pad("reflect", {2, 5, 4, 3}, {2, 3, 1, 2}, Pad::reflect);
    pad("reflect one side", {1, 1, 2, 5}, {1, 0, 0, 4}, Pad::reflect);
    pad("replicate", {2, 3, 3, 1}, {2, 1, 3, 4}, Pad::replicate);
    pad("circular", {1, 17, 3, 4}, {3, 2, 1, 4}, Pad::circular);
    pad("circular by one", {2, 4, 5, 5}, {1, 1, 1, 1}, Pad::circular);
}

void add_gathers(Cases& cases) {
    cases.add_indexed("gather", "rows of a table", 5, [](Graph& g) {
        return op::gather(g.input("table", {5, 7}), g.input("index", {6}, DType::i32));
    });
    cases.add_indexed("gather", "indices past the end", 9, [](Graph& g) {
        return op::gather(g.input("table", {5, 8}), g.input("index", {17}, DType::i32));
    });
    cases.add_indexed("scatter_add", "rows summed", 3, [](Graph& g) {
        return op::scatter_add(g.input("rows", {9, 5}), g.input("index", {9}, DType::i32), 4);
    });
    cases.add_indexed("scatter_add", "indices past the end", 9, [](Graph& g) {
        return op::scatter_add(g.input("rows", {7, 1}), g.input("index", {7}, DType::i32), 5);
    });
    cases.add_indexed("one_hot", "labels", 12,
                      [](Graph& g) { return op::one_hot(g.input("index", {7}, DType::i32), 10); });
}

void add_shuffles(Cases& cases) {
    const auto shuffle = [&](std::string label, Shape few, int factor) {
        const Shape many{few[0], few[1] * factor * factor, few[2] / factor, few[3] / factor};
        cases.add("pixel_shuffle", label,
                  [=](Graph& g) { return op::pixel_shuffle(g.input("x", many), factor); });
        cases.add("pixel_unshuffle", label,
                  [=](Graph& g) { return op::pixel_unshuffle(g.input("x", few), factor); });
    };
    shuffle("by 2", {2, 3, 6, 4}, 2);
    shuffle("by 3 to one channel", {1, 1, 3, 6}, 3);
    shuffle("whole quads", {2, 8, 2, 4}, 2);
    shuffle("by 1", {1, 5, 3, 3}, 1);
}

// An image's row and column offset; they are constants, as no gradient flows to them.
void add_shifts(Cases& cases) {
    using Offsets = std::vector<std::pair<double, double>>;
    const auto shift = [&](std::string label, Shape shape, Offsets by) {
        cases.add("shift2d", std::move(label), [=](Graph& g) {
            std::vector<Value> numbers;
            for (const auto& [down, right] : by)
                for (const double offset : {down, right})
                    numbers.push_back(op::constant(g, offset, Shape{1}));
            const Value offsets = op::reshape(op::concat(numbers, 0), Shape{shape[0], 2});
            return op::shift2d(g.input("x", shape), offsets);
        });
    };
    shift("one channel, up and left", {1, 1, 5, 3}, {{-2, -1}});
    shift("each its own way", {3, 3, 4, 5}, {{1, -2}, {0, 0}, {-3, 4}});
    shift("not whole", {2, 5, 3, 7}, {{1.3, -0.4}, {-0.8, 2.2}});
    shift("17 channels, two out of sight", {3, 17, 3, 3}, {{3, 0}, {0, -1}, {1, -40}});
    cases.add("shift2d", "offsets of a graph's own", [](Graph& g) {
        return op::shift2d(g.input("x", {2, 5, 3, 3}), op::floor(g.input("by", {2, 2}) * 2.0));
    });
    cases.list.back().smooth = false;  // an offset near a whole number jumps
}

void add_resamples(Cases& cases) {
    struct Scale {
        std::string label;
        Shape shape;
        int64_t height, width;
    };
    const std::array scales{
        Scale{"twice the size", {2, 3, 3, 5}, 6, 10}, Scale{"half the size", {1, 5, 6, 4}, 3, 2},
        Scale{"ragged", {2, 17, 5, 3}, 7, 8},         Scale{"ragged, smaller", {1, 1, 7, 9}, 3, 4},
        Scale{"one row to many", {1, 4, 1, 3}, 4, 3}, Scale{"to one pixel", {2, 3, 4, 3}, 1, 1}};
    const std::array<std::string, 4> names{"nearest", "bilinear", "bicubic", "area"};
    for (size_t mode = 0; mode < names.size(); ++mode)
        for (const Scale& s : scales)
            for (const bool align : {false, true}) {
                const auto how = static_cast<Resample>(mode);
                if (align && how != Resample::bilinear && how != Resample::bicubic) continue;
                const std::string label = names[mode] + ", " + s.label + (align ? ", corners aligned" : "");
                cases.add("resample2d", label, [=](Graph& g) {
                    return op::resample2d(g.input("x", s.shape), s.height, s.width, how, align);
                });
                const Shape scaled{s.shape[0], s.shape[1], s.height, s.width};
                cases.add("resample2d_grad", label, [=](Graph& g) {
                    return op::resample2d_grad(g.input("dy", scaled), s.shape[2], s.shape[3], how, align);
                });
            }
}

void add_filters(Cases& cases) {
    const auto fir = [&](std::string label, Shape shape, std::vector<double> taps, std::array<int, 2> up_down,
                         op::Padding padding) {
        cases.add("fir2d", std::move(label), [=](Graph& g) {
            return op::fir2d(g.input("x", shape), taps, up_down[0], up_down[1], padding);
        });
    };
    const std::vector<double> smooth{0.125, 0.375, 0.375, 0.125}, skew{0.5, 0.25, -0.125};
    fir("upsampling by 2", {2, 3, 3, 5}, smooth, {2, 1}, {2, 1, 2, 1});
    fir("downsampling by 2", {1, 5, 6, 7}, smooth, {1, 2}, {1, 1, 1, 1});
    fir("lopsided taps", {2, 4, 5, 3}, skew, {1, 1}, {1, 1, 0, 2});
    fir("up by 3, down by 2, cropped", {1, 17, 5, 4}, skew, {3, 2}, {-1, 2, 0, -2});
    const auto average = [&](const std::string& label, Shape shape, op::PoolOptions options) {
        cases.add("fir2d", "average, " + label,
                  [=](Graph& g) { return op::avg_pool2d(g.input("x", shape), options); });
        const int64_t height = (shape[2] + 2 * options.pad - options.kernel) / options.stride + 1;
        const int64_t width = (shape[3] + 2 * options.pad - options.kernel) / options.stride + 1;
        const Shape pooled{shape[0], shape[1], height, width};
        cases.add("fir2d", "average's adjoint, " + label, [=](Graph& g) {
            return op::avg_pool2d_grad(g.input("dy", pooled), shape[2], shape[3], options);
        });
    };
    average("2 by 2", {2, 3, 6, 5}, {});
    average("3 by 3 padded", {1, 5, 7, 6}, {.kernel = 3, .stride = 2, .pad = 1});
    average("windows apart", {1, 1, 8, 7}, {.kernel = 2, .stride = 3, .pad = 0});
    average("many equal taps", {1, 3, 40, 36}, {.kernel = 36, .stride = 4, .pad = 0});
}

void add_pools(Cases& cases) {
    const auto pool = [&](const std::string& label, Shape shape, op::PoolOptions options) {
        cases.add("max_pool2d_index", label,
                  [=](Graph& g) { return op::max_pool2d_index(g.input("x", shape), options); });
        cases.add("pool_gather", label,
                  [=](Graph& g) { return op::max_pool2d(g.input("x", shape), options); });
        cases.add("pool_scatter", label, [=](Graph& g) {
            const Value index = op::max_pool2d_index(g.input("x", shape), options);
            return op::pool_scatter(g.input("dy", index.shape()), index, shape[2], shape[3]);
        });
    };
    pool("2 by 2", {2, 3, 6, 5}, {});
    pool("overlapping and padded", {1, 5, 7, 6}, {.kernel = 3, .stride = 2, .pad = 1});
    pool("windows apart", {2, 1, 7, 9}, {.kernel = 2, .stride = 3, .pad = 0});
    pool("17 channels", {1, 17, 3, 3}, {.kernel = 2, .stride = 1, .pad = 0});
    cases.add_indexed("pool_gather", "any index", 15, [](Graph& g) {
        return op::pool_gather(g.input("x", {2, 5, 3, 4}), g.input("index", {2, 5, 2, 3}, DType::i32));
    });
    cases.add_indexed("pool_scatter", "any index", 15, [](Graph& g) {
        return op::pool_scatter(g.input("dy", {2, 5, 2, 3}), g.input("index", {2, 5, 2, 3}, DType::i32), 3,
                                4);
    });
}

}  // namespace

std::vector<OpCase> movement_cases() {
    Cases cases;
    for (const auto add :
         {add_reshapes, add_permutes, add_regroups, add_detached, add_slices, add_concats, add_pads,
          add_gathers, add_shuffles, add_shifts, add_resamples, add_filters, add_pools})
        add(cases);
    return cases.list;
}

}  // namespace vkgan::test
