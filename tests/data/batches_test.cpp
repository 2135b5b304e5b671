// The batch ring: the same batches whatever the workers, slots and starting point.
// SPDX-License-Identifier: MIT
#include "host/data/batches.hpp"

#include "host/data/memory_set.hpp"
#include "host/data/order.hpp"
#include "tests/data/image_folder.hpp"

#include <algorithm>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// Sample i is a row of the two pixels i/100 and i/100 + 0.005, with the attribute i.
std::unique_ptr<Dataset> numbered_set(int64_t count) {
    Samples samples{count, Shape{1, 1, 2}, {}, {}, {{"number"}, 0, {}}};
    for (int64_t i = 0; i < count; ++i) {
        samples.floats.push_back(static_cast<float>(i) / 100);
        samples.floats.push_back(static_cast<float>(i) / 100 + 0.005f);
        samples.attributes.values.push_back(static_cast<float>(i));
    }
    return make_memory_set(std::move(samples));
}

struct FailingSet : Dataset {
    std::vector<std::string> names;
    int64_t size() const override { return 4; }
    Shape image_shape() const override { return {1, 1, 1}; }
    const std::vector<std::string>& attribute_names() const override { return names; }
    int label_count() const override { return 0; }
    uint64_t fingerprint() const override { return 0; }
    Status read(int64_t, std::span<float>, std::span<float>) const override {
        return Error{Code::io, "the disk has gone"};
    }
};

std::vector<float> take(BatchRing& ring, uint64_t number) {
    const auto batch = ring.acquire(number);
    if (!batch) FAIL(batch.error().message);
    CHECK((*batch)->number == number);
    std::vector<float> all((*batch)->images.begin(), (*batch)->images.end());
    all.insert(all.end(), (*batch)->attributes.begin(), (*batch)->attributes.end());
    ring.release(number);
    return all;
}

}  // namespace

TEST_CASE("a batch is a pure function of seed and number") {
    const auto set = numbered_set(10);
    std::vector<std::vector<float>> reference;
    for (const size_t workers : {1u, 4u})
        for (const size_t slots : {1u, 3u}) {
            auto ring = *BatchRing::create(
                *set, {.batch_size = 4, .seed = 5, .flip = true, .workers = workers, .slots = slots});
            std::vector<std::vector<float>> batches;
            for (uint64_t k = 0; k < 12; ++k) batches.push_back(take(*ring, k));
            if (reference.empty()) reference = batches;
            CHECK(batches == reference);
        }
    auto resumed = *BatchRing::create(*set, {.batch_size = 4, .seed = 5, .flip = true, .first_batch = 7});
    for (uint64_t k = 7; k < 12; ++k) CHECK(take(*resumed, k) == reference[k]);
    for (const uint64_t k : {3u, 11u, 0u}) CHECK(take(*resumed, k) == reference[k]);
}

TEST_CASE("batches run on from one epoch into the next, also when they are larger than the set") {
    const auto set = numbered_set(3);
    auto ring = *BatchRing::create(*set, {.batch_size = 7});
    std::vector<int> seen(3);
    for (uint64_t k = 0; k < 3; ++k) {
        const auto batch = ring->acquire(k);
        REQUIRE(batch.ok());
        for (size_t i = 0; i < 7; ++i) {
            const auto sample = static_cast<size_t>((*batch)->attributes[i]);
            CHECK(sample == shuffled_sample(0, 3, k * 7 + i));
            CHECK((*batch)->images[2 * i] == static_cast<float>(sample) / 100);
            ++seen[sample];
        }
        ring->release(k);
    }
    CHECK(seen == std::vector<int>{7, 7, 7});
}

TEST_CASE("flipped samples are mirrored left to right") {
    const auto set = numbered_set(5);
    auto ring = *BatchRing::create(*set, {.batch_size = 20, .seed = 3, .flip = true});
    const auto batch = ring->acquire(0);
    REQUIRE(batch.ok());
    for (size_t i = 0; i < 20; ++i)
        CHECK(((*batch)->images[2 * i] > (*batch)->images[2 * i + 1]) == is_flipped(3, i));
}

TEST_CASE("batches are written to the caller's memory") {
    const auto set = numbered_set(5);
    std::vector<float> images(2 * 2 * 2), attributes(2 * 2);
    std::vector<BatchMemory> memory;
    for (size_t i = 0; i < 2; ++i)
        memory.push_back({std::span(images).subspan(4 * i, 4), std::span(attributes).subspan(2 * i, 2)});
    auto ring = *BatchRing::create(*set, {.batch_size = 2}, memory);
    const auto batch = ring->acquire(1);
    REQUIRE(batch.ok());
    CHECK((*batch)->slot == 1);
    CHECK((*batch)->images.data() == images.data() + 4);
    CHECK(attributes[2] == static_cast<float>(shuffled_sample(0, 5, 2)));
    memory[0].images = memory[0].images.first(3);
    CHECK(contains(BatchRing::create(*set, {.batch_size = 2}, memory).error().message,
                   "has 4 values, but its memory "
                   "holds 3"));
}

TEST_CASE("a batch that is not staged is refused while another is held") {
    const auto set = numbered_set(5);
    auto ring = *BatchRing::create(*set, {.batch_size = 2, .slots = 2});
    REQUIRE(ring->acquire(0).ok());
    CHECK(contains(ring->acquire(9).error().message, "batch 9 is not staged, and batch 0 is still held"));
    CHECK(ring->acquire(0).ok());
}

TEST_CASE("a read that fails is the error of its batch") {
    const FailingSet set;
    auto ring = *BatchRing::create(set, {.batch_size = 2});
    CHECK(ring->acquire(0).error().message == "the disk has gone");
    CHECK(ring->acquire(1).error().code == Code::io);
}

TEST_CASE("options that make no ring are refused with their values") {
    const auto set = numbered_set(5);
    const auto error = [&](const BatchOptions& options) {
        return BatchRing::create(*set, options).error().message;
    };
    CHECK(contains(error({.batch_size = 0}), "batch is 0; 1 to "));
    CHECK(contains(error({.batch_size = -3}), "batch is -3"));
    CHECK(contains(error({.batch_size = int64_t(1) << 60}), "1152921504606846976"));
    CHECK(contains(error({.batch_size = 1, .workers = 0}), "workers is 0"));
    CHECK(contains(error({.batch_size = 1, .slots = 0}), "slots is 0"));
}
