// glibc's malloc_trim.
// SPDX-License-Identifier: MIT
#include "host/base/free_memory.hpp"

#include "host/base/thread_owner.hpp"

#include <cstdlib>  // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vkgan {

void release_free_memory() {
#ifdef __GLIBC__
    if (thread_owner().owner)
        return;  // in a host's process: its heap is not ours, and a trim holds up all of its threads
    ::malloc_trim(0);
#endif
}

}  // namespace vkgan
