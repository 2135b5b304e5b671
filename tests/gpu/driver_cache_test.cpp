// What is compiled ahead of the queue is listed, is compiled once, and disturbs nothing.
// SPDX-License-Identifier: MIT
#include "host/gpu/driver_cache.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/executor.hpp"
#include "host/gpu/pipelines.hpp"
#include "tests/gpu/copy_plan.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

using namespace vkgan;

namespace {

struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("vkgan-driver-cache-" + std::to_string(getpid()));
    Folder() { std::filesystem::remove_all(path); }
    ~Folder() { std::filesystem::remove_all(path); }
};

// Three kernels, two of them the same program.
Plan three_kernels() {
    Plan plan = copy_schedule(3, 5).plan;
    plan.kernels[1].constants = {{200, 1}};
    return plan;
}

size_t fill(Device& device, const Plan& plan, int threads) {
    std::vector<const PlannedKernel*> kernels;
    for (const PlannedKernel& kernel : plan.kernels) kernels.push_back(&kernel);
    return fill_driver_cache(device, kernels, threads);
}

std::unique_ptr<Device> device_with(const Folder& folder, bool validation = false) {
    auto made = Device::create({.validation = validation, .cache_folder = folder.path.string()});
    REQUIRE(made.ok());
    return std::move(*made);
}

}  // namespace

TEST_CASE("kernels are compiled ahead once for each cache folder") {
    const Folder folder;
    const Plan plan = three_kernels();
    std::string list;
    {
        const auto device = device_with(folder);
        if (!device->record().wide_vectors) {
            MESSAGE("not tried: only llvmpipe in 512-bit vectors keeps its code in our folder");
            return;
        }
        CHECK(fill(*device, plan, 1) == 0);
        CHECK(fill(*device, plan, 2) == 2);
        CHECK(fill(*device, plan, 2) == 0);
        list = device->pipelines().cache_file() + ".compiled";
    }
    REQUIRE(std::filesystem::exists(list));
    CHECK(fill(*device_with(folder), plan, 2) == 0);
    std::ofstream(list, std::ios::trunc) << "neither a list nor anything else";
    CHECK(fill(*device_with(folder), plan, 2) == 2);
    CHECK(fill(*device_with(folder), plan, 2) == 0);
}

TEST_CASE("nothing is compiled ahead where no file is kept, or under validation layers") {
    auto device = Device::create({.validation = false, .cache_folder = ""});
    REQUIRE(device.ok());
    CHECK(fill(**device, three_kernels(), 2) == 0);
    const Folder folder;
    CHECK(fill(*device_with(folder, true), three_kernels(), 2) == 0);
}

TEST_CASE("a sibling runs what its device runs; a lent device has none") {
    const Folder folder;
    const auto device = device_with(folder, true);
    const auto sibling = Device::sibling(*device);
    REQUIRE(sibling.ok());
    CHECK((*sibling)->handle() != device->handle());
    CHECK((*sibling)->name() == device->name());
    CHECK((*sibling)->pipelines().cache_file().empty());
    RegionSet regions(**sibling);
    auto executor = Executor::create(**sibling, copy_schedule(2, 3), regions);
    REQUIRE(executor.ok());
    const std::span<std::byte> in = (*executor)->input_memory(0, "x");
    for (size_t i = 0; i < in.size(); ++i) in[i] = std::byte(i);
    REQUIRE((*executor)->run(0).ok());
    REQUIRE((*executor)->wait(0).ok());
    const std::span<const std::byte> out = (*executor)->output_memory(0, "y");
    REQUIRE(out.size() == in.size());
    for (size_t i = 0; i < in.size(); ++i) CHECK(out[i] == std::byte(i));
    CHECK(device->validation_messages().empty());
}
