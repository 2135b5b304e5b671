// Layers with weights that contract: linear, conv, conv_transposed, embedding. Shapes, names and starts are
// PyTorch's.
// SPDX-License-Identifier: MIT
#include "host/lower/network.hpp"
#include "host/ops/ops.hpp"

#include <array>
#include <cmath>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr double most_features = 1 << 20;
constexpr std::string_view pad_modes = "zero reflect replicate circular";

constexpr OptionSpec spectral_option{.name = "spectral", .kind = integer, .value = 0, .low = 0, .high = 1};
constexpr std::array linear_options{
    OptionSpec{.name = "features", .kind = integer, .low = 1, .high = most_features, .required = true},
    OptionSpec{.name = "bias", .kind = integer, .value = 1, .low = 0, .high = 1},
    spectral_option,
};
constexpr std::array conv_options{
    OptionSpec{.name = "filters", .kind = integer, .low = 1, .high = most_features, .required = true},
    OptionSpec{.name = "kernel", .kind = integer, .low = 1, .high = 255, .required = true},
    OptionSpec{.name = "stride", .kind = integer, .value = 1, .low = 1, .high = 255},
    OptionSpec{.name = "pad", .kind = integer, .value = 0, .low = 0, .high = 255},
    OptionSpec{.name = "dilation", .kind = integer, .value = 1, .low = 1, .high = 255},
    OptionSpec{.name = "groups", .kind = integer, .value = 1, .low = 1, .high = most_features},
    OptionSpec{.name = "bias", .kind = integer, .value = 1, .low = 0, .high = 1},
    OptionSpec{.name = "pad_mode", .kind = word, .words = pad_modes},
    spectral_option,
};
constexpr std::array transposed_options{
    conv_options[0], conv_options[1],
    conv_options[2], conv_options[3],
    conv_options[4], conv_options[5],
    conv_options[6], OptionSpec{.name = "output_padding", .kind = integer, .value = 0, .low = 0, .high = 254},
    spectral_option,
};
constexpr std::array embedding_options{
    OptionSpec{.name = "count", .kind = integer, .low = 1, .high = most_features, .required = true},
    OptionSpec{.name = "features", .kind = integer, .low = 1, .high = 65536, .required = true},
};

// Miyato et al. 2018: the weight over an estimate of its largest singular value. The vectors that estimate it
// are buffers; each training application takes them one power iteration further, and gradients see them as
// constants. `outputs`: the weight's axis that the rows of its matrix are along.
Value spectral(LayerCall& call, Value weight, int outputs) {
    if (!call.options.flag("spectral") || !weight.valid()) return weight;
    Value matrix = weight;
    if (outputs == 1) matrix = op::permute(weight, std::array{1, 0, 2, 3});
    const int64_t rows = matrix.shape()[0], columns = matrix.shape().element_count() / rows;
    matrix = op::reshape(matrix, Shape{rows, columns});
    const auto unit = [](Value x) {
        constexpr std::array axes{0, 1};
        return x * op::rsqrt(op::reduce_sum(op::square(x), axes) + 1e-24);
    };
    const int32_t left = call.buffer("weight_u", Shape{rows}, 1 / std::sqrt(double(rows)));
    const int32_t right = call.buffer("weight_v", Shape{columns}, 1 / std::sqrt(double(columns)));
    Value u = op::reshape(call.graph.read(left), Shape{1, rows});
    Value v = op::reshape(call.graph.read(right), Shape{1, columns});
    if (!call.training()) {  // as averages of unit vectors they are shorter
        u = unit(u);
        v = unit(v);
    } else {
        const Value fixed = op::detach(matrix);
        v = op::detach(unit(op::matmul(u, fixed)));
        u = op::detach(unit(op::matmul(v, fixed, false, true)));
        op::assign(call.graph, left, op::reshape(u, Shape{rows}));
        op::assign(call.graph, right, op::reshape(v, Shape{columns}));
    }
    constexpr std::array axes{0, 1};
    const Value sigma = op::reduce_sum(u * op::matmul(v, matrix, false, true), axes);
    return weight * op::reciprocal(op::reshape(sigma, Shape{}));
}

Pad pad_mode(std::string_view word) {
    if (word == "reflect") return Pad::reflect;
    if (word == "replicate") return Pad::replicate;
    return word == "circular" ? Pad::circular : Pad::zero;
}

// PyTorch draws biases from the range of its default weights.
Value with_bias(LayerCall& call, Value y, int64_t features, int64_t fan_in) {
    if (!call.options.flag("bias")) return y;
    const Value bias =
        call.parameter("bias", Shape{features}, {.fan_in = fan_in, .fan_out = features, .otherwise = {}});
    return y + (y.shape().rank() == 4 ? op::reshape(bias, Shape{1, features, 1, 1}) : bias);
}

Value build_linear(LayerCall& call) {
    if (!call.needs_rank(2)) return {&call.graph, -1};
    const int64_t inputs = call.x().shape()[1];
    const int64_t features = call.options.integer("features");
    const Value weight = call.parameter("weight", Shape{features, inputs},
                                        {.fan_in = inputs, .fan_out = features, .otherwise = {}});
    return with_bias(call, op::matmul(call.x(), spectral(call, weight, 0), false, true), features, inputs);
}

op::ConvOptions conv_attributes(const LayerCall& call) {
    return {.stride = call.options.integer("stride"),
            .pad = call.options.integer("pad"),
            .dilation = call.options.integer("dilation"),
            .groups = call.options.integer("groups")};
}

// Both kinds of convolution split both their channel counts into groups.
bool groups_fit(LayerCall& call, int64_t channels, int64_t filters, int64_t groups) {
    if (channels % groups == 0 && filters % groups == 0) return true;
    call.fail(std::to_string(groups) + " groups do not divide " + std::to_string(channels) +
              " input channels and " + std::to_string(filters) + " filters");
    return false;
}

Value build_conv(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    op::ConvOptions attributes = conv_attributes(call);
    attributes.pad_mode = pad_mode(call.options.word("pad_mode"));
    const int64_t filters = call.options.integer("filters"), kernel = call.options.integer("kernel");
    const int64_t channels = call.x().shape()[1], groups = attributes.groups;
    if (!groups_fit(call, channels, filters, groups)) return {&call.graph, -1};
    const int64_t fan_in = channels / groups * kernel * kernel;
    const Value weight =
        call.parameter("weight", Shape{filters, channels / groups, kernel, kernel},
                       {.fan_in = fan_in, .fan_out = filters * kernel * kernel, .otherwise = {}});
    return with_bias(call, op::conv2d(call.x(), spectral(call, weight, 0), attributes), filters, fan_in);
}

Value build_conv_transposed(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    const op::ConvOptions attributes = conv_attributes(call);
    const int64_t filters = call.options.integer("filters"), kernel = call.options.integer("kernel");
    const int64_t channels = call.x().shape()[1], groups = attributes.groups;
    if (!groups_fit(call, channels, filters, groups)) return {&call.graph, -1};
    // PyTorch counts the fan-in of a transposed weight by its second axis.
    const int64_t fan_in = filters / groups * kernel * kernel;
    const Value weight =
        call.parameter("weight", Shape{channels, filters / groups, kernel, kernel},
                       {.fan_in = fan_in, .fan_out = channels * kernel * kernel, .otherwise = {}});
    const Value y = op::conv2d_transposed(call.x(), spectral(call, weight, 1), attributes,
                                          call.options.integer("output_padding"));
    return with_bias(call, y, filters, fan_in);
}

Value build_embedding(LayerCall& call) {
    if (call.x().type() != DType::i32 || call.x().shape().rank() != 1) {
        return call.fail("needs one index a sample (an input of type index with shape []) but gets " +
                         call.x().shape().to_string());
    }
    const int64_t count = call.options.integer("count"), features = call.options.integer("features");
    const Initialiser standard_normal{.kind = "normal", .a = 0, .b = 1};
    const Value table = call.parameter("weight", Shape{count, features},
                                       {.fan_in = features, .fan_out = count, .otherwise = standard_normal});
    return op::gather(table, call.x());
}

constexpr std::array rows{
    LayerType{"linear", linear_options, build_linear},
    LayerType{"conv", conv_options, build_conv},
    LayerType{"conv_transposed", transposed_options, build_conv_transposed},
    LayerType{"embedding", embedding_options, build_embedding},
};

}  // namespace

std::span<const LayerType> contraction_layers() { return rows; }

}  // namespace vkgan
