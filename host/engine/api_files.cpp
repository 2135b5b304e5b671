// vkgan.hpp: arrays and pictures as files.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/io/image.hpp"
#include "host/io/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan::api {

namespace {

Status write_grid(const std::string& path, const Array& array, int columns) {
    VKGAN_ASSIGN(const Tensor images, to_tensor(array, "the images"));
    const Shape& shape = images.shape;
    if (shape.rank() != 4 || shape.element_count() == 0)
        return Error{Code::shape_mismatch, fmt::format("images are [N, C, H, W], not {}", shape.to_string())};
    if (columns < 0) return Error{Code::invalid_argument, fmt::format("columns: {} is negative", columns)};
    constexpr int64_t padding = 2;
    const int64_t across = columns > 0 ? columns : int64_t(std::ceil(std::sqrt(double(shape[0]))));
    const int64_t width = std::min(across, shape[0]) * (shape[3] + padding),
                  height = (shape[0] / across + 1) * (shape[2] + padding);
    if (width > max_image_side || height > max_image_side)
        return Error{Code::invalid_argument,
                     fmt::format("{} images in {} columns make a picture of {} x {} pixels; at most {}",
                                 shape[0], across, width, height, max_image_side)};
    return write_png(path, make_grid(images, columns, int(padding)));
}

}  // namespace

Outcome<Array> read_npy(const std::string& path) {
    return outcome_of(vkgan::read_npy(path), [](NpyFile&& file) { return to_array(std::move(file.tensor)); });
}

Outcome<Done> write_npy(const std::string& path, const Array& array) {
    const auto tensor = to_tensor(array, path);
    if (!tensor) return to_failure(tensor.error());
    return outcome_of(vkgan::write_npy(path, *tensor));
}

Outcome<Done> write_png_grid(const std::string& path, const Array& images, int columns) {
    return outcome_of(write_grid(path, images, columns));
}

}  // namespace vkgan::api
