// glibc's malloc_trim.
// SPDX-License-Identifier: MIT
#include "host/base/free_memory.hpp"

#include <cstdlib>  // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace vkgan {

void release_free_memory() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

}  // namespace vkgan
