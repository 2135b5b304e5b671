// The linker sends the compiler's guards of function-local statics through here (--wrap in
// cmake/plugin.cmake).
// SPDX-License-Identifier: MIT
#include "plugin/memory_statics.hpp"

extern "C" {
int __real___cxa_guard_acquire(void* guard);
void __real___cxa_guard_release(void* guard);
void __real___cxa_guard_abort(void* guard);
}

namespace {

constinit thread_local int depth = 0;

}  // namespace

namespace vkgan::plugin {

bool makes_static() { return depth > 0; }

}  // namespace vkgan::plugin

extern "C" {

int __wrap___cxa_guard_acquire(void* guard) {
    const int first = __real___cxa_guard_acquire(guard);
    depth += first != 0;
    return first;
}

void __wrap___cxa_guard_release(void* guard) {
    --depth;
    __real___cxa_guard_release(guard);
}

void __wrap___cxa_guard_abort(void* guard) {
    --depth;
    __real___cxa_guard_abort(guard);
}
}
