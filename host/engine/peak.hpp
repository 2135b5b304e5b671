// The machine's peak: what multiplications and additions of floats alone reach on its processors.
// SPDX-License-Identifier: MIT
#pragma once

namespace vkgan {

// GFLOP/s of separate multiplies and adds (as software Vulkan drivers compile them) in the widest vectors the
// processor has, on `threads` threads; a loop without memory, so nothing real reaches it. Takes about a fifth
// of a second.
double measure_host_peak(int threads);

}  // namespace vkgan
