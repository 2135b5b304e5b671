// How a contraction is cut into tiles: what kernel rules choose by hand, and what the tuner chooses among.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vkgan {

// 0: not a property of this kind of kernel.
struct KernelChoice {
    int64_t rows = 0;         // of the result in a workgroup: channels
    int64_t columns = 0;      // products: pixels of a lane (S) or a workgroup (T); T weight gradients: quads
    int64_t invocations = 0;  // of a workgroup (T)
    int64_t unroll = 0;       // fetches of dy in one step (S weight gradients)
    int64_t slices = 0;       // of split-K (weight gradients)

    std::string to_string() const;  // "64x64 by 128, 8 slices": its name in files and tables
    friend bool operator==(const KernelChoice&, const KernelChoice&) = default;
};

// Problem -> choice, both by their names. A name that is none of a problem's candidates counts as absent.
using TuningTable = std::map<std::string, std::string, std::less<>>;

// What can be chosen for one contraction on one device. A pure function of the kernel query.
struct Tunable {
    std::string problem{};                   // kind, shapes and strides; empty: there is no choice
    int64_t terms = 0;                       // that one element of the result sums
    std::vector<KernelChoice> candidates{};  // the hand rule's first
    size_t chosen = 0;
};

}  // namespace vkgan
