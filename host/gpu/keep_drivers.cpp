// Pins Vulkan drivers and layers in memory, under AddressSanitizer only.
// SPDX-License-Identifier: MIT
#include "host/gpu/keep_drivers.hpp"

#if defined(__SANITIZE_ADDRESS__)

#include <dlfcn.h>
#include <link.h>

#include <string>
#include <vector>

namespace vkgan {
namespace {

int collect(dl_phdr_info* info, size_t, void* names) {
    const std::string name = info->dlpi_name ? info->dlpi_name : "";
    for (const char* part : {"libvulkan_", "libvk_", "libVkLayer", "libLLVM"})
        if (name.find(part) != std::string::npos)
            static_cast<std::vector<std::string>*>(names)->push_back(name);
    return 0;
}

}  // namespace

void keep_drivers() {
    std::vector<std::string> names;
    dl_iterate_phdr(collect, &names);
    for (const std::string& name : names) dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

}  // namespace vkgan

#endif
