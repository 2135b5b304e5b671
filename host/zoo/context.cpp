// Trainings and measures of the zoo.
// SPDX-License-Identifier: MIT
#include "host/zoo/context.hpp"

#include "host/base/file.hpp"
#include "host/engine/model_choice.hpp"
#include "host/io/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace vkgan {

namespace {

constexpr size_t recent_steps = 50;
constexpr double seconds_between_lines = 10;

std::string line_of(const StepResult& result, int64_t steps) {
    std::string text = fmt::format("step {}/{}", result.step, steps);
    for (const auto& [name, value] : result.values)
        if (!name.starts_with("grad_norm")) text += fmt::format("  {} {:.4g}", name, value);
    return text + fmt::format("  {:.0f} images/s", result.images_per_s);
}

}  // namespace

bool Figure::passed() const {
    if (judge == Judge::shown) return true;
    return judge == Judge::at_least ? value >= threshold : value <= threshold;
}

Result<std::unique_ptr<TrainingRun>> ZooContext::open(const Training& training) {
    VKGAN_ASSIGN(ModelChoice choice, choose_model(training.recipe, training.settings));
    RunOptions options{.folder = folder_ / fmt::format("{}-{}", training.name, seed_)};
    options.checkpoint_every = 0;
    options.sample_every = 0;
    options.session.seed = seed_;
    options.session.data = training.data;
    VKGAN_TRY(ensure_folder(folder_));
    recent_.clear();
    return TrainingRun::open(device_, std::move(choice), options);
}

Status ZooContext::train(TrainingRun& run, int64_t steps, const After& each) {
    using Clock = std::chrono::steady_clock;
    auto told = Clock::now();
    const int64_t last = run.session().progress().steps + steps;
    while (run.session().progress().steps < last) {
        VKGAN_ASSIGN(const StepResult result, run.step());
        if (!result.notice.empty()) note(result.notice);
        for (const auto& [name, value] : result.values) {
            std::deque<double>& values = recent_[name];
            values.push_back(value);
            if (values.size() > recent_steps) values.pop_front();
        }
        if (std::chrono::duration<double>(Clock::now() - told).count() > seconds_between_lines) {
            told = Clock::now();
            note(line_of(result, last));
        }
        if (each) VKGAN_TRY(each(result));
    }
    return {};
}

double ZooContext::recent(std::string_view report) const {
    const auto found = recent_.find(report);
    if (found == recent_.end()) return std::numeric_limits<double>::quiet_NaN();
    const std::deque<double>& values = found->second;
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

Result<Tensor> ZooContext::samples(TrainingRun& run, int count, const Controls& controls) {
    return run.session().sample(count, seed_ + 1000, controls);
}

Result<std::unique_ptr<Inference>> ZooContext::networks(TrainingRun& run) {
    VKGAN_TRY(run.save());
    VKGAN_ASSIGN(TrainedModel trained, read_trained(run.folder() / "model.vkgan"));
    return Inference::create(device_, std::move(trained));
}

Result<const LabelledImages*> ZooContext::images(const ImageQuery& query) {
    const std::string key =
        fmt::format("{}/{}/{}/{}/{}", query.data, query.split, query.image_size, query.channels, query.limit);
    if (const auto found = images_.find(key); found != images_.end()) return found->second.get();
    VKGAN_ASSIGN(LabelledImages images, read_images(query));
    return images_.emplace(key, std::make_unique<LabelledImages>(std::move(images))).first->second.get();
}

Result<Evaluator*> ZooContext::evaluator(const std::string& data) {
    if (const auto found = evaluators_.find(data); found != evaluators_.end()) return found->second.get();
    VKGAN_ASSIGN(const std::filesystem::path file, shipped_evaluator(data));
    VKGAN_ASSIGN(std::unique_ptr<Evaluator> evaluator, Evaluator::open(device_, file));
    VKGAN_ASSIGN(const LabelledImages* const test, images({.data = data, .split = "test"}));
    VKGAN_ASSIGN(const double accuracy, evaluator->accuracy(*test));
    note(fmt::format("{}: accuracy {:.4f} on {} test images of {}", evaluator->name(), accuracy,
                     test->images.shape[0], data));
    return evaluators_.emplace(data, std::move(evaluator)).first->second.get();
}

void ZooContext::at_least(std::string name, double value, double threshold) {
    figures_.push_back({std::move(name), value, Figure::Judge::at_least, threshold});
}

void ZooContext::at_most(std::string name, double value, double threshold) {
    figures_.push_back({std::move(name), value, Figure::Judge::at_most, threshold});
}

void ZooContext::show(std::string name, double value) { figures_.push_back({std::move(name), value}); }

Status ZooContext::picture(const std::string& name, const Tensor& images, int columns) {
    VKGAN_TRY(ensure_folder(folder_));
    const std::filesystem::path path = folder_ / fmt::format("{}-{}.png", name, seed_);
    VKGAN_TRY(write_png(path, make_grid(images, columns)));
    pictures_.push_back(path);
    return {};
}

}  // namespace vkgan
