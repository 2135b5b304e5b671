// vkgan.hpp: the zoo.
// SPDX-License-Identifier: MIT
#include "host/base/file.hpp"
#include "host/engine/api_convert.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/zoo/report.hpp"

#include <fmt/format.h>

#include <ctime>

namespace vkgan::api {

namespace {

Result<ZooTier> tier_of(const std::string& name) {
    if (name == "S") return ZooTier::small;
    if (name == "M") return ZooTier::medium;
    return Error{Code::invalid_argument, fmt::format("tier is \"{}\"; S or M", name)};
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

Result<ZooResult> verify_one(std::string_view name, const ZooSettings& settings) {
    VKGAN_ASSIGN(const ZooEntry* const entry, find_zoo_entry(name));
    ZooOptions options{.seeds = settings.seeds, .folder = settings.folder, .log = settings.device.log};
    VKGAN_ASSIGN(options.tier, tier_of(settings.tier));
    if (settings.seeds < 0 || settings.seeds > 100)
        return Error{Code::invalid_argument,
                     fmt::format("seeds is {}; 1 to 100, or 0 for the entry's", settings.seeds)};
    VKGAN_ASSIGN(const std::unique_ptr<Device> device, open_device(settings.device));
    VKGAN_ASSIGN(ZooVerdict verdict, verify(*device, *entry, options));
    const int seeds = int(verdict.by_seed.size());
    const ZooReport report{std::string(name), settings.tier, device->name(),    device->record().driver,
                           today(),           seeds,         std::move(verdict)};
    const std::string json = to_json(report);
    VKGAN_TRY(ensure_folder(options.folder));
    VKGAN_TRY(write_file_atomic(options.folder / fmt::format("{}-{}.json", name, settings.tier),
                                std::as_bytes(std::span(json))));
    return ZooResult{report.verdict.passed, settings.json ? json : to_text(report)};
}

}  // namespace

std::vector<std::string> zoo_names() {
    std::vector<std::string> names;
    for (const ZooEntry* entry : all_zoo_entries()) names.emplace_back(entry->name);
    return names;
}

std::string describe_zoo(bool json) { return zoo_list(json); }

Outcome<ZooResult> verify_zoo(std::string_view name, const ZooSettings& settings) {
    return outcome_of(verify_one(name, settings), [](ZooResult&& result) { return std::move(result); });
}

Outcome<std::string> zoo_page(const std::string& results, const std::string& link) {
    return outcome_of(vkgan::zoo_page(results, link), [](std::string&& text) { return std::move(text); });
}

}  // namespace vkgan::api
