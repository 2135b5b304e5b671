// How variables start (host/model/model.hpp: Initialiser), from counter-based random numbers.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"
#include "host/engine/variables.hpp"
#include "host/graph/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr uint32_t start_stream = 0x54524154;  // apart from the streams of training, which count from 0

RandomKey key_of(uint64_t seed, std::string_view name) {
    const uint64_t hash = fnv1a64(name);
    return {uint32_t(seed), uint32_t(seed >> 32), uint32_t(hash), uint32_t(hash >> 32)};
}

void fill_between(const RandomKey& key, double low, double high, std::vector<float>& values) {
    fill_uniform(key, start_stream, values);
    for (float& x : values) x = float(low + (high - low) * double(x));
}

void fill_around(const RandomKey& key, double mean, double deviation, std::vector<float>& values) {
    fill_normal(key, start_stream, values);
    for (float& x : values) x = float(mean + deviation * double(x));
}

double dot(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

// Gram-Schmidt, twice for accuracy, over the rows of a `count` x `length` matrix, count <= length.
void orthonormalise(std::vector<double>& rows, size_t count, size_t length) {
    const auto row = [&](size_t i) { return std::span(rows).subspan(i * length, length); };
    for (size_t i = 0; i < count; ++i) {
        for (int pass = 0; pass < 2; ++pass) {
            for (size_t j = 0; j < i; ++j) {
                const double along = dot(row(i), row(j));
                for (size_t k = 0; k < length; ++k) row(i)[k] -= along * row(j)[k];
            }
        }
        const double norm = std::sqrt(dot(row(i), row(i)));
        for (double& x : row(i)) x /= norm;
    }
}

void fill_orthogonal(const RandomKey& key, double gain, Tensor& tensor) {
    fill_normal(key, start_stream, tensor.values);
    const size_t height = tensor.shape.rank() == 0 ? 1 : size_t(tensor.shape[0]);
    const size_t width = tensor.values.size() / std::max<size_t>(height, 1);
    const bool wide = height <= width;
    const size_t count = wide ? height : width, length = wide ? width : height;
    std::vector<double> rows(tensor.values.size());
    const auto index = [&](size_t i, size_t k) { return wide ? i * width + k : k * width + i; };
    for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < length; ++k) rows[i * length + k] = double(tensor.values[index(i, k)]);
    }
    orthonormalise(rows, count, length);
    for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < length; ++k) tensor.values[index(i, k)] = float(gain * rows[i * length + k]);
    }
}

Status fill_logits(const std::string& name, const Tensor* mean_image, Tensor& tensor) {
    if (!mean_image) {
        std::ranges::fill(tensor.values, 0.0f);
        return {};
    }
    if (mean_image->values.size() != tensor.values.size())
        return Error{
            Code::shape_mismatch,
            fmt::format("{} starts from the data's mean image (data_logit), but its shape is {} and the "
                        "image's {}",
                        name, tensor.shape.to_string(), mean_image->shape.to_string())};
    constexpr double least = 1e-7;
    for (size_t i = 0; i < tensor.values.size(); ++i) {
        const double mean = std::clamp((double(mean_image->values[i]) + 1) / 2, least, 1 - least);
        tensor.values[i] = float(std::log(mean / (1 - mean)));
    }
    return {};
}

Status fill_parameter(const VariableStart& start, uint64_t seed, const Tensor* mean_image, Tensor& tensor) {
    const auto& [kind, a, b] = start.initialiser;
    const RandomKey key = key_of(seed, start.name);
    const auto gain = [a = a](double otherwise) { return a == 0 ? otherwise : a; };
    const double in = double(std::max<int64_t>(start.fan_in, 1)), both = in + double(start.fan_out);
    const auto spread = [&](double reach) { fill_between(key, -reach, reach, tensor.values); };
    if (kind == "normal")
        fill_around(key, a, b, tensor.values);
    else if (kind == "uniform")
        fill_between(key, a, b, tensor.values);
    else if (kind == "constant")
        tensor.values.assign(tensor.values.size(), float(a));
    else if (kind == "kaiming_uniform")
        spread(gain(1) / std::sqrt(in));
    else if (kind == "kaiming_normal")
        fill_around(key, 0, gain(std::sqrt(2.0)) / std::sqrt(in), tensor.values);
    else if (kind == "xavier_uniform")
        spread(gain(1) * std::sqrt(6 / both));
    else if (kind == "xavier_normal")
        fill_around(key, 0, gain(1) * std::sqrt(2 / both), tensor.values);
    else if (kind == "orthogonal")
        fill_orthogonal(key, gain(1), tensor);
    else if (kind == "data_logit")
        return fill_logits(start.name, mean_image, tensor);
    else
        return Error{Code::invalid_argument, fmt::format("{}: unknown initialiser \"{}\"", start.name, kind)};
    return {};
}

}  // namespace

bool needs_mean_image(std::span<const VariableStart> starts) {
    return std::ranges::any_of(starts, [](const VariableStart& start) {
        return start.parameter && start.initialiser.kind == "data_logit";
    });
}

Result<TensorMap> initial_values(std::span<const VariableStart> starts, const VariableTable& table,
                                 uint64_t seed, const Tensor* mean_image) {
    TensorMap values;
    for (const VariableStart& start : starts) {
        const auto shape = table.shapes.find(start.name);
        if (shape == table.shapes.end()) continue;
        Tensor tensor(shape->second, float(start.fill));
        if (start.parameter) VKGAN_TRY(fill_parameter(start, seed, mean_image, tensor));
        values.insert_or_assign(start.name, std::move(tensor));
    }
    for (const VariableStart& start : starts) {
        const auto source = values.find(start.copy_of);
        if (!start.copy_of.empty() && source != values.end())
            values.insert_or_assign(start.name, source->second);
    }
    return values;
}

}  // namespace vkgan
