// Image files as a data set: all decoded into memory when they fit, else checked now and decoded when read.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"
#include "host/base/parallel.hpp"
#include "host/data/prepare.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace vkgan {
namespace {

namespace fs = std::filesystem;

// Knows the first image's shape, and turns any image that agrees with it into what the model takes.
class FileDecoder {
public:
    FileDecoder(const FileReaders& readers, fs::path first, const Shape& stored, const Shape& target,
                bool convert)
        : readers_(readers),
          first_(std::move(first)),
          stored_(stored),
          target_(target),
          convert_channels_(convert) {}

    const Shape& target() const { return target_; }

    Status check(const fs::path& path, const Shape& shape) const {
        if (shape[1] != stored_[1] || shape[2] != stored_[2])
            return Error{
                Code::malformed,
                fmt::format("{} is {}x{} pixels, but {} is {}x{}: resize the images to one size first",
                            path.string(), shape[2], shape[1], first_.string(), stored_[2], stored_[1])};
        if (shape[0] != stored_[0] && !convert_channels_)
            return Error{Code::malformed,
                         fmt::format("{} has {} channel(s), but {} has {}: convert the images first, or "
                                     "set the number of channels to 1 or 3",
                                     path.string(), shape[0], first_.string(), stored_[0])};
        return {};
    }

    Status decode(const fs::path& path, std::span<uint8_t> chw) const {
        VKGAN_ASSIGN(const BasicTensor<uint8_t> pixels, readers_.image_pixels(path));
        const Shape shape{pixels.shape[2], pixels.shape[0], pixels.shape[1]};
        VKGAN_TRY(check(path, shape));
        ImagePreparer(shape, target_).prepare_bytes(pixels.values, chw);
        return {};
    }

private:
    FileReaders readers_;
    fs::path first_;
    Shape stored_, target_;
    bool convert_channels_;
};

class LazySet : public Dataset {
public:
    LazySet(ImageFiles files, FileDecoder decoder) : files_(std::move(files)), decoder_(std::move(decoder)) {
        uint64_t hash = fnv1a64(decoder_.target().to_string());
        for (const std::string& name : files_.attributes.names) hash = fnv1a64(name + "\n", hash);
        hash = fnv1a64(std::as_bytes(std::span(files_.attributes.values)), hash);
        for (const fs::path& path : files_.paths) {
            std::error_code error;
            hash =
                fnv1a64(fmt::format("{} {}\n", path.filename().string(), fs::file_size(path, error)), hash);
        }
        fingerprint_ = hash;
    }

    int64_t size() const override { return static_cast<int64_t>(files_.paths.size()); }
    Shape image_shape() const override { return decoder_.target(); }
    const std::vector<std::string>& attribute_names() const override { return files_.attributes.names; }
    int label_count() const override { return files_.attributes.label_count; }
    uint64_t fingerprint() const override { return fingerprint_; }

    Status read(int64_t index, std::span<float> chw, std::span<float> attributes) const override {
        VKGAN_TRY(check_read(*this, index, chw, attributes));
        std::vector<uint8_t> bytes(chw.size());
        VKGAN_TRY(decoder_.decode(files_.paths[static_cast<size_t>(index)], bytes));
        std::transform(bytes.begin(), bytes.end(), chw.begin(), byte_to_signed);
        std::copy_n(files_.attributes.values.begin() + index * static_cast<ptrdiff_t>(attributes.size()),
                    attributes.size(), attributes.begin());
        return {};
    }

private:
    ImageFiles files_;
    FileDecoder decoder_;
    uint64_t fingerprint_ = 0;
};

Result<Samples> decode_all(ImageFiles files, const FileDecoder& decoder, size_t workers) {
    const auto image_bytes = static_cast<size_t>(decoder.target().element_count());
    Samples samples;
    samples.count = static_cast<int64_t>(files.paths.size());
    samples.image_shape = decoder.target();
    samples.bytes.resize(files.paths.size() * image_bytes);
    VKGAN_TRY(for_each_parallel(samples.count, workers, [&](int64_t i) {
        const auto index = static_cast<size_t>(i);
        return decoder.decode(files.paths[index],
                              std::span(samples.bytes).subspan(index * image_bytes, image_bytes));
    }));
    samples.attributes = std::move(files.attributes);
    return samples;
}

}  // namespace

OpenedSet open_image_files(ImageFiles files, const DatasetOptions& options, const FileReaders& readers) {
    VKGAN_ASSIGN(const Shape stored, readers.image_shape(files.paths.front()));
    VKGAN_ASSIGN(const Shape target, prepared_shape(stored, options.image_size, options.channels));
    FileDecoder decoder(readers, files.paths.front(), stored, target, options.channels != 0);
    const auto count = static_cast<int64_t>(files.paths.size());
    if (files.paths.size() <= options.cache_bytes / static_cast<uint64_t>(target.element_count())) {
        VKGAN_ASSIGN(Samples samples, decode_all(std::move(files), decoder, options.workers));
        return make_memory_set(std::move(samples));
    }
    VKGAN_TRY(for_each_parallel(count, options.workers, [&](int64_t i) -> Status {
        const fs::path& path = files.paths[static_cast<size_t>(i)];
        VKGAN_ASSIGN(const Shape shape, readers.image_shape(path));
        return decoder.check(path, shape);
    }));
    return std::unique_ptr<Dataset>(std::make_unique<LazySet>(std::move(files), std::move(decoder)));
}

}  // namespace vkgan
