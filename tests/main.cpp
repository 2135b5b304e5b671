// The test program's entry: doctest with its own command line.
// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

int main(int argc, char** argv) {
    ::setenv("VK_LAYER_SETTINGS_PATH", VKGAN_SOURCE_DIR "/tests/vk_layer_settings.txt", 0);
    ::setenv("VKGAN_TUNING", "fixed", 0);  // for the programs that tests start
    const int status = doctest::Context(argc, argv).run();
    // Before main ends: the validation layer's own statics are destroyed first after it.
    vkgan::release_test_devices();
    return status;
}
