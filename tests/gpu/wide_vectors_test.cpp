// llvmpipe in 512-bit vectors: when, and what it leaves behind.
// SPDX-License-Identifier: MIT
#include "host/gpu/wide_vectors.hpp"

#include "host/gpu/device.hpp"
#include "tests/data/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace vkgan::test {

namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value ? value : "(not set)";
}

}  // namespace

TEST_CASE("only llvmpipe of Mesa 22 is widened") {
    PhysicalRecord record;
    for (const char* driver : {"llvmpipe (Mesa 25.0.7 (LLVM 19.1.7))", "llvmpipe (Mesa 21.3.9)",
                               "radv (Mesa 22.3.6)", "NVIDIA (570.1)", ""}) {
        record.driver = driver;
        CHECK_MESSAGE(!can_widen(record), driver);
    }
}

TEST_CASE("the environment is as before when wide vectors end, and wide code has a cache of its own") {
    const TemporaryFolder folder;
    const std::string width = variable("LP_NATIVE_VECTOR_WIDTH"), cache = variable("MESA_SHADER_CACHE_DIR");
    {
        const WideVectors wide(folder.path.string());
        CHECK(variable("LP_NATIVE_VECTOR_WIDTH") == "512");
        CHECK(variable("MESA_SHADER_CACHE_DIR") == (folder.path / "mesa-512").string());
        CHECK(std::filesystem::is_directory(folder.path / "mesa-512"));
    }
    CHECK(variable("LP_NATIVE_VECTOR_WIDTH") == width);
    CHECK(variable("MESA_SHADER_CACHE_DIR") == cache);
}

TEST_CASE("without a writable cache folder wide code is not cached at all") {
    const std::string before = variable("MESA_SHADER_CACHE_DISABLE");
    {
        const WideVectors wide("");
        CHECK(variable("MESA_SHADER_CACHE_DISABLE") == "true");
    }
    {
        const WideVectors wide("/proc/nobody/writes/here");
        CHECK(variable("MESA_SHADER_CACHE_DISABLE") == "true");
    }
    CHECK(variable("MESA_SHADER_CACHE_DISABLE") == before);
}

TEST_CASE("a device says whether its driver took the width") {
    const auto device = Device::create();
    REQUIRE(device.ok());
    const bool used = (*device)->capabilities().uses(Optional::wide_vectors);
    CHECK(used == (*device)->record().wide_vectors);
    if (used)
        CHECK((*device)->traits().subgroup_size == 16);
    else
        MESSAGE((*device)->name() << ": " << (*device)->capabilities()[Optional::wide_vectors].reason);
}

TEST_CASE("VKGAN_WIDE_VECTORS=0 leaves the driver as it is") {
    const std::string before = variable("VKGAN_WIDE_VECTORS");
    ::setenv("VKGAN_WIDE_VECTORS", "0", 1);
    CHECK(!wants_wide_vectors());
    const auto device = Device::create();
    REQUIRE(device.ok());
    // The driver is one for the process: wide already where another test's device holds it, and then cached
    // as such.
    const bool wide = (*device)->capabilities().uses(Optional::wide_vectors);
    CHECK(wide == ((*device)->traits().subgroup_size == 16));
    if (wide) MESSAGE("another device of this process holds the driver in 512 bits");
    ::unsetenv("VKGAN_WIDE_VECTORS");
    CHECK(wants_wide_vectors());
    if (before != "(not set)") ::setenv("VKGAN_WIDE_VECTORS", before.c_str(), 1);
}

}  // namespace vkgan::test
