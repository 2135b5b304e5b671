// A driver that lies about what it can do is found out.
// SPDX-License-Identifier: MIT
#include "host/engine/tuning.hpp"
#include "host/engine/tuning_file.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace vkgan::test {

namespace {

std::vector<std::string> claims(const DeviceTraits& traits) {
    std::vector<std::string> list;
    if (traits.texel_loads) list.emplace_back("texel_loads");
    if (traits.wide_stores) list.emplace_back("wide_stores");
    if (traits.family != Family::direct) list.emplace_back("contractions");
    return list;
}

// A driver on which this capability does nothing.
AlterPlan lie(const std::string& capability) {
    return [capability](const std::string& way, Plan& plan) {
        if (way == capability) plan.kernels.back().groups = {1, 1, 1};
    };
}

bool uses(const DeviceTraits& traits, const std::string& capability) {
    const auto list = claims(traits);
    return std::ranges::find(list, capability) != list.end();
}

}  // namespace

TEST_CASE("the devices that tests run on keep their word, in every family and profile") {
    for (Device* const device : {&test_device(), &test_device(Family::direct), &test_device(Family::shuffle),
                                 &test_device(Family::tile), &minimum_profile_device()}) {
        const auto faults = check_capabilities(*device);
        REQUIRE_MESSAGE(faults.ok(), faults.error().message);
        CHECK(faults->empty());
    }
}

TEST_CASE("a capability whose results are wrong is switched off with a message, and stays so") {
    for (const Family family : {Family::shuffle, Family::tile}) {
        for (const std::string& capability : claims(test_device(family).traits())) {
            CAPTURE(capability);
            const TemporaryFolder folder;
            const auto create = [&] {
                auto device = Device::create({.validation = true, .family = family, .cache_folder = ""});
                REQUIRE(device.ok());
                return std::move(*device);
            };
            const auto device = create();
            const auto before = claims(device->traits());
            prepare_tuning(*device, {.folder = folder.path.string(), .alter_check = lie(capability)});
            CHECK_FALSE(uses(device->traits(), capability));
            REQUIRE(device->notices().size() == 1);
            CHECK(device->notices()[0].find(capability) != std::string::npos);
            CHECK(device->notices()[0].find(device->name()) != std::string::npos);
            CHECK(device->notices()[0].find("instead of") != std::string::npos);
            // Without texel buffers there is no S family; else nothing but the capability itself is lost.
            const bool both = capability == "texel_loads" && family == Family::shuffle;
            CHECK(claims(device->traits()).size() == before.size() - (both ? 2 : 1));
            // Found again on the disk: also in fixed mode, and without another check.
            const auto later = create();
            const AlterPlan never = [](const std::string& way, Plan&) { FAIL_CHECK("checked again: ", way); };
            prepare_tuning(*later, {.fixed = true, .folder = folder.path.string(), .alter_check = never});
            CHECK_FALSE(uses(later->traits(), capability));
            CHECK(later->notices().size() == 1);
        }
    }
}

}  // namespace vkgan::test
