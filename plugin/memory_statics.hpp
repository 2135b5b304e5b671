// Variables that functions keep for as long as the library is loaded: their memory must not be a context's.
// SPDX-License-Identifier: MIT
#pragma once

namespace vkgan::plugin {

// The calling thread is within the first run of a `static` variable's initialiser.
bool makes_static();

}  // namespace vkgan::plugin
