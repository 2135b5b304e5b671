// Parsing of data specs.
// SPDX-License-Identifier: MIT
#include "host/data/spec.hpp"

#include "host/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace vkgan {
namespace {

struct Kind {
    std::string_view name;
    std::string_view path;  // what follows the colon; empty: nothing does
    bool optional = false;
    std::string text() const {
        return path.empty() ? std::string(name)
                            : fmt::format(fmt::runtime(optional ? "{}[:{}]" : "{}:{}"), name, path);
    }
};

constexpr std::array kinds{Kind{"faces", ""},
                           Kind{"digits", ""},
                           Kind{"fashion", "DIR", true},
                           Kind{"stacked-digits", "DIR", true},
                           Kind{"drawn-digits", ""}, Kind{"toy-faces", ""}, Kind{"blobs", ""},
                           Kind{"toy", "NAME"},      Kind{"folder", "DIR"}, Kind{"celeba", "DIR"},
                           Kind{"idx", "DIR"},       Kind{"npy", "FILE"}};

Error unknown_kind(const std::string& kind) {
    std::vector<std::string> names, texts;
    for (const Kind& known : kinds) {
        names.emplace_back(known.name);
        texts.push_back(known.text());
    }
    return {Code::invalid_argument, fmt::format("data: unknown kind \"{}\" ({}){}", kind,
                                                fmt::join(texts, ", "), did_you_mean(kind, names))};
}

}  // namespace

std::string DataSpec::to_string() const { return path.empty() ? kind : kind + ":" + path; }

Result<DataSpec> parse_data_spec(std::string_view text) {
    const size_t colon = text.find(':');
    DataSpec spec;
    spec.kind = std::string(text.substr(0, colon));
    if (colon != std::string_view::npos) spec.path = std::string(text.substr(colon + 1));
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.name == spec.kind; });
    if (kind == kinds.end()) return unknown_kind(spec.kind);
    if (kind->path.empty() && colon != std::string_view::npos)
        return Error{Code::invalid_argument,
                     fmt::format("data: \"{}\" takes no path, but \"{}\" gives one", spec.kind, text)};
    if (!kind->path.empty() && spec.path.empty() && !(kind->optional && colon == std::string_view::npos))
        return Error{Code::invalid_argument,
                     fmt::format("data: \"{}\" lacks its path: write {}:{}", text, spec.kind, kind->path)};
    return spec;
}

}  // namespace vkgan
