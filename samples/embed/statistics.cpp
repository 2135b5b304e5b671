// Percentiles by the nearest rank, and the JSON that --json saves.
// SPDX-License-Identifier: MIT
#include "samples/embed/statistics.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace embed {
namespace {

using Json = nlohmann::ordered_json;

double percentile(const std::vector<double>& sorted, double part) {
    const auto rank = size_t(std::ceil(part * double(sorted.size())));
    return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

Json percentiles(std::vector<double> values) {
    if (values.empty()) return nullptr;
    std::sort(values.begin(), values.end());
    return {{"p50", percentile(values, 0.50)},
            {"p90", percentile(values, 0.90)},
            {"p99", percentile(values, 0.99)},
            {"max", values.back()},
            {"count", values.size()}};
}

std::string date_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

}  // namespace

void Statistics::begin_phase(const std::string& name, uint64_t first_frame, size_t frames,
                             const Totals& so_far) {
    Phase& phase = phases_.emplace_back();
    phase.name = name;
    phase.first_frame = first_frame;
    for (auto* list :
         {&phase.frame_ms, &phase.host_us, &phase.host_processor_us, &phase.device_ms, &phase.overrun_ms})
        list->reserve(frames);
    start_ = so_far;
}

void Statistics::add(double frame_ms, double plugin_us, const vkgan_frame_report& report) {
    if (phases_.empty()) return;
    Phase& now = phases_.back();
    now.frame_ms.push_back(frame_ms);
    now.host_us.push_back(double(report.host_ns) / 1e3);
    now.host_processor_us.push_back(plugin_us);
    if (report.measured_frame <= newest_measured_) return;
    newest_measured_ = report.measured_frame;
    // The device's times come some frames late: they belong to the phase that sent the frame.
    const auto of = std::find_if(phases_.rbegin(), phases_.rend(),
                                 [&](auto& phase) { return phase.first_frame <= report.measured_frame; });
    if (of == phases_.rend()) return;
    of->device_ms.push_back(double(report.measured_ns) / 1e6);
    of->overrun_ms.push_back((double(report.measured_ns) - double(report.measured_budget_ns)) / 1e6);
}

void Statistics::end_phase(const Totals& so_far) {
    Phase& phase = phases_.back();
    phase.images = so_far.images - start_.images;
    phase.allocations = so_far.allocations - start_.allocations;
    phase.training_steps = so_far.training_steps - start_.training_steps;
}

std::string Statistics::json(const RunFacts& facts) const {
    Json document{{"program", "vkgan-embed"}, {"engine_version", facts.engine_version},
                  {"date", date_now()},       {"device", facts.device},
                  {"driver", facts.driver},   {"validation", facts.validation},
                  {"model", facts.model},     {"batch", facts.batch},
                  {"mode", facts.mode},       {"budget_ms", facts.budget_ms},
                  {"width", facts.width},     {"height", facts.height},
                  {"samples", facts.samples}, {"warm_up_ms", facts.warm_up_ms}};
    document["phases"] = Json::array();
    for (const Phase& phase : phases_)
        document["phases"].push_back({{"name", phase.name},
                                      {"frames", phase.frame_ms.size()},
                                      {"frame_ms", percentiles(phase.frame_ms)},
                                      {"host_us", percentiles(phase.host_us)},
                                      {"host_processor_us", percentiles(phase.host_processor_us)},
                                      {"device_ms", percentiles(phase.device_ms)},
                                      {"overrun_ms", percentiles(phase.overrun_ms)},
                                      {"images", phase.images},
                                      {"training_steps", phase.training_steps},
                                      {"plugin_allocations", phase.allocations}});
    return document.dump(2) + "\n";
}

}  // namespace embed
