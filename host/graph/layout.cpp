// Physical layout: index arithmetic and copies between logical and physical order.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace vkgan {

namespace {

struct Axis {
    int64_t extent = 1;
    int64_t stride = 0;  // logical, in elements
    friend bool operator==(const Axis&, const Axis&) = default;
};

// All axes but the inner one in physical order, and the inner one.
struct Order {
    std::array<Axis, max_rank> outer;
    int outer_count = 0;
    Axis inner;
};

Order physical_order(const Shape& shape) {
    Order order;
    const int inner = inner_axis(shape);
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const Axis a{shape[axis], shape.stride(axis)};
        if (axis == inner)
            order.inner = a;
        else
            order.outer[static_cast<size_t>(order.outer_count++)] = a;
    }
    return order;
}

// Calls visit(logical, physical) with the first element of every run along the inner axis.
template <class Visit>
void for_each_run(const Shape& shape, const Order& order, Visit visit) {
    const int64_t run_floats = inner_quads(shape) * 4;
    std::array<int64_t, max_rank> at{};
    int64_t physical = 0, logical = 0;
    if (shape.element_count() == 0) return;
    while (true) {
        visit(logical, physical);
        physical += run_floats;
        int i = order.outer_count - 1;
        for (; i >= 0; --i) {
            const Axis& axis = order.outer[static_cast<size_t>(i)];
            logical += axis.stride;
            if (++at[static_cast<size_t>(i)] < axis.extent) break;
            logical -= axis.stride * axis.extent;
            at[static_cast<size_t>(i)] = 0;
        }
        if (i < 0) return;
    }
}

// The axes that tell two orders apart: extents of 1 dropped, neighbours merged where one stride continues the
// other.
std::vector<Axis> normal_form(std::span<const Axis> axes) {
    std::vector<Axis> merged;
    for (const Axis& axis : axes) {
        if (axis.extent == 1) continue;
        if (!merged.empty() && merged.back().stride == axis.extent * axis.stride) {
            merged.back() = {merged.back().extent * axis.extent, axis.stride};
        } else {
            merged.push_back(axis);
        }
    }
    return merged;
}

}  // namespace

int inner_axis(const Shape& shape) { return shape.rank() == 4 ? 1 : shape.rank() - 1; }

int64_t inner_quads(const Shape& shape) {
    const int axis = inner_axis(shape);
    return axis < 0 ? 1 : (shape[axis] + 3) / 4;
}

int64_t quad_count(const Shape& shape) {
    int64_t count = inner_quads(shape);
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (axis != inner_axis(shape)) count *= shape[axis];
    }
    return count;
}

std::vector<int64_t> physical_extents(const Shape& shape) {
    std::vector<int64_t> extents;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (axis != inner_axis(shape)) extents.push_back(shape[axis]);
    }
    extents.push_back(inner_quads(shape));
    return extents;
}

int64_t physical_index(const Shape& shape, int64_t logical) {
    const Order order = physical_order(shape);
    int64_t index = 0;
    for (int i = 0; i < order.outer_count; ++i) {
        const Axis& axis = order.outer[static_cast<size_t>(i)];
        index = index * axis.extent + logical / axis.stride % axis.extent;
    }
    const int64_t along = order.inner.stride == 0 ? 0 : logical / order.inner.stride % order.inner.extent;
    return index * inner_quads(shape) * 4 + along;
}

void to_physical(const Shape& shape, std::span<const float> logical, std::span<float> physical) {
    assert(int64_t(logical.size()) == shape.element_count() &&
           int64_t(physical.size()) == quad_count(shape) * 4);
    const Order order = physical_order(shape);
    const int64_t padded = inner_quads(shape) * 4;
    for_each_run(shape, order, [&](int64_t from, int64_t to) {
        float* const run = physical.data() + to;
        for (int64_t i = 0; i < order.inner.extent; ++i)
            run[i] = logical[size_t(from + i * order.inner.stride)];
        std::fill(run + order.inner.extent, run + padded, 0.0f);
    });
}

void from_physical(const Shape& shape, std::span<const float> physical, std::span<float> logical) {
    assert(int64_t(logical.size()) == shape.element_count() &&
           int64_t(physical.size()) == quad_count(shape) * 4);
    const Order order = physical_order(shape);
    for_each_run(shape, order, [&](int64_t to, int64_t from) {
        const float* const run = physical.data() + from;
        for (int64_t i = 0; i < order.inner.extent; ++i)
            logical[size_t(to + i * order.inner.stride)] = run[i];
    });
}

bool same_physical_order(const Shape& a, const Shape& b) {
    if (a.element_count() != b.element_count()) return false;
    const auto form = [](const Shape& shape) {
        const Order order = physical_order(shape);
        const std::span<const Axis> outer(order.outer.data(), size_t(order.outer_count));
        // Without padding the inner axis is an axis like the others; with it, it stands apart.
        const bool padded = order.inner.extent % 4 != 0;
        std::vector<Axis> axes(outer.begin(), outer.end());
        if (!padded) axes.push_back(order.inner);
        const Axis inner{padded ? order.inner.extent : 0,
                         padded && order.inner.extent > 1 ? order.inner.stride : 0};
        return std::pair(normal_form(axes), inner);
    };
    return form(a) == form(b);
}

}  // namespace vkgan
