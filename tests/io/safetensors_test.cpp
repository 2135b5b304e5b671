// safetensors: round trips, foreign files, and every way a hostile file can lie.
// SPDX-License-Identifier: MIT
#include "host/io/safetensors.hpp"

#include "tests/data/temporary_folder.hpp"

#include <cmath>
#include <cstring>

using namespace vkgan;
using vkgan::test::contains;

namespace {

std::vector<std::byte> file_of(const std::string& header, size_t data_bytes) {
    std::vector<std::byte> bytes(8 + header.size() + data_bytes);
    const uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, header.data(), header.size());
    return bytes;
}

std::string error_of(const std::string& header, size_t data_bytes) {
    const auto file = parse_safetensors(file_of(header, data_bytes), "w.safetensors");
    if (file) return "no error";
    CHECK(file.error().code == Code::malformed);
    CHECK(file.error().message.starts_with("w.safetensors: "));
    return file.error().message;
}

TensorFile small_file() {
    TensorFile file;
    file.tensors["a"] = {StoredType::u8, Shape{3}, {std::byte(7), std::byte(8), std::byte(9)}};
    file.tensors["b"] = StoredTensor::from(Tensor(Shape{2, 2}, {1, 2, 3, 4}));
    file.tensors["empty"] = StoredTensor::from(Tensor(Shape{0, 4}));
    file.tensors["scalar"] = StoredTensor::from(Tensor(Shape{}, {5}));
    file.metadata = {{"model", "{\"k\": \"v\"}"}, {"a", "\xC3\xA4"}};
    return file;
}

}  // namespace

TEST_CASE("a safetensors file comes back as it was written") {
    const TensorFile file = small_file();
    const auto bytes = serialize_safetensors(file);
    const auto read = parse_safetensors(bytes, "f");
    REQUIRE(read.ok());
    CHECK(read->metadata == file.metadata);
    REQUIRE(read->tensors.size() == 4);
    CHECK(read->tensors.at("b").to_f32()->values == std::vector<float>{1, 2, 3, 4});
    CHECK(read->tensors.at("b").shape == Shape{2, 2});
    CHECK(read->tensors.at("a").to_f32()->values == std::vector<float>{7, 8, 9});
    CHECK(read->tensors.at("scalar").shape == Shape{});
    CHECK(read->tensors.at("empty").to_f32()->values.empty());
    CHECK(serialize_safetensors(*read) == bytes);
    uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, bytes.data(), 8);
    CHECK(header_bytes % 8 == 0);
}

TEST_CASE("a safetensors file is written to disk and read back, and a missing one is named") {
    const test::TemporaryFolder folder;
    REQUIRE(write_safetensors(folder.path / "m.vkgan", small_file()).ok());
    CHECK(read_safetensors(folder.path / "m.vkgan")->tensors.size() == 4);
    const auto missing = read_safetensors(folder.path / "none");
    REQUIRE(!missing.ok());
    CHECK(missing.error().code == Code::not_found);
    CHECK(contains(missing.error().message, "none"));
}

TEST_CASE("every element type is converted to float32") {
    const auto converted = [](StoredType type, std::vector<uint8_t> raw) {
        return *elements_to_float(type, std::as_bytes(std::span(raw)));
    };
    using Floats = std::vector<float>;
    CHECK(converted(StoredType::boolean, {0, 1}) == Floats{0, 1});
    CHECK(converted(StoredType::i8, {255}) == Floats{-1});
    CHECK(converted(StoredType::i16, {0xFE, 0xFF}) == Floats{-2});
    CHECK(converted(StoredType::u16, {0xFF, 0xFF}) == Floats{65535});
    CHECK(converted(StoredType::f16, {0x00, 0x3C, 0x01, 0x00, 0x00, 0xC0}) == Floats{1, 0x1p-24f, -2});
    CHECK(converted(StoredType::bf16, {0x80, 0x3F}) == Floats{1});
    CHECK(converted(StoredType::i32, {0xFD, 0xFF, 0xFF, 0xFF}) == Floats{-3});
    CHECK(converted(StoredType::i64, {5, 0, 0, 0, 0, 0, 0, 0}) == Floats{5});
    CHECK(converted(StoredType::f64, {0, 0, 0, 0, 0, 0, 0xF8, 0x3F}) == Floats{1.5f});
    CHECK(std::isinf(half_to_float(0x7C00)));
    CHECK(std::isnan(half_to_float(0x7C01)));
    const std::vector<uint8_t> odd{1, 0, 0, 1};  // 2^24 + 1
    const auto inexact = elements_to_float(StoredType::i32, std::as_bytes(std::span(odd)));
    REQUIRE(!inexact.ok());
    CHECK(contains(inexact.error().message, "16777217"));
    const std::vector<uint8_t> largest(8, 255);
    CHECK(!elements_to_float(StoredType::u64, std::as_bytes(std::span(largest))).ok());
}

TEST_CASE("a header length that lies is refused") {
    std::vector<std::byte> bytes = file_of("{}", 0);
    bytes[0] = std::byte(3);
    CHECK(contains(parse_safetensors(bytes, "f").error().message,
                   "header length is 3 bytes, but only 2 follow"));
    std::memset(bytes.data(), 0xFF, 8);
    CHECK(contains(parse_safetensors(bytes, "f").error().message, "18446744073709551615"));
    CHECK(contains(parse_safetensors(std::vector<std::byte>(5), "f").error().message, "5 bytes long"));
}

TEST_CASE("a header that is no plain JSON object is refused") {
    CHECK(contains(error_of("[]", 0), "does not start with '{'"));
    CHECK(contains(error_of("{\"a\":", 0), "not valid"));
    CHECK(contains(error_of("{\"a\xFF\":{}}", 0), "not valid"));
    CHECK(contains(error_of("{\"a\":" + std::string(100000, '[') + "}", 0), "not valid"));
    CHECK(contains(error_of("{\"a\":" + std::string(9, '[') + std::string(9, ']') + "}", 0),
                   "more than 3 deep"));
    CHECK(contains(error_of("{\"a\":{},\"a\":{}}", 0), "\"a\" occurs twice"));
    CHECK(contains(error_of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0), "\"dtype\" occurs twice"));
    CHECK(contains(error_of("{\"__metadata__\":{\"k\":1}}", 0), "\"k\" is a JSON number"));
    CHECK(contains(error_of("{\"__metadata__\":[]}", 0), "__metadata__"));
    CHECK(contains(error_of("{\"a\":3}", 0), "tensor \"a\""));
    std::string zeros = "0";
    for (int i = 0; i < 100; ++i) zeros += ",0";
    CHECK(contains(error_of("{\"a\":{\"shape\":[" + zeros + "]}}", 0), "more than 64 entries"));
}

TEST_CASE("a tensor whose description lies is refused with its name and both values") {
    const auto one = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
        return "{\"t\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    };
    CHECK(error_of(one("\"F32\"", "[2]", "[0,8]"), 8) == "no error");
    CHECK(contains(error_of(one("\"F31\"", "[2]", "[0,8]"), 8), "tensor \"t\" has the dtype \"F31\""));
    CHECK(contains(error_of(one("4", "[2]", "[0,8]"), 8), "dtype"));
    CHECK(contains(error_of(one("\"F32\"", "[-2]", "[0,8]"), 8), "-2"));
    CHECK(contains(error_of(one("\"F32\"", "[2.0]", "[0,8]"), 8), "whole numbers"));
    CHECK(contains(error_of(one("\"F32\"", "2", "[0,8]"), 8), "shape"));
    CHECK(contains(error_of(one("\"F32\"", "[3]", "[0,8]"), 8),
                   "needs 12 bytes, but its data_offsets [0, 8] hold 8"));
    CHECK(contains(error_of(one("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0), "overflows"));
    CHECK(contains(error_of(one("\"F32\"", "[0,4294967296,4294967296]", "[0,0]"), 0), "overflows"));
    CHECK(contains(error_of(one("\"F32\"", "[1,1,1,1,1,1,1]", "[0,4]"), 4), "7 dimensions"));
    CHECK(contains(error_of(one("\"F32\"", "[2]", "[8,0]"), 8), "end before they begin"));
    CHECK(contains(error_of(one("\"F32\"", "[2]", "[0,9]"), 8), "only 8 bytes"));
    CHECK(contains(error_of(one("\"F32\"", "[2]", "[18446744073709551608,18446744073709551615]"), 8),
                   "only 8 bytes"));
    CHECK(contains(error_of(one("\"F32\"", "[2]", "[0,18446744073709551616]"), 8), "whole numbers"));
    CHECK(contains(error_of(one("\"F32\"", "[2]", "[-8,0]"), 8), "whole numbers"));
    CHECK(contains(error_of(one("\"F32\"", "[2]", "[0]"), 8), "two whole numbers"));
    CHECK(contains(error_of("{\"t\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0],\"x\":1}}", 0),
                   "\"x\""));
}

TEST_CASE("tensors that overlap, leave holes or do not cover the data are refused") {
    const auto two = [](const std::string& a, const std::string& b) {
        return "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + a +
               "},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + b + "}}";
    };
    CHECK(error_of(two("[0,4]", "[4,8]"), 8) == "no error");
    CHECK(error_of(two("[4,8]", "[0,4]"), 8) == "no error");
    CHECK(contains(error_of(two("[0,4]", "[2,6]"), 6),
                   "tensor \"b\" begins at byte 2, but the data before it end at 4"));
    CHECK(contains(error_of(two("[0,4]", "[6,10]"), 10), "a hole"));
    CHECK(contains(error_of(two("[0,4]", "[4,8]"), 9), "cover 8 bytes, but the file holds 9"));
}

TEST_CASE("no truncation and no flipped bit of a safetensors file crashes the reader") {
    test::try_damaged(serialize_safetensors(small_file()), [](const std::vector<std::byte>& bytes) {
        const auto file = parse_safetensors(bytes, "f");
        if (!file) return;
        for (const auto& [name, tensor] : file->tensors) (void)tensor.to_f32();
        (void)serialize_safetensors(*file);
    });
}

TEST_CASE("files of PyTorch's own writer are read") {
    const std::filesystem::path ops = std::filesystem::path(VKGAN_SHARED_DIR) / "data/reference/ops";
    if (!std::filesystem::exists(ops)) {
        MESSAGE("skipped: there is no ", ops.string(), " (set VKGAN_SHARED_DIR)");
        return;
    }
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(ops)) {
        if (entry.path().extension() != ".safetensors") continue;
        const auto file = read_safetensors(entry.path());
        if (!file) FAIL(file.error().message);
        for (const auto& [name, tensor] : file->tensors) CHECK(tensor.to_f32().ok());
        ++count;
    }
    CHECK(count >= 29);
}
