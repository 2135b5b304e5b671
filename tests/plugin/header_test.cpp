// vkgan_plugin.h means the same in C11 and C++20, with and without Vulkan's header. That it compiles alone,
// with -pedantic and warnings as errors, is shown by this program: cmake/tests.cmake compiles header_alone.c
// four ways.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <vector>

extern "C" {
const size_t* vkgan_layout_c(size_t* count);
const size_t* vkgan_layout_c_alone(size_t* count);
const size_t* vkgan_layout_cpp(size_t* count);
const size_t* vkgan_layout_cpp_alone(size_t* count);
}

namespace {

std::vector<size_t> layout(const size_t* (*of)(size_t*)) {
    size_t count = 0;
    const size_t* const sizes = of(&count);
    REQUIRE_MESSAGE(sizes, "VKGAN_MAKE sets size and type, and the rest to zero");
    return {sizes, sizes + count};
}

}  // namespace

TEST_CASE("the plugin's structs are the same in C and C++, with and without Vulkan's header") {
    const std::vector<size_t> expected = layout(vkgan_layout_c);
    CHECK(expected.size() == 26);
    CHECK(layout(vkgan_layout_c_alone) == expected);
    CHECK(layout(vkgan_layout_cpp) == expected);
    CHECK(layout(vkgan_layout_cpp_alone) == expected);
}
