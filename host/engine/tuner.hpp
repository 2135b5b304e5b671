// Tuner: for every distinct contraction of a model, the quickest of the kernels whose numbers are right.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/trial.hpp"
#include "host/model/model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vkgan {

// A contraction that a model runs, as a graph of its own.
struct TunedProblem {
    Graph graph;
    Tunable tunable;  // the problem and its candidates
    int count = 1;    // dispatches in a training step, and in a call of the sampling network
};
// Of a whole graph: contractions that have a choice, each distinct problem once.
std::vector<TunedProblem> problems_of(const Graph& graph, const DeviceTraits& device);

struct CandidateResult {
    std::string choice;
    double ns = 0;      // median; 0: not timed
    std::string wrong;  // what was wrong with its numbers; such a candidate is neither timed nor chosen
};

struct ProblemResult {
    std::string problem;
    int count = 1;
    std::vector<CandidateResult> candidates;  // the hand rule's first
    size_t rule = 0;  // what is taken where nothing was tuned: the built-in table's, else by hand
    std::optional<size_t> winner;  // none: not one was right
    double gain = 1;               // time of that choice / the winner's, where a winner replaced it
};

// Checked before timed, and against the kernel by definition, to the bit (exact_magnitude). What is right is
// timed in turns; the best replaces the built-in choice if it is quicker by `least_gain` in the median of
// the rounds' ratios, twice: where it was found, and in a duel of as many rounds.
inline constexpr double least_gain = 1.03;
inline constexpr int tuning_rounds = 5;
Result<ProblemResult> tune_problem(Device& device, const TunedProblem& problem, const AlterPlan& alter = {});

struct TuneQuery {
    int batch = 0;            // 0: the model's
    double time_limit_s = 0;  // 0: none
    AlterPlan alter{};        // for tests
};
struct TuneReport {
    std::string device, recipe;
    int batch = 0;
    std::vector<ProblemResult> problems;
    std::vector<std::string> messages;  // of wrong candidates, and of problems that could not be tried
    int left_out = 0;                   // problems that the time limit left
    std::string file;                   // where the choices were kept; empty: nowhere
    TuningTable choices() const;        // those that replace a built-in one
    bool family_wrong() const;          // some problem has no right candidate
};
// Training's phases and the sampling network, at one batch.
Result<TuneReport> tune(Device& device, const Model& model, const TuneQuery& query);

std::string tune_text(const TuneReport& report);
std::string tune_json(const TuneReport& report);

}  // namespace vkgan
