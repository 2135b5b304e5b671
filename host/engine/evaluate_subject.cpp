// Reading, drawing and looking in chunks, so that memory does not grow with the count.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate_subject.hpp"

#include "host/io/image.hpp"
#include "host/io/npy.hpp"
#include "host/lower/lower.hpp"
#include "host/metrics/draws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vkgan {

namespace {

constexpr int64_t chunk_bytes = int64_t(64) << 20, kept_bytes = int64_t(256) << 20;
constexpr int64_t largest_chunk = 1600;  // whole batches of samples and of the evaluator

Result<Shape> sample_shape(const Model& model) {
    VKGAN_ASSIGN(const Shape shape, output_shape(model, model.sample_network));
    if (shape.rank() != 4)
        return Error{Code::unsupported,
                     fmt::format("network {} draws {}, but images are [batch, channels, height, width]",
                                 model.sample_network, shape.to_string())};
    return Shape{shape[1], shape[2], shape[3]};
}

void append(Tensor& all, const Tensor& rows, int64_t first, int64_t count) {
    const size_t each = rows.values.size() / size_t(rows.shape[0]);
    if (first == 0) {
        Shape shape = rows.shape;
        shape[0] = count;
        all = Tensor(shape);
    }
    const auto place = all.values.begin() + ptrdiff_t(size_t(first) * each);
    const auto room = size_t(all.values.end() - place);
    std::copy_n(rows.values.begin(), std::min(rows.values.size(), room), place);
}

// As the evaluator's own accuracy: shares of right classes, or of right attributes.
double share_right(const Tensor& logits, const Tensor& attributes, bool exclusive) {
    const auto width = size_t(logits.shape[1]);
    double right = 0;
    for (size_t i = 0; i < logits.values.size(); i += width) {
        const auto scores = std::span(logits.values).subspan(i, width);
        const auto wanted = std::span(attributes.values).subspan(i, width);
        if (exclusive) {
            right += std::ranges::max_element(scores) - scores.begin() ==
                     std::ranges::max_element(wanted) - wanted.begin();
        } else {
            for (size_t k = 0; k < width; ++k) right += (scores[k] > 0) == (wanted[k] > 0);
        }
    }
    return right / double(logits.shape[0] * (exclusive ? 1 : int64_t(width)));
}

}  // namespace

Result<Shape> output_shape(const Model& model, std::string_view network) {
    VKGAN_ASSIGN(Graph graph, lower_inference(model, network, 1, false));
    return graph.value(graph.outputs().front().second).shape();
}

FeatureMatrix rows_of(const Tensor& tensor, int64_t most) {
    FeatureMatrix rows = features_of(tensor);
    rows.rows = std::min(rows.rows, most);
    rows.values = rows.values.first(size_t(rows.rows * rows.columns));
    return rows;
}

Tensor first_images(const Tensor& images, int64_t most) {
    Shape shape = images.shape;
    shape[0] = std::min(shape[0], most);
    return {shape, {images.values.begin(), images.values.begin() + ptrdiff_t(shape.element_count())}};
}

Result<std::unique_ptr<Subject>> Subject::create(Device& device, TrainedModel trained,
                                                 const EvaluateQuery& query) {
    std::unique_ptr<Subject> subject(new Subject(device, query));
    VKGAN_ASSIGN(subject->image_, sample_shape(trained.model));
    VKGAN_TRY(subject->open_data());
    VKGAN_ASSIGN(subject->inference_, Inference::create(device, std::move(trained)));
    return subject;
}

Status Subject::open_data() {
    VKGAN_ASSIGN(const DataSpec spec, parse_data_spec(query_.data));
    DatasetOptions options;
    stacked_ = spec.kind == "stacked-digits";
    if (spec.kind == "toy") {
        VKGAN_ASSIGN(toy_, find_toy(spec.path));
    } else if (!points() && image_[1] == image_[2]) {
        options.channels = int(image_[0]);
        options.image_size = int(image_[1]);
    }
    const FileReaders readers{read_image_shape, read_image_pixels, read_npy_images};
    VKGAN_ASSIGN(train_set_, open_dataset(spec, options, readers));
    const Shape shape = train_set_->image_shape();
    if (shape != image_)
        return Error{Code::shape_mismatch,
                     fmt::format("data: {} has {} {}, but the model draws {}", query_.data,
                                 toy_ ? "points" : "images", shape.to_string(), image_.to_string())};
    options.split = "test";
    if (auto opened = open_dataset(spec, options, readers)) test_set_ = std::move(*opened);
    choose_images();
    return {};
}

// The same ones in every evaluation, and shuffled, as a folder's images lie class by class.
void Subject::choose_images() {
    const auto order = [](const Dataset& set, uint32_t stream, int64_t most) {
        Draws draws(0, stream);
        const auto total = uint32_t(std::min<int64_t>(set.size(), std::numeric_limits<uint32_t>::max()));
        return draw_subset(draws, total, uint32_t(std::min<int64_t>(total, most)));
    };
    // How many kinds are seen depends on how many images are looked at: as many real ones, then.
    const int64_t most =
        stacked_ ? std::max<int64_t>(query_.count, most_reference_images) : most_reference_images;
    train_order_ = order(*train_set_, 0, most);
    if (test_set_) {
        test_order_ = order(*test_set_, 1, most);
        return;
    }
    const size_t kept = train_order_.size() - train_order_.size() / 5;
    test_order_.assign(train_order_.begin() + ptrdiff_t(kept), train_order_.end());
    train_order_.resize(kept);
}

Status Subject::open_evaluator() {
    const bool named = !query_.evaluator.empty();
    const auto open = [&]() -> Result<std::unique_ptr<Evaluator>> {
        if (!named && points())
            return Error{Code::unsupported,
                         fmt::format("{} has points, which no evaluator looks at", query_.data)};
        std::filesystem::path file = query_.evaluator;
        if (!named) {
            VKGAN_ASSIGN(file, shipped_evaluator(query_.data));
        }
        VKGAN_ASSIGN(std::unique_ptr<Evaluator> opened, Evaluator::open(*device_, file));
        const Shape looks_at = stacked_ ? Shape{1, image_[1], image_[2]} : image_;
        if (opened->image_shape() != looks_at)
            return Error{
                Code::shape_mismatch,
                fmt::format("evaluator: {} looks at images {}, but the model draws {}", opened->name(),
                            opened->image_shape().to_string(), looks_at.to_string())};
        return opened;
    };
    auto opened = open();
    if (opened)
        evaluator_ = std::move(*opened);
    else if (named || !is_bad_input(opened.error().code))
        return opened.error();
    else
        no_evaluator_ = opened.error();
    return {};
}

Result<Evaluator*> Subject::evaluator() const {
    if (evaluator_ && stacked_)
        return Error{Code::unsupported,
                     fmt::format("{} looks at the channels of {} one by one; metric modes alone "
                                 "counts what it sees",
                                 evaluator_->name(), query_.data)};
    if (evaluator_) return evaluator_.get();
    return no_evaluator_ ? *no_evaluator_ : Error{Code::internal, "no evaluator was opened"};
}

Result<int64_t> Subject::kind_count() const {
    if (!evaluator_) VKGAN_TRY(evaluator());
    if (!evaluator_->exclusive())
        return Error{Code::unsupported,
                     fmt::format("needs an evaluator of classes, but {} tells {} independent "
                                 "attributes",
                                 evaluator_->name(), evaluator_->classes())};
    int64_t count = 1;
    for (int64_t c = 0; c < image_[0]; ++c) count *= evaluator_->classes();
    return count;
}

std::optional<Condition> Subject::condition() const {
    const Model& model = this->model();
    const auto network = std::ranges::find(model.networks, model.sample_network, &Network::name);
    const bool supervised = std::ranges::any_of(model.sources, [](const Source& source) {
        return source.kind == "attributes" || source.kind == "labels";
    });
    for (const Control& control : model.controls) {
        if (control.kind != "label" && control.kind != "attribute") continue;
        const auto reads = [&](const NetworkInput& input) {
            return input.name == control.name || (control.kind == "label" && input.type == "index");
        };
        if (std::ranges::none_of(network->inputs, reads)) continue;
        if (control.kind == "label")
            return Condition{control.name, true, int64_t(control.high) + 1, {}, supervised};
        const auto source = std::ranges::find(model.sources, control.name, &Source::name);
        if (source == model.sources.end() || source->shape.empty()) continue;
        return Condition{control.name, false, source->shape[0], source->names, supervised};
    }
    return std::nullopt;
}

int64_t Subject::chunk() const {
    return std::clamp<int64_t>(chunk_bytes / (4 * image_.element_count()), 64, largest_chunk);
}

Result<View> Subject::view(int64_t count, const Images& images) {
    const int64_t most = points() ? count : std::max<int64_t>(64, kept_bytes / (4 * image_.element_count()));
    const int64_t kept = std::min({count, most, points() ? count : most_kept_images});
    View view{.count = count, .images = {}, .features = {}, .logits = {}, .attributes = {}, .kinds = {}};
    for (int64_t first = 0; first < count; first += chunk()) {
        VKGAN_ASSIGN(const Tensor part, images(first, std::min(chunk(), count - first)));
        if (first < kept) append(view.images, part, first, kept);
        if (!evaluator_) continue;
        if (stacked_) {
            VKGAN_ASSIGN(const std::vector<int> kinds, evaluator_->look_at_channels(part));
            view.kinds.insert(view.kinds.end(), kinds.begin(), kinds.end());
            continue;
        }
        VKGAN_ASSIGN(const Evaluator::Seen seen, evaluator_->look(part));
        append(view.features, seen.features, first, count);
        append(view.logits, seen.logits, first, count);
    }
    return view;
}

Result<Tensor> Subject::draw(const Controls& controls, int64_t count, uint64_t first) {
    VKGAN_ASSIGN(Tensor images, inference_->sample(int(count), query_.seed, controls, first));
    const auto bad = std::ranges::find_if(images.values, [](float x) { return !std::isfinite(x); });
    if (bad != images.values.end())
        return Error{Code::malformed,
                     fmt::format("{}: sample {} of seed {} holds {}, but images are finite", query_.model,
                                 first + uint64_t((bad - images.values.begin()) / image_.element_count()),
                                 query_.seed, *bad)};
    return images;
}

Result<View> Subject::view_real(const Dataset& set, std::span<const uint32_t> order) {
    const auto each = size_t(image_.element_count()), width = set.attribute_names().size();
    Tensor attributes(Shape{int64_t(order.size()), int64_t(width)});
    VKGAN_ASSIGN(View view,
                 this->view(int64_t(order.size()), [&](int64_t first, int64_t count) -> Result<Tensor> {
                     Tensor images(Shape{count, image_[0], image_[1], image_[2]});
                     for (size_t i = 0; i < size_t(count); ++i) {
                         const size_t number = size_t(first) + i;
                         VKGAN_TRY(set.read(order[number], std::span(images.values).subspan(i * each, each),
                                            std::span(attributes.values).subspan(number * width, width)));
                     }
                     return images;
                 }));
    view.attributes = std::move(attributes);
    return view;
}

Result<const View*> Subject::fake() {
    if (fake_) return &*fake_;
    VKGAN_ASSIGN(fake_, view(query_.count, [&](int64_t first, int64_t count) {
                     return draw(query_.controls, count, uint64_t(first));
                 }));
    return &*fake_;
}

Result<const View*> Subject::train() {
    if (train_) return &*train_;
    VKGAN_ASSIGN(train_, view_real(*train_set_, train_order_));
    return &*train_;
}

Result<const View*> Subject::test() {
    if (test_) return &*test_;
    if (test_order_.empty())
        return Error{Code::invalid_argument,
                     fmt::format("data: {} has {} samples, of which none can be set aside", query_.data,
                                 train_set_->size())};
    VKGAN_ASSIGN(test_, view_real(test_set_ ? *test_set_ : *train_set_, test_order_));
    const bool told = evaluator_ && test_->logits.shape == test_->attributes.shape &&
                      evaluator_->exclusive() == has_classes();
    if (told) accuracy_ = share_right(test_->logits, test_->attributes, evaluator_->exclusive());
    return &*test_;
}

Result<Tensor> Subject::logits_of(const Controls& controls, int64_t count, uint64_t first) {
    Controls all = query_.controls;
    for (const auto& [name, value] : controls) all[name] = value;
    VKGAN_ASSIGN(View seen, view(count, [&](int64_t done, int64_t part) {
                     return draw(all, part, first + uint64_t(done));
                 }));
    return std::move(seen.logits);
}

}  // namespace vkgan
