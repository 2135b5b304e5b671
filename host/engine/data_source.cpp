// Batches of a data set, converted to the device's layout while the device works.
// SPDX-License-Identifier: MIT
#include "host/data/batches.hpp"
#include "host/data/spec.hpp"
#include "host/engine/inputs.hpp"
#include "host/engine/program.hpp"
#include "host/graph/layout.hpp"
#include "host/io/image.hpp"
#include "host/io/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace vkgan {

bool is_data(const Source& source) {
    return source.kind == "image" || source.kind == "attributes" || source.kind == "labels";
}
bool is_noise(const Source& source) {
    return source.kind == "normal" || source.kind == "uniform" || source.kind == "categorical" ||
           source.kind == "signs";
}

namespace {

// What one execution draws: a batch for each image; labels and attributes are those of the first.
struct Draw {
    std::vector<const Source*> images, others;
    size_t batches() const { return std::max<size_t>(images.size(), others.empty() ? 0 : 1); }
};

class DataSource : public BatchSource {
public:
    DataSource(const SourceQuery& query, std::unique_ptr<Dataset> dataset, std::string spec)
        : batch_(query.batch),
          compiled_(query.compiled),
          dataset_(std::move(dataset)),
          spec_(std::move(spec)) {
        for (const CompiledPhase& phase : query.compiled.phases) {
            Draw draw;
            for (const Source& source : query.model.sources) {
                if (!is_data(source) || !phase.plan.inputs.contains(source.name)) continue;
                (source.kind == "image" ? draw.images : draw.others).push_back(&source);
            }
            draws_.push_back(std::move(draw));
        }
    }

    Status start(uint64_t seed, bool flip) {
        const BatchOptions options{.batch_size = batch_, .seed = seed, .flip = flip};
        VKGAN_ASSIGN(ring_, BatchRing::create(*dataset_, options));
        flip_ = flip;
        return {};
    }

    Result<const StagedInputs*> inputs(int64_t step, size_t index) override {
        if (staged_step_ == step && staged_index_ == index) return &staged_;
        staged_.clear();
        staged_step_ = -1;
        const Draw& draw = draws_[executions_of(compiled_, step)[index].phase];
        const uint64_t first = first_batch(step, index);
        for (size_t i = 0; i < draw.batches(); ++i) {
            const uint64_t number = first + i;
            VKGAN_ASSIGN(const Batch* const batch, ring_->acquire(number));
            if (i < draw.images.size()) stage(*draw.images[i], batch->images);
            if (i == 0) {
                for (const Source* source : draw.others) stage_attributes(*source, batch->attributes);
            }
            ring_->release(number);
        }
        staged_step_ = step;
        staged_index_ = index;
        return &staged_;
    }

    Result<Tensor> mean_image() const override {
        VKGAN_ASSIGN(Tensor mean, vkgan::mean_image(*dataset_));
        if (!flip_) return mean;
        const Tensor once = mean;
        const auto width = size_t(mean.shape[2]);
        for (size_t i = 0; i < mean.values.size(); ++i) {
            const size_t column = i % width, mirrored = i - column + (width - 1 - column);
            mean.values[i] = (once.values[i] + once.values[mirrored]) / 2;
        }
        return mean;
    }

    Result<Tensor> some_images(int64_t most) const override {
        const int64_t count = std::min(most, dataset_->size());
        const Shape image = dataset_->image_shape();
        Tensor images(Shape{count, image[0], image[1], image[2]});
        const auto each = size_t(image.element_count());
        for (int64_t i = 0; i < count; ++i)
            VKGAN_TRY(dataset_->read(i * dataset_->size() / count,
                                     std::span(images.values).subspan(size_t(i) * each, each), {}));
        return images;
    }

    Result<Tensor> some_attributes(int64_t most) const override {
        const int64_t count = std::min(most, dataset_->size());
        const size_t width = dataset_->attribute_names().size();
        std::vector<float> image(size_t(dataset_->image_shape().element_count()));
        Tensor attributes(Shape{count, int64_t(width)});
        for (int64_t i = 0; i < count; ++i)
            VKGAN_TRY(dataset_->read(i * dataset_->size() / count, image,
                                     std::span(attributes.values).subspan(size_t(i) * width, width)));
        return attributes;
    }

    std::vector<std::string> attribute_names() const override { return dataset_->attribute_names(); }

    Result<std::vector<double>> attribute_patterns(int64_t most) const override {
        const size_t width = dataset_->attribute_names().size();
        std::vector<double> patterns;
        if (width == 0 || width > 52 || dataset_->label_count() > 0) return patterns;
        const int64_t count = std::min(most, dataset_->size());
        std::vector<float> image(size_t(dataset_->image_shape().element_count())), values(width);
        for (int64_t i = 0; i < count; ++i) {
            VKGAN_TRY(dataset_->read(i * dataset_->size() / count, image, values));
            double pattern = 0;
            for (size_t k = 0; k < width; ++k)
                if (values[k] > 0) pattern += std::exp2(double(k));
            patterns.push_back(pattern);
        }
        return patterns;
    }

    std::string description() const override {
        return fmt::format("{}: {} images {}", spec_, dataset_->size(), dataset_->image_shape().to_string());
    }
    uint64_t fingerprint() const override { return dataset_->fingerprint(); }

private:
    void stage(const Source& source, std::span<const float> values) {
        Shape shape{batch_};
        std::vector<int64_t> extents{batch_};
        extents.insert(extents.end(), source.shape.begin(), source.shape.end());
        shape = Shape(std::span<const int64_t>(extents));
        std::vector<std::byte>& bytes = staged_[source.name];
        bytes.resize(size_t(byte_count(shape)));
        write_quads(shape, values, bytes);
    }

    void stage_attributes(const Source& source, std::span<const float> attributes) {
        if (source.kind != "labels") return stage(source, attributes);
        const size_t width = attributes.size() / size_t(batch_);
        std::vector<float> labels;
        for (size_t i = 0; i < size_t(batch_); ++i) {
            const auto row = attributes.subspan(i * width, width);
            labels.push_back(std::bit_cast<float>(int32_t(std::ranges::max_element(row) - row.begin())));
        }
        stage(source, labels);
    }

    // Batches that all executions before take.
    uint64_t first_batch(int64_t step, size_t index) const {
        uint64_t count = 0;
        size_t i = 0;
        for (size_t p = 0; p < draws_.size(); ++p) {
            const CompiledPhase& phase = compiled_.phases[p];
            count += uint64_t(runs_before(phase, step)) * draws_[p].batches();
            for (int r = 0; r < runs_in(phase, step); ++r, ++i)
                if (i < index) count += draws_[p].batches();
        }
        return count;
    }

    int64_t batch_;
    const Compiled& compiled_;
    std::unique_ptr<Dataset> dataset_;
    std::string spec_;
    std::unique_ptr<BatchRing> ring_;
    std::vector<Draw> draws_;
    bool flip_ = false;
    StagedInputs staged_;
    int64_t staged_step_ = -1;
    size_t staged_index_ = 0;
};

Status check_source(const Source& source, const Dataset& dataset, const std::string& spec) {
    const Shape wanted{std::span<const int64_t>(source.shape)};
    const int64_t attributes = int64_t(dataset.attribute_names().size());
    if (source.kind == "image") {
        if (wanted == dataset.image_shape()) return {};
        return Error{Code::shape_mismatch,
                     fmt::format("source {} has images {}, but {} has {}", source.name, wanted.to_string(),
                                 spec, dataset.image_shape().to_string())};
    }
    if (source.kind == "labels") {
        if (dataset.label_count() > 0) return {};
        return Error{Code::invalid_argument,
                     fmt::format("source {} needs labels, but {} has no classes", source.name, spec)};
    }
    if (source.shape.size() == 1 && source.shape[0] == attributes) return {};
    return Error{Code::shape_mismatch, fmt::format("source {} has {} attributes a sample, but {} has {}",
                                                   source.name, wanted.to_string(), spec, attributes)};
}

}  // namespace

namespace {

struct Opened {
    std::unique_ptr<Dataset> dataset;
    bool flip = false;  // faces look as well in a mirror; digits, and what a folder may hold, do not
};

Result<Opened> open_spec(const std::string& data_spec, const DatasetOptions& options) {
    VKGAN_ASSIGN(const DataSpec spec, parse_data_spec(data_spec));
    Opened opened{.flip = spec.kind == "faces" || spec.kind == "celeba"};
    VKGAN_ASSIGN(opened.dataset,
                 open_dataset(spec, options, {read_image_shape, read_image_pixels, read_npy_images}));
    return opened;
}

}  // namespace

Result<std::unique_ptr<BatchSource>> open_data(const SourceQuery& query, const std::string& data_spec,
                                               const OpenDataset& open) {
    const auto image = std::ranges::find(query.model.sources, "image", &Source::kind);
    DatasetOptions options;
    if (image != query.model.sources.end()) {
        if (image->shape.size() != 3 || image->shape[1] != image->shape[2])
            return Error{Code::unsupported,
                         fmt::format("source {} must be square images [C, H, H] to come from a data set, "
                                     "not {}",
                                     image->name, Shape(std::span<const int64_t>(image->shape)).to_string())};
        options.channels = int(image->shape[0]);
        options.image_size = int(image->shape[1]);
    }
    Opened opened;
    if (open) {
        VKGAN_ASSIGN(opened.dataset, open(options));
    } else {
        VKGAN_ASSIGN(opened, open_spec(data_spec, options));
    }
    for (const Source& source : query.model.sources) {
        if (is_data(source)) VKGAN_TRY(check_source(source, *opened.dataset, data_spec));
    }
    auto source = std::make_unique<DataSource>(query, std::move(opened.dataset), data_spec);
    VKGAN_TRY(source->start(query.seed, opened.flip));
    return std::unique_ptr<BatchSource>(std::move(source));
}

}  // namespace vkgan
