// Verifying an entry: seed by seed, then the figures' medians against their thresholds.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"
#include "host/zoo/zoo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace vkgan {

namespace {

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Of one figure over seeds. A NaN anywhere is the result: it must not pass.
double combined(const Figure& figure, const std::vector<double>& values) {
    for (const double value : values)
        if (std::isnan(value)) return value;
    if (!figure.best) return median(values);
    return figure.judge == Figure::Judge::at_most ? std::ranges::min(values) : std::ranges::max(values);
}

std::vector<Figure> combine(const std::vector<std::vector<Figure>>& by_seed) {
    std::vector<Figure> result = by_seed.front();
    for (Figure& figure : result) {
        std::vector<double> values;
        for (const std::vector<Figure>& seed : by_seed) {
            const auto same = std::ranges::find(seed, figure.name, &Figure::name);
            if (same != seed.end()) values.push_back(same->value);
        }
        figure.value = combined(figure, values);
    }
    return result;
}

}  // namespace

Result<const ZooEntry*> find_zoo_entry(std::string_view name) {
    std::vector<std::string> known;
    for (const ZooEntry* entry : all_zoo_entries()) {
        if (entry->name == name) return entry;
        known.emplace_back(entry->name);
    }
    const std::string near = did_you_mean(name, known);
    return Error{Code::not_found,
                 fmt::format("the zoo has no \"{}\"{}", name,
                             near.empty() ? fmt::format("; it has {}", fmt::join(known, ", ")) : near)};
}

Result<ZooVerdict> verify(Device& device, const ZooEntry& entry, const ZooOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    const int usual = options.tier == ZooTier::small ? 1 : entry.seeds;
    const int seeds = options.seeds > 0 ? options.seeds : usual;
    ZooVerdict verdict;
    for (int seed = 1; seed <= seeds; ++seed) {
        const auto log = [&](std::string_view text) {
            if (options.log) options.log(fmt::format("{}, seed {}: {}", entry.name, seed, text));
        };
        ZooContext context(device, options.tier, uint64_t(seed), options.folder / std::string(entry.name),
                           log);
        VKGAN_TRY(entry.verify(context));
        verdict.by_seed.push_back(context.figures());
        for (const auto& picture : context.pictures()) verdict.pictures.push_back(picture);
    }
    verdict.figures = combine(verdict.by_seed);
    verdict.passed = std::ranges::all_of(verdict.figures, &Figure::passed);
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return verdict;
}

}  // namespace vkgan
