// Slips of the finger and what they were meant to be.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace vkgan;

TEST_CASE("edit_distance counts insertions, deletions, replacements and swaps") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("dcgan", "dgcan") == 1);
}

TEST_CASE("nearest_name finds the name that was meant") {
    const std::vector<std::string> names{"dcgan", "gan", "wgan_gp"};
    CHECK(nearest_name("dcgna", names) == "dcgan");
    CHECK(nearest_name("gann", names) == "gan");
    CHECK(nearest_name("wgangp", names) == "wgan_gp");
}

TEST_CASE("nearest_name is empty when nothing is near") {
    const std::vector<std::string> names{"dcgan", "gan", "lr"};
    CHECK(nearest_name("transformer", names).empty());
    CHECK(nearest_name("xy", names).empty());
    CHECK(nearest_name("", names).empty());
    CHECK(nearest_name(std::string(1000000, 'a'), names).empty());
    CHECK(nearest_name("gan", {}).empty());
}

TEST_CASE("did_you_mean ends a message, or adds nothing") {
    const std::vector<std::string> names{"batch"};
    CHECK(did_you_mean("bacth", names) == "; did you mean \"batch\"?");
    CHECK(did_you_mean("learning_rate", names) == "");
}
