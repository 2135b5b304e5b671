// faces: the shipped set, one file of a JSON header and a zstd frame (docs/file_formats.md).
// SPDX-License-Identifier: MIT
#include "host/base/checked.hpp"
#include "host/base/file.hpp"
#include "host/base/unpack.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>
#include <zstd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>

namespace vkgan {
namespace {

constexpr std::string_view magic = "VKFACES1";
constexpr uint64_t max_packed_bytes = uint64_t(1) << 30;
constexpr uint64_t max_unpacked_bytes = uint64_t(1) << 31;

struct Header {
    uint64_t count = 0, height = 0, width = 0, channels = 0;
    std::vector<std::string> attributes;                          // at most 64
    std::map<std::string, std::pair<uint64_t, uint64_t>> splits;  // first and one past the last image
    uint64_t frame_begin = 0;

    uint64_t image_bytes() const { return height * width * channels; }
    uint64_t attribute_bytes() const { return (attributes.size() + 7) / 8; }
};

Error malformed(std::string_view file_name, std::string_view what) {
    return {Code::malformed, fmt::format("{}: {}", file_name, what)};
}

// These throw nlohmann's exceptions, which read_header catches; get_ref refuses negative and fractional
// numbers.
uint64_t whole_number(const nlohmann::json& json) {
    return json.get_ref<const nlohmann::json::number_unsigned_t&>();
}

Header parse_fields(std::string_view text) {
    const auto json = nlohmann::json::parse(text);
    Header header;
    header.count = whole_number(json.at("count"));
    header.height = whole_number(json.at("height"));
    header.width = whole_number(json.at("width"));
    header.channels = whole_number(json.at("channels"));
    json.at("attributes").get_to(header.attributes);
    for (const auto& [name, range] : json.at("splits").items())
        header.splits[name] = {whole_number(range.at(0)), whole_number(range.at(1))};
    return header;
}

Status check_fields(const Header& header, std::string_view file_name) {
    const auto in_range = [](uint64_t value, uint64_t most) { return value >= 1 && value <= most; };
    if (!in_range(header.count, 1 << 24) || !in_range(header.height, 4096) || !in_range(header.width, 4096) ||
        !in_range(header.channels, 4) || header.attributes.size() > 64)
        return malformed(file_name,
                         fmt::format("{} images of {}x{} pixels, {} channels and {} attributes are out of "
                                     "range",
                                     header.count, header.width, header.height, header.channels,
                                     header.attributes.size()));
    for (const auto& [name, range] : header.splits)
        if (range.first >= range.second || range.second > header.count)
            return malformed(file_name, fmt::format("split \"{}\" is [{}, {}] of {} images", name,
                                                    range.first, range.second, header.count));
    return {};
}

Result<Header> read_header(std::span<const std::byte> bytes, std::string_view file_name) {
    constexpr size_t prefix = 12;
    constexpr uint32_t max_header_bytes = 1 << 16;
    if (bytes.size() < prefix || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0)
        return malformed(file_name, "does not start with VKFACES1");
    uint32_t length = 0;
    std::memcpy(&length, bytes.data() + magic.size(), sizeof length);
    if (length > max_header_bytes || length > bytes.size() - prefix)
        return malformed(file_name, fmt::format("the header's length is {} bytes, but {} follow (at most {})",
                                                length, bytes.size() - prefix, max_header_bytes));
    Header header;
    try {
        header = parse_fields({reinterpret_cast<const char*>(bytes.data()) + prefix, length});
    } catch (const nlohmann::json::exception& error) {
        return malformed(file_name, fmt::format("the header is not valid: {}", error.what()));
    }
    VKGAN_TRY(check_fields(header, file_name));
    header.frame_begin = prefix + length;
    return header;
}

Result<std::vector<uint8_t>> unpack(std::span<const std::byte> frame, const Header& header,
                                    std::string_view file_name) {
    uint64_t wanted = 0;
    if (!checked_multiply(header.count, header.image_bytes() + header.attribute_bytes(), wanted) ||
        wanted > max_unpacked_bytes)
        return malformed(file_name, fmt::format("{} images of {} bytes exceed {} bytes", header.count,
                                                header.image_bytes(), max_unpacked_bytes));
    const unsigned long long stated = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (stated != wanted)
        return malformed(
            file_name,
            stated >= ZSTD_CONTENTSIZE_ERROR
                ? std::string("no zstd frame of known size follows the header")
                : fmt::format("the zstd frame holds {} bytes, but the header asks for {}", stated, wanted));
    if (ZSTD_isError(ZSTD_findFrameCompressedSize(frame.data(), frame.size())))
        return malformed(file_name, "the zstd frame is damaged, or the file was cut short");
    std::vector<uint8_t> content(wanted);
    if (const Status status = unpack_zstd(frame, std::as_writable_bytes(std::span(content))); !status)
        return Error{status.error().code, fmt::format("{}: {}", file_name, status.error().message)};
    return content;
}

Result<std::pair<uint64_t, uint64_t>> find_range(const Header& header, const std::string& split_name,
                                                 std::string_view file_name) {
    VKGAN_ASSIGN(const Split split, parse_split(split_name));
    if (split == Split::all) return std::pair(uint64_t(0), header.count);
    const auto range = header.splits.find(split_name);
    if (range == header.splits.end())
        return Error{Code::invalid_argument,
                     fmt::format("split is \"{}\", but {} has none", split_name, file_name)};
    return range->second;
}

SampleAttributes unpack_attributes(std::span<const uint8_t> packed, const Header& header) {
    SampleAttributes attributes;
    attributes.names = header.attributes;
    const size_t row_bytes = header.attribute_bytes();
    for (size_t row = 0; row_bytes > 0 && row < packed.size(); row += row_bytes)
        for (size_t i = 0; i < header.attributes.size(); ++i)
            attributes.values.push_back(packed[row + i / 8] >> (i % 8) & 1 ? 1.0f : -1.0f);
    return attributes;
}

}  // namespace

OpenedSet open_faces(const std::filesystem::path& file, const DatasetOptions& options) {
    const std::string name = file.string();
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(file, max_packed_bytes));
    VKGAN_ASSIGN(const Header header, read_header(bytes, name));
    VKGAN_ASSIGN(const auto range, find_range(header, options.split, name));
    VKGAN_ASSIGN(const std::vector<uint8_t> content,
                 unpack(std::span(bytes).subspan(header.frame_begin), header, name));
    const uint64_t count = range.second - range.first;
    const std::span<const uint8_t> all(content);
    const auto pixels = all.subspan(header.count * header.attribute_bytes());
    const Shape stored{int64_t(header.channels), int64_t(header.height), int64_t(header.width)};
    VKGAN_ASSIGN(Samples samples, prepare_samples(pixels.subspan(range.first * header.image_bytes(),
                                                                 count * header.image_bytes()),
                                                  int64_t(count), stored, options));
    samples.attributes = unpack_attributes(
        all.subspan(range.first * header.attribute_bytes(), count * header.attribute_bytes()), header);
    return make_memory_set(std::move(samples));
}

}  // namespace vkgan
