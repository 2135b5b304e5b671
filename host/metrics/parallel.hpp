// A loop over indices by several threads, for bodies that cannot fail.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace vkgan {

// Calls body(0) ... body(count - 1), in any order, from `workers` threads (0: one per processor). A body
// writes only what belongs to its index; sums over indices are taken afterwards, so results do not depend on
// `workers`.
void for_each_index(int64_t count, size_t workers, const std::function<void(int64_t)>& body);

}  // namespace vkgan
