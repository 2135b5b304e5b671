// The table of stored types, and one loop that converts any of them.
// SPDX-License-Identifier: MIT
#include "host/io/stored_type.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <string>

namespace vkgan {

static_assert(std::endian::native == std::endian::little,
              "files are little-endian and are copied as they are");

namespace {

struct Row {
    std::string_view name;
    uint64_t bytes;
};

// In the order of StoredType.
constexpr std::array<Row, 13> rows{{{"BOOL", 1},
                                    {"U8", 1},
                                    {"I8", 1},
                                    {"U16", 2},
                                    {"I16", 2},
                                    {"F16", 2},
                                    {"BF16", 2},
                                    {"U32", 4},
                                    {"I32", 4},
                                    {"F32", 4},
                                    {"U64", 8},
                                    {"I64", 8},
                                    {"F64", 8}}};

template <class Element>
Element load(std::span<const std::byte> bytes, size_t index) {
    Element element;
    std::memcpy(&element, bytes.data() + index * sizeof(Element), sizeof(Element));
    return element;
}

template <class Integer>
bool exact_in_float(Integer value) {
    const float rounded = static_cast<float>(value);
    // 2^64 and 2^63 themselves are floats but no values of the type, and casting them back would be
    // undefined.
    if (rounded >= static_cast<float>(std::numeric_limits<Integer>::max())) return false;
    return static_cast<Integer>(rounded) == value;
}

template <class Integer>
Result<std::vector<float>> integers_to_float(std::span<const std::byte> bytes) {
    std::vector<float> values(bytes.size() / sizeof(Integer));
    for (size_t i = 0; i < values.size(); ++i) {
        const Integer value = load<Integer>(bytes, i);
        if constexpr (sizeof(Integer) >= 4)
            if (!exact_in_float(value))
                return Error{Code::unsupported, "element " + std::to_string(i) + " is " +
                                                    std::to_string(value) +
                                                    ", which float32 cannot hold exactly"};
        values[i] = static_cast<float>(value);
    }
    return values;
}

template <class Element, class Convert>
std::vector<float> convert_each(std::span<const std::byte> bytes, Convert convert) {
    std::vector<float> values(bytes.size() / sizeof(Element));
    for (size_t i = 0; i < values.size(); ++i) values[i] = convert(load<Element>(bytes, i));
    return values;
}

}  // namespace

uint64_t element_bytes(StoredType type) { return rows[static_cast<size_t>(type)].bytes; }

std::string_view safetensors_name(StoredType type) { return rows[static_cast<size_t>(type)].name; }

std::optional<StoredType> stored_type_from_safetensors(std::string_view name) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == name; });
    if (row == rows.end()) return std::nullopt;
    return static_cast<StoredType>(row - rows.begin());
}

float half_to_float(uint16_t bits) {
    const uint32_t sign = uint32_t(bits & 0x8000u) << 16;
    const uint32_t exponent = (bits >> 10) & 0x1fu;
    const uint32_t mantissa = bits & 0x3ffu;
    if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24 is exact in float32
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
    }
    const uint32_t wide_exponent = exponent == 31 ? 255 : exponent + (127 - 15);
    return std::bit_cast<float>(sign | wide_exponent << 23 | mantissa << 13);
}

Result<std::vector<float>> elements_to_float(StoredType type, std::span<const std::byte> bytes) {
    assert(bytes.size() % element_bytes(type) == 0);
    switch (type) {
        case StoredType::boolean:
            return convert_each<uint8_t>(bytes, [](uint8_t v) { return v ? 1.0f : 0.0f; });
        case StoredType::u8: return integers_to_float<uint8_t>(bytes);
        case StoredType::i8: return integers_to_float<int8_t>(bytes);
        case StoredType::u16: return integers_to_float<uint16_t>(bytes);
        case StoredType::i16: return integers_to_float<int16_t>(bytes);
        case StoredType::f16: return convert_each<uint16_t>(bytes, half_to_float);
        case StoredType::bf16:
            return convert_each<uint16_t>(bytes,
                                          [](uint16_t v) { return std::bit_cast<float>(uint32_t(v) << 16); });
        case StoredType::u32: return integers_to_float<uint32_t>(bytes);
        case StoredType::i32: return integers_to_float<int32_t>(bytes);
        case StoredType::f32: return convert_each<float>(bytes, [](float v) { return v; });
        case StoredType::u64: return integers_to_float<uint64_t>(bytes);
        case StoredType::i64: return integers_to_float<int64_t>(bytes);
        case StoredType::f64:
            return convert_each<double>(bytes, [](double v) { return static_cast<float>(v); });
    }
    return Error{Code::internal, "unknown stored type"};
}

}  // namespace vkgan
