// Under AddressSanitizer drivers and layers stay loaded, so that what they keep to the end is not taken for a
// leak of nobody's: the leak check cannot see the globals of a library that is gone.
// SPDX-License-Identifier: MIT
#pragma once

namespace vkgan {

#if defined(__SANITIZE_ADDRESS__)
void keep_drivers();  // those loaded now; for after vkCreateInstance
#else
inline void keep_drivers() {}
#endif

}  // namespace vkgan
