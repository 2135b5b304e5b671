// npy:FILE: an array of images.
// SPDX-License-Identifier: MIT
#include "host/base/parallel.hpp"
#include "host/data/prepare.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace vkgan {
namespace {

Status check_range(const Tensor& images, const std::string& name) {
    constexpr float slack = 1e-3f;  // rounding in whatever wrote the file
    for (size_t i = 0; i < images.values.size(); ++i)
        if (!(std::abs(images.values[i]) <= 1.0f + slack))
            return Error{Code::malformed,
                         fmt::format("{}: element {} is {}, but float images lie in [-1, 1]; scale them, "
                                     "or store uint8 of 0 to 255",
                                     name, i, images.values[i])};
    return {};
}

}  // namespace

OpenedSet open_npy(const std::filesystem::path& file, const DatasetOptions& options,
                   const FileReaders& readers) {
    VKGAN_TRY(check_unsplit(options.split, "a .npy file"));
    VKGAN_ASSIGN(Tensor images, readers.npy_images(file));
    const Shape& shape = images.shape;
    if ((shape.rank() != 3 && shape.rank() != 4) || shape.element_count() == 0)
        return Error{Code::malformed,
                     fmt::format("{}: has the shape {}, but images are [N, C, H, W] or [N, H, W]",
                                 file.string(), shape.to_string())};
    VKGAN_TRY(check_range(images, file.string()));
    const bool grey = shape.rank() == 3;
    const Shape stored{grey ? 1 : shape[1], shape[grey ? 1 : 2], shape[grey ? 2 : 3]};
    VKGAN_ASSIGN(const Shape target, prepared_shape(stored, options.image_size, options.channels));
    Samples samples;
    samples.count = shape[0];
    samples.image_shape = target;
    if (stored == target) {
        samples.floats = std::move(images.values);
        return make_memory_set(std::move(samples));
    }
    const ImagePreparer preparer(stored, target);
    const auto from = static_cast<size_t>(stored.element_count()),
               to = static_cast<size_t>(target.element_count());
    samples.floats.resize(static_cast<size_t>(samples.count) * to);
    VKGAN_TRY(for_each_parallel(samples.count, options.workers, [&](int64_t i) -> Status {
        const auto index = static_cast<size_t>(i);
        preparer.prepare(std::span(images.values).subspan(index * from, from),
                         std::span(samples.floats).subspan(index * to, to));
        return {};
    }));
    return make_memory_set(std::move(samples));
}

}  // namespace vkgan
