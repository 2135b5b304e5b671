// dlopen, vkgan_get_api, query_requirements.
// SPDX-License-Identifier: MIT
#include "samples/embed/library.hpp"

#include <dlfcn.h>

#include <filesystem>

namespace embed {

std::string program_folder() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

Result<Library> Library::load(const std::string& path) {
    constexpr const char* name = "libvkgan_plugin.so";
    const std::string beside = program_folder() + "/" + name;
    std::error_code error;
    const bool is_beside = std::filesystem::exists(beside, error);
    const std::string file = !path.empty() ? path : is_beside ? beside : name;

    Library library;
    library.handle_ = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library.handle_) return Error{"The plugin could not be loaded: " + std::string(dlerror())};
    const auto get_api = reinterpret_cast<vkgan_get_api_function>(dlsym(library.handle_, "vkgan_get_api"));
    if (!get_api) return Error{file + " is no plugin of VkGAN: it has no vkgan_get_api."};
    if (get_api(VKGAN_PLUGIN_VERSION, &library.api_, sizeof(library.api_)) != VKGAN_OK)
        return Error{file + " is older than version " + std::to_string(VKGAN_PLUGIN_VERSION) +
                     " of the plugin's interface, which this program uses."};
    return library;
}

Library::Library(Library&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), api_(other.api_) {}

Library& Library::operator=(Library&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(api_, other.api_);
    return *this;
}

Library::~Library() {
    if (handle_) dlclose(handle_);
}

Result<std::unique_ptr<Features>> Library::wanted_features(const Instance& instance,
                                                           const DeviceChoice& choice) const {
    char message[512] = "";
    uint32_t count = 0;
    const auto query = [&](vkgan_requirement* items) {
        return api_.query_requirements(instance.handle(), choice.physical, vkGetInstanceProcAddr, api_version,
                                       &count, items, message, sizeof(message));
    };
    if (query(nullptr) != VKGAN_OK) return Error{"query_requirements: " + std::string(message)};
    std::vector<vkgan_requirement> requirements(count);
    if (query(requirements.data()) != VKGAN_OK) return Error{"query_requirements: " + std::string(message)};
    requirements.resize(count);

    auto features = std::make_unique<Features>();
    for (const vkgan_requirement& item : requirements) {
        if (item.required && !item.available)
            return Error{"The device cannot run VkGAN: it lacks " + std::string(item.name) + "."};
        if (!item.available) continue;
        // What this renderer cannot switch on only costs speed: the plugin takes what is not named as off.
        if (item.kind == VKGAN_REQUIREMENT_EXTENSION) features->enable_extension(item.name);
        if (item.kind == VKGAN_REQUIREMENT_FEATURE) features->enable_feature(item.name);
    }
    return features;
}

}  // namespace embed
