// Options of layers and statements: what each row of a table knows, its defaults and ranges, and how they are
// read.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/model/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

enum class OptionKind : uint8_t { number, integer, word, list };

struct OptionSpec {
    std::string_view name;
    OptionKind kind = OptionKind::number;
    double value = 0, low = 0, high = 0;  // default and range; of a list: the range of its entries
    std::string_view words = {};          // of a word: the allowed ones, the first is the default; empty: any
    bool required = false;
};

// Names known, kinds right, ranges kept, required ones present. `place` starts the message.
Status check_options(const Options& options, std::span<const OptionSpec> specs, const std::string& place);

// Reads options that were checked; absent ones give their default.
struct OptionReader {
    const Options& options;
    std::span<const OptionSpec> specs;

    double number(std::string_view name) const;
    int integer(std::string_view name) const { return static_cast<int>(number(name)); }
    bool flag(std::string_view name) const { return number(name) != 0; }
    std::string_view word(std::string_view name) const;
    std::span<const double> list(std::string_view name) const;
};

}  // namespace vkgan
