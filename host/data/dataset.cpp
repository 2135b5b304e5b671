// From a data spec to the reader of its kind.
// SPDX-License-Identifier: MIT
#include "host/data/dataset.hpp"

#include "host/base/text.hpp"
#include "host/data/shipped.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace vkgan {

Result<std::unique_ptr<Dataset>> open_dataset(const DataSpec& spec, const DatasetOptions& options,
                                              const FileReaders& readers) {
    assert(readers.image_shape && readers.image_pixels && readers.npy_images);
    if (spec.kind == "folder") return open_folder(spec.path, options, readers);
    if (spec.kind == "celeba") return open_celeba(spec.path, options, readers);
    if (spec.kind == "idx") return open_idx({spec.path, {}}, options);
    if (spec.kind == "npy") return open_npy(spec.path, options, readers);
    if (spec.kind == "digits") return open_digits(options);
    if (spec.kind == "stacked-digits") return open_stacked_digits(spec.path, options);
    if (spec.kind == "fashion") return open_fashion(spec.path, options);
    if (spec.kind == "toy") return open_toy(spec.path, options);
    if (spec.kind == "drawn-digits") return open_drawn_digits(options);
    if (spec.kind == "toy-faces") return open_toy_faces(options);
    if (spec.kind == "blobs") return open_blobs(options);
    if (spec.kind != "faces") return parse_data_spec(spec.to_string()).error();
    VKGAN_ASSIGN(const std::filesystem::path file, find_shipped("faces/faces.vkfaces"));
    return open_faces(file, options);
}

Result<Split> parse_split(const std::string& name) {
    const std::array<std::string, 4> names{"train", "validation", "test", "all"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return Error{Code::invalid_argument, fmt::format("split is \"{}\"; train, validation, test or all{}",
                                                         name, did_you_mean(name, names))};
    return static_cast<Split>(found - names.begin());
}

Status check_unsplit(const std::string& name, const std::string& set) {
    VKGAN_ASSIGN(const Split split, parse_split(name));
    if (split == Split::train || split == Split::all) return {};
    return Error{Code::invalid_argument, fmt::format("split is \"{}\", but {} has no splits", name, set)};
}

}  // namespace vkgan
