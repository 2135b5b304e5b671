// The little linear algebra that the scene needs: column vectors, matrices column by column, as GLSL has
// them.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>

namespace embed {

struct Vec3 {
    float x = 0, y = 0, z = 0;
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(float s, Vec3 a) { return {s * a.x, s * a.y, s * a.z}; }
inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(Vec3 a, Vec3 b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline Vec3 normalise(Vec3 a) { return (1 / std::sqrt(dot(a, a))) * a; }

struct Mat4 {
    std::array<float, 16> m{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
};

inline Mat4 operator*(const Mat4& a, const Mat4& b) {
    Mat4 c;
    for (size_t column = 0; column < 4; ++column)
        for (size_t row = 0; row < 4; ++row) {
            float sum = 0;
            for (size_t k = 0; k < 4; ++k) sum += a.m[k * 4 + row] * b.m[column * 4 + k];
            c.m[column * 4 + row] = sum;
        }
    return c;
}

inline Mat4 columns(Vec3 x, Vec3 y, Vec3 z, Vec3 place) {
    return {{x.x, x.y, x.z, 0, y.x, y.y, y.z, 0, z.x, z.y, z.z, 0, place.x, place.y, place.z, 1}};
}

inline Mat4 translate(Vec3 by) { return columns({1, 0, 0}, {0, 1, 0}, {0, 0, 1}, by); }

inline Mat4 rotate_y(float angle) {
    const float c = std::cos(angle), s = std::sin(angle);
    return columns({c, 0, -s}, {0, 1, 0}, {s, 0, c}, {});
}

inline Mat4 rotate_x(float angle) {
    const float c = std::cos(angle), s = std::sin(angle);
    return columns({1, 0, 0}, {0, c, s}, {0, -s, c}, {});
}

inline Mat4 look_at(Vec3 eye, Vec3 target) {
    const Vec3 back = normalise(eye - target);
    const Vec3 right = normalise(cross({0, 1, 0}, back));
    const Vec3 up = cross(back, right);
    const Mat4 turned{
        {right.x, up.x, back.x, 0, right.y, up.y, back.y, 0, right.z, up.z, back.z, 0, 0, 0, 0, 1}};
    return turned * translate(-1 * eye);
}

// Vulkan's clip space: y downwards, depth from 0 at `near_plane` to 1 far away.
inline Mat4 perspective(float vertical_angle, float aspect, float near_plane) {
    const float f = 1 / std::tan(vertical_angle / 2);
    const float far_plane = 200;
    const float depth = far_plane / (near_plane - far_plane);
    return {{f / aspect, 0, 0, 0, 0, -f, 0, 0, 0, 0, depth, -1, 0, 0, near_plane * depth, 0}};
}

}  // namespace embed
