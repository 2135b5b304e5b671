// .npy: what NumPy writes, what we write, and hostile files.
// SPDX-License-Identifier: MIT
#include "host/io/npy.hpp"

#include "tests/data/temporary_folder.hpp"

using namespace vkgan;
using vkgan::test::contains;

namespace {

std::vector<std::byte> npy(const std::string& dictionary, std::string_view data, int version = 1) {
    std::string text = "\x93NUMPY" + std::string(1, char(version)) + std::string(1, '\0');
    text += char(dictionary.size());
    text += std::string(version == 1 ? 1 : 3, '\0') + dictionary + std::string(data);
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::string error_of(const std::string& dictionary, std::string_view data) {
    const auto file = parse_npy(npy(dictionary, data), "x.npy");
    if (file) return "no error";
    CHECK(file.error().message.starts_with("x.npy: "));
    return file.error().message;
}

}  // namespace

TEST_CASE("a tensor comes back from .npy as it was written, for every rank") {
    for (const Shape& shape : {Shape{}, Shape{3}, Shape{2, 3}, Shape{1, 2, 3, 2}, Shape{0, 2}}) {
        Tensor tensor(shape);
        for (size_t i = 0; i < tensor.values.size(); ++i) tensor.values[i] = static_cast<float>(i) - 1.5f;
        const auto bytes = serialize_npy(tensor);
        CHECK((bytes.size() - tensor.values.size() * 4) % 64 == 0);
        const auto read = parse_npy(bytes, "x.npy");
        if (!read) FAIL(read.error().message);
        CHECK(read->tensor.shape == shape);
        CHECK(read->tensor.values == tensor.values);
        CHECK(read->dtype == "<f4");
    }
    const test::TemporaryFolder folder;
    REQUIRE(write_npy(folder.path / "a.npy", Tensor(Shape{2}, {1, 2})).ok());
    CHECK(read_npy(folder.path / "a.npy")->tensor.values == std::vector<float>{1, 2});
}

TEST_CASE("the types, orders and versions that NumPy writes are read") {
    const auto bytes = parse_npy(
        npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }          \n", "\x01\x02\x03\xff"),
        "x");
    REQUIRE(bytes.ok());
    CHECK(bytes->dtype == "|u1");
    CHECK(bytes->tensor.values == std::vector<float>{1, 2, 3, 255});
    const auto fortran = parse_npy(
        npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", "\x01\x02\x03\x04\x05\x06", 2),
        "x");
    REQUIRE(fortran.ok());
    CHECK(fortran->tensor.values == std::vector<float>{1, 3, 5, 2, 4, 6});
    const auto wide = parse_npy(npy("{\"shape\": (1,), 'fortran_order': False, 'descr': '<i8'}",
                                    std::string_view("\xfe\xff\xff\xff\xff\xff\xff\xff", 8), 3),
                                "x");
    REQUIRE(wide.ok());
    CHECK(wide->tensor.values == std::vector<float>{-2});
}

TEST_CASE("bytes are scaled for training and floats are left alone") {
    const test::TemporaryFolder folder;
    const auto path = folder.write("a.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}",
                                                std::string_view("\0\xff", 2)));
    CHECK(read_npy_images(path)->values == std::vector<float>{-1, 1});
}

TEST_CASE("a .npy header that lies is refused with both values") {
    const std::string order = "'fortran_order': False";
    CHECK(contains(error_of("{'descr': '<f4', " + order + ", 'shape': (3,)}", "12345678"),
                   "needs 12 bytes, but the file "
                   "holds 8"));
    CHECK(contains(error_of("{'descr': '>f4', " + order + ", 'shape': (2,)}", "12345678"), "'>f4'"));
    CHECK(contains(error_of("{'descr': [('a', '<f4')], " + order + ", 'shape': (2,)}", ""), "structured"));
    CHECK(contains(error_of("{'descr': '<f4', " + order + ", 'shape': (-1,)}", ""), "whole numbers"));
    CHECK(contains(error_of("{'descr': '<f4', " + order + ", 'shape': (1 2)}", ""), "tuple"));
    CHECK(contains(error_of("{'descr': '<f4', " + order + ", 'shape': (99999999999999999999,)}", ""),
                   "whole numbers"));
    CHECK(contains(error_of("{'descr': '<f4', " + order + ", 'shape': (0,4294967296,4294967296)}", ""),
                   "overflows"));
    CHECK(
        contains(error_of("{'descr': '<f4', " + order + ", 'shape': (1,1,1,1,1,1,1)}", ""), "6 dimensions"));
    CHECK(contains(error_of("{'descr': '<f4', " + order + "}", ""), "dictionary"));
    CHECK(contains(error_of("{'descr': '<f4', 'descr': '<f4'}", ""), "occurs twice"));
    CHECK(contains(error_of("", ""), "dictionary"));
    CHECK(contains(parse_npy(npy("{}", "", 9), "x").error().message, "version 9"));
    CHECK(contains(parse_npy({}, "x").error().message, "not a .npy file"));
}

TEST_CASE("no truncation and no flipped bit of a .npy file crashes the reader") {
    const auto try_parse = [](const std::vector<std::byte>& bytes) { (void)parse_npy(bytes, "x"); };
    test::try_damaged(serialize_npy(Tensor(Shape{2, 3}, 1.0f)), try_parse);
    test::try_damaged(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", "123456"), try_parse);
}
