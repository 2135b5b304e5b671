// Views: broadcasts, slices and reshapes that pointwise kernels address directly, so that nothing need be
// stored.
// SPDX-License-Identifier: MIT
#include "host/plan/views.hpp"

#include "host/graph/layout.hpp"
#include "host/graph/op.hpp"

#include <algorithm>

namespace vkgan {

namespace {

struct Axis {
    int64_t extent = 1, stride = 0;  // in quads of the source
};

// Where each quad of a node lies in a source's buffer: one axis for each physical extent, innermost last.
struct View {
    int32_t source = -1;
    std::vector<Axis> axes{};
    int64_t base = 0;
    bool splat = false;
};

View identity(int32_t node, const Shape& shape) {
    View view{.source = node};
    int64_t stride = 1;
    for (const int64_t extent : physical_extents(shape)) view.axes.push_back({extent, 0});
    for (size_t i = view.axes.size(); i-- > 0;) {
        view.axes[i].stride = stride;
        stride *= view.axes[i].extent;
    }
    return view;
}

// The axes in other extents, which differ in where they are 1 only.
std::vector<Axis> spread(const std::vector<Axis>& axes, const std::vector<int64_t>& extents) {
    std::vector<Axis> result;
    auto next = axes.begin();
    for (const int64_t extent : extents) {
        while (extent != 1 && next->extent == 1) ++next;
        result.push_back(extent == 1 ? Axis{} : *next++);
    }
    return result;
}

std::optional<View> reshape(View view, const Shape& from, const Shape& to) {
    const auto longer_than_one = [](const Shape& shape) {
        std::vector<int64_t> extents = physical_extents(shape);
        std::erase(extents, 1);
        return extents;
    };
    if (!same_physical_order(from, to) || longer_than_one(from) != longer_than_one(to)) return std::nullopt;
    view.axes = spread(view.axes, physical_extents(to));
    return view;
}

std::optional<View> broadcast(const View& view, const Shape& from, const Shape& to) {
    if (quad_count(to) == 0 || from.rank() > to.rank()) return std::nullopt;
    const std::vector<int64_t> want = physical_extents(to);
    View result{.source = view.source, .axes = {}, .base = view.base, .splat = view.splat};
    if (from.element_count() == 1) {
        for (const int64_t extent : want) result.axes.push_back({extent, 0});
        result.splat = true;
        return result;
    }
    Shape padded = to;
    for (int axis = 0; axis < to.rank(); ++axis) {
        const int own = axis - (to.rank() - from.rank());
        padded[axis] = own < 0 ? 1 : from[own];
    }
    if (!same_physical_order(from, padded)) return std::nullopt;
    const std::vector<int64_t> have = physical_extents(padded);
    result.axes = spread(view.axes, have);
    for (size_t i = 0; i < want.size(); ++i)
        if (have[i] == 1) result.axes[i].extent = want[i];
    const int inner = inner_axis(to);
    result.splat = result.splat || (padded[inner] == 1 && to[inner] > 1);
    return result;
}

std::optional<View> slice(View view, const Shape& from, std::span<const int64_t> options) {
    const int axis = static_cast<int>(options[0]), inner = inner_axis(from);
    if (axis == inner) return std::nullopt;  // quads would be cut
    Axis& cut = view.axes[static_cast<size_t>(axis > inner ? axis - 1 : axis)];
    view.base += options[1] * cut.stride;
    cut = {options[3], options[2] * cut.stride};
    return view;
}

// Sees through at most `depth` nodes.
View view_of(const Graph& graph, int32_t index, int depth) {
    const Node& node = graph.nodes()[static_cast<size_t>(index)];
    const View own = identity(index, node.shape);
    if (depth == 0 || node.inputs.size() != 1) return own;
    const Shape& from = graph.nodes()[static_cast<size_t>(node.inputs[0])].shape;
    const auto inside = [&] { return view_of(graph, node.inputs[0], depth - 1); };
    if (node.op->name == "detach") return inside();
    if (node.op->name == "reshape") return reshape(inside(), from, node.shape).value_or(own);
    if (node.op->name == "broadcast") return broadcast(inside(), from, node.shape).value_or(own);
    if (node.op->name == "slice") return slice(inside(), from, node.attributes.ints).value_or(own);
    return own;
}

// Neighbours that walk the source as one axis are one; axes of extent 1 are none.
std::vector<Axis> merged(std::span<const Axis> axes) {
    std::vector<Axis> result;
    for (const Axis& axis : axes) {
        if (axis.extent == 1) continue;
        if (!result.empty() && result.back().stride == axis.extent * axis.stride) {
            result.back() = {result.back().extent * axis.extent, axis.stride};
            continue;
        }
        result.push_back(axis);
    }
    return result;
}

// From the inside out: a block of neighbours, repetitions of it, and one stride; empty if there is more.
std::optional<ChainInput> address_of(const View& view) {
    std::vector<Axis> axes = merged(view.axes);
    int64_t total = 1;
    for (const Axis& axis : axes) total *= axis.extent;
    ChainInput address{
        .node = view.source, .span = total, .inner = 1, .stride = 0, .base = view.base, .splat = view.splat};
    const auto take = [&](int64_t stride) {
        if (axes.empty() || axes.back().stride != stride) return int64_t{1};
        const int64_t extent = axes.back().extent;
        axes.pop_back();
        return extent;
    };
    address.inner = take(1);
    const int64_t repeated = take(0);
    if (axes.size() > 1) return std::nullopt;
    if (!axes.empty()) {
        address.span = address.inner * repeated;
        address.stride = axes[0].stride;
    }
    return address;
}

}  // namespace

ChainInput whole(int32_t node, const Shape& shape) {
    const int64_t quads = std::max<int64_t>(1, quad_count(shape));
    return {.node = node, .span = quads, .inner = quads, .stride = 0, .base = 0, .splat = false};
}

ChainInput see_through(const Graph& graph, int32_t node) {
    constexpr int deepest = 8;
    for (int depth = deepest; depth > 0; --depth) {
        const View view = view_of(graph, node, depth);
        if (const auto address = address_of(view); address && view.source != node) return *address;
    }
    return whole(node, graph.nodes()[static_cast<size_t>(node)].shape);
}

std::optional<ChainInput> broadcast_address(const Shape& from, const Shape& to) {
    const auto view = broadcast(identity(-1, from), from, to);
    return view ? address_of(*view) : std::nullopt;
}

bool same_form(const Shape& a, const Shape& b) {
    const auto inner_extent = [](const Shape& shape) {
        const int inner = inner_axis(shape);
        return inner < 0 ? int64_t{1} : shape[inner];
    };
    return quad_count(a) == quad_count(b) && inner_extent(a) == inner_extent(b);
}

}  // namespace vkgan
