// Names of precisions.
// SPDX-License-Identifier: MIT
#include "host/base/precision.hpp"

#include <string>

namespace vkgan {

std::string_view name_of(Precision precision) { return precision == Precision::mixed ? "mixed" : "float32"; }

Result<Precision> precision_of(std::string_view name) {
    if (name.empty() || name == "float32") return Precision::float32;
    if (name == "mixed") return Precision::mixed;
    return Error{Code::invalid_argument,
                 "precision: \"" + std::string(name) + "\" is not known; there are float32 and mixed"};
}

}  // namespace vkgan
