// Walks through PNG chunks, JPEG markers, and BMP and TGA headers.
// SPDX-License-Identifier: MIT
#include "host/io/image_format.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace vkgan {
namespace {

using Bytes = std::span<const std::byte>;

uint32_t at(Bytes bytes, size_t i) { return std::to_integer<uint32_t>(bytes[i]); }
uint32_t big16(Bytes bytes, size_t i) { return at(bytes, i) << 8 | at(bytes, i + 1); }
uint32_t big32(Bytes bytes, size_t i) { return big16(bytes, i) << 16 | big16(bytes, i + 2); }
uint32_t little16(Bytes bytes, size_t i) { return at(bytes, i) | at(bytes, i + 1) << 8; }
uint32_t little32(Bytes bytes, size_t i) { return little16(bytes, i) | little16(bytes, i + 2) << 16; }

bool starts_with(Bytes bytes, std::string_view mark) {
    return bytes.size() >= mark.size() &&
           std::equal(mark.begin(), mark.end(), bytes.begin(),
                      [](char c, std::byte b) { return std::byte(static_cast<unsigned char>(c)) == b; });
}

Error cut_short(std::string_view file_name, std::string_view what) {
    return {Code::malformed, fmt::format("{}: the image is cut short: {}", file_name, what)};
}

Result<ImageHeader> inspect_png(Bytes bytes, std::string_view file_name) {
    ImageHeader header;
    size_t position = 8;
    bool has_data = false;
    while (true) {
        if (bytes.size() - position < 12) return cut_short(file_name, "the PNG ends without an IEND chunk");
        const uint32_t length = big32(bytes, position);
        if (length > bytes.size() - position - 12)
            return cut_short(file_name,
                             fmt::format("the PNG chunk at byte {} is {} bytes long, but {} follow", position,
                                         length, bytes.size() - position - 12));
        const Bytes typed = bytes.subspan(position + 4, 4 + size_t(length));
        const auto crc =
            crc32(0, reinterpret_cast<const Bytef*>(typed.data()), static_cast<uInt>(typed.size()));
        if (crc != big32(bytes, position + 8 + length))
            return Error{
                Code::malformed,
                fmt::format("{}: the image is damaged: the PNG chunk at byte {} has CRC {:08x}, not {:08x}",
                            file_name, position, crc, big32(bytes, position + 8 + length))};
        if (position == 8) {
            if (!starts_with(typed, "IHDR") || length != 13)
                return Error{Code::malformed,
                             fmt::format("{}: the PNG does not start with an IHDR chunk", file_name)};
            header.width = big32(typed, 4);
            header.height = big32(typed, 8);
            header.bits_per_channel = at(typed, 12);
        }
        has_data |= starts_with(typed, "IDAT");
        if (starts_with(typed, "IEND")) break;
        position += 12 + size_t(length);
    }
    if (!has_data) return cut_short(file_name, "the PNG has no IDAT chunk");
    return header;
}

bool is_frame_header(uint32_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Entropy-coded data escape 0xFF, so FFD9 after a scan's start is the end mark and nothing else.
bool has_end_mark(Bytes scan) {
    for (size_t i = 0; i + 1 < scan.size(); ++i)
        if (at(scan, i) == 0xFF && at(scan, i + 1) == 0xD9) return true;
    return false;
}

Result<ImageHeader> inspect_jpeg(Bytes bytes, std::string_view file_name) {
    ImageHeader header;
    size_t position = 2;
    while (true) {
        while (position < bytes.size() && at(bytes, position) == 0xFF) ++position;
        if (bytes.size() - position < 3) return cut_short(file_name, "the JPEG ends before its first scan");
        const uint32_t marker = at(bytes, position);
        const uint32_t length = big16(bytes, position + 1);
        const Bytes segment = bytes.subspan(position + 1);
        if (length < 2 || length > segment.size())
            return cut_short(file_name,
                             fmt::format("the JPEG segment at byte {} is {} bytes long, but {} follow",
                                         position, length, segment.size()));
        if (is_frame_header(marker)) {
            if (length < 8)
                return Error{Code::malformed,
                             fmt::format("{}: the JPEG's frame header is too short", file_name)};
            header.bits_per_channel = at(segment, 2);
            header.height = big16(segment, 3);
            header.width = big16(segment, 5);
            header.components = at(segment, 7);
        }
        position += 1 + length;
        if (marker == 0xDA) break;
        if (position >= bytes.size() || at(bytes, position) != 0xFF)
            return cut_short(file_name, fmt::format("no JPEG marker stands at byte {}", position));
    }
    if (header.width == 0)
        return Error{Code::malformed, fmt::format("{}: the JPEG has no frame header", file_name)};
    if (!has_end_mark(bytes.subspan(position)))
        return cut_short(file_name, "the JPEG ends without its end mark");
    return header;
}

Result<ImageHeader> inspect_bmp(Bytes bytes, std::string_view file_name) {
    if (bytes.size() < 54)
        return cut_short(file_name, fmt::format("a BMP has 54 bytes of header, not {}", bytes.size()));
    ImageHeader header;
    const auto height = static_cast<int32_t>(little32(bytes, 22));  // negative: rows from the top
    header.width = little32(bytes, 18);
    header.height = height < 0 ? 0u - static_cast<uint32_t>(height) : static_cast<uint32_t>(height);
    const uint64_t row_bytes = (uint64_t(header.width) * little16(bytes, 28) + 31) / 32 * 4;
    const uint64_t wanted = little32(bytes, 10) + row_bytes * header.height;
    if (header.width <= 1u << 16 && header.height <= 1u << 16 && bytes.size() < wanted)
        return cut_short(file_name, fmt::format("the BMP needs {} bytes, but has {}", wanted, bytes.size()));
    return header;
}

// The bytes that `pixel_count` run-length coded pixels take, or more than there are.
uint64_t tga_run_bytes(Bytes data, uint64_t pixel_count, uint64_t pixel_bytes) {
    uint64_t position = 0;
    while (pixel_count > 0 && position < data.size()) {
        const uint32_t packet = at(data, position);
        const uint64_t count = (packet & 127) + 1;
        position += 1 + (packet & 128 ? pixel_bytes : count * pixel_bytes);
        pixel_count -= std::min(count, pixel_count);
    }
    return pixel_count > 0 ? data.size() + 1 : position;
}

Result<ImageHeader> inspect_tga(Bytes bytes, std::string_view file_name) {
    if (bytes.size() < 18)
        return cut_short(file_name, fmt::format("a TGA has 18 bytes of header, not {}", bytes.size()));
    ImageHeader header;
    header.width = little16(bytes, 12);
    header.height = little16(bytes, 14);
    const uint64_t pixel_bytes = (at(bytes, 16) + 7) / 8;
    const uint64_t palette_bytes = at(bytes, 1) ? uint64_t(little16(bytes, 5)) * ((at(bytes, 7) + 7) / 8) : 0;
    const uint64_t begin = 18 + at(bytes, 0) + palette_bytes;
    if (begin > bytes.size()) return cut_short(file_name, "the TGA ends within its palette");
    const uint64_t pixels = uint64_t(header.width) * header.height;
    const bool run_length = at(bytes, 2) & 8;
    const uint64_t wanted =
        run_length ? tga_run_bytes(bytes.subspan(begin), pixels, pixel_bytes) : pixels * pixel_bytes;
    if (bytes.size() - begin < wanted) return cut_short(file_name, "the TGA ends within its pixels");
    return header;
}

bool ends_in_tga(std::string_view file_name) {
    if (file_name.size() < 4) return false;
    std::string ending(file_name.substr(file_name.size() - 4));
    for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return ending == ".tga";
}

}  // namespace

Result<ImageHeader> inspect_image(Bytes bytes, std::string_view file_name) {
    if (starts_with(bytes, "\x89PNG\r\n\x1a\n")) return inspect_png(bytes, file_name);
    if (starts_with(bytes, "\xFF\xD8\xFF")) return inspect_jpeg(bytes, file_name);
    if (starts_with(bytes, "BM")) return inspect_bmp(bytes, file_name);
    if (ends_in_tga(file_name)) return inspect_tga(bytes, file_name);
    return Error{
        Code::malformed,
        fmt::format("{}: is not an image that can be read (PNG, JPEG, BMP or TGA of 8 bits per channel)",
                    file_name)};
}

}  // namespace vkgan
