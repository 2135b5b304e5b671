// llvmpipe in 512-bit vectors. Mesa 22's software driver computes in 256 bits even where the CPU has AVX-512,
// unless LP_NATIVE_VECTOR_WIDTH=512 is set when it is loaded: 40 to 70 % more on contractions.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/capabilities.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vkgan {

// Whether the device is such a driver on such a CPU, and nobody has set a width already. Mesa 23 and later
// are slower in 512 bits, so they are left alone.
bool can_widen(const PhysicalRecord& record);

// VKGAN_WIDE_VECTORS=0 leaves the driver as it is, also if it is wide already because another of our devices
// holds it; absent or 1: widen where it can be done.
bool wants_wide_vectors();

// Sets the environment that the driver reads between vkCreateInstance and vkCreateDevice, and puts it back at
// the end of its life. Mesa's shader cache does not know of the width, so wide code gets a folder of its own
// below `cache_folder` (empty or not writable: no cache). Like every change of the environment, not to be
// made while other threads read it.
class WideVectors {
public:
    explicit WideVectors(const std::string& cache_folder);
    ~WideVectors();
    WideVectors(const WideVectors&) = delete;
    WideVectors& operator=(const WideVectors&) = delete;

    // Whether a driver that was loaded since then took the width. It does not if somebody else in this
    // process already holds the driver; then this must end before vkCreateDevice, or narrow code would land
    // in the wide folder.
    static bool taken(const PhysicalRecord& record);

private:
    struct Kept {
        std::string name;
        std::optional<std::string> value;
    };
    void set(const char* name, const std::string& value);

    std::vector<Kept> kept_;
};

}  // namespace vkgan
