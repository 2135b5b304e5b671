// Searching the shipped data.
// SPDX-License-Identifier: MIT
#include "host/data/shipped.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

// From the program's folder, unless it is absolute.
#ifndef VKGAN_INSTALL_DATA_DIR
#define VKGAN_INSTALL_DATA_DIR "../share/vkgan"
#endif

namespace vkgan {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> candidate_folders() {
    std::vector<fs::path> folders;
    if (const char* folder = std::getenv("VKGAN_DATA_DIR"); folder && *folder) folders.emplace_back(folder);
#ifdef VKGAN_SOURCE_DATA_DIR
    folders.emplace_back(VKGAN_SOURCE_DATA_DIR);
#endif
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) folders.push_back((program.parent_path() / VKGAN_INSTALL_DATA_DIR).lexically_normal());
    return folders;
}

}  // namespace

namespace {

Result<fs::path> find_in(const std::vector<fs::path>& folders, std::string_view name) {
    std::string searched;
    for (const fs::path& folder : folders) {
        const fs::path file = folder / name;
        std::error_code error;
        if (fs::is_regular_file(file, error)) return file;
        searched += (searched.empty() ? "" : ", ") + folder.string();
    }
    return Error{
        Code::not_found,
        fmt::format("the shipped file {} was not found in {}; set VKGAN_DATA_DIR to the folder that holds it",
                    name, searched)};
}

}  // namespace

Result<fs::path> find_shipped(std::string_view name) { return find_in(candidate_folders(), name); }

Result<fs::path> find_shipped_model(std::string_view name) {
    std::vector<fs::path> folders;
    for (const fs::path& folder : candidate_folders()) folders.push_back(folder / "models");
#ifdef VKGAN_SOURCE_DATA_DIR
    folders.push_back(fs::path(VKGAN_SOURCE_DATA_DIR).parent_path() / "models");
#endif
    return find_in(folders, name);
}

}  // namespace vkgan
