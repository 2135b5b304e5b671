// toy:NAME: points of a toy distribution as images [D, 1, 1].
// SPDX-License-Identifier: MIT
#include "host/data/drawn_set.hpp"
#include "host/data/toy.hpp"

#include <fmt/format.h>

#include <utility>

namespace vkgan {

OpenedSet open_toy(std::string_view name, const DatasetOptions& options) {
    VKGAN_ASSIGN(ToyDistribution toy, find_toy(name));
    const Shape shape{toy.dimensions, 1, 1};
    if ((options.image_size != 0 && options.image_size != 1) ||
        (options.channels != 0 && options.channels != toy.dimensions)) {
        const auto wanted = [](int value, const char* what) {
            return value == 0 ? std::string("any") : fmt::format("{}{}", value, what);
        };
        return Error{
            Code::invalid_argument,
            fmt::format("data: toy:{} has points {}, but channels {} and image_size {} are asked for", name,
                        shape.to_string(), wanted(options.channels, ""), wanted(options.image_size, ""))};
    }
    const auto labels = static_cast<int>(toy.components.size());
    Drawing drawing{.kind = "toy:" + toy.name,
                    .train = toy_train_points,
                    .test = toy_test_points,
                    .shape = shape,
                    .attribute_names = toy.components,
                    .label_count = labels,
                    .draw = {}};
    drawing.draw = [toy = std::move(toy)](uint64_t number, std::span<float> chw,
                                          std::span<float> attributes) {
        const ToyPoint point = toy.draw(number);
        chw[0] = static_cast<float>(point.x);
        if (toy.dimensions == 2) chw[1] = static_cast<float>(point.y);
        for (size_t i = 0; i < attributes.size(); ++i)
            attributes[i] = static_cast<int>(i) == point.component ? 1.0f : 0.0f;
    };
    return make_drawn_set(std::move(drawing), options);
}

}  // namespace vkgan
