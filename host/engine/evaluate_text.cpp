// An evaluation as an aligned table for people and as JSON for programs.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr size_t details_in_a_line = 4;

std::string number(const std::optional<double>& value) {
    return value ? fmt::format("{:.4g}", *value) : std::string("-");
}

const char* better_text(Better better) {
    return better == Better::higher ? "higher" : better == Better::lower ? "lower" : "as floor";
}

std::string evaluator_text(const Evaluation& e) {
    if (!e.evaluator_accuracy)
        return fmt::format("{}, of unknown accuracy: no labels to compare", e.evaluator);
    return fmt::format("{}, right about {:.2f} % of the {} real images of the floors", e.evaluator,
                       100 * *e.evaluator_accuracy, e.floor_count);
}

std::string header(const Evaluation& e) {
    std::string text = fmt::format("model      {}: {}, {} steps, {} samples of seed {}\n", e.query.model,
                                   e.recipe, e.steps, e.query.count, e.query.seed);
    for (const auto& [name, value] : e.query.controls)
        text += fmt::format("control    {} = {}\n", name, value);
    text += fmt::format("data       {}: {} of train; floors of {} {}\n", e.query.data, e.reference_count,
                        std::min<int64_t>(e.query.count, e.floor_count),
                        e.held_out ? "set aside, as there is no test split" : "of test");
    if (!e.evaluator.empty()) text += fmt::format("evaluator  {}\n", evaluator_text(e));
    return text + fmt::format("device     {}, {}\n", e.device, e.driver);
}

// "name value (floor), ..." a few in a line.
std::string details(const Scores& scores) {
    std::string text;
    size_t written = 0;
    for (const Score& score : scores) {
        if (!score.detail) continue;
        if (written % details_in_a_line == 0) text += text.empty() ? "\ndetails, with floors:\n  " : "\n  ";
        text += fmt::format("{:<34}", fmt::format("{} {:.3f} ({})", score.name, score.value,
                                                  score.floor ? fmt::format("{:.3f}", *score.floor) : "-"));
        ++written;
    }
    if (text.empty()) return {};
    std::string trimmed;
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find('\n', start), text.size());
        const size_t last = text.find_last_not_of(' ', end == 0 ? 0 : end - 1);
        if (end > start && last != std::string::npos && last >= start)
            trimmed += text.substr(start, last + 1 - start);
        trimmed += '\n';
        start = end + 1;
    }
    return trimmed;
}

}  // namespace

std::string evaluation_text(const Evaluation& e) {
    size_t width = 6;
    for (const Score& score : e.scores)
        if (!score.detail) width = std::max(width, score.name.size());
    std::string text = header(e);
    text += fmt::format("\n{:<{}}  {:>9}  {:>9}  {:>9}  {:<8}  {}\n", "metric", width, "value", "std",
                        "floor", "better", "note");
    for (const Score& score : e.scores) {
        if (score.detail) continue;
        text +=
            fmt::format("{:<{}}  {:>9}  {:>9}  {:>9}  {:<8}  {}\n", score.name, width, number(score.value),
                        number(score.std), number(score.floor), better_text(score.better), score.note);
    }
    text += details(e.scores);
    if (!e.left_out.empty()) text += "\nleft out:\n";
    for (size_t i = 0; i < e.left_out.size(); ++i) {
        const bool same_follows = i + 1 < e.left_out.size() && e.left_out[i + 1].why == e.left_out[i].why;
        if (i == 0 || e.left_out[i - 1].why != e.left_out[i].why) text += "  ";
        text += e.left_out[i].metric + (same_follows ? ", " : fmt::format(": {}\n", e.left_out[i].why));
    }
    return text;
}

std::string evaluation_json(const Evaluation& e) {
    using nlohmann::json;
    const auto optional = [](const std::optional<double>& value) {
        return value && std::isfinite(*value) ? json(*value) : json(nullptr);
    };
    json list = json::array();
    for (const Score& score : e.scores) {
        json row{{"name", score.name},
                 {"value", optional(score.value)},
                 {"floor", optional(score.floor)},
                 {"note", score.note}};
        if (score.std) row["std"] = optional(score.std);
        row["higher_is_better"] =
            score.better == Better::like_floor ? json(nullptr) : json(score.better == Better::higher);
        list.push_back(std::move(row));
    }
    json left = json::array();
    for (const LeftOut& one : e.left_out) left.push_back({{"name", one.metric}, {"why", one.why}});
    json controls = json::object();
    for (const auto& [name, value] : e.query.controls) controls[name] = value;
    json evaluator(nullptr);
    if (!e.evaluator.empty())
        evaluator = {{"name", e.evaluator}, {"accuracy", optional(e.evaluator_accuracy)}};
    const json whole{{"model", e.query.model},
                     {"recipe", e.recipe},
                     {"steps", e.steps},
                     {"data", e.query.data},
                     {"count", e.query.count},
                     {"seed", e.query.seed},
                     {"controls", controls},
                     {"reference_count", e.reference_count},
                     {"floor_count", std::min<int64_t>(e.query.count, e.floor_count)},
                     {"floor_held_out", e.held_out},
                     {"evaluator", evaluator},
                     {"device", e.device},
                     {"driver", e.driver},
                     {"metrics", list},
                     {"left_out", left}};
    return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace vkgan
