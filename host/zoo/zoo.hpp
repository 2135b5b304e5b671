// The zoo: every system that VkGAN claims to train, with what it must reach. One entry a file; the build
// finds them.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/zoo/context.hpp"

#include <span>
#include <string_view>

namespace vkgan {

// Defined as `const ZooEntry NAME = {...};` in vkgan::zoo_def, declared `extern` just before.
struct ZooEntry {
    std::string_view name;
    std::string_view title;      // of the system
    std::string_view what;       // it is, in one sentence
    std::string_view criterion;  // in words, of both tiers
    // Trains and measures with one seed: adds figures and pictures to the context.
    Status (*verify)(ZooContext& zoo) = nullptr;
    // Of tier M; figures are judged by their median over seeds, or the best where they say so. S takes one.
    int seeds = 1;
};

std::span<const ZooEntry* const> all_zoo_entries();  // list written by the build
Result<const ZooEntry*> find_zoo_entry(std::string_view name);

struct ZooVerdict {
    std::vector<Figure> figures;  // combined over seeds
    std::vector<std::vector<Figure>> by_seed;
    std::vector<std::filesystem::path> pictures;
    double seconds = 0;
    bool passed = false;
};

struct ZooOptions {
    ZooTier tier = ZooTier::small;
    int seeds = 0;  // 0: the entry's
    std::filesystem::path folder;
    std::function<void(std::string_view)> log;
};
Result<ZooVerdict> verify(Device& device, const ZooEntry& entry, const ZooOptions& options);

}  // namespace vkgan
