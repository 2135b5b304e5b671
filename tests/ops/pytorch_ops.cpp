// Attributes of reference files, and the lookup of operators by name.
// SPDX-License-Identifier: MIT
#include "tests/ops/pytorch_ops.hpp"

#include <array>
#include <cctype>
#include <cstdlib>

namespace vkgan::test {

namespace {

// Calls visit(name) for each of "a|b|c" until it returns true.
template <class Visit>
void for_each_name(std::string_view names, Visit visit) {
    while (!names.empty()) {
        const size_t bar = names.find('|');
        if (visit(names.substr(0, bar)) || bar == std::string_view::npos) return;
        names.remove_prefix(bar + 1);
    }
}

}  // namespace

std::string PytorchCall::text() const {
    const auto it = attributes.find("op");
    return it == attributes.end() ? "" : it->second;
}

std::string PytorchCall::word(std::string_view name, std::string_view otherwise) const {
    const auto it = attributes.find(std::string(name));
    if (it == attributes.end()) return std::string(otherwise);
    std::string letters;
    for (const char c : it->second) {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-') letters += c;
    }
    return letters;
}

double PytorchCall::number(std::string_view names, double otherwise) const {
    double value = otherwise;
    for_each_name(names, [&](std::string_view name) {
        const auto it = attributes.find(std::string(name));
        if (it == attributes.end()) return false;
        const size_t start = it->second.find_first_of("-.0123456789");
        if (start == std::string::npos) return false;
        value = std::strtod(it->second.c_str() + start, nullptr);
        return true;
    });
    return value;
}

bool PytorchCall::flag(std::string_view name, bool otherwise) const {
    const std::string value = word(name, otherwise ? "True" : "False");
    return value == "True" || value == "true" || value == "1";
}

std::vector<int64_t> PytorchCall::numbers_in(std::string_view text) const {
    std::vector<int64_t> numbers;
    for (size_t i = 0; i < text.size(); ++i) {
        if (!std::isdigit(static_cast<unsigned char>(text[i]))) continue;
        int64_t value = 0;
        const bool negative = i > 0 && text[i - 1] == '-';
        for (; i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])); ++i)
            value = value * 10 + (text[i] - '0');
        numbers.push_back(negative ? -value : value);
    }
    return numbers;
}

Value PytorchCall::in(std::string_view names) const {
    Value found;
    for_each_name(names, [&](std::string_view name) {
        const auto it = inputs.find(std::string(name));
        if (it != inputs.end()) found = it->second;
        return found.valid();
    });
    return found;
}

Value build_pytorch(const PytorchCall& call) {
    const std::string text = call.text();
    const std::string first_word = text.substr(0, text.find(' '));
    for (const PytorchTable& table : {pytorch_layers(), pytorch_activations()}) {
        for (const std::string& name : {text, first_word}) {
            if (const auto it = table.find(name); it != table.end()) return it->second(call);
        }
    }
    return {};
}

Value normalised(Value x, std::span<const int> axes, double eps) {
    const Value centred = x - op::reduce_mean(x, axes);
    return centred * op::rsqrt(op::reduce_mean(op::square(centred), axes) + eps);
}

Value along_channels(Value x, Value vector) {
    std::vector<int64_t> extents(size_t(x.shape().rank()), 1);
    extents[extents.size() > 1 ? 1 : 0] = vector.shape().element_count();
    return op::reshape(vector, Shape(std::span<const int64_t>(extents)));
}

std::vector<int> axes_from(const Shape& shape, int first) {
    std::vector<int> axes;
    for (int axis = first; axis < shape.rank(); ++axis) axes.push_back(axis);
    return axes;
}

}  // namespace vkgan::test
