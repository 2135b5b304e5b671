// Images N, C, H, W in [-1, 1] become a grid of bytes; points become dots.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/data_browser.hpp"

#include "host/api/vkgan.hpp"

#include <algorithm>
#include <cmath>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

uint8_t byte_of(float value) { return uint8_t(std::clamp(std::lround((value + 1) * 127.5f), 0L, 255L)); }

// One image of the array into its place of the grid.
void place(const api::Array& images, size_t i, size_t columns, std::vector<uint8_t>& rgba) {
    const auto channels = size_t(images.shape[1]), height = size_t(images.shape[2]),
               width = size_t(images.shape[3]);
    const float* const image = images.values.data() + i * channels * height * width;
    for (size_t y = 0; y < height; ++y)
        for (size_t x = 0; x < width; ++x) {
            const size_t at = ((i / columns * height + y) * columns * width + i % columns * width + x) * 4;
            for (size_t c = 0; c < 3; ++c)
                rgba[at + c] = byte_of(image[(channels >= 3 ? c : 0) * height * width + y * width + x]);
            rgba[at + 3] = 255;
        }
}

}  // namespace

void DataBrowser::look(const std::string& data, int image_size, int channels) {
    if (reading_.valid()) return;
    reading_ = std::async(std::launch::async, read, data, image_size, channels);
}

DataBrowser::Read DataBrowser::read(const std::string& data, int image_size, int channels) {
    Read result;
    result.facts.known = true;
    result.facts.name = data;
    api::DataQuery query{.data = data, .image_size = image_size};
    query.channels = channels == 1 || channels == 3 || channels == 4 ? channels : 0;
    query.samples = columns * rows;
    api::Outcome<api::DataInfo> info = api::describe_data(query);
    if (!info) {
        result.facts.error = info.failure().message;
        return result;
    }
    result.facts.size = info->size;
    result.facts.shape = info->shape;
    for (const api::DataAttribute& attribute : info->attributes)
        result.facts.attributes.emplace_back(attribute.name, attribute.share);
    const api::Array& images = info->images;
    if (!images.values.empty()) {
        const size_t each = images.values.size() / size_t(images.shape[0]);
        result.sample.assign(images.values.begin(), images.values.begin() + long(each));
        const size_t count = info->values.values.size() / size_t(images.shape[0]);
        result.attributes.assign(info->values.values.begin(), info->values.values.begin() + long(count));
    }
    const bool pictures = images.shape.size() == 4 && images.shape[2] > 1 && images.shape[3] > 1;
    if (!pictures) return result;
    const size_t used = size_t(std::min<int64_t>(images.shape[0], columns * rows));
    result.width = int(images.shape[3]) * columns;
    result.height = int(images.shape[2]) * rows;
    result.rgba.assign(size_t(result.width) * size_t(result.height) * 4, 32);
    for (size_t i = 0; i < used; ++i) place(images, i, columns, result.rgba);
    result.facts.columns = columns;
    result.facts.rows = rows;
    return result;
}

Status DataBrowser::watch(const Gpu& gpu, Textures& textures) {
    if (!reading_.valid() || reading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        return {};
    Read read = reading_.get();
    facts_ = std::move(read.facts);
    sample_ = std::move(read.sample);
    attributes_ = std::move(read.attributes);
    vkDeviceWaitIdle(gpu.device);
    textures.remove(texture_);
    texture_ = 0;
    if (read.rgba.empty()) return {};
    TextureInfo info;
    info.extent = {uint32_t(read.width), uint32_t(read.height)};
    RENDER_ASSIGN(texture_, textures.make(info));
    facts_.picture = picture_id(texture_, 0);
    return textures.fill(texture_, 0, read.rgba);
}

}  // namespace viewer
