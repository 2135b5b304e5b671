// Placement by best fit: large buffers first, each into the tightest gap that its lifetime leaves free.
// SPDX-License-Identifier: MIT
#include "host/plan/place.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace vkgan {

namespace {

struct Piece {
    int64_t begin = 0, end = 0;
};

bool overlap(const Interval& a, const Interval& b) { return a.first <= b.last && b.first <= a.last; }

// The offset of the tightest gap between `taken` pieces (sorted by begin) that holds `bytes`; past the last
// if none does.
int64_t best_gap(std::span<const Piece> taken, int64_t bytes) {
    int64_t best = -1, best_slack = 0, end = 0;
    for (const Piece& piece : taken) {
        const int64_t slack = piece.begin - end - bytes;
        if (slack >= 0 && (best < 0 || slack < best_slack)) {
            best = end;
            best_slack = slack;
        }
        end = std::max(end, piece.end);
    }
    return best < 0 ? end : best;
}

std::vector<int64_t> place_in_order(std::span<const Interval> intervals, std::span<const size_t> order,
                                    int64_t alignment) {
    std::vector<int64_t> offsets(intervals.size());
    std::vector<Piece> taken;
    for (size_t done = 0; done < order.size(); ++done) {
        const Interval& interval = intervals[order[done]];
        taken.clear();
        for (size_t i = 0; i < done; ++i) {
            const Interval& other = intervals[order[i]];
            if (!overlap(interval, other)) continue;
            const int64_t begin = offsets[order[i]];
            taken.push_back({begin, begin + round_up(other.bytes, alignment)});
        }
        std::ranges::sort(taken, {}, &Piece::begin);
        offsets[order[done]] = best_gap(taken, round_up(interval.bytes, alignment));
    }
    return offsets;
}

}  // namespace

std::vector<int64_t> place(std::span<const Interval> intervals, int64_t alignment) {
    std::vector<size_t> by_size(intervals.size());
    std::iota(by_size.begin(), by_size.end(), size_t{0});
    std::vector<size_t> by_time = by_size;
    std::ranges::sort(by_size, {}, [&](size_t i) {
        return std::tuple{-intervals[i].bytes, intervals[i].first - intervals[i].last, intervals[i].first, i};
    });
    std::ranges::sort(by_time, {}, [&](size_t i) {
        return std::tuple{intervals[i].first, -intervals[i].bytes, i};
    });
    std::vector<int64_t> best = place_in_order(intervals, by_size, alignment);
    std::vector<int64_t> other = place_in_order(intervals, by_time, alignment);
    return placed_bytes(intervals, other) < placed_bytes(intervals, best) ? other : best;
}

int64_t placed_bytes(std::span<const Interval> intervals, std::span<const int64_t> offsets) {
    int64_t end = 0;
    for (size_t i = 0; i < intervals.size(); ++i) end = std::max(end, offsets[i] + intervals[i].bytes);
    return end;
}

int64_t peak_bytes(std::span<const Interval> intervals, int64_t alignment) {
    std::map<int64_t, int64_t> change;  // of live bytes, at each step
    for (const Interval& interval : intervals) {
        change[interval.first] += round_up(interval.bytes, alignment);
        change[int64_t{interval.last} + 1] -= round_up(interval.bytes, alignment);
    }
    int64_t live = 0, peak = 0;
    for (const auto& [step, difference] : change) peak = std::max(peak, live += difference);
    return peak;
}

}  // namespace vkgan
