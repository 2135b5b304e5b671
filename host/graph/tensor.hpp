// Tensor: a plain host array with a shape; row-major, logical order (NCHW for images, OIHW for weights).
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/shape.hpp"

#include <map>
#include <string>
#include <vector>

namespace vkgan {

// What the engine computes in is float32; the reference interpreter uses double through BasicTensor<double>.
template <class Element>
struct BasicTensor {
    Shape shape;
    std::vector<Element> values;  // shape.element_count() of them

    BasicTensor() : values(1) {}
    explicit BasicTensor(Shape s, Element fill = {})
        : shape(s), values(static_cast<size_t>(s.element_count()), fill) {}
    BasicTensor(Shape s, std::vector<Element> v) : shape(s), values(std::move(v)) {}
};

using Tensor = BasicTensor<float>;
using DoubleTensor = BasicTensor<double>;

// Tensors by name, in name order: weights of a model, gradients, a feed.
using TensorMap = std::map<std::string, Tensor, std::less<>>;

}  // namespace vkgan
