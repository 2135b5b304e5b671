// What the tests of data sets share: PNG files of one colour and the engine's file readers.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/dataset.hpp"
#include "host/io/image.hpp"
#include "host/io/npy.hpp"
#include "tests/data/temporary_folder.hpp"

namespace vkgan::test {

inline constexpr FileReaders readers{read_image_shape, read_image_pixels, read_npy_images};

inline Image plain_image(int width, int height, int channels, uint8_t level) {
    const size_t count = size_t(width) * size_t(height) * size_t(channels);
    return {width, height, channels, std::vector<uint8_t>(count, level)};
}

inline void write_image(const TemporaryFolder& folder, const std::string& name, const Image& image) {
    (void)folder.write(name, *encode_png(image));
}

inline Result<std::unique_ptr<Dataset>> open(const std::string& kind, const std::filesystem::path& path,
                                             const DatasetOptions& options = {}) {
    return open_dataset({kind, path.string()}, options, readers);
}

inline std::string open_error(const std::string& kind, const std::filesystem::path& path,
                              const DatasetOptions& options = {}) {
    const auto set = open(kind, path, options);
    if (set) return "no error";
    CHECK(is_bad_input(set.error().code));
    return set.error().message;
}

inline std::vector<float> read_image_of(const Dataset& set, int64_t index) {
    std::vector<float> chw(static_cast<size_t>(set.image_shape().element_count()));
    const auto status = set.read(index, chw, {});
    if (!status) FAIL(status.error().message);
    return chw;
}

inline std::vector<float> read_attributes_of(const Dataset& set, int64_t index) {
    std::vector<float> chw(static_cast<size_t>(set.image_shape().element_count()));
    std::vector<float> attributes(set.attribute_names().size());
    const auto status = set.read(index, chw, attributes);
    if (!status) FAIL(status.error().message);
    return attributes;
}

}  // namespace vkgan::test
