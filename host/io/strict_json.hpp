// JSON from untrusted files: no exceptions, no duplicate keys, bounded depth and list lengths.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vkgan {

struct StrictJsonLimits {
    size_t max_depth = 64;  // objects and lists within each other
    size_t max_array_length = size_t(1) << 24;
};

// The message of an error says what is wrong and where, without a file's name: the caller adds it.
Result<nlohmann::json> parse_strict_json(std::string_view text, const StrictJsonLimits& limits = {});

}  // namespace vkgan
