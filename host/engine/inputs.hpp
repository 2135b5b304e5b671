// BatchSource: what the phases of a training step read from outside: batches of a data set, or a feed file.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/engine/compile.hpp"
#include "host/engine/scalars.hpp"
#include "host/model/model.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vkgan {

// Input name -> its bytes in physical layout.
using StagedInputs = std::map<std::string, std::vector<std::byte>, std::less<>>;

class BatchSource {
public:
    virtual ~BatchSource() = default;
    // Inputs of execution `index` of training step `step`: a pure function of both. Valid until the next
    // call.
    virtual Result<const StagedInputs*> inputs(int64_t step, size_t index) = 0;
    // The mean of what the model's first image source gets, [C, H, W] in [-1, 1].
    virtual Result<Tensor> mean_image() const = 0;
    // At most so many images of the first image source, evenly spread over the set, [N, C, H, W]; none of a
    // feed.
    virtual Result<Tensor> some_images(int64_t) const { return Tensor(Shape{0}); }
    virtual Result<Tensor> some_attributes(int64_t) const { return Tensor(Shape{0}); }  // of the same samples
    virtual std::vector<std::string> attribute_names() const { return {}; }             // of the data set
    // Combinations of independent attributes, as Source::patterns; of at most so many samples, evenly spread.
    virtual Result<std::vector<double>> attribute_patterns(int64_t) const { return std::vector<double>{}; }
    virtual int64_t steps() const { return -1; }  // how many it holds; -1: endless
    virtual std::string description() const = 0;  // for people: "faces: 13000 images"
    virtual uint64_t fingerprint() const = 0;     // of everything that it gives
};

// Both borrow the model and the plans, for as long as the sources live.
struct SourceQuery {
    const Model& model;
    const Compiled& compiled;
    int batch = 0;
    uint64_t seed = 0;
};
using OpenDataset = std::function<Result<std::unique_ptr<Dataset>>(const DatasetOptions&)>;
// `open`: not empty: gives the data set, which data_spec then only names.
Result<std::unique_ptr<BatchSource>> open_data(const SourceQuery& query, const std::string& data_spec,
                                               const OpenDataset& open = {});
// Tensors [steps, B, ...] named like the sources; "real" and "noise" also serve where there is only one of
// their kind.
Result<std::unique_ptr<BatchSource>> open_feed(const SourceQuery& query, const std::string& path);
// The batch that a feed holds for this model.
Result<int> feed_batch(const Model& model, const std::string& path);

bool is_noise(const Source& source);  // is drawn: normal, uniform, categorical, signs
bool is_data(const Source& source);   // comes from the data set: images, attributes, labels

}  // namespace vkgan
