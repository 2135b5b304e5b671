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
    CHECK(contains(open_error("idx", folder.path, {.split = "validation"}), "train, test and all"));
    CHECK(contains(open_error("idx", folder.path, {.split = "all"}), "holds no train-images-idx3-ubyte"));
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

TEST_CASE("the whole of a folder in MNIST's layout is its training part, then its test part") {
    const TemporaryFolder folder;
    (void)folder.write("train-images-idx3-ubyte", two_images);
    CHECK(contains(open_error("idx", folder.path, {.split = "all"}), "holds no t10k-images-idx3-ubyte"));
    (void)folder.write("t10k-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\1\0\0\0\1\0\0\0\2"s + "\xff\xff"s);
    const auto all = open("idx", folder.path, {.split = "all"});
    if (!all) FAIL(all.error().message);
    CHECK((*all)->size() == 3);
    CHECK(read_image_of(**all, 0) == std::vector<float>{-1, 1});
    CHECK(read_image_of(**all, 2) == std::vector<float>{1, 1});
    (void)folder.write("train-labels-idx1-ubyte", two_labels);
    CHECK(contains(open_error("idx", folder.path, {.split = "all"}), "train has labels, but t10k has none"));
    (void)folder.write("t10k-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\1\1"s);
    CHECK(read_attributes_of(**open("idx", folder.path, {.split = "all"}), 2) == std::vector<float>{0, 1, 0});
    (void)folder.write("t10k-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\1\0\0\0\2\0\0\0\1"s + "\xff\xff"s);
    CHECK(contains(open_error("idx", folder.path, {.split = "all"}), "1x2 in train-images, but 2x1"));
}

TEST_CASE("the shipped digits are 9,000 and 1,000, of even classes") {
    const auto set = open("digits", "", {.image_size = 32}), test = open("digits", "", {.split = "test"}),
               all = open("digits", "", {.split = "all"});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 9000);
    CHECK((*set)->image_shape() == Shape{1, 32, 32});
    CHECK((*set)->label_count() == 10);
    CHECK((*test)->size() == 1000);
    CHECK((*all)->size() == 10000);
    CHECK(read_image_of(**all, 9001) == read_image_of(**test, 1));
    std::vector<int> counts(10), test_counts(10);
    const auto count = [](const Dataset& digits, std::vector<int>& per_class) {
        for (int64_t i = 0; i < digits.size(); ++i) {
            const auto label = read_attributes_of(digits, i);
            for (size_t k = 0; k < 10; ++k) per_class[k] += label[k] > 0;
        }
    };
    count(**set, counts);
    count(**test, test_counts);
    for (const int each : counts) CHECK((each > 750 && each < 1050));  // MNIST itself is that uneven
    for (const int each : test_counts) CHECK(each == 100);
}

TEST_CASE("the shipped digits are those of the shared folder") {
    const std::filesystem::path digits = std::filesystem::path(VKGAN_SHARED_DIR) / "data/digits";
    if (!std::filesystem::exists(digits)) {
        MESSAGE("skipped: there is no ", digits.string(), " (set VKGAN_SHARED_DIR)");
        return;
    }
    for (const char* split : {"train", "test"})
        CHECK((*open("idx", digits, {.split = split}))->fingerprint() ==
              (*open("digits", "", {.split = split}))->fingerprint());
}

TEST_CASE("Fashion-MNIST has names for its classes, and its absence says what helps") {
    const TemporaryFolder folder;
    const std::string error = open_error("fashion", folder.path);
    CHECK(contains(error, folder.path.string() + " holds no train-images-idx3-ubyte"));
    CHECK(contains(error, "dataset-fashion-mnist"));
    CHECK(contains(error, "fashion:DIR"));
    (void)folder.write("train-images-idx3-ubyte", two_images);
    (void)folder.write("train-labels-idx1-ubyte", two_labels);
    const auto set = open("fashion", folder.path);
    if (!set) FAIL(set.error().message);
    CHECK((*set)->label_count() == 10);
    CHECK((*set)->attribute_names()[2] == "Pullover");
    CHECK(read_attributes_of(**set, 0) == std::vector<float>{0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
    (void)folder.write("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\2\2\x0a"s);
    CHECK(contains(open_error("fashion", folder.path), "label 1 is 10, but there are 10 classes"));
    const auto installed = open("fashion", "");
    if (installed) CHECK((*installed)->size() == 60000);
    if (!installed) CHECK(contains(installed.error().message, "dataset-fashion-mnist"));
}
