// What zstd has packed, unpacked, with memory of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstddef>
#include <span>

namespace vkgan {

// Fails with malformed unless the frame is whole and holds as many bytes as `content`.
Status unpack_zstd(std::span<const std::byte> frame, std::span<std::byte> content);

}  // namespace vkgan
