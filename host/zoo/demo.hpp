// Demonstrations: what lectures say of GANs, as pictures and numbers of real trainings. One a file; the build
// finds them.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/io/image.hpp"
#include "host/zoo/context.hpp"
#include "host/zoo/plot.hpp"

#include <nlohmann/json.hpp>

#include <span>
#include <string_view>

namespace vkgan {

struct DemoOptions {
    std::filesystem::path folder;
    uint64_t seed = 1;
    bool quick = false;  // few steps
    std::function<void(std::string_view)> log;
};

class DemoContext {
public:
    DemoContext(Device& device, std::string name, DemoOptions options)
        : device_(device), name_(std::move(name)), options_(std::move(options)) {}

    bool quick() const { return options_.quick; }
    uint64_t seed() const { return options_.seed; }
    Device& device() const { return device_; }
    int64_t steps(int64_t full, int64_t few) const { return quick() ? few : full; }
    // Trainings and evaluators with a seed of their own, `more` above the demonstration's.
    ZooContext trainings(uint64_t more = 0) const;

    void say(std::string line) { lines_.push_back(std::move(line)); }  // what is seen, with numbers
    nlohmann::ordered_json& numbers() { return numbers_; }
    Status plot(const std::string& name, const plot::Plot& plot);  // NAME.svg
    Status picture(const std::string& name, const Image& image);   // NAME.png

    const std::vector<std::string>& lines() const { return lines_; }
    const std::vector<std::filesystem::path>& files() const { return files_; }

private:
    Device& device_;
    std::string name_;
    DemoOptions options_;
    std::vector<std::string> lines_;
    std::vector<std::filesystem::path> files_;
    nlohmann::ordered_json numbers_ = nlohmann::ordered_json::object();
};

// Defined as `const Demo NAME = {...};` in vkgan::demo_def, declared `extern` just before.
struct Demo {
    std::string_view name;
    std::string_view title;
    std::string_view what;  // it shows, in one sentence
    Status (*run)(DemoContext& demo) = nullptr;
};

std::span<const Demo* const> all_demos();  // list written by the build
Result<const Demo*> find_demo(std::string_view name);

struct DemoResult {
    std::string text, json;  // for people; what NAME.json holds
};
Result<DemoResult> run(Device& device, const Demo& demo, const DemoOptions& options);
std::string demo_list(bool json);

// What several demonstrations share.

// Points of one dimension as [N, 1, 1, 1], evenly from low to high, at the middles of `count` parts.
Tensor places_on_line(double low, double high, int count);
std::vector<double> in_doubles(std::span<const float> values);
std::vector<double> sigmoids(std::span<const float> logits);

}  // namespace vkgan
