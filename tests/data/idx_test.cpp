// idx:DIR.
// SPDX-License-Identifier: MIT
#include "host/data/idx.hpp"

#include "tests/data/image_folder.hpp"

#include <zlib.h>

using namespace vkgan;
using namespace vkgan::test;
using namespace std::string_literals;

namespace {

const std::string two_images = "\0\0\x08\x03\0\0\0\2\0\0\0\1\0\0\0\2"s + "\0\xff\xff\0"s;
const std::string two_labels = "\0\0\x08\x01\0\0\0\2"s + "\2\0"s;

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> gzipped(const std::string& text) {
    std::vector<std::byte> out(text.size() + 100);
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace

TEST_CASE("a folder in MNIST's layout gives images, and labels where they are there") {
    const TemporaryFolder folder;
    (void)folder.write("train-images-idx3-ubyte", two_images);
    const auto plain = open("idx", folder.path);
    if (!plain) FAIL(plain.error().message);
    CHECK((*plain)->image_shape() == Shape{1, 1, 2});
    CHECK((*plain)->label_count() == 0);
    CHECK(read_image_of(**plain, 0) == std::vector<float>{-1, 1});
    (void)folder.write("train-labels-idx1-ubyte.gz", gzipped(two_labels));
    const auto labelled = open("idx", folder.path);
    if (!labelled) FAIL(labelled.error().message);
    CHECK((*labelled)->attribute_names() == std::vector<std::string>{"0", "1", "2"});
    CHECK(read_attributes_of(**labelled, 0) == std::vector<float>{0, 0, 1});
    CHECK(read_attributes_of(**labelled, 1) == std::vector<float>{1, 0, 0});
}

TEST_CASE("IDX files that lie are refused with both values") {
    const auto error = [](const std::string& text, int rank) {
        const auto array = parse_idx(bytes_of(text), rank, "f");
        return array ? "no error"s : array.error().message;
    };
    CHECK(contains(error(two_images.substr(0, 19), 3), "2x1x2 needs 4 bytes, but 3 follow"));
    CHECK(contains(error(two_images + "x", 3), "but 5 follow"));
    CHECK(contains(error(two_images, 1), "starts with 00000803"));
    CHECK(contains(error("\0\0"s, 1), "2 bytes long"));
    CHECK(contains(error("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s, 3), "overflows"));
    const TemporaryFolder folder;
    CHECK(contains(open_error("idx", folder.path), "holds no train-images-idx3-ubyte"));
    CHECK(contains(open_error("idx", folder.path, {.split = "all"}), "train and test"));
    (void)folder.write("train-images-idx3-ubyte", two_images);
    (void)folder.write("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\1\0"s);
    CHECK(contains(open_error("idx", folder.path), "holds 1 labels, but there are 2 images"));
}

TEST_CASE("a gzip file that is cut short or unpacks to too much is refused") {
    const auto packed = gzipped(std::string(100000, 'x'));
    CHECK(gunzip(packed, 100000, "f")->size() == 100000);
    CHECK(contains(gunzip(packed, 99999, "f").error().message, "more than 99999 bytes"));
    CHECK(contains(gunzip(std::span(packed).first(packed.size() - 1), 1 << 20, "f").error().message,
                   "cut short"));
    CHECK(!gunzip({}, 100, "f").ok());
}

TEST_CASE("no truncation and no flipped bit of an IDX file crashes the reader") {
    const auto try_parse = [](const std::vector<std::byte>& bytes) { (void)parse_idx(bytes, 3, "f"); };
    try_damaged(bytes_of(two_images), try_parse);
    try_damaged(gzipped(two_images),
                [](const std::vector<std::byte>& bytes) { (void)gunzip(bytes, 1 << 20, "f"); });
}

TEST_CASE("the handwritten digits are read") {
    const std::filesystem::path digits = std::filesystem::path(VKGAN_SHARED_DIR) / "data/digits";
    if (!std::filesystem::exists(digits)) {
        MESSAGE("skipped: there is no ", digits.string(), " (set VKGAN_SHARED_DIR)");
        return;
    }
    const auto set = open("idx", digits, {.image_size = 32});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 9000);
    CHECK((*set)->image_shape() == Shape{1, 32, 32});
    CHECK((*set)->label_count() == 10);
    CHECK((*open("idx", digits, {.split = "test"}))->size() == 1000);
}
