// A search that needs values only: sep-CMA-ES (Ros & Hansen 2008, "A Simple Modification in CMA-ES Achieving
// Linear Time and Space Complexity"; notation of Hansen 2016, "The CMA Evolution Strategy: A Tutorial").
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace viewer {

class Search {
public:
    // From `mean` on, with a first step of about `sigma` in each entry; `population` candidates at a time, 4
    // at least.
    Search(std::vector<double> mean, double sigma, int population, uint64_t seed);

    // Candidates, one after another.
    std::vector<float> ask();
    // What each of those costs, in their order; not finite counts as worst.
    void tell(std::span<const double> costs);

    const std::vector<double>& mean() const { return mean_; }
    double sigma() const { return sigma_; }
    int population() const { return population_; }

private:
    void adapt(std::span<const double> step, std::span<const double> path, std::span<const size_t> order);

    int population_;
    int64_t generation_ = 0;
    double sigma_, mu_eff_ = 0;
    std::vector<double> mean_, weights_, variances_, path_sigma_, path_c_;
    std::vector<double> normals_;  // of the candidates
    std::mt19937_64 random_;
};

}  // namespace viewer
