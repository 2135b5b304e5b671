// DataSpec: the text by which a user names a data set: faces, toy:ring, folder:DIR, ... (docs/data.md).
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <string>
#include <string_view>

namespace vkgan {

struct DataSpec {
    std::string kind;
    std::string path;  // or a toy's name; empty for shipped and drawn data

    std::string to_string() const;
};

// An unknown kind gets the nearest name; the path is not looked at yet.
Result<DataSpec> parse_data_spec(std::string_view text);

}  // namespace vkgan
