// PyTorch's activations, elementwise functions and losses.
// SPDX-License-Identifier: MIT
#include "tests/ops/pytorch_ops.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace vkgan::test {

namespace {

Value leaky(const PytorchCall& c, double slope) {
    return op::leaky_relu(c.in("x"), c.number("negative_slope|slope|alpha", slope));
}

Value gelu(const PytorchCall& c) {
    const Value x = c.in("x");
    if (c.word("approximate", "none") != "tanh") return op::gelu(x);
    const Value inner = (x + x * x * x * 0.044715) * std::sqrt(2 / std::numbers::pi);
    return x * 0.5 * (op::tanh(inner) + 1.0);
}

Value prelu(const PytorchCall& c) {
    const Value x = c.in("x"), w = c.in("w|weight|a");
    return op::relu(x) - along_channels(x, w) * op::relu(-x);
}

int dim_of(const PytorchCall& c, Value x, int otherwise) {
    const int dim = int(c.number("dim|axis", otherwise));
    return dim < 0 ? dim + x.shape().rank() : dim;
}

Value softmax(const PytorchCall& c) {
    const Value x = c.in("x");
    const std::array<int, 1> axes{dim_of(c, x, -1)};
    const Value e = op::exp(x - op::reduce_max(x, axes));
    return e / op::reduce_sum(e, axes);
}

Value log_softmax_along(Value x, int axis) {
    const std::array<int, 1> axes{axis};
    const Value shifted = x - op::reduce_max(x, axes);
    return shifted - op::log(op::reduce_sum(op::exp(shifted), axes));
}

Value log_softmax(const PytorchCall& c) {
    const Value x = c.in("x");
    return log_softmax_along(x, dim_of(c, x, -1));
}

// Applies the reduction that the attributes or the op's text ask for; PyTorch's default is the mean.
Value reduced(const PytorchCall& c, Value loss) {
    const std::string text = c.text() + " " + c.word("reduction", "");
    const auto says = [&](const char* word) { return text.find(word) != std::string::npos; };
    if (says("none")) return loss;
    if (says("batchmean")) return op::sum_all(loss) / double(loss.shape()[0]);
    if (says(" sum")) return op::sum_all(loss);
    return op::mean_all(loss);
}

Value target(const PytorchCall& c) { return c.in("t|target|y"); }

Value bce_with_logits(const PytorchCall& c) {
    const Value x = c.in("x");
    return reduced(c, op::softplus(x) - x * target(c));
}

Value bce(const PytorchCall& c) {
    const Value x = c.in("x"), t = target(c);
    return reduced(c, -(t * op::log(x) + (-t + 1.0) * op::log(-x + 1.0)));
}

// Quadratic up to `knee`, then linear with slope `slope`.
Value huber_like(const PytorchCall& c, double knee, double slope) {
    const Value d = op::abs(c.in("x") - target(c));
    const Value inside = op::square(d) * (0.5 * slope / knee), outside = (d - 0.5 * knee) * slope;
    return reduced(c, op::select(-d + knee, inside, outside));
}

Value smooth_l1(const PytorchCall& c) { return huber_like(c, c.number("beta", 1), 1); }

Value huber(const PytorchCall& c) {
    const double delta = c.number("delta", 1);
    return huber_like(c, delta, delta);
}

Value cross_entropy(const PytorchCall& c) {
    const Value x = c.in("x"), t = target(c);
    const Value classes = t.type() == DType::i32 ? op::one_hot(t, x.shape()[1]) : t;
    const Value loss = -op::reduce_sum(log_softmax_along(x, 1) * classes, std::array{1});
    return reduced(c, op::reshape(loss, {x.shape()[0]}));
}

Value hinge(const PytorchCall& c) {
    const Value x = c.in("x"), t = target(c);
    if (t.valid()) return reduced(c, op::relu(-(x * t) + 1.0));
    const bool fake = c.text().find("fake") != std::string::npos;
    return reduced(c, op::relu(fake ? x + 1.0 : -x + 1.0));
}

}  // namespace

PytorchTable pytorch_activations() {
    PytorchTable table{
        {"gelu", gelu},
        {"prelu", prelu},
        {"softmax", softmax},
        {"log_softmax", log_softmax},
        {"bce_with_logits", bce_with_logits},
        {"binary_cross_entropy_with_logits", bce_with_logits},
        {"bce", bce},
        {"binary_cross_entropy", bce},
        {"smooth_l1", smooth_l1},
        {"smooth_l1_loss", smooth_l1},
        {"huber", huber},
        {"huber_loss", huber},
        {"cross_entropy", cross_entropy},
        {"hinge", hinge},
        {"hinge_loss", hinge},
    };
    const auto add = [&](std::initializer_list<std::string_view> names, PytorchBuilder build) {
        for (const std::string_view name : names) table[name] = build;
    };
    add({"relu"}, [](const PytorchCall& c) { return op::relu(c.in("x")); });
    add({"lrelu02"}, [](const PytorchCall& c) { return leaky(c, 0.2); });
    add({"lrelu", "lrelu01", "leaky_relu", "leakyrelu"},
        [](const PytorchCall& c) { return leaky(c, c.text() == "lrelu01" ? 0.1 : 0.01); });
    add({"tanh"}, [](const PytorchCall& c) { return op::tanh(c.in("x")); });
    add({"sigmoid"}, [](const PytorchCall& c) { return op::sigmoid(c.in("x")); });
    add({"logsigmoid", "log_sigmoid"}, [](const PytorchCall& c) { return -op::softplus(-c.in("x")); });
    add({"softplus"}, [](const PytorchCall& c) {
        const double beta = c.number("beta", 1);
        return op::softplus(c.in("x") * beta) / beta;
    });
    add({"silu", "swish"}, [](const PytorchCall& c) { return c.in("x") * op::sigmoid(c.in("x")); });
    add({"mish"}, [](const PytorchCall& c) { return c.in("x") * op::tanh(op::softplus(c.in("x"))); });
    add({"elu"}, [](const PytorchCall& c) { return op::elu(c.in("x"), c.number("alpha", 1)); });
    add({"celu"}, [](const PytorchCall& c) {
        const double alpha = c.number("alpha", 1);
        return op::elu(c.in("x") / alpha, 1) * alpha;
    });
    // Klambauer et al. 2017: the fixed point's scale and alpha.
    add({"selu"}, [](const PytorchCall& c) {
        return op::elu(c.in("x"), 1.6732632423543772848170429916717) * 1.0507009873554804934193349852946;
    });
    add({"relu6"}, [](const PytorchCall& c) { return op::clamp(c.in("x"), 0, 6); });
    add({"hardtanh"}, [](const PytorchCall& c) {
        return op::clamp(c.in("x"), c.number("min_val|min", -1), c.number("max_val|max", 1));
    });
    add({"clamp", "clip"}, [](const PytorchCall& c) {
        return op::clamp(c.in("x"), c.number("min|low", -1), c.number("max|high", 1));
    });
    add({"hardsigmoid"}, [](const PytorchCall& c) { return op::clamp(c.in("x") + 3.0, 0, 6) / 6.0; });
    add({"hardswish"},
        [](const PytorchCall& c) { return c.in("x") * (op::clamp(c.in("x") + 3.0, 0, 6) / 6.0); });
    add({"softsign"}, [](const PytorchCall& c) { return c.in("x") / (op::abs(c.in("x")) + 1.0); });
    add({"exp"}, [](const PytorchCall& c) { return op::exp(c.in("x")); });
    add({"log"}, [](const PytorchCall& c) { return op::log(c.in("x")); });
    add({"sqrt"}, [](const PytorchCall& c) { return op::sqrt(c.in("x")); });
    add({"rsqrt"}, [](const PytorchCall& c) { return op::rsqrt(c.in("x")); });
    add({"abs"}, [](const PytorchCall& c) { return op::abs(c.in("x")); });
    add({"sin"}, [](const PytorchCall& c) { return op::sin(c.in("x")); });
    add({"cos"}, [](const PytorchCall& c) { return op::cos(c.in("x")); });
    add({"erf"}, [](const PytorchCall& c) { return op::erf(c.in("x")); });
    add({"square"}, [](const PytorchCall& c) { return op::square(c.in("x")); });
    add({"mse", "mse_loss"},
        [](const PytorchCall& c) { return reduced(c, op::square(c.in("x") - target(c))); });
    add({"l1", "l1_loss"}, [](const PytorchCall& c) { return reduced(c, op::abs(c.in("x") - target(c))); });
    add({"kl_div"}, [](const PytorchCall& c) {
        const Value t = target(c);
        return reduced(c, t * (op::log(t) - c.in("x")));
    });
    return table;
}

}  // namespace vkgan::test
