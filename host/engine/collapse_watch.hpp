// CollapseWatch: alarms of mode collapse, and of a discriminator that wins, while a model trains.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/inputs.hpp"
#include "host/graph/tensor.hpp"
#include "host/metrics/diagnosis.hpp"
#include "host/model/model.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace vkgan {

class CollapseWatch {
public:
    static constexpr int sample_count = 64;

    // Whether a model is adversarial and draws samples to compare with its data: from noise, not from
    // pictures.
    static bool suits(const Model& model);
    // Reads real images to compare with. Where there are none (a feed) or all are equal, samples are not
    // judged.
    static Result<CollapseWatch> start(const Model& model, const BatchSource& source);

    // What the discriminator's loss says, step by step; only of losses that are 0 for a discriminator that
    // is always right.
    std::vector<std::string> see_step(int64_t step, const std::map<std::string, double, std::less<>>& values);
    Result<std::vector<std::string>> see_samples(int64_t step, const Tensor& images);

private:
    Tensor real_;                    // no values: none to compare with
    double duplicate_distance_ = 0;  // 0: duplicates cannot be told
    bool watches_loss_ = false;
    CollapseMonitor losses_, samples_;
    std::set<std::string> known_losses_, known_samples_;  // rules that were broken when last looked at
};

}  // namespace vkgan
