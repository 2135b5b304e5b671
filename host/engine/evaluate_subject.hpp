// Subject: a model under evaluation, its samples and the real images that they are compared with.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/toy.hpp"
#include "host/engine/evaluate.hpp"
#include "host/engine/evaluator.hpp"
#include "host/metrics/features.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace vkgan {

inline constexpr int64_t most_reference_images = 5000;
inline constexpr int64_t most_kept_images = 1000;  // for measures of pixels; points are all kept

// A set of images as measures see it.
struct View {
    int64_t count = 0;
    Tensor images;            // the first of them
    Tensor features, logits;  // of all, [N, d]; no elements without an evaluator
    Tensor attributes;        // of real ones, [N, A]; no elements where there are none
    std::vector<int> kinds;   // of stacked digits: what an evaluator sees in the channels, as one label
};

Result<Shape> output_shape(const Model& model, std::string_view network);  // of a batch of 1

// The first `most` rows.
FeatureMatrix rows_of(const Tensor& tensor, int64_t most);
Tensor first_images(const Tensor& images, int64_t most);

// What the sampling network is conditioned on.
struct Condition {
    std::string name;  // of the control
    bool exclusive = true;
    int64_t count = 0;               // classes or attributes
    std::vector<std::string> names;  // of attributes, as far as the model knows them
    bool supervised = true;          // learnt from the data's labels, not found by the model itself
};

class Subject {
public:
    // Opens the data as training does. The device must outlive it.
    static Result<std::unique_ptr<Subject>> create(Device& device, TrainedModel trained,
                                                   const EvaluateQuery& query);

    // Once, before anything is viewed. Fails where the query names an evaluator that does not fit; where it
    // does not, evaluator() tells why there is none.
    Status open_evaluator();
    Result<Evaluator*> evaluator() const;
    std::string evaluator_name() const { return evaluator_ ? evaluator_->name() : ""; }
    // Data with a digit in each channel: its evaluator looks at one at a time, and is no evaluator() of
    // images.
    bool stacked() const { return stacked_; }
    Result<int64_t> kind_count() const;  // of stacks, as the evaluator tells them apart
    const std::optional<double>& evaluator_accuracy() const { return accuracy_; }

    const Model& model() const { return inference_->trained().model; }
    const EvaluateQuery& query() const { return query_; }
    const Shape& image_shape() const { return image_; }  // [C, H, W]
    bool points() const { return image_[1] == 1 && image_[2] == 1; }
    const std::optional<ToyDistribution>& toy() const { return toy_; }
    const std::vector<std::string>& attribute_names() const { return train_set_->attribute_names(); }
    bool has_classes() const { return train_set_->label_count() > 0; }
    std::optional<Condition> condition() const;
    Inference& inference() { return *inference_; }
    bool held_out() const { return !test_set_; }
    // Sizes of train() and test().
    int64_t train_count() const { return int64_t(train_order_.size()); }
    int64_t test_count() const { return int64_t(test_order_.size()); }

    // Drawn, read and looked at on first demand. Valid as long as the subject.
    Result<const View*> fake();
    Result<const View*> train();  // the reference
    Result<const View*> test();   // of which floors are made
    // Rows of test() that stand in for the samples: as many, if there are.
    int64_t floor_count() const { return std::min<int64_t>(query_.count, test_count()); }

    // Logits of samples first ... first + count - 1 with these controls besides the query's.
    Result<Tensor> logits_of(const Controls& controls, int64_t count, uint64_t first);

private:
    using Images = std::function<Result<Tensor>(int64_t first, int64_t count)>;
    Subject(Device& device, const EvaluateQuery& query) : device_(&device), query_(query) {}
    Status open_data();
    void choose_images();
    int64_t chunk() const;
    Result<View> view(int64_t count, const Images& images);
    Result<Tensor> draw(const Controls& controls, int64_t count, uint64_t first);
    Result<View> view_real(const Dataset& set, std::span<const uint32_t> order);

    Device* device_ = nullptr;
    EvaluateQuery query_;
    std::unique_ptr<Inference> inference_;
    Shape image_;
    std::optional<ToyDistribution> toy_;
    bool stacked_ = false;
    std::unique_ptr<Dataset> train_set_, test_set_;   // without a test split only the first
    std::vector<uint32_t> train_order_, test_order_;  // what is read of them
    std::unique_ptr<Evaluator> evaluator_;
    std::optional<Error> no_evaluator_;
    std::optional<double> accuracy_;
    std::optional<View> fake_, train_, test_;
};

}  // namespace vkgan
