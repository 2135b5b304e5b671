// Sample pictures, painted on canvases and laid out as grids.
// SPDX-License-Identifier: MIT
#include "host/engine/sample_pictures.hpp"

#include "host/data/canvas.hpp"
#include "host/engine/sampling.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr int image_count = 64, pair_count = 32, point_count = 1024;
constexpr int panel_side = 320, pair_columns = 8, bins = 64;
constexpr Colour paper{1, 1, 1}, frame{0.8F, 0.8F, 0.8F}, of_data{0.35F, 0.35F, 0.35F},
    of_model{0, 0.45F, 0.7F}, beyond{0.84F, 0.37F, 0};
constexpr float margin = 0.05F, disc = 0.008F;

bool is_point(const Shape& shape) { return shape.rank() == 4 && shape[2] == 1 && shape[3] == 1; }

struct Range {
    double low = 0, high = 1;

    float share(double value) const { return float((value - low) / (high - low)); }
};

// With a tenth around; of something, where all are equal or none is finite.
Range range_of(const Tensor& points, int64_t entry) {
    const auto width = size_t(points.shape[1]);
    double low = INFINITY, high = -INFINITY;
    for (size_t i = size_t(entry); i < points.values.size(); i += width) {
        const auto value = double(points.values[i]);
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (!(low <= high)) return {-1, 1};
    const double around = high > low ? (high - low) / 10 : 1;
    return {low - around, high + around};
}

// [images, 3, side, side]: a panel for each.
struct Panels {
    Tensor images;

    explicit Panels(int64_t count) : images(Shape{count, 3, panel_side, panel_side}) {
        constexpr float line = 0.004F;
        constexpr Box inside{{line, line}, {1 - line, 1 - line}};
        for (int64_t i = 0; i < count; ++i) {
            canvas(i).fill(frame, frame);
            canvas(i).paint(inside, paper, [](Point) { return -1.0F; });
        }
    }
    Canvas canvas(int64_t i) {
        const size_t each = images.values.size() / size_t(images.shape[0]);
        return Canvas(panel_side, std::span(images.values).subspan(size_t(i) * each, each));
    }
};

float placed(float share) { return margin + (1 - 2 * margin) * share; }

void scatter(Canvas canvas, const Tensor& points, const Range& x, const Range& y, const Colour& colour) {
    const auto width = size_t(points.shape[1]);
    for (size_t i = 0; i < points.values.size(); i += width) {
        const float right = x.share(double(points.values[i])), up = y.share(double(points.values[i + 1]));
        if (!std::isfinite(right) || !std::isfinite(up)) continue;
        const Point place{std::clamp(right, 0.0F, 1.0F), std::clamp(up, 0.0F, 1.0F)};
        const bool inside = place.x == right && place.y == up;
        canvas.paint(Ellipse{{placed(place.x), placed(1 - place.y)}, disc, disc}, inside ? colour : beyond);
    }
}

// Shares of the numbers by bin; what lies beyond counts in the first and the last.
std::vector<float> shares_by_bin(const Tensor& points, const Range& x) {
    std::vector<float> shares(bins + 2);
    for (const float value : points.values) {
        const float place = x.share(double(value)) * bins;
        if (!std::isfinite(place)) continue;
        const auto bin = size_t(std::clamp(std::floor(place) + 1, 0.0F, float(bins + 1)));
        shares[bin] += 1 / float(points.values.size());
    }
    return shares;
}

void bars(Canvas canvas, const std::vector<float>& shares, float highest, const Colour& colour) {
    for (size_t i = 0; i < shares.size(); ++i) {
        const float left = float(i) / float(shares.size()), width = 1 / float(shares.size());
        const Box box{{placed(left), placed(1 - std::min(1.0F, shares[i] / highest))},
                      {placed(left + width), placed(1)}};
        const bool ends = i == 0 || i + 1 == shares.size();
        canvas.paint(box, ends ? beyond : colour, [&box](Point p) {
            return std::max(std::max(box.low.x - p.x, p.x - box.high.x),
                            std::max(box.low.y - p.y, p.y - box.high.y));
        });
    }
}

// By its nearest pixels and with as many channels as asked for: grey as colours, and opaque.
void enlarge(std::span<const float> from, const Shape& shape, std::span<float> to, const Shape& wanted) {
    const auto pixel = [&](int64_t c, int64_t y, int64_t x) {
        if (c >= shape[1] && shape[1] > 1) return 1.0F;
        const int64_t row = y * shape[2] / wanted[2], column = x * shape[3] / wanted[3];
        return from[size_t((std::min(c, shape[1] - 1) * shape[2] + row) * shape[3] + column)];
    };
    size_t i = 0;
    for (int64_t c = 0; c < wanted[1]; ++c)
        for (int64_t y = 0; y < wanted[2]; ++y)
            for (int64_t x = 0; x < wanted[3]; ++x) to[i++] = pixel(c, y, x);
}

}  // namespace

Image picture_of_points(const Tensor& real, const Tensor& drawn) {
    const bool beside = real.shape.rank() == 4 && real.shape[0] > 0;
    const Tensor& framed = beside ? real : drawn;
    Panels panels(beside ? 2 : 1);
    const int64_t last = panels.images.shape[0] - 1;
    const Range x = range_of(framed, 0);
    if (drawn.shape[1] == 1) {
        const std::vector<float> of_drawn = shares_by_bin(drawn, x);
        const std::vector<float> all = shares_by_bin(framed, x);
        const float highest = std::max(1e-6F, *std::ranges::max_element(all) * 1.2F);
        if (beside) bars(panels.canvas(0), all, highest, of_data);
        bars(panels.canvas(last), of_drawn, highest, of_model);
        return make_grid(panels.images, 1);
    }
    const Range y = range_of(framed, 1);
    if (beside) scatter(panels.canvas(0), real, x, y, of_data);
    scatter(panels.canvas(last), drawn, x, y, of_model);
    return make_grid(panels.images, int(last + 1));
}

Image picture_of_pairs(const Tensor& inputs, const Tensor& outputs) {
    Shape wanted = outputs.shape;
    for (const int axis : {1, 2, 3}) wanted[axis] = std::max(inputs.shape[axis], outputs.shape[axis]);
    const int64_t count = std::min(inputs.shape[0], outputs.shape[0]);
    const int64_t columns = std::min<int64_t>(pair_columns, count), rows = (count + columns - 1) / columns;
    wanted[0] = 2 * rows * columns;
    Tensor all(wanted, 1.0F);
    const size_t each = all.values.size() / size_t(wanted[0]);
    for (int64_t i = 0; i < count; ++i) {
        const int64_t place = i / columns * 2 * columns + i % columns;
        for (const bool output : {false, true}) {
            const Tensor& images = output ? outputs : inputs;
            const size_t own = images.values.size() / size_t(images.shape[0]);
            enlarge(std::span(images.values).subspan(size_t(i) * own, own), images.shape,
                    std::span(all.values).subspan(size_t(place + (output ? columns : 0)) * each, each),
                    wanted);
        }
    }
    return make_grid(all, int(columns));
}

Result<std::optional<Image>> sample_picture(Session& session) {
    const Model& model = session.model();
    if (model.sample_network == "none") return std::optional<Image>{};
    TensorMap given;
    const Tensor* inputs = nullptr;
    for (const std::string& name : sampled_data(model)) {
        const auto source = std::ranges::find(model.sources, name, &Source::name);
        VKGAN_ASSIGN(Tensor rows, source->kind == "image" ? session.source().some_images(pair_count)
                                                          : session.source().some_attributes(pair_count));
        if (rows.values.empty()) return std::optional<Image>{};
        const Tensor& kept = given[name] = std::move(rows);
        if (kept.shape.rank() == 4 && !inputs) inputs = &kept;
    }
    const int count = inputs ? int(inputs->shape[0]) : image_count;
    VKGAN_ASSIGN(Tensor images, session.sample(count, session.seed(), {}, &given));
    if (images.shape.rank() != 4) return std::optional<Image>{};
    if (inputs) return std::optional(picture_of_pairs(*inputs, images));
    if (!is_point(images.shape)) return std::optional(make_grid(images));
    VKGAN_ASSIGN(images, session.sample(point_count, session.seed()));
    VKGAN_ASSIGN(const Tensor real, session.source().some_images(point_count));
    return std::optional(picture_of_points(real, images));
}

}  // namespace vkgan
