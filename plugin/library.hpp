// This library in the process: it stays loaded while it has contexts, whose threads run its code.
// SPDX-License-Identifier: MIT
#pragma once

namespace vkgan::plugin {

// Null where the loader does not know the library by its name.
void* keep_library();
void release_library(void* kept);

}  // namespace vkgan::plugin
