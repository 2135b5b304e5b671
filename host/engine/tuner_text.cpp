// What the tuner found, for people and for programs.
// SPDX-License-Identifier: MIT
#include "host/engine/tuner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vkgan {

namespace {

std::string time_text(const CandidateResult& candidate) {
    return candidate.wrong.empty() ? fmt::format("{:.3f}", candidate.ns / 1e6) : "wrong";
}

std::string problem_text(const ProblemResult& result) {
    std::string text = fmt::format("{}, {} a step\n", result.problem, result.count);
    for (size_t i = 0; i < result.candidates.size(); ++i) {
        const CandidateResult& candidate = result.candidates[i];
        std::string note = i == result.rule ? "built-in rule" : "";
        if (result.winner == i)
            note = i == result.rule ? "built-in rule, kept"
                                    : fmt::format("chosen, {:.2f} times as quick", result.gain);
        text += fmt::format("  {:>10}  {:<28} {}\n", time_text(candidate), candidate.choice, note);
    }
    return text;
}

}  // namespace

std::string tune_text(const TuneReport& report) {
    std::string text = fmt::format("{}, {} with a batch of {}: ms of each candidate, alone, median of {}\n\n",
                                   report.device, report.recipe, report.batch, tuning_rounds);
    for (const ProblemResult& result : report.problems) text += problem_text(result);
    text += fmt::format("\n{} problems, {} of them quicker than by the built-in rule", report.problems.size(),
                        report.choices().size());
    if (report.left_out > 0) text += fmt::format("; {} left by the time limit", report.left_out);
    text += report.file.empty() ? "\n" : fmt::format("; kept in {}\n", report.file);
    for (const std::string& message : report.messages) text += message + "\n";
    return text;
}

std::string tune_json(const TuneReport& report) {
    nlohmann::ordered_json json{{"device", report.device}, {"recipe", report.recipe},
                                {"batch", report.batch},   {"rounds", tuning_rounds},
                                {"file", report.file},     {"left_out", report.left_out}};
    json["problems"] = nlohmann::ordered_json::array();
    for (const ProblemResult& result : report.problems) {
        nlohmann::ordered_json row{{"problem", result.problem}, {"count", result.count}};
        row["candidates"] = nlohmann::ordered_json::array();
        for (const CandidateResult& c : result.candidates)
            row["candidates"].push_back({{"choice", c.choice}, {"ms", c.ns / 1e6}, {"wrong", c.wrong}});
        row["rule"] = result.candidates[result.rule].choice;
        row["winner"] = nullptr;
        if (result.winner) row["winner"] = result.candidates[*result.winner].choice;
        row["gain"] = result.gain;
        json["problems"].push_back(std::move(row));
    }
    json["messages"] = report.messages;
    return json.dump(2) + "\n";
}

}  // namespace vkgan
