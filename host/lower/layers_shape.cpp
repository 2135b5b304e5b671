// Layers that change shapes or join branches: resampling, concat, add, multiply, reshape, flatten.
// SPDX-License-Identifier: MIT
#include "host/lower/network.hpp"
#include "host/model/words.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr int most_branches = 64;

constexpr std::array upsample_options{
    OptionSpec{.name = "factor", .kind = integer, .value = 2, .low = 1, .high = 64},
    OptionSpec{.name = "mode", .kind = word, .words = "nearest bilinear bicubic"},
};
constexpr std::array downsample_options{
    OptionSpec{.name = "factor", .kind = integer, .value = 2, .low = 1, .high = 64},
    OptionSpec{.name = "mode", .kind = word, .words = "average area max nearest bilinear bicubic"},
};
constexpr std::array pool_all_options{OptionSpec{.name = "mode", .kind = word, .words = "mean sum"}};
constexpr std::array reshape_options{
    OptionSpec{.name = "shape", .kind = list, .low = 1, .high = 1 << 24, .required = true}};

Resample resample_mode(std::string_view word) {
    if (word == "bilinear") return Resample::bilinear;
    if (word == "bicubic") return Resample::bicubic;
    return word == "area" ? Resample::area : Resample::nearest;
}

Value build_upsample(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    const Shape shape = call.x().shape();
    const int64_t factor = call.options.integer("factor");
    return op::resample2d(call.x(), shape[2] * factor, shape[3] * factor,
                          resample_mode(call.options.word("mode")));
}

Value build_downsample(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    const Shape shape = call.x().shape();
    const int factor = call.options.integer("factor");
    if (shape[2] < factor || shape[3] < factor) {
        return call.fail("cannot shrink " + shape.to_string() + " by " + std::to_string(factor));
    }
    const std::string_view mode = call.options.word("mode");
    const op::PoolOptions windows{.kernel = factor, .stride = factor, .pad = 0};
    if (mode == "average") return op::avg_pool2d(call.x(), windows);
    if (mode == "max") return op::max_pool2d(call.x(), windows);
    return op::resample2d(call.x(), shape[2] / factor, shape[3] / factor, resample_mode(mode));
}

// A label given to a convolutional network, [N, F], becomes F constant planes beside images.
Value like_images(Value x, const Shape& image) {
    const Shape shape = x.shape();
    if (shape.rank() != 2 || image.rank() != 4) return x;
    const Value planes = op::reshape(x, Shape{shape[0], shape[1], 1, 1});
    return op::broadcast(planes, Shape{shape[0], shape[1], image[2], image[3]});
}

Value build_concat(LayerCall& call) {
    Shape widest = call.x().shape();
    for (const Value x : call.inputs) {
        if (x.shape().rank() == 4) widest = x.shape();
    }
    std::vector<Value> parts;
    for (const Value x : call.inputs) parts.push_back(like_images(x, widest));
    return op::concat(parts, 1);
}

Value build_add(LayerCall& call) {
    Value sum = call.x();
    for (size_t i = 1; i < call.inputs.size(); ++i) sum = sum + call.inputs[i];
    return sum;
}

Value build_multiply(LayerCall& call) {
    Value product = call.x();
    for (size_t i = 1; i < call.inputs.size(); ++i) product = product * call.inputs[i];
    return product;
}

// The inner product of each sample's two vectors: Miyato & Koyama 2018 project features on a class so.
Value build_dot(LayerCall& call) {
    if (call.inputs.size() != 2 || call.inputs[0].shape() != call.inputs[1].shape() ||
        call.x().shape().rank() != 2)
        return call.fail("takes two values [batch, features] of one shape");
    constexpr std::array axes{1};
    return op::reduce_sum(call.inputs[0] * call.inputs[1], axes);
}

// [N, C, H, W] -> [N, C].
Value build_pool_all(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    constexpr std::array axes{2, 3};
    const Shape shape = call.x().shape();
    const bool sum = call.options.word("mode") == "sum";
    const Value pooled = sum ? op::reduce_sum(call.x(), axes) : op::reduce_mean(call.x(), axes);
    return op::reshape(pooled, Shape{shape[0], shape[1]});
}

Value reshaped(LayerCall& call, const Shape& shape) {
    double count = 1;
    for (const int64_t extent : shape) count *= double(extent);
    if (count == double(call.x().shape().element_count())) return op::reshape(call.x(), shape);
    return call.fail("cannot make " + shape.to_string() + " of " + call.x().shape().to_string());
}

Value build_reshape(LayerCall& call) {
    const auto given = call.options.list("shape");
    if (given.size() > 4)
        return call.fail("a shape of " + std::to_string(given.size()) + " extents is too long");
    std::vector<int64_t> extents{call.x().shape()[0]};
    for (const double extent : given) {
        if (extent != double(int64_t(extent)))
            return call.fail(number_text(extent) + " is not a whole extent");
        extents.push_back(int64_t(extent));
    }
    return reshaped(call, Shape(extents));
}

Value build_flatten(LayerCall& call) {
    const Shape shape = call.x().shape();
    return reshaped(call, Shape{shape[0], shape.element_count() / std::max<int64_t>(1, shape[0])});
}

constexpr std::array rows{
    LayerType{"upsample", upsample_options, build_upsample},
    LayerType{"downsample", downsample_options, build_downsample},
    LayerType{"concat", {}, build_concat, most_branches},
    LayerType{"add", {}, build_add, most_branches},
    LayerType{"multiply", {}, build_multiply, most_branches},
    LayerType{"dot", {}, build_dot, 2},
    LayerType{"pool_all", pool_all_options, build_pool_all},
    LayerType{"reshape", reshape_options, build_reshape},
    LayerType{"flatten", {}, build_flatten},
};

}  // namespace

std::span<const LayerType> shape_layers() { return rows; }

}  // namespace vkgan
