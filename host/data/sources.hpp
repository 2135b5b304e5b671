// The readers behind open_dataset, one per kind of data spec; each is in the .cpp of its name unless a
// comment says more.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/dataset.hpp"
#include "host/data/memory_set.hpp"

namespace vkgan {

using OpenedSet = Result<std::unique_ptr<Dataset>>;

// A folder of images of one size; if it holds folders instead, each of these is a class.
OpenedSet open_folder(const std::filesystem::path& folder, const DatasetOptions& options,
                      const FileReaders& readers);
// CelebA's layout: img/ or img_align_celeba/, list_attr.txt or list_attr_celeba.txt, list_eval_partition.txt.
OpenedSet open_celeba(const std::filesystem::path& folder, const DatasetOptions& options,
                      const FileReaders& readers);
// MNIST's layout: train-images-idx3-ubyte and train-labels-idx1-ubyte, t10k-..., plain or with .gz.
struct IdxFolder {
    std::filesystem::path path;
    std::vector<std::string> classes;  // names of the labels 0, 1, ...; empty: their numbers
};
OpenedSet open_idx(const IdxFolder& source, const DatasetOptions& options);
// The shipped handwritten digits, in idx.cpp.
OpenedSet open_digits(const DatasetOptions& options);
// Fashion-MNIST's files, in idx.cpp; an empty folder stands for where Debian's package has them.
OpenedSet open_fashion(const std::filesystem::path& folder, const DatasetOptions& options);
// Pictures with a digit of `folder`, MNIST's layout, in each channel; empty: the shipped digits.
OpenedSet open_stacked_digits(const std::filesystem::path& folder, const DatasetOptions& options);
// Points of a toy distribution (host/data/toy.hpp), and pictures that are drawn when they are read.
OpenedSet open_toy(std::string_view name, const DatasetOptions& options);
OpenedSet open_drawn_digits(const DatasetOptions& options);
OpenedSet open_toy_faces(const DatasetOptions& options);
OpenedSet open_blobs(const DatasetOptions& options);
// [N, C, H, W] or [N, H, W]: floats in [-1, 1] or bytes.
OpenedSet open_npy(const std::filesystem::path& file, const DatasetOptions& options,
                   const FileReaders& readers);
// The shipped faces, or another file of their format.
OpenedSet open_faces(const std::filesystem::path& file, const DatasetOptions& options);

// Image files of one size with their attributes: what folders and CelebA come down to.
struct ImageFiles {
    std::vector<std::filesystem::path> paths;
    SampleAttributes attributes;
};
OpenedSet open_image_files(ImageFiles files, const DatasetOptions& options, const FileReaders& readers);

// The names of splits: each set that has them, and "all".
enum class Split { train, validation, test, all };
Result<Split> parse_split(const std::string& name);
// For a set without splits: an error unless `name` is "train" or "all".
Status check_unsplit(const std::string& name, const std::string& set);

}  // namespace vkgan
