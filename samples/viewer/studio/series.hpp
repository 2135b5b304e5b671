// Values over steps, as plots show them.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace viewer {

struct Series {
    std::string name;
    std::vector<float> steps, values;  // of the same length
};

}  // namespace viewer
