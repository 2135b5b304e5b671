// What each row of the table of metrics measures. All fail with the reason where model or data do not allow
// it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/evaluate_subject.hpp"

namespace vkgan {

// By an evaluator.
Result<Scores> measure_is(Subject& subject);
Result<Scores> measure_fid(Subject& subject);
Result<Scores> measure_kid(Subject& subject);
Result<Scores> measure_prdc(Subject& subject);
Result<Scores> measure_conditional(Subject& subject);

// Of pixels, or of points.
Result<Scores> measure_swd(Subject& subject);
Result<Scores> measure_ms_ssim(Subject& subject);
Result<Scores> measure_diversity(Subject& subject);
Result<Scores> measure_reconstruction(Subject& subject);

Result<Scores> measure_modes(Subject& subject);  // by an evaluator, or of points
Result<Scores> measure_jsd(Subject& subject);    // of numbers

// "IS(eval-digits)"
std::string label_of(std::string_view measure, const Evaluator& evaluator);
// Floors are told where they can be had.
template <class T, class Take>
std::optional<double> floor_of(const Result<T>& result, Take take) {
    if (!result) return std::nullopt;
    return double(take(*result));
}

}  // namespace vkgan
