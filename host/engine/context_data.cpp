// Images in memory as a data set.
// SPDX-License-Identifier: MIT
#include "host/engine/context_data.hpp"

#include "host/data/memory_set.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace vkgan {

namespace {

struct Copied {
    std::vector<uint8_t> pixels;
    int64_t count = 0;
    Shape stored;
    SampleAttributes attributes;
};

Status check_images(const api::ImagesInMemory& images) {
    const auto wrong = [](std::string text) { return Error{Code::invalid_argument, "images: " + text}; };
    if (images.count < 1) return wrong(fmt::format("count is {}; at least 1", images.count));
    if (images.width < 1 || images.width > 16384 || images.height < 1 || images.height > 16384)
        return wrong(fmt::format("{}x{} pixels; 1 to 16384 each", images.width, images.height));
    if (images.channels != 1 && images.channels != 3 && images.channels != 4)
        return wrong(fmt::format("channels is {}; 1, 3 or 4", images.channels));
    const uint64_t bytes = uint64_t(images.width) * uint64_t(images.height) * uint64_t(images.channels);
    if (images.pixels.size() != bytes * uint64_t(images.count))
        return wrong(fmt::format("{} bytes of pixels, but {} images of {} bytes", images.pixels.size(),
                                 images.count, bytes));
    const uint64_t values = uint64_t(images.count) * images.attribute_names.size();
    if (images.attributes.size() != values)
        return wrong(fmt::format("{} attribute values, but {} images with {} attributes",
                                 images.attributes.size(), images.count, images.attribute_names.size()));
    for (const float x : images.attributes)
        if (x != -1 && x != 1) return wrong(fmt::format("an attribute is {}; -1 or 1", x));
    return {};
}

}  // namespace

Result<OpenDataset> images_in_memory(const api::ImagesInMemory& images) {
    VKGAN_TRY(check_images(images));
    // Shared by the copies of the function.
    auto copied = std::make_shared<Copied>();
    copied->pixels.assign(images.pixels.begin(), images.pixels.end());
    copied->count = images.count;
    copied->stored = Shape{images.channels, images.height, images.width};
    copied->attributes.names = images.attribute_names;
    copied->attributes.values.assign(images.attributes.begin(), images.attributes.end());
    return OpenDataset([copied](const DatasetOptions& options) -> Result<std::unique_ptr<Dataset>> {
        VKGAN_ASSIGN(Samples samples,
                     prepare_samples(copied->pixels, copied->count, copied->stored, options));
        samples.attributes = copied->attributes;
        return make_memory_set(std::move(samples));
    });
}

Result<TensorMap> zero_weights(const Network& network) {
    TensorMap zeros;
    VKGAN_ASSIGN(const std::vector<NetworkVariable> variables, network_variables(network, 1));
    for (const NetworkVariable& declared : variables)
        zeros.emplace(declared.variable.name, Tensor(declared.variable.shape));
    return zeros;
}

}  // namespace vkgan
