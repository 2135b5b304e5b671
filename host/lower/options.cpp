// Options of layers and statements.
// SPDX-License-Identifier: MIT
#include "host/lower/options.hpp"

#include "host/base/text.hpp"
#include "host/model/words.hpp"

#include <cassert>
#include <cmath>

namespace vkgan {

namespace {

const OptionSpec* find_spec(std::span<const OptionSpec> specs, std::string_view name) {
    for (const OptionSpec& spec : specs) {
        if (spec.name == name) return &spec;
    }
    return nullptr;
}

std::vector<std::string> split(std::string_view words) {
    std::vector<std::string> list;
    while (true) {
        const std::string_view word = next_word(words);
        if (word.empty()) return list;
        list.emplace_back(word);
    }
}

Error wrong(const std::string& place, const std::string& text) {
    return {Code::invalid_argument, place + ": " + text};
}

Status check_number(double value, const OptionSpec& spec, const std::string& place) {
    if (!(value >= spec.low && value <= spec.high)) {
        const std::string range = number_text(spec.low) + " to " + number_text(spec.high);
        return wrong(place, number_text(value) + " is not from " + range);
    }
    if (spec.kind == OptionKind::integer && std::nearbyint(value) != value) {
        return wrong(place, number_text(value) + " is not a whole number");
    }
    return {};
}

Status check_word(const std::string& value, const OptionSpec& spec, const std::string& place) {
    const std::vector<std::string> known = split(spec.words);
    for (const std::string& word : known) {
        if (word == value) return {};
    }
    if (known.empty()) return {};
    const std::string near = did_you_mean(value, known);
    return wrong(place,
                 in_quotes(value) + " is not known" + (near.empty() ? "; known are " + joined(known) : near));
}

Status check_option(const Option& option, const OptionSpec& spec, const std::string& place) {
    if (spec.kind == OptionKind::word) {
        const auto* text = std::get_if<std::string>(&option);
        return text ? check_word(*text, spec, place) : wrong(place, "must be a text");
    }
    if (spec.kind == OptionKind::list) {
        const auto* list = std::get_if<std::vector<double>>(&option);
        if (!list) return wrong(place, "must be a list of numbers");
        for (const double value : *list) VKGAN_TRY(check_number(value, spec, place));
        return {};
    }
    const auto* number = std::get_if<double>(&option);
    return number ? check_number(*number, spec, place) : wrong(place, "must be a number");
}

}  // namespace

Status check_options(const Options& options, std::span<const OptionSpec> specs, const std::string& place) {
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs) known.emplace_back(spec.name);
    for (const auto& [name, option] : options) {
        const OptionSpec* const spec = find_spec(specs, name);
        if (!spec) {
            const std::string near = did_you_mean(name, known);
            const std::string all = known.empty() ? "; it has none" : "; known are " + joined(known);
            return Error{Code::not_found,
                         place + ": unknown option " + in_quotes(name) + (near.empty() ? all : near)};
        }
        VKGAN_TRY(check_option(option, *spec, place + ", option " + name));
    }
    for (const OptionSpec& spec : specs) {
        if (spec.required && !options.contains(spec.name)) {
            return wrong(place, "option " + std::string(spec.name) + " is missing");
        }
    }
    return {};
}

double OptionReader::number(std::string_view name) const {
    const auto found = options.find(name);
    const OptionSpec* const spec = find_spec(specs, name);
    assert(spec);
    const auto* given = found == options.end() ? nullptr : std::get_if<double>(&found->second);
    return given ? *given : spec->value;
}

std::string_view OptionReader::word(std::string_view name) const {
    const auto found = options.find(name);
    const OptionSpec* const spec = find_spec(specs, name);
    assert(spec);
    const auto* given = found == options.end() ? nullptr : std::get_if<std::string>(&found->second);
    std::string_view words = spec->words;
    return given ? std::string_view(*given) : next_word(words);
}

std::span<const double> OptionReader::list(std::string_view name) const {
    const auto found = options.find(name);
    const auto* given = found == options.end() ? nullptr : std::get_if<std::vector<double>>(&found->second);
    return given ? std::span<const double>(*given) : std::span<const double>();
}

}  // namespace vkgan
