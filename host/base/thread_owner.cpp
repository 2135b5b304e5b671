// The one variable that each thread has.
// SPDX-License-Identifier: MIT
#include "host/base/thread_owner.hpp"

namespace vkgan {

ThreadOwner& thread_owner() {
    static constinit thread_local ThreadOwner owner;
    return owner;
}

}  // namespace vkgan
