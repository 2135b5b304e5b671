// The tuning file in and out of a device.
// SPDX-License-Identifier: MIT
#include "host/engine/tuning.hpp"

#include "host/engine/check_matrix.hpp"
#include "host/engine/tuning_file.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/pipeline_cache.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace vkgan {

namespace {

constexpr const char* family_fault = "a problem that `vkgan tune` tried has no right kernel";

TuningRecord read_or_note(Device& device, const std::string& folder) {
    if (folder.empty()) return {};
    const std::filesystem::path file = tuning_file(device.record(), folder);
    auto tuning = read_tuning(file, device.record());
    if (tuning) return std::move(*tuning);
    if (tuning.error().code != Code::not_found)
        device.note(
            fmt::format("tuning: {} is ignored, and written anew: {}; `vkgan tune` finds its choices "
                        "again",
                        file.string(), tuning.error().message));
    return {};
}

// False, and a notice, where nothing could be written.
bool write_or_note(Device& device, const std::string& folder, const TuningRecord& tuning) {
    if (folder.empty()) return false;
    const Status written = write_tuning(tuning_file(device.record(), folder), device.record(), tuning);
    if (!written) device.note(fmt::format("tuning: what was found is not kept: {}", written.error().message));
    return written.ok();
}

void switch_off(Device& device, const CapabilityFaults& faults) {
    for (const auto& [capability, what] : faults)
        device.note(fmt::format("tuning: {} is switched off on {}: its check was wrong: {}", capability,
                                device.name(), what));
    if (!faults.empty()) device.set_traits(without(device.traits(), faults));
    if (const auto wrong = faults.find("matrix_units"); wrong != faults.end())
        device.switch_off(Optional::cooperative_matrix, wrong->second);
}

}  // namespace

Result<TuningOptions> tuning_options(bool fixed) {
    const char* const value = std::getenv("VKGAN_TUNING");
    const std::string_view mode = value ? value : "";
    if (!mode.empty() && mode != "fixed" && mode != "found")
        return Error{Code::invalid_argument,
                     fmt::format("VKGAN_TUNING is \"{}\"; it can be found or fixed.", mode)};
    return TuningOptions{.fixed = fixed || mode == "fixed", .folder = user_cache_folder()};
}

void prepare_tuning(Device& device, const TuningOptions& options) {
    TuningRecord tuning = read_or_note(device, options.folder);
    if (!tuning.checked) {
        auto faults = check_capabilities(device, options.alter_check);
        if (faults) {
            tuning.switched_off.merge(std::move(*faults));
            if (std::string wrong = check_matrix_units(device); !wrong.empty())
                tuning.switched_off.emplace("matrix_units", std::move(wrong));
            tuning.checked = true;
            write_or_note(device, options.folder, tuning);
        } else {
            device.note(fmt::format("tuning: what {} claims could not be checked: {}", device.name(),
                                    faults.error().message));
        }
    }
    switch_off(device, tuning.switched_off);
    if (!options.fixed) device.set_tuning(std::move(tuning.choices));
}

Result<TuneReport> tune_and_keep(Device& device, const Model& model, const TuneQuery& query,
                                 const std::string& folder) {
    device.set_tuning({});
    VKGAN_ASSIGN(TuneReport report, tune(device, model, query));
    // Read now, so that what another process found meanwhile is kept, too.
    TuningRecord tuning = read_or_note(device, folder);
    for (const ProblemResult& result : report.problems) tuning.choices.erase(result.problem);
    tuning.choices.merge(report.choices());
    if (report.family_wrong()) {
        const CapabilityFaults fault{{"contractions", family_fault}};
        switch_off(device, fault);
        tuning.switched_off.insert(fault.begin(), fault.end());
    }
    if (write_or_note(device, folder, tuning)) report.file = tuning_file(device.record(), folder).string();
    device.set_tuning(std::move(tuning.choices));
    return report;
}

}  // namespace vkgan
