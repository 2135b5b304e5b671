// idx:DIR: MNIST's layout, with labels where they are there; and the sets of digits and fashion in it.
// SPDX-License-Identifier: MIT
#include "host/data/idx.hpp"

#include "host/base/file.hpp"
#include "host/data/shipped.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace vkgan {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t max_idx_bytes = uint64_t(1) << 31;

uint32_t big32(std::span<const std::byte> bytes, size_t i) {
    uint32_t value = 0;
    for (size_t k = 0; k < 4; ++k) value = value << 8 | std::to_integer<uint32_t>(bytes[i + k]);
    return value;
}

Error malformed(std::string_view file_name, std::string what) {
    return {Code::malformed, fmt::format("{}: {}", file_name, what)};
}

// "train-images-idx3-ubyte", or with a dot before idx3 as some distributions have it, or either with .gz.
std::optional<fs::path> find_idx(const fs::path& folder, const std::string& stem, int rank) {
    for (const char* separator : {"-", "."})
        for (const char* ending : {"", ".gz"}) {
            const fs::path path = folder / fmt::format("{}{}idx{}-ubyte{}", stem, separator, rank, ending);
            std::error_code error;
            if (fs::is_regular_file(path, error)) return path;
        }
    return std::nullopt;
}

struct Part {  // the files of one prefix
    IdxArray images;
    std::vector<uint8_t> labels;  // one per image, or none at all
};

Result<Part> read_part(const fs::path& folder, const std::string& prefix) {
    const auto images_path = find_idx(folder, prefix + "-images", 3);
    if (!images_path)
        return Error{Code::not_found,
                     fmt::format("data: the folder {} holds no {}-images-idx3-ubyte (or .gz)",
                                 folder.string(), prefix)};
    Part part;
    VKGAN_ASSIGN(part.images, read_idx(*images_path, 3));
    const auto labels_path = find_idx(folder, prefix + "-labels", 1);
    if (!labels_path) return part;
    VKGAN_ASSIGN(IdxArray labels, read_idx(*labels_path, 1));
    if (labels.extents[0] != part.images.extents[0])
        return malformed(labels_path->string(), fmt::format("holds {} labels, but there are {} images",
                                                            labels.extents[0], part.images.extents[0]));
    part.labels = std::move(labels.values);
    return part;
}

Status append(const fs::path& folder, Part& part, const Part& more) {
    const auto &a = part.images.extents, &b = more.images.extents;
    if (a[1] != b[1] || a[2] != b[2])
        return malformed(folder.string(), fmt::format("images are {}x{} in train-images, but {}x{} in "
                                                      "t10k-images",
                                                      a[1], a[2], b[1], b[2]));
    if (part.labels.empty() != more.labels.empty())
        return malformed(folder.string(),
                         fmt::format("{} has labels, but {} has none", part.labels.empty() ? "t10k" : "train",
                                     part.labels.empty() ? "train" : "t10k"));
    part.images.extents[0] += more.images.extents[0];
    part.images.values.insert(part.images.values.end(), more.images.values.begin(), more.images.values.end());
    part.labels.insert(part.labels.end(), more.labels.begin(), more.labels.end());
    return {};
}

Result<SampleAttributes> name_classes(const IdxFolder& source, const std::vector<uint8_t>& labels) {
    if (source.classes.empty() || labels.empty()) return one_hot(labels);
    SampleAttributes attributes;
    const size_t classes = source.classes.size();
    attributes.names = source.classes;
    attributes.label_count = static_cast<int>(classes);
    attributes.values.resize(labels.size() * classes);
    for (size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] >= classes)
            return malformed(source.path.string(),
                             fmt::format("label {} is {}, but there are {} classes", i, labels[i], classes));
        attributes.values[i * classes + labels[i]] = 1.0f;
    }
    return attributes;
}

}  // namespace

Result<IdxArray> parse_idx(std::span<const std::byte> bytes, int rank, std::string_view file_name) {
    const size_t header_bytes = 4 + 4 * static_cast<size_t>(rank);
    if (bytes.size() < header_bytes)
        return malformed(file_name, fmt::format("is {} bytes long, but its IDX header has {}", bytes.size(),
                                                header_bytes));
    const uint32_t wanted_magic = 0x800u + static_cast<uint32_t>(rank);  // 08: unsigned bytes
    if (big32(bytes, 0) != wanted_magic)
        return malformed(file_name,
                         fmt::format("starts with {:08x}, but unsigned bytes in {} dimensions start with "
                                     "{:08x}",
                                     big32(bytes, 0), rank, wanted_magic));
    IdxArray array;
    uint64_t count = 1;
    std::string shape;
    for (int axis = 0; axis < rank; ++axis) {
        const uint32_t extent = big32(bytes, 4 + 4 * static_cast<size_t>(axis));
        array.extents.push_back(extent);
        shape += fmt::format("{}{}", axis ? "x" : "", extent);
        if (extent == 0 || __builtin_mul_overflow(count, extent, &count))
            return malformed(
                file_name,
                fmt::format("its shape starts with {}: an extent is 0 or the size overflows", shape));
    }
    const auto data = bytes.subspan(header_bytes);
    if (data.size() != count)
        return malformed(
            file_name, fmt::format("its shape {} needs {} bytes, but {} follow", shape, count, data.size()));
    array.values.resize(count);
    std::transform(data.begin(), data.end(), array.values.begin(), [](std::byte b) { return uint8_t(b); });
    return array;
}

Result<IdxArray> read_idx(const fs::path& path, int rank) {
    VKGAN_ASSIGN(std::vector<std::byte> bytes, read_file(path, max_idx_bytes));
    if (path.extension() == ".gz") {
        VKGAN_ASSIGN(bytes, gunzip(bytes, max_idx_bytes, path.string()));
    }
    return parse_idx(bytes, rank, path.string());
}

Result<std::vector<std::byte>> gunzip(std::span<const std::byte> bytes, uint64_t max_bytes,
                                      std::string_view file_name) {
    z_stream stream{};
    // With `new`, so that in the plugin it is the host's memory, as all of ours.
    stream.zalloc = [](voidpf, uInt count, uInt bytes) -> voidpf {
        return ::operator new(size_t(count) * bytes, std::nothrow);
    };
    stream.zfree = [](voidpf, voidpf memory) { ::operator delete(memory); };
    constexpr int gzip_window_bits = 15 + 16;
    if (inflateInit2(&stream, gzip_window_bits) != Z_OK)
        return Error{Code::out_of_memory, fmt::format("{}: no memory to unpack it", file_name)};
    const std::unique_ptr<z_stream, int (*)(z_stream*)> ends(&stream, inflateEnd);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::vector<std::byte> out;
    int status = Z_OK;
    while (status == Z_OK && out.size() <= max_bytes) {
        std::array<std::byte, 1 << 16> chunk;
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        status = inflate(&stream, Z_NO_FLUSH);
        out.insert(out.end(), chunk.begin(), chunk.end() - static_cast<ptrdiff_t>(stream.avail_out));
    }
    if (out.size() > max_bytes)
        return malformed(file_name, fmt::format("unpacks to more than {} bytes", max_bytes));
    if (status != Z_STREAM_END)
        return malformed(file_name, "is no whole gzip file: it is cut short or damaged");
    return out;
}

OpenedSet open_idx(const IdxFolder& source, const DatasetOptions& options) {
    const fs::path& folder = source.path;
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return Error{Code::not_found, fmt::format("data: the folder {} does not exist", folder.string())};
    VKGAN_ASSIGN(const Split split, parse_split(options.split));
    if (split == Split::validation)
        return Error{
            Code::invalid_argument,
            fmt::format("split is \"{}\", but idx data have the splits train, test and all", options.split)};
    VKGAN_ASSIGN(Part part, read_part(folder, split == Split::test ? "t10k" : "train"));
    if (split == Split::all) {
        VKGAN_ASSIGN(const Part more, read_part(folder, "t10k"));
        VKGAN_TRY(append(folder, part, more));
    }
    const Shape stored{1, part.images.extents[1], part.images.extents[2]};
    VKGAN_ASSIGN(Samples samples,
                 prepare_samples(part.images.values, part.images.extents[0], stored, options));
    VKGAN_ASSIGN(samples.attributes, name_classes(source, part.labels));
    return make_memory_set(std::move(samples));
}

OpenedSet open_digits(const DatasetOptions& options) {
    VKGAN_ASSIGN(const fs::path file, find_shipped("digits/train-images-idx3-ubyte.gz"));
    return open_idx({file.parent_path(), {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}}, options);
}

OpenedSet open_fashion(const fs::path& folder, const DatasetOptions& options) {
    const fs::path place = folder.empty() ? fs::path("/usr/share/datasets/fashion-mnist") : folder;
    if (!find_idx(place, "train-images", 3))
        return Error{Code::not_found,
                     fmt::format("data: the folder {} holds no train-images-idx3-ubyte (or .gz): install "
                                 "Debian's package dataset-fashion-mnist, or name the folder of "
                                 "Fashion-MNIST with fashion:DIR",
                                 place.string())};
    return open_idx({place,
                     {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
                      "Bag", "Ankle boot"}},
                    options);
}

}  // namespace vkgan
