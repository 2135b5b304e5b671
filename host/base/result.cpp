// Which codes are the caller's fault.
// SPDX-License-Identifier: MIT
#include "host/base/result.hpp"

namespace vkgan {

bool is_bad_input(Code code) {
    switch (code) {
        case Code::invalid_argument:
        case Code::not_found:
        case Code::malformed:
        case Code::shape_mismatch:
        case Code::unsupported:
        case Code::invalid_handle:
        case Code::wrong_order:
        case Code::out_of_memory: return true;
        default: return false;
    }
}

}  // namespace vkgan
