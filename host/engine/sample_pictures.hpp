// What a run's sample pictures show: images in a grid, points as a plane or bars, inputs above outputs.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/session.hpp"
#include "host/io/image.hpp"

#include <optional>

namespace vkgan {

// Of the session's fixed samples. None where the model draws nothing, or from data that the session has not.
Result<std::optional<Image>> sample_picture(Session& session);

// Points [N, D, 1, 1] of the data (none: rank 1) and drawn ones side by side, their first two entries as x
// and y in one range, or histograms of one entry, the data's above. Drawn points beyond the range lie on the
// frame, in red.
Image picture_of_points(const Tensor& real, const Tensor& drawn);

// Rows of eight inputs [N, C, H, W], each with its outputs below.
Image picture_of_pairs(const Tensor& inputs, const Tensor& outputs);

}  // namespace vkgan
