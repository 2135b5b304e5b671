// Shape arithmetic.
// SPDX-License-Identifier: MIT
#include "host/graph/shape.hpp"

#include <algorithm>
#include <cassert>

namespace vkgan {

Shape::Shape(std::initializer_list<int64_t> extents)
    : Shape(std::span<const int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const int64_t> extents) : rank_(static_cast<int>(extents.size())) {
    assert(extents.size() <= max_rank);
    std::copy(extents.begin(), extents.end(), extents_.begin());
}

int64_t Shape::element_count() const {
    int64_t count = 1;
    for (const int64_t extent : *this) count *= extent;
    return count;
}

int64_t Shape::stride(int axis) const {
    int64_t stride = 1;
    for (int i = axis + 1; i < rank_; ++i) stride *= (*this)[i];
    return stride;
}

std::string Shape::to_string() const {
    std::string text = "[";
    for (int axis = 0; axis < rank_; ++axis) {
        if (axis > 0) text += ", ";
        text += std::to_string((*this)[axis]);
    }
    return text + "]";
}

bool broadcast_shapes(const Shape& a, const Shape& b, Shape& result) {
    const int rank = std::max(a.rank(), b.rank());
    std::array<int64_t, max_rank> extents{};
    for (int i = 0; i < rank; ++i) {
        const int64_t ea = i < rank - a.rank() ? 1 : a[i - (rank - a.rank())];
        const int64_t eb = i < rank - b.rank() ? 1 : b[i - (rank - b.rank())];
        if (ea != eb && ea != 1 && eb != 1) return false;
        extents[static_cast<size_t>(i)] = ea == 1 ? eb : ea;
    }
    result = Shape(std::span<const int64_t>(extents.data(), static_cast<size_t>(rank)));
    return true;
}

}  // namespace vkgan
