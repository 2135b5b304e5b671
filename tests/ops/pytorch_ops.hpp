// PyTorch's operators as compositions of ours, by the name and attributes that a reference file gives.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/ops/ops.hpp"

#include <map>
#include <string>
#include <string_view>

namespace vkgan::test {

// One operator of a reference file: its attributes as text (numbers, True, (1, 2), 'reflect') and its inputs
// by name.
struct PytorchCall {
    Graph& graph;
    std::map<std::string, std::string> attributes;
    std::map<std::string, Value> inputs;

    std::string text() const;                                                   // the attribute "op" in full
    std::string word(std::string_view name, std::string_view otherwise) const;  // without quotes and brackets
    double number(std::string_view names, double otherwise) const;  // the first present of "stride|s"
    bool flag(std::string_view name, bool otherwise) const;
    std::vector<int64_t> numbers_in(std::string_view text) const;  // all integers in a text, in order
    Value in(std::string_view names) const;                        // none if absent
};

using PytorchBuilder = Value (*)(const PytorchCall&);
using PytorchTable = std::map<std::string_view, PytorchBuilder>;

PytorchTable pytorch_layers();       // convolutions, norms, movement, pooling
PytorchTable pytorch_activations();  // activations and losses

// The result, or an invalid Value if no operator of that name is known. The name is "op" up to the first
// space, if not all of it.
Value build_pytorch(const PytorchCall& call);

Value normalised(Value x, std::span<const int> axes, double eps);  // (x - mean) / sqrt(biased variance + eps)
Value along_channels(Value x, Value vector);                       // [C] shaped to broadcast over axis 1 of x
std::vector<int> axes_from(const Shape& shape, int first);         // first .. rank - 1

}  // namespace vkgan::test
