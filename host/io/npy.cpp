// Reading and writing .npy: a magic number, a Python dictionary that describes the array, then its elements.
// SPDX-License-Identifier: MIT
#include "host/io/npy.hpp"

#include "host/base/file.hpp"
#include "host/io/stored_type.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace vkgan {
namespace {

constexpr uint64_t max_file_bytes = uint64_t(1) << 36;
constexpr std::string_view magic("\x93NUMPY", 6);

struct Header {
    std::string descr;
    bool fortran_order = false;
    Shape shape;
    size_t data_begin = 0;
};

Error malformed(std::string_view file_name, const std::string& what) {
    return {Code::malformed, std::string(file_name) + ": " + what};
}

std::optional<StoredType> type_of(std::string_view descr) {
    if (descr == "<f4") return StoredType::f32;
    if (descr == "<f8") return StoredType::f64;
    if (descr == "<f2") return StoredType::f16;
    if (descr == "|u1") return StoredType::u8;
    if (descr == "|i1") return StoredType::i8;
    if (descr == "<i4") return StoredType::i32;
    if (descr == "<i8") return StoredType::i64;
    if (descr == "|b1") return StoredType::boolean;
    return std::nullopt;
}

// Reads the few Python literals that NumPy writes: strings, True and False, tuples of whole numbers.
class Literals {
public:
    explicit Literals(std::string_view text) : rest_(text) {}

    bool take(char c) {
        skip_spaces();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool at_end() {
        skip_spaces();
        return rest_.empty();
    }
    std::optional<std::string> string() {
        skip_spaces();
        if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
        const size_t end = rest_.find(rest_[0], 1);
        if (end == std::string_view::npos) return std::nullopt;
        std::string text(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return text;
    }
    std::optional<bool> boolean() {
        skip_spaces();
        for (const bool value : {false, true}) {
            const std::string_view word = value ? "True" : "False";
            if (!rest_.starts_with(word)) continue;
            rest_.remove_prefix(word.size());
            return value;
        }
        return std::nullopt;
    }
    std::optional<uint64_t> whole_number() {
        skip_spaces();
        uint64_t value = 0;
        size_t digits = 0;
        for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits)
            if (__builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, uint64_t(rest_[digits] - '0'), &value))
                return std::nullopt;
        if (digits == 0) return std::nullopt;
        rest_.remove_prefix(digits);
        if (!rest_.empty() && rest_[0] == 'L') rest_.remove_prefix(1);  // written by Python 2
        return value;
    }

private:
    void skip_spaces() {
        while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t'))
            rest_.remove_prefix(1);
    }

    std::string_view rest_;
};

// What is wrong with the tuple, or the shape.
Result<Shape> parse_shape(Literals& literals) {
    const Error bad{Code::malformed, "the shape is not a tuple of whole numbers from 0"};
    if (!literals.take('(')) return bad;
    std::array<int64_t, max_rank> extents{};
    size_t rank = 0;
    uint64_t product = 1;
    while (!literals.take(')')) {
        const auto extent = literals.whole_number();
        if (!extent) return bad;
        if (rank == max_rank)
            return Error{Code::malformed,
                         "the array has more than " + std::to_string(max_rank) + " dimensions"};
        // Zeros count as one here: no partial product of the shape may overflow, whatever the order.
        if (__builtin_mul_overflow(product, std::max<uint64_t>(*extent, 1), &product) ||
            product > (uint64_t(1) << 56))
            return Error{Code::malformed, "the array's size overflows"};
        extents[rank++] = static_cast<int64_t>(*extent);
        if (literals.take(',')) continue;
        if (!literals.take(')')) return bad;
        break;
    }
    return Shape(std::span<const int64_t>(extents.data(), rank));
}

Result<Header> parse_dictionary(std::string_view text) {
    const Error bad{Code::malformed, "the header is not a dictionary of descr, fortran_order and shape"};
    Literals literals(text);
    Header header;
    bool has_descr = false, has_order = false, has_shape = false;
    if (!literals.take('{')) return bad;
    while (!literals.take('}')) {
        const auto key = literals.string();
        if (!key || !literals.take(':')) return bad;
        if (*key == "descr" && !has_descr) {
            const auto descr = literals.string();
            if (!descr)
                return Error{Code::malformed, "descr is no plain type (structured arrays cannot be read)"};
            header.descr = *descr;
            has_descr = true;
        } else if (*key == "fortran_order" && !has_order) {
            const auto order = literals.boolean();
            if (!order) return Error{Code::malformed, "fortran_order is neither True nor False"};
            header.fortran_order = *order;
            has_order = true;
        } else if (*key == "shape" && !has_shape) {
            VKGAN_ASSIGN(header.shape, parse_shape(literals));
            has_shape = true;
        } else {
            return Error{Code::malformed, "the header's key '" + *key + "' is unknown or occurs twice"};
        }
        if (literals.take(',')) continue;
        if (!literals.take('}')) return bad;
        break;
    }
    if (!has_descr || !has_order || !has_shape || !literals.at_end()) return bad;
    return header;
}

Result<Header> parse_header(std::span<const std::byte> bytes, std::string_view file_name) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!text.starts_with(magic))
        return malformed(file_name, "is not a .npy file: it does not start with \\x93NUMPY");
    if (text.size() < 8) return malformed(file_name, "ends within the format's version");
    const int version = static_cast<uint8_t>(text[6]);
    if (version < 1 || version > 3)
        return malformed(file_name,
                         "has .npy version " + std::to_string(version) + "; 1, 2 and 3 can be read");
    const size_t prefix = version == 1 ? 10 : 12;
    if (text.size() < prefix) return malformed(file_name, "ends within the header's length");
    uint32_t length = 0;
    std::memcpy(&length, text.data() + 8, prefix - 8);
    if (length > text.size() - prefix)
        return malformed(file_name, "the header's length is " + std::to_string(length) + " bytes, but only " +
                                        std::to_string(text.size() - prefix) + " follow");
    auto header = parse_dictionary(text.substr(prefix, length));
    if (!header) return malformed(file_name, header.error().message);
    header->data_begin = prefix + length;
    return header;
}

// Element by element in C order, stepping through the Fortran-ordered source by its own strides.
std::vector<float> from_fortran_order(const std::vector<float>& source, const Shape& shape) {
    std::vector<float> values(source.size());
    std::array<int64_t, max_rank> index{};
    size_t from = 0;
    for (float& value : values) {
        value = source[from];
        int64_t stride = shape.element_count();
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            stride /= shape[axis];
            if (++index[static_cast<size_t>(axis)] < shape[axis]) {
                from += static_cast<size_t>(stride);
                break;
            }
            from -= static_cast<size_t>(stride * (shape[axis] - 1));
            index[static_cast<size_t>(axis)] = 0;
        }
    }
    return values;
}

}  // namespace

Result<NpyFile> parse_npy(std::span<const std::byte> bytes, std::string_view file_name) {
    VKGAN_ASSIGN(const Header header, parse_header(bytes, file_name));
    const auto type = type_of(header.descr);
    if (!type)
        return malformed(file_name,
                         "has elements of type '" + header.descr +
                             "'; '<f4', '<f8', '<f2', '|u1', '|i1', '<i4', '<i8' and '|b1' can be read");
    const auto data = bytes.subspan(header.data_begin);
    const uint64_t wanted = static_cast<uint64_t>(header.shape.element_count()) * element_bytes(*type);
    if (data.size() != wanted)
        return malformed(file_name, "shape " + header.shape.to_string() + " of '" + header.descr +
                                        "' needs " + std::to_string(wanted) + " bytes, but the file holds " +
                                        std::to_string(data.size()));
    auto values = elements_to_float(*type, data);
    if (!values) return malformed(file_name, values.error().message);
    if (header.fortran_order) values = from_fortran_order(*values, header.shape);
    return NpyFile{Tensor(header.shape, std::move(*values)), header.descr};
}

Result<NpyFile> read_npy(const std::filesystem::path& path) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path, max_file_bytes));
    return parse_npy(bytes, path.string());
}

Result<Tensor> read_npy_images(const std::filesystem::path& path) {
    VKGAN_ASSIGN(NpyFile file, read_npy(path));
    if (file.dtype == "|u1")
        for (float& value : file.tensor.values) value = value / 127.5f - 1.0f;
    return std::move(file.tensor);
}

std::vector<std::byte> serialize_npy(const Tensor& tensor) {
    std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (const int64_t extent : tensor.shape) text += std::to_string(extent) + ", ";
    if (tensor.shape.rank() > 1) text.resize(text.size() - 2);
    if (tensor.shape.rank() == 1) text.resize(text.size() - 1);
    text += "), }";
    constexpr size_t prefix = 10;
    text.append(63 - (prefix + text.size()) % 64, ' ');  // the elements start at a multiple of 64 bytes
    text += '\n';
    const auto length = static_cast<uint16_t>(text.size());
    const std::string head =
        std::string(magic) + '\x01' + '\0' + char(length & 0xff) + char(length >> 8) + text;
    const auto elements = std::as_bytes(std::span(tensor.values));
    std::vector<std::byte> bytes(head.size() + elements.size());
    std::memcpy(bytes.data(), head.data(), head.size());
    std::copy(elements.begin(), elements.end(), bytes.begin() + static_cast<ptrdiff_t>(head.size()));
    return bytes;
}

Status write_npy(const std::filesystem::path& path, const Tensor& tensor) {
    return write_file_atomic(path, serialize_npy(tensor));
}

}  // namespace vkgan
