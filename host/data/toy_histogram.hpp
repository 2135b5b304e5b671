// A drawn histogram as a toy distribution: W,W,...[@LOW..HIGH].
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/toy.hpp"

#include <filesystem>

namespace vkgan {

// `source` serves the messages only. 1 to 4096 weights that are finite, not negative and not all 0.
Result<ToyDistribution> parse_histogram(std::string_view text, std::string_view source);
Result<ToyDistribution> read_histogram(const std::filesystem::path& file);
Error histogram_lacks_text(std::string_view name);

}  // namespace vkgan
