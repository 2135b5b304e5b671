// The commands of `vkgan`: each adds itself to the parser and gives back what to run when it was chosen.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vkgan.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cli {

// Exit codes: 0, 1 a failure at run time, 2 wrong usage or bad input.
using Command = std::function<int()>;

// What --data and `vkgan data` take.
inline constexpr const char* data_help =
    "faces, digits, fashion[:DIR], stacked-digits[:DIR], drawn-digits, toy-faces, blobs, toy:NAME, folder:DIR, celeba:DIR, "
    "idx:DIR, "
    "npy:FILE (docs/data.md)";

struct Registered {
    CLI::App* app = nullptr;
    Command run;
};

Registered add_devices(CLI::App& parent);
Registered add_recipe(CLI::App& parent);
Registered add_plan(CLI::App& parent);
Registered add_data(CLI::App& parent);
Registered add_train(CLI::App& parent);
Registered add_sample(CLI::App& parent);
Registered add_run(CLI::App& parent);
Registered add_info(CLI::App& parent);
Registered add_bench(CLI::App& parent);
Registered add_tune(CLI::App& parent);
Registered add_zoo(CLI::App& parent);
Registered add_evaluate(CLI::App& parent);
Registered add_demo(CLI::App& parent);

// What several commands share.
void add_device_options(CLI::App& app, vkgan::api::DeviceSettings& settings);
void add_recompute_option(CLI::App& app, std::string& recompute);
void add_precision(CLI::App& app, std::string& precision);
int report(const vkgan::api::Failure& failure);  // prints it and gives the exit code

// "name=value" texts as a map; a text without '=' or a name given twice is a failure that quotes it.
vkgan::api::Outcome<vkgan::api::Texts> parse_assignments(const std::vector<std::string>& texts,
                                                         std::string_view option);
// The same with numbers as values.
vkgan::api::Outcome<std::map<std::string, double, std::less<>>> parse_numbers(
    const std::vector<std::string>& texts, std::string_view option);

}  // namespace cli
