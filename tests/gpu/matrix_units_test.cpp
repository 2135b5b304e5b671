// Which matrix units are used, by made-up records of devices; the environment switch.
// SPDX-License-Identifier: MIT
#include "host/gpu/matrix_units.hpp"

#include "generated/shader_table.hpp"
#include "host/gpu/device.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace vkgan;

namespace {

// A GPU with all that the kernels need.
PhysicalRecord able_device() {
    PhysicalRecord record;
    record.api_version = VK_API_VERSION_1_3;
    record.properties.limits.maxComputeSharedMemorySize = 49152;
    record.properties.limits.maxComputeWorkGroupInvocations = 1024;
    record.properties.limits.maxComputeWorkGroupSize[0] = 1024;
    record.subgroup.subgroupSize = 32;
    record.size_control.requiredSubgroupSizeStages = VK_SHADER_STAGE_COMPUTE_BIT;
    record.extensions.insert("VK_KHR_cooperative_matrix");
    record.cooperative_matrix = record.float16 = record.vulkan_memory_model = true;
    record.subgroup_size_control = record.full_subgroups = true;
    record.matrix_sizes = {{16, 8, 8, 32}, {16, 16, 16, 32}, {16, 8, 16, 32}, {64, 64, 16, 32}};
    return record;
}

// This build was made with a compiler and headers that know the extension.
bool built() {
#ifdef VK_KHR_cooperative_matrix
    return find_shader("conv2d:forward_matrix") != nullptr;
#else
    return false;
#endif
}

}  // namespace

TEST_CASE("of the sizes of matrices that suit the kernels the largest is used, and all are told") {
    const PhysicalRecord record = able_device();
    CHECK(choose_matrix_units(record) == MatrixUnits{16, 16, 16, 32});
    const Capabilities capabilities = decide_capabilities(record, {});
    const Capability& item = capabilities[Optional::cooperative_matrix];
    CHECK(item.available);
    CHECK(item.used == built());
    CHECK(item.reason.empty() == built());
    CHECK(item.detail == "16x8x8, 16x16x16, 16x8x16, 64x64x16");
    CHECK(decide_traits(record, capabilities, {}).matrix_units ==
          (built() ? MatrixUnits{16, 16, 16, 32} : MatrixUnits{}));
}

TEST_CASE("what a device lacks for matrix units is the reason that is told") {
    if (!built()) {
        REQUIRE(matrix_units_refusal(able_device()));
        CHECK(std::string_view(matrix_units_refusal(able_device())).starts_with("this build's "));
        return;
    }
    CHECK(matrix_units_refusal(able_device()) == nullptr);
    const auto refusal = [](auto spoil) {
        PhysicalRecord record = able_device();
        spoil(record);
        const char* const reason = matrix_units_refusal(record);
        return std::string(reason ? reason : "");
    };
    CHECK(refusal([](auto& r) { r.api_version = VK_API_VERSION_1_1; }) ==
          "the kernels for it need Vulkan 1.2");
    CHECK(refusal([](auto& r) { r.float16 = false; }).find("shaderFloat16") != std::string::npos);
    CHECK(refusal([](auto& r) { r.full_subgroups = false; }).find("full subgroups") != std::string::npos);
    CHECK(refusal([](auto& r) { r.properties.limits.maxComputeSharedMemorySize = 16384; }).find("32 KiB") !=
          std::string::npos);
    CHECK(refusal([](auto& r) {
              r.matrix_sizes = {{64, 64, 16, 32}};
          }).find("float32 sums") != std::string::npos);
}

TEST_CASE("a device without the extension, and one whose driver does not enable it, have no matrix units") {
    PhysicalRecord record = able_device();
    record.extensions.clear();
    CHECK(!decide_capabilities(record, {})[Optional::cooperative_matrix].available);
#ifdef VK_KHR_cooperative_matrix
    record = able_device();
    record.cooperative_matrix = false;
    CHECK(!decide_capabilities(record, {})[Optional::cooperative_matrix].available);
#endif
}

TEST_CASE("VKGAN_FAMILY=matrix gives matrix units or an error that says why not") {
    const char* const before = std::getenv("VKGAN_FAMILY");
    const std::string kept = before ? before : "";
    setenv("VKGAN_FAMILY", "matrix", 1);
    const auto made = Device::create({.validation = true});
    if (before)
        setenv("VKGAN_FAMILY", kept.c_str(), 1);
    else
        unsetenv("VKGAN_FAMILY");
    if (made.ok()) {
        CHECK((*made)->traits().family == Family::tile);
        CHECK((*made)->traits().half_inputs);
        CHECK((*made)->traits().matrix_units.m > 0);
    } else {
        CHECK(made.error().code == Code::unsupported);
        CHECK(made.error().message.find("VKGAN_FAMILY is \"matrix\"") != std::string::npos);
        CHECK(made.error().message.find("has no cooperative matrix that can be used: ") != std::string::npos);
    }
}
