// The table of metrics: one that is added here is known to the command line, to "all" and to the messages.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate.hpp"

#include "host/base/text.hpp"
#include "host/engine/evaluate_metrics.hpp"
#include "host/gpu/describe_devices.hpp"
#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

struct Metric {
    const char* name;
    bool looks;  // through an evaluator, where the data are images
    Result<Scores> (*measure)(Subject& subject);
};

constexpr std::array metrics{
    Metric{"is", true, measure_is},
    Metric{"fid", true, measure_fid},
    Metric{"kid", true, measure_kid},
    Metric{"prdc", true, measure_prdc},
    Metric{"swd", false, measure_swd},
    Metric{"ms-ssim", false, measure_ms_ssim},
    Metric{"diversity", false, measure_diversity},
    Metric{"modes", true, measure_modes},
    Metric{"conditional", true, measure_conditional},
    Metric{"reconstruction", false, measure_reconstruction},
    Metric{"jsd", false, measure_jsd},
};

constexpr std::string_view all = "all";

std::vector<std::string> metric_names() {
    std::vector<std::string> names;
    for (const Metric& metric : metrics) names.emplace_back(metric.name);
    return names;
}

const Metric& find_metric(std::string_view name) {
    return *std::ranges::find(metrics, name, [](const Metric& m) { return std::string_view(m.name); });
}

Status check_name(const std::string& name) {
    std::vector<std::string> known = metric_names();
    if (std::ranges::find(known, name) != known.end()) return {};
    known.emplace_back(all);
    const std::string near = did_you_mean(name, known);
    return Error{Code::invalid_argument,
                 fmt::format("metrics: there is no metric \"{}\"{}", name,
                             near.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : near)};
}

}  // namespace

Result<std::vector<std::string>> parse_metrics(std::string_view list) {
    if (list == all) return metric_names();
    std::vector<std::string> names;
    for (size_t start = 0; start <= list.size();) {
        const size_t end = std::min(list.find(',', start), list.size());
        const std::string name(list.substr(start, end - start));
        VKGAN_TRY(check_name(name));
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        start = end + 1;
    }
    return names;
}

Status check_query(const Model& model, const EvaluateQuery& query) {
    VKGAN_TRY(parse_metrics(query.metrics));
    if (query.count < least_evaluated || query.count > largest_sample_count)
        return Error{Code::invalid_argument, fmt::format("count: {} is not from {} to {}", query.count,
                                                         least_evaluated, largest_sample_count)};
    if (std::ranges::find(model.networks, model.sample_network, &Network::name) == model.networks.end())
        return Error{Code::unsupported,
                     fmt::format("{}: {} has no network that draws samples", query.model, model.recipe)};
    return {};
}

Result<Evaluation> evaluate(Device& device, TrainedModel trained, const EvaluateQuery& query) {
    VKGAN_TRY(check_query(trained.model, query));
    VKGAN_ASSIGN(const std::vector<std::string> names, parse_metrics(query.metrics));
    Evaluation result{.query = query, .recipe = trained.model.recipe, .steps = trained.steps};
    result.device = device.name();
    result.driver = summarise(device.record(), 0).driver;
    VKGAN_ASSIGN(const std::unique_ptr<Subject> subject, Subject::create(device, std::move(trained), query));
    const bool looks =
        std::ranges::any_of(names, [](const std::string& name) { return find_metric(name).looks; });
    if (looks || !query.evaluator.empty()) VKGAN_TRY(subject->open_evaluator());
    // Wrong controls and samples that are not finite are no reason to leave a metric out.
    VKGAN_TRY(subject->fake());
    for (const std::string& name : names) {
        auto scores = find_metric(name).measure(*subject);
        if (scores) {
            std::ranges::move(*scores, std::back_inserter(result.scores));
        } else if (query.metrics == all && is_bad_input(scores.error().code)) {
            result.left_out.push_back({name, scores.error().message});
        } else {
            return Error{scores.error().code, fmt::format("{}: {}", name, scores.error().message)};
        }
    }
    result.reference_count = subject->train_count();
    result.floor_count = subject->test_count();
    result.held_out = subject->held_out();
    result.evaluator = subject->evaluator_name();
    result.evaluator_accuracy = subject->evaluator_accuracy();
    return result;
}

}  // namespace vkgan
