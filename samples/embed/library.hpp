// Loads the plugin and gets its table of functions: nothing of VkGAN is linked.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"
#include "samples/embed/drawing.hpp"
#include "samples/render/gpu.hpp"

#include <string>

namespace embed {

// The library stays loaded for as long as this lives.
class Library {
public:
    // `path` empty: libvkgan_plugin.so beside the program, else where the linker looks ($ORIGIN/../lib).
    static Result<Library> load(const std::string& path);
    Library(Library&& other) noexcept;
    Library& operator=(Library&& other) noexcept;
    ~Library();

    const vkgan_api& api() const { return api_; }

    // Before the device is made: switches on what the plugin can use of it.
    Result<std::unique_ptr<Features>> wanted_features(const Instance& instance,
                                                      const DeviceChoice& choice) const;

private:
    Library() = default;
    void* handle_ = nullptr;
    vkgan_api api_{};
};

std::string program_folder();

}  // namespace embed
