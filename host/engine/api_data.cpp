// vkgan.hpp: what a data set holds.
// SPDX-License-Identifier: MIT
#include "host/data/dataset.hpp"
#include "host/engine/api_convert.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/io/image.hpp"
#include "host/io/npy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan::api {

namespace {

constexpr int64_t most_counted = 16384;

Result<std::unique_ptr<Dataset>> open_set(const DataSpec& spec, const DatasetOptions& options) {
    return open_dataset(spec, options, {read_image_shape, read_image_pixels, read_npy_images});
}

// The splits that open; none if the set has only the whole.
std::vector<std::pair<std::string, int64_t>> list_splits(const DataSpec& spec, DatasetOptions options,
                                                         int64_t opened_size) {
    const std::string opened = options.split;
    options.cache_bytes = 0;  // image files are only looked at
    std::vector<std::pair<std::string, int64_t>> splits;
    for (const char* name : {"train", "validation", "test", "all"}) {
        if (std::string_view(name) == "all" && splits.size() == 1) return {};
        options.split = name;
        if (name == opened) {
            splits.emplace_back(name, opened_size);
            continue;
        }
        if (const auto set = open_set(spec, options)) splits.emplace_back(name, (*set)->size());
    }
    return splits;
}

Status count_shares(const Dataset& set, DataInfo& info) {
    const auto& names = set.attribute_names();
    for (const std::string& name : names) info.attributes.push_back({name, 0});
    if (names.empty()) return {};
    info.counted = std::min(set.size(), most_counted);
    std::vector<float> image(size_t(set.image_shape().element_count())), values(names.size());
    for (int64_t i = 0; i < info.counted; ++i) {
        VKGAN_TRY(set.read(i * set.size() / info.counted, image, values));
        for (size_t k = 0; k < values.size(); ++k) info.attributes[k].share += values[k] > 0;
    }
    for (DataAttribute& attribute : info.attributes) attribute.share /= double(info.counted);
    return {};
}

Status read_first(const Dataset& set, int64_t count, DataInfo& info) {
    const size_t each = size_t(set.image_shape().element_count()), width = set.attribute_names().size();
    info.images.shape = {count};
    info.images.shape.insert(info.images.shape.end(), info.shape.begin(), info.shape.end());
    info.images.values.resize(size_t(count) * each);
    info.values.shape = {count, int64_t(width)};
    info.values.values.resize(size_t(count) * width);
    for (size_t i = 0; i < size_t(count); ++i)
        VKGAN_TRY(set.read(int64_t(i), std::span(info.images.values).subspan(i * each, each),
                           std::span(info.values.values).subspan(i * width, width)));
    return {};
}

Result<DataInfo> describe(const DataQuery& query) {
    if (query.samples < 0)
        return Error{Code::invalid_argument, fmt::format("samples is {}; 0 or more", query.samples)};
    VKGAN_ASSIGN(const DataSpec spec, parse_data_spec(query.data));
    DatasetOptions options;
    options.image_size = query.image_size;
    options.channels = query.channels;
    options.split = query.split;
    VKGAN_ASSIGN(const std::unique_ptr<Dataset> set, open_set(spec, options));
    DataInfo info;
    info.size = set->size();
    const Shape shape = set->image_shape();
    info.shape.assign(shape.begin(), shape.end());
    info.classes = set->label_count() > 0;
    VKGAN_TRY(count_shares(*set, info));
    info.splits = list_splits(spec, options, info.size);
    VKGAN_TRY(read_first(*set, std::min<int64_t>(query.samples, info.size), info));
    return info;
}

}  // namespace

Outcome<DataInfo> describe_data(const DataQuery& query) {
    return outcome_of(describe(query), [](DataInfo&& info) { return std::move(info); });
}

}  // namespace vkgan::api
