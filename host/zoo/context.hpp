// What an entry of the zoo works with: trainings, samples, evaluators, and a place for figures and pictures.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/evaluator.hpp"
#include "host/engine/training_run.hpp"

#include <deque>
#include <functional>
#include <limits>

namespace vkgan {

enum class ZooTier { small, medium };  // S: minutes on a CPU; M: what the system is judged by

// A number that was measured, and what it must be.
struct Figure {
    std::string name;
    double value = 0;
    enum class Judge { shown, at_least, at_most } judge = Judge::shown;
    double threshold = 0;
    bool best = false;  // over seeds the best counts, not the median

    bool passed() const;
};

using Settings = std::map<std::string, std::string, std::less<>>;

struct Training {
    std::string recipe;
    Settings settings{};
    std::string data;
    // What a folder beside others of the same entry is called.
    std::string name = "run";
};

class ZooContext {
public:
    ZooContext(Device& device, ZooTier tier, uint64_t seed, std::filesystem::path folder,
               std::function<void(std::string_view)> log)
        : device_(device), tier_(tier), seed_(seed), folder_(std::move(folder)), log_(std::move(log)) {}

    Device& device() const { return device_; }
    bool small() const { return tier_ == ZooTier::small; }
    uint64_t seed() const { return seed_; }

    Result<std::unique_ptr<TrainingRun>> open(const Training& training);
    // So many steps; progress goes to the log. `each`: after every step.
    using After = std::function<Status(const StepResult&)>;
    Status train(TrainingRun& run, int64_t steps, const After& each = {});
    // Mean of a report over the last 50 steps trained; NaN if there was none.
    double recent(std::string_view report) const;

    Result<Tensor> samples(TrainingRun& run, int count, const Controls& controls = {});
    // The run's networks as they are now, with averages where there are some. Saves the run.
    Result<std::unique_ptr<Inference>> networks(TrainingRun& run);

    // The shipped evaluator for a kind of data; the first use of one tells its accuracy on the test split.
    Result<Evaluator*> evaluator(const std::string& data);
    Result<const LabelledImages*> images(const ImageQuery& query);

    void at_least(std::string name, double value, double threshold);
    void at_most(std::string name, double value, double threshold);
    void show(std::string name, double value);
    Status picture(const std::string& name, const Tensor& images, int columns = 0);
    void note(std::string_view text) const { log_(text); }

    std::vector<Figure>& figures() { return figures_; }
    const std::vector<std::filesystem::path>& pictures() const { return pictures_; }

private:
    Device& device_;
    ZooTier tier_;
    uint64_t seed_;
    std::filesystem::path folder_;
    std::function<void(std::string_view)> log_;
    std::map<std::string, std::deque<double>, std::less<>> recent_;
    std::map<std::string, std::unique_ptr<Evaluator>, std::less<>> evaluators_;
    std::map<std::string, std::unique_ptr<LabelledImages>, std::less<>> images_;
    std::vector<Figure> figures_;
    std::vector<std::filesystem::path> pictures_;
};

// Measures that several entries share.

// The first half of each row: of an encoder that gives means, then log variances.
Tensor means_of(const Tensor& codes);
// Mean Euclidean distance of row i of a to row i + shift of b.
double mean_distance(const Tensor& a, const Tensor& b, size_t shift = 0);

// Inception Score, Fréchet distance to the training set and classes hit of samples, by the data's evaluator.
struct SampleQuality {
    double score = 0, distance = 0, floor = 0;  // floor: distance of the test set to the training set
    double real_score = 0;                      // of the test set
    int classes = 0;                            // that at least 1 % of the samples show
    int seen = 0;                               // that any sample shows
};
Result<SampleQuality> quality_of(ZooContext& zoo, const Tensor& samples, const std::string& data);

// Share of samples that show the class they were asked for, `each` of every class, by label control
// `control`.
struct ConditionalQuality {
    double accuracy = 0, minimum = 0, real_accuracy = 0;
    double diversity = 0;  // mean distance of two samples of a class over that of real images, mean of classes
};
Result<ConditionalQuality> conditional_quality(ZooContext& zoo, TrainingRun& run, const std::string& data,
                                               int each, const std::string& control = "y");

}  // namespace vkgan
