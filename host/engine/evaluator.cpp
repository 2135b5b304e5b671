// A classifier in chunks of images; the last chunk is filled up, so that one program serves all.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluator.hpp"

#include "host/data/shipped.hpp"
#include "host/io/image.hpp"
#include "host/io/npy.hpp"
#include "host/metrics/modes.hpp"
#include "host/metrics/scores.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int64_t chunk = 100;
constexpr const char* features_layer = "features";

}  // namespace

std::vector<int> LabelledImages::labels() const {
    std::vector<int> result;
    if (attributes.shape.rank() != 2) return result;
    const auto width = size_t(attributes.shape[1]);
    for (size_t i = 0; i < attributes.values.size(); i += width) {
        const auto row = std::span(attributes.values).subspan(i, width);
        result.push_back(int(std::ranges::max_element(row) - row.begin()));
    }
    return result;
}

Result<LabelledImages> read_images(const ImageQuery& query) {
    VKGAN_ASSIGN(const DataSpec spec, parse_data_spec(query.data));
    DatasetOptions options;
    options.image_size = query.image_size;
    options.channels = query.channels;
    options.split = query.split;
    VKGAN_ASSIGN(const std::unique_ptr<Dataset> set,
                 open_dataset(spec, options, {read_image_shape, read_image_pixels, read_npy_images}));
    const int64_t count = query.limit > 0 ? std::min(query.limit, set->size()) : set->size();
    LabelledImages result;
    result.names = set->attribute_names();
    result.label_count = set->label_count();
    const Shape image = set->image_shape();
    const auto width = int64_t(result.names.size());
    result.images = Tensor(Shape{count, image[0], image[1], image[2]});
    if (width > 0) result.attributes = Tensor(Shape{count, width});
    const auto each = size_t(image.element_count());
    for (int64_t i = 0; i < count; ++i) {
        VKGAN_TRY(set->read(
            i, std::span(result.images.values).subspan(size_t(i) * each, each),
            width > 0 ? std::span(result.attributes.values).subspan(size_t(i * width), size_t(width))
                      : std::span<float>{}));
    }
    return result;
}

Result<std::unique_ptr<Evaluator>> Evaluator::open(Device& device, const std::filesystem::path& file) {
    VKGAN_ASSIGN(TrainedModel trained, read_trained(file));
    const Model& model = trained.model;
    if (model.networks.size() != 1 || model.networks[0].inputs.size() != 1)
        return Error{Code::invalid_argument,
                     fmt::format("{}: an evaluator has one network with one input, but recipe {} has {}",
                                 file.string(), model.recipe, model.networks.size())};
    const Network& network = model.networks[0];
    if (std::ranges::find(network.layers, features_layer, &Layer::name) == network.layers.end())
        return Error{Code::invalid_argument, fmt::format("{}: network {} has no layer \"{}\"", file.string(),
                                                         network.name, features_layer)};
    auto evaluator = std::make_unique<Evaluator>();
    evaluator->network_ = network.name;
    evaluator->input_ = network.inputs[0].name;
    evaluator->name_ = file.stem().string();
    evaluator->image_ = Shape(std::span<const int64_t>(network.inputs[0].shape));
    const auto of = model.parameters.find("of");
    evaluator->exclusive_ = of == model.parameters.end() || of->second == 0;
    VKGAN_ASSIGN(Graph graph, lower_inference(model, network.name, 1, false));
    evaluator->classes_ = graph.value(graph.outputs().front().second).shape()[1];
    VKGAN_ASSIGN(evaluator->inference_, Inference::create(device, std::move(trained)));
    return evaluator;
}

Result<Tensor> Evaluator::run(const Tensor& images, std::string_view layer) {
    VKGAN_ASSIGN(Tensor all, inference_->run_all(network_, {{input_, images}}, layer, chunk));
    const int64_t count = images.shape[0];
    all.shape = Shape{count, all.shape.element_count() / count};
    return all;
}

Result<Evaluator::Seen> Evaluator::look(const Tensor& images) {
    const Shape& shape = images.shape;
    if (shape.rank() != 4 || shape[0] < 1 || Shape{shape[1], shape[2], shape[3]} != image_)
        return Error{Code::shape_mismatch, fmt::format("{} looks at images {}, but these are {}", name_,
                                                       image_.to_string(), shape.to_string())};
    Seen seen;
    VKGAN_ASSIGN(seen.features, run(images, features_layer));
    VKGAN_ASSIGN(seen.logits, run(images, {}));
    return seen;
}

Result<std::vector<int>> Evaluator::look_at_channels(const Tensor& images) {
    const Shape& shape = images.shape;
    if (shape.rank() != 4 || shape[0] < 1 || Shape{1, shape[2], shape[3]} != image_)
        return Error{Code::shape_mismatch,
                     fmt::format("{} looks at images {}, but the channels of {} are each [1, {}, {}]", name_,
                                 image_.to_string(), shape.to_string(), shape.rank() == 4 ? shape[2] : 0,
                                 shape.rank() == 4 ? shape[3] : 0)};
    const int64_t count = shape[0], channels = shape[1], area = shape[2] * shape[3];
    std::vector<std::vector<int>> each;
    for (int64_t c = 0; c < channels; ++c) {
        Tensor plane(Shape{count, 1, shape[2], shape[3]});
        for (int64_t i = 0; i < count; ++i)
            std::copy_n(images.values.begin() + (i * channels + c) * area, area,
                        plane.values.begin() + i * area);
        VKGAN_ASSIGN(const Tensor logits, run(plane, {}));
        each.push_back(argmax_rows(features_of(logits)));
    }
    return stacked_labels(each, int(classes_));
}

Result<double> Evaluator::accuracy(const LabelledImages& images) {
    if (images.attributes.shape.rank() != 2 || images.attributes.shape[1] != classes_ ||
        (images.label_count > 0) != exclusive_)
        return Error{Code::invalid_argument,
                     fmt::format("{} tells {} {}, but the data has {}", name_, classes_,
                                 exclusive_ ? "classes" : "attributes", images.names.size())};
    VKGAN_ASSIGN(const Tensor logits, run(images.images, {}));
    const auto width = size_t(classes_);
    double right = 0;
    for (size_t i = 0; i < logits.values.size(); i += width) {
        const auto scores = std::span(logits.values).subspan(i, width);
        const auto wanted = std::span(images.attributes.values).subspan(i, width);
        if (exclusive_) {
            right += std::ranges::max_element(scores) - scores.begin() ==
                     std::ranges::max_element(wanted) - wanted.begin();
        } else {
            for (size_t k = 0; k < width; ++k) right += (scores[k] > 0) == (wanted[k] > 0);
        }
    }
    return right / (double(images.images.shape[0]) * (exclusive_ ? 1 : double(width)));
}

Result<std::filesystem::path> shipped_evaluator(const std::string& data) {
    std::string kind = data.substr(0, data.find(':'));
    if (kind == "stacked-digits") kind = "digits";
    for (const char* known : {"digits", "faces"})
        if (kind == known) return find_shipped_model(fmt::format("eval-{}.vkgan", known));
    return Error{Code::invalid_argument,
                 fmt::format("no evaluator for {} comes with VkGAN (for digits and faces one does): "
                             "train recipe classifier on it and name its model.vkgan",
                             data)};
}

}  // namespace vkgan
