// What embed draws with is samples/render's, under its own names.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"

namespace render {}

namespace embed {
using namespace render;
}
