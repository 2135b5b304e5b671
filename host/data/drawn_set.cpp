// Drawn data sets: splits, channels and fingerprint are the same for all of them.
// SPDX-License-Identifier: MIT
#include "host/data/drawn_set.hpp"

#include "host/base/hash.hpp"
#include "host/data/prepare.hpp"

#include <fmt/format.h>

#include <utility>

namespace vkgan {
namespace {

class DrawnSet : public Dataset {
public:
    DrawnSet(Drawing drawing, Split split, const Shape& target)
        : drawing_(std::move(drawing)), preparer_(drawing_.shape, target) {
        first_ = split == Split::test ? drawing_.train : 0;
        size_ = split == Split::train  ? drawing_.train
                : split == Split::test ? drawing_.test
                                       : drawing_.train + drawing_.test;
        fingerprint_ = fnv1a64(fmt::format("{} version {}: samples {} to {}, {}", drawing_.kind,
                                           drawing_.version, first_, first_ + size_, target.to_string()));
    }

    int64_t size() const override { return size_; }
    Shape image_shape() const override { return preparer_.target(); }
    const std::vector<std::string>& attribute_names() const override { return drawing_.attribute_names; }
    int label_count() const override { return drawing_.label_count; }
    uint64_t fingerprint() const override { return fingerprint_; }

    Status read(int64_t index, std::span<float> chw, std::span<float> attributes) const override {
        VKGAN_TRY(check_read(*this, index, chw, attributes));
        const auto number = static_cast<uint64_t>(first_ + index);
        if (drawing_.shape == preparer_.target()) {
            drawing_.draw(number, chw, attributes);
            return {};
        }
        std::vector<float> drawn(static_cast<size_t>(drawing_.shape.element_count()));
        drawing_.draw(number, drawn, attributes);
        preparer_.prepare(drawn, chw);
        return {};
    }

private:
    Drawing drawing_;
    ImagePreparer preparer_;
    int64_t first_ = 0, size_ = 0;
    uint64_t fingerprint_ = 0;
};

}  // namespace

OpenedSet make_drawn_set(Drawing drawing, const DatasetOptions& options) {
    VKGAN_ASSIGN(const Split split, parse_split(options.split));
    if (split == Split::validation)
        return Error{Code::invalid_argument, fmt::format("split is \"{}\", but {} has train, test and all",
                                                         options.split, drawing.kind)};
    Shape target = drawing.shape;
    if (options.channels != drawing.shape[0]) {
        VKGAN_ASSIGN(target, prepared_shape(drawing.shape, 0, options.channels));
    }
    return OpenedSet(std::make_unique<DrawnSet>(std::move(drawing), split, target));
}

Status check_side(std::string_view what, int side, const SideRange& range) {
    if (side >= range.least && side <= range.most) return {};
    return Error{Code::invalid_argument, fmt::format("{} is drawn with {} to {} pixels a side, not {}", what,
                                                     range.least, range.most, side)};
}

Result<int> drawn_side(std::string_view kind, const DatasetOptions& options, const SideRange& range) {
    const int side = options.image_size == 0 ? range.usual : options.image_size;
    VKGAN_TRY(check_side(fmt::format("data: {}", kind), side, range));
    return side;
}

}  // namespace vkgan
