// Edit distance with swaps (optimal string alignment), row by row.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"

#include <algorithm>
#include <vector>

namespace vkgan {

namespace {

// Longer input is not a mistyped name, and the distance costs the product of the lengths.
constexpr size_t longest_name = 100;

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

std::string nearest_name(std::string_view wanted, std::span<const std::string> names) {
    if (wanted.size() > longest_name) return {};
    // A third of the letters wrong is still a slip; short names need two, for a swapped or doubled pair.
    size_t nearest = std::max<size_t>(2, wanted.size() / 3) + 1;
    std::string found;
    for (const std::string& name : names) {
        if (name.size() > longest_name) continue;
        const size_t distance = edit_distance(wanted, name);
        // A distance as long as the name itself shares nothing with it.
        if (distance < nearest && distance < name.size()) {
            nearest = distance;
            found = name;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view wanted, std::span<const std::string> names) {
    const std::string name = nearest_name(wanted, names);
    return name.empty() ? std::string() : "; did you mean \"" + name + "\"?";
}

}  // namespace vkgan
