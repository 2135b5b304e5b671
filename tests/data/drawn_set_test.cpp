// What all drawn sets have in common.
// SPDX-License-Identifier: MIT
#include "host/data/drawn_set.hpp"

#include "host/base/parallel.hpp"
#include "tests/data/image_folder.hpp"

#include <algorithm>
#include <cmath>
#include <set>

using namespace vkgan;
using namespace vkgan::test;

namespace {

struct Kind {
    const char* name;
    int usual, least, channels;
    int64_t train, test;
};
constexpr Kind kinds[] = {{"drawn-digits", 32, 8, 1, 20000, 2000},
                          {"toy-faces", 64, 16, 3, 10000, 1000},
                          {"blobs", 8, 8, 1, 10000, 1000}};

std::unique_ptr<Dataset> opened(const Kind& kind, const DatasetOptions& options = {}) {
    auto set = open(kind.name, "", options);
    REQUIRE_MESSAGE(set.ok(), (set.ok() ? "" : set.error().message));
    return std::move(*set);
}

}  // namespace

TEST_CASE("drawn sets have the sizes, shapes and splits that docs/data.md tells") {
    for (const Kind& kind : kinds) {
        CAPTURE(kind.name);
        const auto train = opened(kind), test = opened(kind, {.split = "test"}),
                   all = opened(kind, {.split = "all"});
        CHECK(train->image_shape() == Shape{kind.channels, kind.usual, kind.usual});
        CHECK(train->size() == kind.train);
        CHECK(test->size() == kind.test);
        CHECK(all->size() == kind.train + kind.test);
        CHECK(read_image_of(*all, 3) == read_image_of(*train, 3));
        CHECK(read_image_of(*all, kind.train) == read_image_of(*test, 0));
        auto image = read_image_of(*train, 0);
        CHECK(!train->read(kind.train, image, {}));
        CHECK(!train->read(-1, image, {}));
        for (int64_t i = 0; i < 50; ++i)
            CHECK(std::ranges::all_of(read_image_of(*train, i), [](float x) { return std::abs(x) <= 1; }));
    }
}

TEST_CASE("no picture of a drawn set's test split is in its train split") {
    for (const Kind& kind : kinds) {
        CAPTURE(kind.name);
        const DatasetOptions small{.image_size = kind.least};
        DatasetOptions small_test = small;
        small_test.split = "test";
        const auto train = opened(kind, small), test = opened(kind, small_test);
        std::set<std::vector<float>> seen;
        for (int64_t i = 0; i < train->size(); ++i) seen.insert(read_image_of(*train, i));
        CHECK(seen.size() == size_t(train->size()));
        for (int64_t i = 0; i < test->size(); ++i) REQUIRE(!seen.contains(read_image_of(*test, i)));
    }
}

TEST_CASE("drawn pictures are the same in every thread and every time") {
    for (const Kind& kind : kinds) {
        const auto one = opened(kind), other = opened(kind);
        std::vector<std::vector<float>> images(200);
        REQUIRE(for_each_parallel(200, 4, [&](int64_t i) -> Status {
                    images[size_t(i)].resize(size_t(one->image_shape().element_count()));
                    return one->read(i, images[size_t(i)], {});
                }).ok());
        for (int64_t i = 0; i < 200; ++i) REQUIRE(images[size_t(i)] == read_image_of(*other, i));
    }
}

TEST_CASE("the fingerprint of a drawn set tells kind, split, size and channels apart") {
    std::set<uint64_t> prints;
    for (const Kind& kind : kinds)
        for (const char* split : {"train", "test", "all"})
            for (const int size : {16, 32})
                for (const int channels : {1, 3}) {
                    const DatasetOptions options{.image_size = size, .channels = channels, .split = split};
                    CHECK(prints.insert(opened(kind, options)->fingerprint()).second);
                    CHECK(prints.contains(opened(kind, options)->fingerprint()));
                }
    for (const char* toy : {"normal", "ring", "histogram=1,2", "histogram=1,2.5", "histogram=1,2@0..1"})
        CHECK(prints.insert((*open("toy", toy))->fingerprint()).second);
}

TEST_CASE("the version of a drawing is part of the fingerprint") {
    Drawing drawing{
        .kind = "d", .train = 2, .test = 1, .shape = Shape{1, 8, 8}, .attribute_names = {}, .draw = {}};
    const uint64_t first = (*make_drawn_set(drawing, {}))->fingerprint();
    drawing.version = 2;
    CHECK((*make_drawn_set(drawing, {}))->fingerprint() != first);
}

TEST_CASE("drawn sets convert channels, and refuse sizes and splits that they do not have") {
    const auto rgb = opened(kinds[0], {.channels = 3});
    CHECK(rgb->image_shape() == Shape{3, 32, 32});
    const auto grey = read_image_of(*opened(kinds[0]), 7), colours = read_image_of(*rgb, 7);
    for (size_t i = 0; i < colours.size(); ++i) REQUIRE(colours[i] == grey[i % grey.size()]);
    CHECK(opened(kinds[1], {.channels = 1})->image_shape() == Shape{1, 64, 64});
    CHECK(contains(open_error("toy-faces", "", {.image_size = 8}), "16 to 256 pixels a side, not 8"));
    CHECK(contains(open_error("drawn-digits", "", {.image_size = 257}), "8 to 256 pixels a side, not 257"));
    CHECK(contains(open_error("blobs", "", {.image_size = 4}), "8 to 256 pixels a side, not 4"));
    CHECK(contains(open_error("blobs", "", {.channels = 2}), "channels is 2"));
    CHECK(contains(open_error("toy-faces", "", {.split = "validation"}), "train, test and all"));
    CHECK(contains(open_error("toy-faces", "", {.split = "tset"}), "did you mean \"test\"?"));
}
