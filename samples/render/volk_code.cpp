// The loader of Vulkan's functions.
// SPDX-License-Identifier: MIT
#define VOLK_IMPLEMENTATION
#include <volk.h>
