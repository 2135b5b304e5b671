// Samples: latent vectors as a function of seed and sample number, and chunks of them through a network.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/program.hpp"
#include "host/engine/scalars.hpp"
#include "host/model/model.hpp"

#include <functional>

namespace vkgan {

inline constexpr int largest_sample_batch = 64;
inline constexpr int largest_sample_count = 65536;

struct SampleQuery {
    const Model& model;
    int count = 0;
    uint64_t seed = 0;
    // "z.3": that entry of the latent of every sample; a label's name: its class, -1 for any, each as likely;
    // a label's entries, "y.3" and others: a blend of classes, 0 where none is set; an entry also by its
    // name.
    Controls controls{};
    uint64_t first = 0;  // the number of the first sample
    // What the network reads of a data set, by the names of sources, [n, ...]: sample i reads row i, around
    // the n. Without it such networks are refused.
    const TensorMap* given = nullptr;
    // Instead of what is drawn, by names of inputs or their sources, [count, ...]: row k is of sample
    // first + k. Of an index: whole numbers.
    const TensorMap* rows = nullptr;
};

// Names of the sources of images and attributes that the sampling network reads; none: it draws from noise.
std::vector<std::string> sampled_data(const Model& model);

// Of values for `rows` samples of an input of the sampling network, by its name or its source's.
Result<Shape> rows_shape(const Model& model, std::string_view name, int64_t rows, int64_t values);

// Gives the sampling network in inference form for a batch of at least 1 and at most `wanted`, or any other
// batch.
using SamplerOf = std::function<Result<Program*>(int wanted)>;

// Controls are known and in range, and the network draws from noise alone or from what is given.
Status check_sample_query(const SampleQuery& query);
// What is drawn for `count` samples, by names of sources or else inputs; classes as whole numbers.
Result<TensorMap> drawn_inputs(const SampleQuery& query);
// Inputs of as many samples as the program's batch, from query.first on, into a slot of it.
Status write_sample_inputs(const SampleQuery& query, Program& program, int slot);

// [count, C, H, W]. Sample i is the same whatever the count and the chunks.
Result<Tensor> draw_samples(const SampleQuery& query, const SamplerOf& sampler);

}  // namespace vkgan
