// Evaluator: a trained classifier that looks at images, for measures that need features or classes.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/dataset.hpp"
#include "host/engine/inference.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace vkgan {

// Images of a data set, all in memory.
struct LabelledImages {
    Tensor images;      // [N, C, H, W] in [-1, 1]
    Tensor attributes;  // [N, A] as Dataset::read gives them; no elements where there are none
    std::vector<std::string> names;
    int label_count = 0;  // > 0: exclusive classes

    std::vector<int> labels() const;  // of exclusive classes
};

// The first `limit` samples of a split (0: all), of that size and channels (0: as stored).
struct ImageQuery {
    std::string data, split = "train";
    int image_size = 0, channels = 0;
    int64_t limit = 0;
};
Result<LabelledImages> read_images(const ImageQuery& query);

class Evaluator {
public:
    // A model file with one network, whose output is classes' or attributes' logits and which has a layer
    // "features" before them; recipe classifier makes such. The device must outlive it.
    static Result<std::unique_ptr<Evaluator>> open(Device& device, const std::filesystem::path& file);

    struct Seen {
        Tensor features;  // [N, features]
        Tensor logits;    // [N, classes]
    };
    // Images of another shape than the classifier's are refused with both.
    Result<Seen> look(const Tensor& images);

    // Of images with something of its kind in every channel: what it sees in each, as one label
    // (stacked_labels). For evaluators of one channel.
    Result<std::vector<int>> look_at_channels(const Tensor& images);

    bool exclusive() const { return exclusive_; }  // one class a sample, not attributes
    int64_t classes() const { return classes_; }
    const Shape& image_shape() const { return image_; }
    const std::string& name() const { return name_; }  // the file's
    // Share of labels, or of all attributes, that it tells right.
    Result<double> accuracy(const LabelledImages& images);

private:
    Result<Tensor> run(const Tensor& images, std::string_view layer);

    std::unique_ptr<Inference> inference_;
    std::string network_, input_, name_;
    Shape image_;
    int64_t classes_ = 0;
    bool exclusive_ = true;
};

// The shipped evaluator for a kind of data: digits (stacked ones, too), faces; for others an error that says
// what to do.
Result<std::filesystem::path> shipped_evaluator(const std::string& data);

}  // namespace vkgan
