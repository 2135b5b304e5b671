// Shape: the logical extents of a tensor, outermost first (images are N, C, H, W).
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace vkgan {

inline constexpr int max_rank = 6;

class Shape {
public:
    Shape() = default;  // rank 0: a scalar, one element
    Shape(std::initializer_list<int64_t> extents);
    explicit Shape(std::span<const int64_t> extents);

    int rank() const { return rank_; }
    int64_t operator[](int axis) const { return extents_[static_cast<size_t>(axis)]; }
    int64_t& operator[](int axis) { return extents_[static_cast<size_t>(axis)]; }
    const int64_t* begin() const { return extents_.data(); }
    const int64_t* end() const { return extents_.data() + rank_; }

    // Product of the extents; 1 for a scalar, 0 if any extent is 0.
    int64_t element_count() const;
    // Elements between two neighbours along `axis` in row-major order.
    int64_t stride(int axis) const;
    // "[2, 3, 64, 64]"
    std::string to_string() const;

    friend bool operator==(const Shape&, const Shape&) = default;
    friend auto operator<=>(const Shape&, const Shape&) = default;

private:
    int rank_ = 0;
    std::array<int64_t, max_rank> extents_{};  // zero past rank_, so that == compares whole arrays
};

// Writes the shape to which both broadcast under numpy's rule; false if they do not fit.
bool broadcast_shapes(const Shape& a, const Shape& b, Shape& result);

}  // namespace vkgan
