// Memory that the process has freed, given back to the system.
// SPDX-License-Identifier: MIT
#pragma once

namespace vkgan {

// The C library keeps freed memory for later, in an arena for each thread that ever asked. After work that
// will not come again (compiling kernels, reading a checkpoint) that is only a larger process. Takes
// milliseconds; does nothing where the C library has no such call. Any thread.
void release_free_memory();

}  // namespace vkgan
