// The in-memory data set.
// SPDX-License-Identifier: MIT
#include "host/data/memory_set.hpp"

#include "host/base/hash.hpp"
#include "host/base/parallel.hpp"
#include "host/data/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace vkgan {
namespace {

class MemorySet : public Dataset {
public:
    explicit MemorySet(Samples samples) : samples_(std::move(samples)) {
        uint64_t hash = fnv1a64(samples_.image_shape.to_string());
        for (const std::string& name : samples_.attributes.names) hash = fnv1a64(name + "\n", hash);
        hash = quick_hash64(std::as_bytes(std::span(samples_.attributes.values)), hash);
        hash = quick_hash64(std::as_bytes(std::span(samples_.bytes)), hash);
        fingerprint_ = quick_hash64(std::as_bytes(std::span(samples_.floats)), hash);
        for (size_t i = 0; i < signed_of_byte_.size(); ++i)
            signed_of_byte_[i] = byte_to_signed(static_cast<uint8_t>(i));
    }

    int64_t size() const override { return samples_.count; }
    Shape image_shape() const override { return samples_.image_shape; }
    const std::vector<std::string>& attribute_names() const override { return samples_.attributes.names; }
    int label_count() const override { return samples_.attributes.label_count; }
    uint64_t fingerprint() const override { return fingerprint_; }

    Status read(int64_t index, std::span<float> chw, std::span<float> attributes) const override {
        VKGAN_TRY(check_read(*this, index, chw, attributes));
        const size_t begin = static_cast<size_t>(index) * chw.size();
        if (samples_.bytes.empty())
            std::copy_n(samples_.floats.begin() + static_cast<ptrdiff_t>(begin), chw.size(), chw.begin());
        else
            for (size_t i = 0; i < chw.size(); ++i) chw[i] = signed_of_byte_[samples_.bytes[begin + i]];
        std::copy_n(samples_.attributes.values.begin() + index * static_cast<ptrdiff_t>(attributes.size()),
                    attributes.size(), attributes.begin());
        return {};
    }

private:
    Samples samples_;
    uint64_t fingerprint_ = 0;
    std::array<float, 256> signed_of_byte_{};
};

}  // namespace

std::unique_ptr<Dataset> make_memory_set(Samples samples) {
    return std::make_unique<MemorySet>(std::move(samples));
}

Result<Samples> prepare_samples(std::span<const uint8_t> hwc, int64_t count, const Shape& stored,
                                const DatasetOptions& options) {
    VKGAN_ASSIGN(const Shape target, prepared_shape(stored, options.image_size, options.channels));
    const ImagePreparer preparer(stored, target);
    const auto from_bytes = static_cast<size_t>(stored.element_count());
    const auto to_bytes = static_cast<size_t>(target.element_count());
    Samples samples;
    samples.count = count;
    samples.image_shape = target;
    samples.bytes.resize(static_cast<size_t>(count) * to_bytes);
    VKGAN_TRY(for_each_parallel(count, options.workers, [&](int64_t i) -> Status {
        const auto index = static_cast<size_t>(i);
        preparer.prepare_bytes(hwc.subspan(index * from_bytes, from_bytes),
                               std::span(samples.bytes).subspan(index * to_bytes, to_bytes));
        return {};
    }));
    return samples;
}

SampleAttributes one_hot(std::span<const uint8_t> labels) {
    SampleAttributes attributes;
    attributes.label_count = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
    const auto classes = static_cast<size_t>(attributes.label_count);
    for (size_t c = 0; c < classes; ++c) attributes.names.push_back(std::to_string(c));
    attributes.values.resize(labels.size() * classes);
    for (size_t i = 0; i < labels.size(); ++i) attributes.values[i * classes + labels[i]] = 1.0f;
    return attributes;
}

Status check_read(const Dataset& dataset, int64_t index, std::span<const float> chw,
                  std::span<const float> attributes) {
    if (index < 0 || index >= dataset.size())
        return Error{Code::invalid_argument,
                     fmt::format("sample {} was asked for, but the data set has {}", index, dataset.size())};
    const auto wanted = static_cast<size_t>(dataset.image_shape().element_count());
    if (chw.size() != wanted)
        return Error{Code::shape_mismatch,
                     fmt::format("an image {} has {} values, but there is room for {}",
                                 dataset.image_shape().to_string(), wanted, chw.size())};
    if (!attributes.empty() && attributes.size() != dataset.attribute_names().size())
        return Error{Code::shape_mismatch, fmt::format("a sample has {} attributes, but there is room for {}",
                                                       dataset.attribute_names().size(), attributes.size())};
    return {};
}

}  // namespace vkgan
