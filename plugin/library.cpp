// References to ourselves, and memory that the C++ library would leave behind when it is unloaded with us.
// SPDX-License-Identifier: MIT
#include "plugin/library.hpp"

#include <dlfcn.h>

namespace __gnu_cxx {
[[gnu::weak]] void __freeres();  // of libstdc++: its store for exceptions when memory is short
}

namespace vkgan::plugin {

void* keep_library() {
    Dl_info found;
    if (!::dladdr(reinterpret_cast<void*>(&keep_library), &found) || !found.dli_fname) return nullptr;
    return ::dlopen(found.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
}

void release_library(void* kept) {
    if (kept) ::dlclose(kept);
}

namespace {

[[gnu::destructor]] void free_what_the_standard_library_keeps() {
    if (&__gnu_cxx::__freeres) __gnu_cxx::__freeres();
}

}  // namespace
}  // namespace vkgan::plugin
