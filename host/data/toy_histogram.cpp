// Parsing of drawn histograms.
// SPDX-License-Identifier: MIT
#include "host/data/toy_histogram.hpp"

#include "host/base/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

namespace vkgan {
namespace {

constexpr size_t max_bins = 4096;
constexpr uint64_t max_file_bytes = uint64_t(1) << 20;
constexpr std::string_view spaces = " \t\r\n";
constexpr double most_magnitude = 1e6;  // float32 still tells a million neighbouring parts from each other

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
    return text.substr(0, text.find_last_not_of(spaces) + 1);
}

std::optional<double> to_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

Error wrong(std::string_view source, const std::string& what) {
    return {Code::invalid_argument, fmt::format("data: {}: {}", source, what)};
}

Status parse_range(std::string_view text, std::string_view source, ToyDistribution& toy) {
    const size_t dots = text.find("..");
    const auto low = to_number(trimmed(text.substr(0, dots)));
    const auto high =
        dots == std::string_view::npos ? std::nullopt : to_number(trimmed(text.substr(dots + 2)));
    if (!low || !high || !(*low < *high) || std::max(-*low, *high) > most_magnitude)
        return wrong(source, fmt::format("the range is \"{}\", but LOW..HIGH with LOW < HIGH, at most {:g} "
                                         "from 0, is wanted",
                                         text.substr(0, 80), most_magnitude));
    toy.low = *low;
    toy.high = *high;
    return {};
}

Status parse_weights(std::string_view text, std::string_view source, std::vector<double>& weights) {
    while (!text.empty()) {
        const size_t end = std::min(text.find_first_of(", \t\r\n"), text.size());
        const std::string_view word = text.substr(0, end);
        const auto weight = to_number(word);
        if (!weight || *weight < 0 || *weight > most_magnitude)
            return wrong(source, fmt::format("weight {} is \"{}\", but numbers from 0 to {:g} are wanted",
                                             weights.size() + 1, word.substr(0, 40), most_magnitude));
        weights.push_back(*weight);
        if (weights.size() > max_bins)
            return wrong(source, fmt::format("has more than {} weights", max_bins));
        std::string_view rest = trimmed(text.substr(end));
        const bool comma = rest.starts_with(',');
        if (comma) rest = trimmed(rest.substr(1));
        if (comma && rest.empty()) return wrong(source, "ends in a comma, but a weight belongs there");
        text = rest;
    }
    return {};
}

}  // namespace

Error histogram_lacks_text(std::string_view name) {
    return {Code::invalid_argument, fmt::format("data: \"toy:{}\" lacks its text: write toy:{}={}", name,
                                                name, name == "histogram" ? "W,W,...@LOW..HIGH" : "FILE")};
}

Result<ToyDistribution> parse_histogram(std::string_view text, std::string_view source) {
    ToyDistribution toy{.name = {}, .means = {}, .components = {}, .low = -4, .high = 6, .bins = {}};
    const size_t at = text.find('@');
    if (at != std::string_view::npos) VKGAN_TRY(parse_range(trimmed(text.substr(at + 1)), source, toy));
    VKGAN_TRY(parse_weights(trimmed(text.substr(0, at)), source, toy.bins));
    const double sum = std::accumulate(toy.bins.begin(), toy.bins.end(), 0.0);
    if (!(sum > 0))
        return wrong(source, fmt::format("its {} weights add up to {:g}, but one must be above 0",
                                         toy.bins.size(), sum));
    toy.name = fmt::format("histogram={}@{}..{}", fmt::join(toy.bins, ","), toy.low, toy.high);
    for (double& bin : toy.bins) bin /= sum;
    return toy;
}

Result<ToyDistribution> read_histogram(const std::filesystem::path& file) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(file, max_file_bytes));
    return parse_histogram({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

}  // namespace vkgan
