// Loops over indices by several threads, with one thread's result whatever their timing.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace vkgan {

// Calls body(0) ... body(count - 1), in any order, from `workers` threads (0: one per processor). Stops at an
// error and returns the one of the lowest index, so that the message is the same in every run.
Status for_each_parallel(int64_t count, size_t workers, const std::function<Status(int64_t)>& body);
// The same for bodies that cannot fail. A body writes only what belongs to its index; sums over indices are
// taken afterwards, so results do not depend on `workers`.
void for_each_index(int64_t count, size_t workers, const std::function<void(int64_t)>& body);

}  // namespace vkgan
