// Reading and writing safetensors: 8 bytes of header length, a JSON header, then the tensors' bytes without
// holes.
// SPDX-License-Identifier: MIT
#include "host/io/safetensors.hpp"

#include "host/base/file.hpp"
#include "host/io/strict_json.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace vkgan {
namespace {

using Json = nlohmann::json;

constexpr uint64_t length_bytes = 8;
constexpr uint64_t max_header_bytes = 100'000'000;  // as in the reference implementation
constexpr uint64_t max_file_bytes = uint64_t(1) << 36;
constexpr size_t max_header_depth = 3;  // header > tensor > shape
constexpr char metadata_key[] = "__metadata__";

struct Entry {
    std::string name;
    StoredType type;
    Shape shape;
    uint64_t begin, end;  // within the data that follows the header
};

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

Error malformed(std::string_view file_name, const std::string& what) {
    return {Code::malformed, std::string(file_name) + ": " + what};
}

Error malformed_tensor(std::string_view file_name, const std::string& tensor, const std::string& what) {
    return malformed(file_name, "tensor " + in_quotes(tensor) + " " + what);
}

Result<std::string_view> header_text(std::span<const std::byte> bytes, std::string_view file_name) {
    if (bytes.size() < length_bytes)
        return malformed(file_name,
                         "is " + std::to_string(bytes.size()) +
                             " bytes long, but a safetensors file starts with 8 bytes of header length");
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    if (length > max_header_bytes)
        return malformed(file_name, "header length is " + std::to_string(length) + " bytes, but at most " +
                                        std::to_string(max_header_bytes) +
                                        " are allowed (is it a safetensors file?)");
    if (length > bytes.size() - length_bytes)
        return malformed(file_name, "header length is " + std::to_string(length) + " bytes, but only " +
                                        std::to_string(bytes.size() - length_bytes) + " follow");
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + length_bytes, length);
    if (text.empty() || text[0] != '{') return malformed(file_name, "the header does not start with '{'");
    return text;
}

Result<Shape> parse_shape(const Json& json, const std::string& tensor, std::string_view file_name) {
    if (!json.is_array()) return malformed_tensor(file_name, tensor, "has no list \"shape\"");
    if (json.size() > max_rank)
        return malformed_tensor(file_name, tensor,
                                "has " + std::to_string(json.size()) + " dimensions, but at most " +
                                    std::to_string(max_rank) + " can be read");
    std::array<int64_t, max_rank> extents{};
    uint64_t product = 1;
    for (size_t i = 0; i < json.size(); ++i) {
        if (!json[i].is_number_unsigned())
            return malformed_tensor(file_name, tensor,
                                    "has " + json[i].dump() + " in its shape " + json.dump() +
                                        ", but extents are whole numbers from 0");
        const uint64_t extent = json[i].get<uint64_t>();
        // Zeros count as one here: no partial product of the shape may overflow, whatever the order.
        if (__builtin_mul_overflow(product, std::max<uint64_t>(extent, 1), &product) ||
            product > (uint64_t(1) << 56))
            return malformed_tensor(file_name, tensor,
                                    "has the shape " + json.dump() + ", whose size overflows");
        extents[i] = static_cast<int64_t>(extent);
    }
    return Shape(std::span<const int64_t>(extents.data(), json.size()));
}

Status check_entry(const Entry& entry, uint64_t data_bytes, std::string_view file_name) {
    const std::string range = "[" + std::to_string(entry.begin) + ", " + std::to_string(entry.end) + "]";
    if (entry.begin > entry.end)
        return malformed_tensor(file_name, entry.name,
                                "has data_offsets " + range + ", which end before they begin");
    if (entry.end > data_bytes)
        return malformed_tensor(file_name, entry.name,
                                "has data_offsets " + range + ", but the file holds only " +
                                    std::to_string(data_bytes) + " bytes of data");
    const uint64_t wanted = static_cast<uint64_t>(entry.shape.element_count()) * element_bytes(entry.type);
    if (entry.end - entry.begin != wanted)
        return malformed_tensor(file_name, entry.name,
                                "of type " + std::string(safetensors_name(entry.type)) + " and shape " +
                                    entry.shape.to_string() + " needs " + std::to_string(wanted) +
                                    " bytes, but its data_offsets " + range + " hold " +
                                    std::to_string(entry.end - entry.begin));
    return {};
}

Result<Entry> parse_entry(const std::string& name, const Json& json, std::string_view file_name) {
    if (!json.is_object()) return malformed_tensor(file_name, name, "is not described by a JSON object");
    for (const auto& [key, value] : json.items())
        if (key != "dtype" && key != "shape" && key != "data_offsets")
            return malformed_tensor(
                file_name, name,
                "has the unknown field " + in_quotes(key) + "; known are dtype, shape and data_offsets");
    const auto dtype = json.find("dtype");
    if (dtype == json.end() || !dtype->is_string())
        return malformed_tensor(file_name, name, "has no string \"dtype\"");
    const std::string& type_name = dtype->get_ref<const std::string&>();
    const auto type = stored_type_from_safetensors(type_name);
    if (!type)
        return malformed_tensor(file_name, name,
                                "has the dtype " + in_quotes(type_name) +
                                    "; known are BOOL, U8 to U64, I8 to I64, F16, BF16, F32, F64");
    VKGAN_ASSIGN(const Shape shape, parse_shape(json.value("shape", Json()), name, file_name));
    const Json offsets = json.value("data_offsets", Json());
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
        !offsets[1].is_number_unsigned())
        return malformed_tensor(
            file_name, name,
            "has data_offsets " + offsets.dump() + ", but they are two whole numbers from 0");
    return Entry{name, *type, shape, offsets[0].get<uint64_t>(), offsets[1].get<uint64_t>()};
}

Status parse_metadata(const Json& json, std::string_view file_name, TensorFile& file) {
    if (!json.is_object()) return malformed(file_name, "__metadata__ is not a JSON object");
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string())
            return malformed(file_name, "__metadata__ entry " + in_quotes(key) + " is a JSON " +
                                            value.type_name() + ", but metadata are strings");
        file.metadata[key] = value.get_ref<const std::string&>();
    }
    return {};
}

// The format allows neither overlaps nor holes, so that a file has exactly one reading.
Status check_layout(std::vector<Entry>& entries, uint64_t data_bytes, std::string_view file_name) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    uint64_t covered = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != covered)
            return malformed_tensor(file_name, entry.name,
                                    "begins at byte " + std::to_string(entry.begin) +
                                        ", but the data before it end at " + std::to_string(covered) +
                                        (entry.begin < covered ? ": they overlap" : ": a hole"));
        covered = entry.end;
    }
    if (covered != data_bytes)
        return malformed(file_name, "the tensors cover " + std::to_string(covered) +
                                        " bytes, but the file holds " + std::to_string(data_bytes) +
                                        " bytes of data");
    return {};
}

// Where the writer lays each tensor: falling element size, then name.
std::vector<const std::pair<const std::string, StoredTensor>*> data_order(const TensorFile& file) {
    std::vector<const std::pair<const std::string, StoredTensor>*> order;
    for (const auto& item : file.tensors) order.push_back(&item);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return element_bytes(a->second.type) > element_bytes(b->second.type);
    });
    return order;
}

std::string header_json(const TensorFile& file) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!file.metadata.empty()) header[metadata_key] = file.metadata;
    uint64_t offset = 0;
    for (const auto* item : data_order(file)) {
        const StoredTensor& tensor = item->second;
        assert(item->first != metadata_key);
        assert(tensor.bytes.size() ==
               static_cast<size_t>(tensor.shape.element_count()) * element_bytes(tensor.type));
        auto& entry = header[item->first];
        entry["dtype"] = safetensors_name(tensor.type);
        entry["shape"] = std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end());
        entry["data_offsets"] = {offset, offset + tensor.bytes.size()};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

}  // namespace

Result<Tensor> StoredTensor::to_f32() const {
    VKGAN_ASSIGN(std::vector<float> values, elements_to_float(type, bytes));
    return Tensor(shape, std::move(values));
}

StoredTensor StoredTensor::from(const Tensor& tensor) {
    const auto bytes = std::as_bytes(std::span(tensor.values));
    return {StoredType::f32, tensor.shape, std::vector<std::byte>(bytes.begin(), bytes.end())};
}

Result<TensorFile> parse_safetensors(std::span<const std::byte> bytes, std::string_view file_name) {
    VKGAN_ASSIGN(const std::string_view text, header_text(bytes, file_name));
    auto header = parse_strict_json(text, {.max_depth = max_header_depth, .max_array_length = 64});
    if (!header) return malformed(file_name, "the header is not valid: " + header.error().message);
    const auto data = bytes.subspan(length_bytes + text.size());
    TensorFile file;
    std::vector<Entry> entries;
    for (const auto& [name, json] : header->items()) {
        if (name == metadata_key) {
            VKGAN_TRY(parse_metadata(json, file_name, file));
            continue;
        }
        VKGAN_ASSIGN(Entry entry, parse_entry(name, json, file_name));
        VKGAN_TRY(check_entry(entry, data.size(), file_name));
        entries.push_back(std::move(entry));
    }
    VKGAN_TRY(check_layout(entries, data.size(), file_name));
    for (Entry& entry : entries) {
        const auto range = data.subspan(entry.begin, entry.end - entry.begin);
        file.tensors[std::move(entry.name)] = {entry.type, entry.shape, {range.begin(), range.end()}};
    }
    return file;
}

Result<TensorFile> read_safetensors(const std::filesystem::path& path) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path, max_file_bytes));
    return parse_safetensors(bytes, path.string());
}

std::vector<std::byte> serialize_safetensors(const TensorFile& file) {
    const std::string header = header_json(file);
    const uint64_t header_bytes = header.size();
    uint64_t data_bytes = 0;
    for (const auto& [name, tensor] : file.tensors) data_bytes += tensor.bytes.size();
    std::vector<std::byte> bytes(length_bytes + header_bytes + data_bytes);
    std::memcpy(bytes.data(), &header_bytes, length_bytes);
    std::memcpy(bytes.data() + length_bytes, header.data(), header_bytes);
    auto out = bytes.begin() + static_cast<ptrdiff_t>(length_bytes + header_bytes);
    for (const auto* item : data_order(file))
        out = std::copy(item->second.bytes.begin(), item->second.bytes.end(), out);
    return bytes;
}

Status write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
    return write_file_atomic(path, serialize_safetensors(file));
}

}  // namespace vkgan
