// Faces drawn from known factors.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>

namespace vkgan {

// In the comments: what the data set draws, all independently, numbers uniformly over the range given.
struct FaceFactors {
    bool smile = false, glasses = false, dark_hair = false, long_hair = false;  // half of the faces
    bool hat = false, beard = false;                                            // three of ten
    float skin = 0.3f;                                                          // 0 light to 1 dark
    float hair = 0.5f;        // 0 to 1: the shade, black to brown or red to blond
    float pose = 0;           // -1 to 1: looks left or right
    float width = 1;          // 0.88 to 1.12, of the head
    float mouth = 0.5f;       // 0 to 1: how wide the smile is, or how straight the mouth
    float background = 0.6f;  // 0 to 1: hue
    float shirt = 0.1f;       // 0 to 1: hue, also of the hat
};

inline constexpr int64_t toy_faces_train = 10000, toy_faces_test = 1000;

FaceFactors toy_face_factors(uint64_t number);  // of sample `number` of the data set

// [3, side, side] in [-1, 1]; 16 to 256 pixels a side. Refuses numbers that are outside of their ranges.
Result<Tensor> draw_face(const FaceFactors& factors, int side);

}  // namespace vkgan
