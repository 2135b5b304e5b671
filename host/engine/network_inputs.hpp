// What a network runs on where all of it is given: a batch of each input, by its name in the network.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/program.hpp"
#include "host/model/model.hpp"

#include <cstdint>
#include <string_view>

namespace vkgan {

inline constexpr int largest_network_batch = 4096;  // of a generator's

// [batch, ...] of an input that gets so many values; another count or an unknown name is refused.
Result<Shape> input_shape(const Network& network, std::string_view name, int batch, int64_t values);
// Every input is there with a batch of finite numbers, whole ones of an index, and nothing else is.
Status check_network_inputs(const Network& network, const TensorMap& inputs, int batch);
TensorMap zero_inputs(const Network& network, int batch);
// Of inputs that are all there.
Status write_network_inputs(const Network& network, const TensorMap& inputs, Program& program,
                            int slot = Program::begun);

}  // namespace vkgan
