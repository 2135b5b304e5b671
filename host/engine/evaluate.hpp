// evaluate: draws a trained model's samples, compares them with real data, and says what real data score.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/checkpoint.hpp"
#include "host/engine/sampling.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

inline constexpr int least_evaluated = 2;  // samples; the most are largest_sample_count

struct EvaluateQuery {
    std::string model;  // the file, for messages and reports
    std::string data;
    std::string metrics = "all";  // comma separated; "all": every one that model and data allow
    int count = 2000;             // samples
    uint64_t seed = 1;
    std::filesystem::path evaluator;  // empty: the shipped one for the data
    Controls controls{};              // of all samples
};

enum class Better { higher, lower, like_floor };

struct Score {
    std::string name;
    double value = 0;
    std::optional<double> std, floor;  // floor: what real data give in the samples' place
    Better better = Better::like_floor;
    std::string note;
    bool detail = false;  // one of many, such as one class's; the text gathers them below its table
};
using Scores = std::vector<Score>;

struct LeftOut {
    std::string metric, why;
};

struct Evaluation {
    EvaluateQuery query;
    std::string recipe, device, driver;
    int64_t steps = 0;                             // trained
    int64_t reference_count = 0, floor_count = 0;  // real images of the train split, and those of the floors
    bool held_out = false;                     // the floors' images are some of the train split, set aside
    std::string evaluator;                     // its name; empty where nothing looked with one
    std::optional<double> evaluator_accuracy;  // on the floors' images; none without labels
    Scores scores;
    std::vector<LeftOut> left_out;  // of "all"
};

// The names in their order, each once. Fails on unknown names, with the nearest, and on an empty list.
Result<std::vector<std::string>> parse_metrics(std::string_view list);

// What needs no device: metrics, count, and that the model draws samples.
Status check_query(const Model& model, const EvaluateQuery& query);

// A metric that was asked for by name and cannot be had is an error that names it and says why. The same
// query gives the same numbers on the same device and driver.
Result<Evaluation> evaluate(Device& device, TrainedModel trained, const EvaluateQuery& query);

std::string evaluation_text(const Evaluation& evaluation);
std::string evaluation_json(const Evaluation& evaluation);

}  // namespace vkgan
