// Names of problems, neighbours of the hand rule's tiles, and the look-up of what was found by measuring.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

constexpr size_t most_candidates = 5;
constexpr int64_t quad_bytes = 16;
// Quads of the summed axis that a T kernel holds in shared memory: STEP of the shaders.
constexpr int64_t product_step = 4, weight_gradient_step = 16;
// Accumulators of one lane in the S family, in floats: more spill on every driver that was measured.
constexpr int64_t most_lane_sums = 192;
// That one step of the S weight gradient takes.
constexpr int64_t most_samples = 8;

const char* family_letter(Family family) { return family == Family::shuffle ? "S" : "T"; }

std::string taps_text(const Taps& t) {
    return fmt::format("{}x{} stride {} pad {} dilation {}", t.height, t.width, t.stride, t.pad, t.dilation);
}

void add(Tunable& tunable, const KernelChoice& choice) {
    std::vector<KernelChoice>& list = tunable.candidates;
    if (list.size() < most_candidates && std::ranges::find(list, choice) == list.end())
        list.push_back(choice);
}

void decide(const DeviceTraits& device, Tunable& tunable) {
    const auto take = [&](std::string_view name) {
        const auto found = std::ranges::find(tunable.candidates, name, &KernelChoice::to_string);
        if (found == tunable.candidates.end()) return false;
        tunable.chosen = static_cast<size_t>(found - tunable.candidates.begin());
        return true;
    };
    if (device.tuning) {
        const auto found = device.tuning->find(tunable.problem);
        if (found != device.tuning->end() && take(found->second)) return;
    }
    if (const char* const name = built_in_choice(device, tunable.problem)) take(name);
}

// What `vkgan tune --json` found on lavapipe, in vectors of so many lanes, in each of two runs: see
// docs/performance.md. Choices of products do not change the order of sums.
struct BuiltIn {
    int lanes;
    std::string_view problem;
    const char* choice;
};
constexpr auto built_in = std::to_array<BuiltIn>({
    {16, "S gradient by the input 4x4 stride 1 pad 0 dilation 1, 1x1x1x100 to 4x4x512, 1 group of 100 to 512",
     "64x1"},
    {16, "S product 4x4 stride 1 pad 0 dilation 1, 2x4x4x512 to 1x1x4, 1 group of 512 to 4", "4x1"},
    {16, "S gradient by the input 4x4 stride 1 pad 0 dilation 1, 2x1x1x4 to 4x4x512, 1 group of 4 to 512",
     "64x2"},
    {16, "S product 4x4 stride 1 pad 0 dilation 1, 1x4x4x512 to 1x1x4, 1 group of 512 to 4", "4x1"},
    {16, "S gradient by the input 4x4 stride 1 pad 0 dilation 1, 1x1x1x4 to 4x4x512, 1 group of 4 to 512",
     "64x1"},
});

// Rows x pixels by invocations, each of which sums 4x4, 8x4 or 8x8.
constexpr std::array<KernelChoice, 5> product_tiles{{{.rows = 128, .columns = 64, .invocations = 128},
                                                     {.rows = 32, .columns = 32, .invocations = 64},
                                                     {.rows = 64, .columns = 64, .invocations = 128},
                                                     {.rows = 128, .columns = 64, .invocations = 256},
                                                     {.rows = 128, .columns = 128, .invocations = 256}}};
// Rows x channel quads by invocations, each of which sums four rows of one or two quads.
constexpr std::array<KernelChoice, 4> weight_gradient_tiles{
    {{.rows = 32, .columns = 16, .invocations = 128},
     {.rows = 16, .columns = 16, .invocations = 64},
     {.rows = 32, .columns = 32, .invocations = 128},
     {.rows = 64, .columns = 32, .invocations = 256}}};

}  // namespace

std::string KernelChoice::to_string() const {
    std::string text = columns > 0 ? fmt::format("{}x{}", rows, columns) : fmt::format("{} rows", rows);
    if (invocations > 0) text += fmt::format(" by {}", invocations);
    if (unroll > 0) text += fmt::format(", unroll {}", unroll);
    if (slices > 0) text += fmt::format(", {} slice{}", slices, slices == 1 ? "" : "s");
    return text;
}

bool fits_device(const KernelChoice& tile, bool weight_gradient, const DeviceTraits& device) {
    const int64_t bytes =
        quad_bytes * (weight_gradient ? weight_gradient_step * (tile.rows / 4 + tile.columns)
                                      : product_step * (tile.rows + tile.columns));
    return tile.invocations <= device.max_invocations && bytes <= device.shared_bytes;
}

Tunable product_choices(const DeviceTraits& device, const Product& p, int64_t pixels,
                        const KernelChoice& by_hand) {
    Tunable tunable;
    tunable.problem =
        fmt::format("{} {} {}, {}x{}x{}x{} to {}x{}x{}, {} group{} of {} to {}", family_letter(device.family),
                    p.grad_input ? "gradient by the input" : "product", taps_text(p.taps), p.batch, p.in_h,
                    p.in_w, p.in_quads * 4, p.out_h, p.out_w, p.out_quads * 4, p.groups,
                    p.groups == 1 ? "" : "s", p.group_in_quads * 4, p.group_out_quads * 4);
    tunable.terms = p.taps.count() * p.group_in_quads * 4;
    add(tunable, by_hand);
    if (device.family == Family::tile) {
        for (const KernelChoice& tile : product_tiles)
            if (fits_device(tile, false, device)) add(tunable, tile);
    } else {
        const int64_t lanes = device.subgroup_size, rows = by_hand.rows, columns = by_hand.columns;
        const auto consider = [&](int64_t r, int64_t c) {
            if (r >= 4 && c >= 1 && r * c <= most_lane_sums && (c == 1 || pixels > c / 2 * lanes))
                add(tunable, {.rows = r, .columns = c});
        };
        if (p.group_out_quads * 4 > rows) consider(rows * 2, columns);
        consider(rows, columns / 2);
        if (rows % 8 == 0) consider(rows / 2, columns);
        consider(rows, columns * 2);
    }
    decide(device, tunable);
    return tunable;
}

Tunable weight_gradient_choices(const DeviceTraits& device, const WeightGradient& g,
                                const SliceLimits& limits, const KernelChoice& by_hand) {
    Tunable tunable;
    tunable.problem = fmt::format(
        "{} gradient by weights {}, {}x{}x{}x{} by {}x{}x{}, {} group{} of {} by {}",
        family_letter(device.family), taps_text(g.taps), g.batch, g.in_h, g.in_w, g.in_quads * 4, g.out_h,
        g.out_w, g.out_quads * 4, g.groups, g.groups == 1 ? "" : "s", g.group_in_quads * 4, g.group_rows);
    tunable.terms = g.batch * g.out_h * g.out_w;
    add(tunable, by_hand);
    const auto sliced = [&](int64_t slices) {
        KernelChoice choice = by_hand;
        choice.slices = whole_slices(limits.length, std::clamp(slices, limits.least, limits.most));
        add(tunable, choice);
    };
    const auto cut = [&](KernelChoice choice) {
        choice.slices = by_hand.slices;
        add(tunable, choice);
    };
    if (device.family == Family::tile) {
        for (const KernelChoice& tile : weight_gradient_tiles)
            if (fits_device(tile, true, device)) cut(tile);
    } else {
        const int64_t samples =
            std::max<int64_t>(1, device.subgroup_size / (by_hand.rows / 4));  // of a fetch
        if (samples <= most_samples / 2) cut({.rows = by_hand.rows, .unroll = 3 - by_hand.unroll});
        if (by_hand.rows > 4) cut({.rows = by_hand.rows / 2, .unroll = by_hand.unroll});
        sliced(by_hand.slices / 2);
    }
    sliced(by_hand.slices * 2);
    decide(device, tunable);
    return tunable;
}

int64_t whole_slices(int64_t length, int64_t wanted) {
    return divide_up(length, divide_up(length, std::max<int64_t>(1, wanted)));
}

const char* built_in_choice(const DeviceTraits& device, std::string_view problem) {
    if (device.family != Family::shuffle) return nullptr;
    for (const BuiltIn& row : built_in)
        if (row.lanes == device.subgroup_size && row.problem == problem) return row.choice;
    return nullptr;
}

}  // namespace vkgan
