// folder:DIR: images sorted by name; folders in place of images are classes.
// SPDX-License-Identifier: MIT
#include "host/data/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace vkgan {
namespace {

namespace fs = std::filesystem;

struct Listing {
    std::vector<fs::path> files, folders;  // sorted; hidden ones left out
};

Result<Listing> list_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error))
        return Error{Code::not_found, fmt::format("data: the folder {} does not exist", folder.string())};
    if (!fs::is_directory(folder, error))
        return Error{Code::invalid_argument,
                     fmt::format("data: {} is a file, not a folder", folder.string())};
    Listing listing;
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename().string().starts_with('.')) continue;
        std::error_code type_error;
        (entry->is_directory(type_error) ? listing.folders : listing.files).push_back(entry->path());
    }
    if (error)
        return Error{Code::io,
                     fmt::format("data: cannot list the folder {}: {}", folder.string(), error.message())};
    std::sort(listing.files.begin(), listing.files.end());
    std::sort(listing.folders.begin(), listing.folders.end());
    return listing;
}

Error no_images(const fs::path& folder) {
    return {Code::malformed, fmt::format("data: the folder {} holds no images", folder.string())};
}

Result<ImageFiles> list_classes(const std::vector<fs::path>& folders) {
    ImageFiles files;
    std::vector<size_t> class_of;
    for (const fs::path& folder : folders) {
        VKGAN_ASSIGN(const Listing listing, list_folder(folder));
        if (!listing.folders.empty())
            return Error{Code::malformed,
                         fmt::format("data: the class folder {} holds a folder, {}; classes hold images "
                                     "only",
                                     folder.string(), listing.folders.front().filename().string())};
        if (listing.files.empty()) return no_images(folder);
        class_of.insert(class_of.end(), listing.files.size(), files.attributes.names.size());
        files.paths.insert(files.paths.end(), listing.files.begin(), listing.files.end());
        files.attributes.names.push_back(folder.filename().string());
    }
    const size_t classes = folders.size();
    files.attributes.label_count = static_cast<int>(classes);
    files.attributes.values.resize(files.paths.size() * classes);
    for (size_t i = 0; i < class_of.size(); ++i) files.attributes.values[i * classes + class_of[i]] = 1.0f;
    return files;
}

}  // namespace

OpenedSet open_folder(const fs::path& folder, const DatasetOptions& options, const FileReaders& readers) {
    VKGAN_TRY(check_unsplit(options.split, "a folder"));
    VKGAN_ASSIGN(Listing listing, list_folder(folder));
    if (listing.files.empty() && listing.folders.empty()) return no_images(folder);
    if (!listing.files.empty() && !listing.folders.empty())
        return Error{Code::malformed,
                     fmt::format("data: {} holds both files ({}) and folders ({}): either images or one "
                                 "folder per class",
                                 folder.string(), listing.files.front().filename().string(),
                                 listing.folders.front().filename().string())};
    ImageFiles files;
    files.paths = std::move(listing.files);
    if (files.paths.empty()) {
        VKGAN_ASSIGN(files, list_classes(listing.folders));
    }
    return open_image_files(std::move(files), options, readers);
}

}  // namespace vkgan
