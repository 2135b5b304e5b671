// What several commands share: device options, assignments, messages.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <cstdio>

namespace cli {

using vkgan::api::Failure;
using vkgan::api::Outcome;

void add_device_options(CLI::App& app, vkgan::api::DeviceSettings& settings) {
    app.add_option("--device", settings.device,
                   "Device: its number or a part of its name, as `vkgan devices` prints them "
                   "(default: VKGAN_DEVICE, else discrete before integrated before CPU)");
    app.add_option_function<uint64_t>(
           "--memory-limit",
           [&settings](uint64_t mebibytes) { settings.memory_limit_bytes = mebibytes << 20; },
           "Most device memory to use, in MiB")
        ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 30));
    app.add_flag("--fixed-tuning", settings.fixed_tuning,
                 "Kernels by the built-in rules only, the same on every machine (also VKGAN_TUNING=fixed)");
    app.add_flag("--validation", settings.validation,
                 "Vulkan's validation layers, with synchronisation (slow)");
    settings.log = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
}

void add_recompute_option(CLI::App& app, std::string& recompute) {
    app.add_option("--recompute", recompute,
                   "Compute values again instead of keeping them, to save device memory: never, pointwise, "
                   "segments, or auto: as far as it takes to fit (--memory-limit)")
        ->check(CLI::IsMember({"never", "auto", "pointwise", "segments"}))
        ->capture_default_str();
}

void add_precision(CLI::App& app, std::string& precision) {
    app.add_option("--precision", precision,
                   "float32, or mixed: float16 in memory for activations, their gradients and packed weights")
        ->capture_default_str();
}

int report(const Failure& failure) {
    fmt::print(stderr, "vkgan: {}\n", failure.message);
    return failure.bad_input ? 2 : 1;
}

Outcome<vkgan::api::Texts> parse_assignments(const std::vector<std::string>& texts, std::string_view option) {
    vkgan::api::Texts result;
    for (const std::string& text : texts) {
        const size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            return Failure{fmt::format("{} {}: expected name=value", option, text), true};
        if (!result.emplace(text.substr(0, equals), text.substr(equals + 1)).second)
            return Failure{fmt::format("{} {}: '{}' is given twice", option, text, text.substr(0, equals)),
                           true};
    }
    return result;
}

Outcome<std::map<std::string, double, std::less<>>> parse_numbers(const std::vector<std::string>& texts,
                                                                  std::string_view option) {
    auto assignments = parse_assignments(texts, option);
    if (!assignments) return assignments.failure();
    std::map<std::string, double, std::less<>> result;
    for (const auto& [name, text] : *assignments) {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
            return Failure{fmt::format("{} {}={}: '{}' is not a number", option, name, text, text), true};
        result[name] = number;
    }
    return result;
}

}  // namespace cli
