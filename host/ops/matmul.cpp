// matmul: products of matrices, or of equally many pairs of them, each side transposed on request.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_kernels.hpp"
#include "host/ops/ops.hpp"

#include <fmt/format.h>

#include <array>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> int_names{"transpose_a", "transpose_b"};

// One matrix as rows and columns after its transposition, with strides in elements.
struct Matrix {
    int64_t rows, columns, row_stride, column_stride;
};

Matrix matrix(const Shape& shape, bool transposed) {
    const int64_t rows = shape[shape.rank() - 2], columns = shape[shape.rank() - 1];
    return transposed ? Matrix{columns, rows, 1, columns} : Matrix{rows, columns, columns, 1};
}

Result<Shape> matmul_shape(const ShapeQuery& query) {
    const Shape &a = query.inputs[0], &b = query.inputs[1];
    const auto wrong = [](std::string text) { return Error{Code::shape_mismatch, "matmul: " + text}; };
    if (query.attributes.ints.size() != 2) return wrong("takes 2 attributes: transpose_a, transpose_b");
    if (a.rank() != b.rank() || a.rank() < 2 || a.rank() > 3) {
        return wrong(
            fmt::format("a {} and b {} must both have rank 2 or both rank 3", a.to_string(), b.to_string()));
    }
    if (a.rank() == 3 && a[0] != b[0]) {
        return wrong(
            fmt::format("a {} has {} matrices but b {} has {}", a.to_string(), a[0], b.to_string(), b[0]));
    }
    const Matrix ma = matrix(a, query.attributes.ints[0] != 0), mb = matrix(b, query.attributes.ints[1] != 0);
    if (ma.columns != mb.rows) {
        return wrong(fmt::format("a {} has inner extent {} but b {} has {}", a.to_string(), ma.columns,
                                 b.to_string(), mb.rows));
    }
    return a.rank() == 2 ? Shape{ma.rows, mb.columns} : Shape{a[0], ma.rows, mb.columns};
}

void matmul_reference(const ReferenceCall& call) {
    const DoubleTensor &a = *call.inputs[0], &b = *call.inputs[1];
    const Matrix ma = matrix(a.shape, call.attributes.ints[0] != 0),
                 mb = matrix(b.shape, call.attributes.ints[1] != 0);
    const int64_t batch = a.shape.rank() == 3 ? a.shape[0] : 1;
    for (int64_t n = 0; n < batch; ++n) {
        const double* const pa = a.values.data() + n * ma.rows * ma.columns;
        const double* const pb = b.values.data() + n * mb.rows * mb.columns;
        double* to = call.output.values.data() + n * ma.rows * mb.columns;
        for (int64_t row = 0; row < ma.rows; ++row, to += mb.columns) {
            for (int64_t k = 0; k < ma.columns; ++k) {
                const double factor = pa[row * ma.row_stride + k * ma.column_stride];
                const double* const from = pb + k * mb.row_stride;
                for (int64_t column = 0; column < mb.columns; ++column) {
                    to[column] += factor * from[column * mb.column_stride];
                }
            }
        }
    }
}

std::vector<Value> matmul_gradient(const GradientCall& call) {
    const Value a = call.inputs[0], b = call.inputs[1], d = call.output_gradient;
    const bool ta = call.attributes.ints[0] != 0, tb = call.attributes.ints[1] != 0;
    std::vector<Value> gradients(2);
    if (call.wanted[0]) gradients[0] = ta ? op::matmul(b, d, tb, true) : op::matmul(d, b, false, !tb);
    if (call.wanted[1]) gradients[1] = tb ? op::matmul(d, a, true, ta) : op::matmul(a, d, !ta, false);
    return gradients;
}

}  // namespace

namespace op_def {

extern const Op matmul;
const Op matmul = {.name = "matmul",
                   .arity = 2,
                   .shape = matmul_shape,
                   .reference = matmul_reference,
                   .gradient = matmul_gradient,
                   .kernels = matmul_kernels,
                   .int_names = int_names,
                   .takes_epilogue = true,
                   .halves = Halves::all};

}  // namespace op_def

namespace op {

Value matmul(Value a, Value b, bool transpose_a, bool transpose_b) {
    return a.graph->add(op_def::matmul, std::array{a, b},
                        {.ints = {int64_t(transpose_a), int64_t(transpose_b)}, .floats = {}, .name = {}});
}

}  // namespace op

}  // namespace vkgan
