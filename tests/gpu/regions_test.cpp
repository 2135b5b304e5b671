// Regions: zeros at first, copies in, out and between, growth, and what happens when memory ends.
// SPDX-License-Identifier: MIT
#include "host/gpu/regions.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace vkgan;

namespace {

std::vector<float> read(RegionSet& regions, const char* name, int64_t offset, size_t count) {
    std::vector<float> values(count, -1);
    REQUIRE(regions.download(name, offset, std::as_writable_bytes(std::span(values))).ok());
    return values;
}

Status write(RegionSet& regions, const char* name, int64_t offset, const std::vector<float>& values) {
    return regions.upload(name, offset, std::as_bytes(std::span(values)));
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a new region holds zeros") {
    RegionSet regions(test_device());
    REQUIRE(regions.ensure("a", 64).ok());
    CHECK(regions.bytes("a") == 64);
    CHECK(read(regions, "a", 0, 16) == std::vector<float>(16, 0));
}

TEST_CASE("bytes come back from where they were put") {
    RegionSet regions(test_device());
    REQUIRE(regions.ensure("a", 64).ok());
    REQUIRE(write(regions, "a", 16, {1, 2, 3, 4}).ok());
    CHECK(read(regions, "a", 12, 6) == std::vector<float>{0, 1, 2, 3, 4, 0});
}

TEST_CASE("a copy larger than the staging buffer arrives whole") {
    RegionSet regions(test_device());
    std::vector<float> values(3 << 20);
    std::iota(values.begin(), values.end(), 0.0f);
    REQUIRE(regions.ensure("a", int64_t(values.size()) * 4).ok());
    REQUIRE(write(regions, "a", 0, values).ok());
    CHECK(read(regions, "a", 0, values.size()) == values);
}

TEST_CASE("regions are copied to each other, but not over themselves") {
    RegionSet regions(test_device());
    REQUIRE(regions.ensure("a", 64).ok());
    REQUIRE(regions.ensure("b", 64).ok());
    REQUIRE(write(regions, "a", 0, {1, 2, 3, 4}).ok());
    REQUIRE(regions.copy({"a", 4}, {"b", 8}, 8).ok());
    CHECK(read(regions, "b", 0, 5) == std::vector<float>{0, 0, 2, 3, 0});
    CHECK(contains(regions.copy({"a", 0}, {"a", 8}, 16).error().message, "overlap"));
}

TEST_CASE("a region that grows keeps its content and adds zeros") {
    RegionSet regions(test_device());
    REQUIRE(regions.ensure("a", 16).ok());
    REQUIRE(write(regions, "a", 0, {1, 2, 3, 4}).ok());
    REQUIRE(regions.ensure("a", 48).ok());
    CHECK(read(regions, "a", 0, 6) == std::vector<float>{1, 2, 3, 4, 0, 0});
    REQUIRE(regions.ensure("a", 16).ok());
    CHECK(regions.bytes("a") == 48);
}

TEST_CASE("copies outside a region are refused with both numbers") {
    RegionSet regions(test_device());
    REQUIRE(regions.ensure("a", 32).ok());
    CHECK(contains(write(regions, "a", 24, {1, 2, 3}).error().message, "has 32 bytes; 12 bytes at 24"));
    CHECK(!write(regions, "a", -4, {1}).ok());
    CHECK(!write(regions, "a", INT64_MAX, {1}).ok());
    CHECK(write(regions, "b", 0, {1}).error().code == Code::not_found);
}

TEST_CASE("out of memory names the region, the bytes wanted and the bytes had") {
    auto made = Device::create({.memory_limit_bytes = 1 << 20});
    REQUIRE(made.ok());
    RegionSet regions(**made);
    const Status status = regions.ensure("activations", 2 << 20);
    REQUIRE(!status.ok());
    CHECK(status.error().code == Code::out_of_memory);
    CHECK(contains(status.error().message, "region activations wants 2097152 bytes"));
    CHECK(contains(status.error().message, "1048576 bytes (1.0 MiB) are left of the limit"));
    CHECK(regions.ensure("activations", 1 << 19).ok());
}

TEST_CASE("a region larger than the device's memory is refused, not tried") {
    RegionSet regions(test_device());
    const Status status = regions.ensure("huge", int64_t{1} << 50);
    REQUIRE(!status.ok());
    CHECK(status.error().code == Code::out_of_memory);
}

TEST_CASE("statistics count what is there and the most that ever was") {
    auto made = Device::create({});
    REQUIRE(made.ok());
    {
        RegionSet regions(**made);
        REQUIRE(regions.ensure("a", 1024).ok());
        REQUIRE(regions.ensure("b", 512).ok());
        REQUIRE(regions.ensure("G.b", 256).ok());
        CHECK(regions.total_bytes() == 1792);
        CHECK(regions.bytes_by_region().at("b") == 512);
        CHECK((*made)->arena().statistics().bytes_by_class.at("a") == 1024);
        CHECK((*made)->arena().statistics().bytes_by_class.at("b") == 768);
    }
    const MemoryStatistics after = (*made)->arena().statistics();
    CHECK(after.current_bytes == 0);
    CHECK(after.reserved_bytes == 0);
    CHECK(after.peak_bytes >= 1536);
}
