// The check of matrix units: honest results pass, a lie switches the capability off and says so.
// SPDX-License-Identifier: MIT
#include "host/engine/check_matrix.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The results that the kernels of float32 give: what matrix units that work give, too.
std::vector<float> honest_results(Device& device) {
    DeviceTraits traits = device.traits();
    traits.family = Family::tile;
    traits.half_inputs = false;
    const auto results = run_matrix_problem(device, traits);
    REQUIRE_MESSAGE(results.ok(), results.error().message);
    return *results;
}

}  // namespace

TEST_CASE("matrix units that the device has pass their check") {
    const auto made = Device::create({.validation = true, .family = Family::tile, .half_inputs = true});
    REQUIRE_MESSAGE(made.ok(), made.error().message);
    const bool used = (*made)->capabilities().uses(Optional::cooperative_matrix);
    CHECK(((*made)->traits().matrix_units.m > 0) == used);
    CHECK(check_matrix_units(**made) == "");
    CHECK((*made)->capabilities().uses(Optional::cooperative_matrix) == used);
    CHECK((*made)->validation_messages().empty());
}

TEST_CASE("the test problem is exact: kernels of different order agree to the bit") {
    const auto made = Device::create({.validation = true});
    REQUIRE(made.ok());
    CHECK(judge_matrix_units(**made, honest_results(**made)) == "");
}

TEST_CASE("matrix units whose results are wrong are switched off with a message that has both values") {
    const auto made = Device::create({.validation = true});
    REQUIRE(made.ok());
    Device& device = **made;
    std::vector<float> wrong = honest_results(device);
    wrong[100] = 1000;
    const std::string message = judge_matrix_units(device, wrong);
    CHECK(contains(message, device.name()));
    CHECK(contains(message, "value 100 of a test convolution is 1000 on them and "));
    const Capability& capability = device.capabilities()[Optional::cooperative_matrix];
    CHECK(!capability.used);
    CHECK(contains(capability.reason, "it failed its check"));
    CHECK(device.traits().matrix_units == MatrixUnits{});
}

TEST_CASE("matrix units whose kernels do not even run are switched off with the driver's reason") {
    const auto made = Device::create({.validation = true});
    REQUIRE(made.ok());
    const std::string message =
        judge_matrix_units(**made, Error{Code::internal, "vkCreateComputePipelines failed"});
    CHECK(contains(message, "vkCreateComputePipelines failed"));
    CHECK(!(*made)->capabilities().uses(Optional::cooperative_matrix));
}
