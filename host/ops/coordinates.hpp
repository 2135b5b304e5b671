// Walking a shape's logical coordinates in row-major order, for the references.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/shape.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace vkgan {

using Coordinate = std::array<int64_t, max_rank>;

inline size_t flat_index(const Shape& shape, const Coordinate& at) {
    int64_t flat = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) flat = flat * shape[axis] + at[static_cast<size_t>(axis)];
    return static_cast<size_t>(flat);
}

// visit(coordinate, flat index) for every element.
template <class Visit>
void for_each_coordinate(const Shape& shape, Visit visit) {
    Coordinate at{};
    const auto count = static_cast<size_t>(shape.element_count());
    for (size_t flat = 0; flat < count; ++flat) {
        visit(static_cast<const Coordinate&>(at), flat);
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            if (++at[static_cast<size_t>(axis)] < shape[axis]) break;
            at[static_cast<size_t>(axis)] = 0;
        }
    }
}

}  // namespace vkgan
