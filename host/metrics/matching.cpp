// The assignment problem: the best one-to-one matching of rows to columns.
// SPDX-License-Identifier: MIT
#include "host/metrics/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vkgan {
namespace {

// Costs of a table with no more rows than columns, read from gains that may lie on their side.
struct Costs {
    std::span<const double> gains;
    size_t rows = 0, columns = 0;
    bool transposed = false;

    double at(size_t r, size_t c) const {
        return -(transposed ? gains[c * rows + r] : gains[r * columns + c]);
    }
};

// Rows are added one by one, each along the cheapest augmenting path under costs reduced by the potentials,
// which stay at least 0. Index 0 stands for "none"; rows and columns count from 1.
class Matching {
public:
    explicit Matching(const Costs& costs)
        : costs_(costs),
          row_potential_(costs.rows + 1, 0.0),
          column_potential_(costs.columns + 1, 0.0),
          row_of_(costs.columns + 1, 0) {
        for (size_t row = 1; row <= costs.rows; ++row) add(row);
    }

    // Column from 0, or -1, per row.
    std::vector<int> columns_of_rows() const {
        std::vector<int> columns(costs_.rows, -1);
        for (size_t c = 1; c < row_of_.size(); ++c)
            if (row_of_[c] != 0) columns[row_of_[c] - 1] = static_cast<int>(c - 1);
        return columns;
    }

private:
    void add(size_t row) {
        std::vector<double> slack(costs_.columns + 1, std::numeric_limits<double>::infinity());
        std::vector<char> reached(costs_.columns + 1, 0);
        std::vector<size_t> previous(costs_.columns + 1, 0);
        row_of_[0] = row;
        size_t column = 0;
        while (row_of_[column] != 0) {
            reached[column] = 1;
            const size_t from = row_of_[column];
            size_t next = 0;
            double least = std::numeric_limits<double>::infinity();
            for (size_t c = 1; c <= costs_.columns; ++c) {
                if (reached[c]) continue;
                const double reduced =
                    costs_.at(from - 1, c - 1) - row_potential_[from] - column_potential_[c];
                if (reduced < slack[c]) {
                    slack[c] = reduced;
                    previous[c] = column;
                }
                if (slack[c] < least) {
                    least = slack[c];
                    next = c;
                }
            }
            shift_potentials(reached, slack, least);
            column = next;
        }
        for (; column != 0; column = previous[column]) row_of_[column] = row_of_[previous[column]];
    }

    void shift_potentials(const std::vector<char>& reached, std::vector<double>& slack, double by) {
        for (size_t c = 0; c < reached.size(); ++c) {
            if (reached[c]) {
                row_potential_[row_of_[c]] += by;
                column_potential_[c] -= by;
            } else {
                slack[c] -= by;
            }
        }
    }

    Costs costs_;
    std::vector<double> row_potential_, column_potential_;
    std::vector<size_t> row_of_;
};

}  // namespace

Result<std::vector<int>> best_matching(std::span<const double> gains, int rows, int columns) {
    if (rows < 1 || columns < 1 || gains.size() != static_cast<size_t>(rows) * static_cast<size_t>(columns))
        return Error{Code::shape_mismatch, fmt::format("gains has {} entries, but {} rows and {} columns",
                                                       gains.size(), rows, columns)};
    for (size_t i = 0; i < gains.size(); ++i)
        if (!std::isfinite(gains[i]))
            return Error{Code::invalid_argument,
                         fmt::format("gains holds {} at {}, but all must be finite", gains[i], i)};
    const bool transposed = rows > columns;
    const auto short_side = static_cast<size_t>(std::min(rows, columns));
    const auto long_side = static_cast<size_t>(std::max(rows, columns));
    const std::vector<int> matched = Matching({gains, short_side, long_side, transposed}).columns_of_rows();
    if (!transposed) return matched;
    std::vector<int> column_of_row(static_cast<size_t>(rows), -1);
    for (size_t c = 0; c < matched.size(); ++c)
        column_of_row[static_cast<size_t>(matched[c])] = static_cast<int>(c);
    return column_of_row;
}

}  // namespace vkgan
