// vkgan.hpp: tune.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/model_choice.hpp"
#include "host/engine/tuning.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

namespace vkgan::api {

Outcome<std::string> tune(std::string_view model, const TuneOptions& o) {
    const auto choice = choose_model(model, o.settings);
    if (!choice) return to_failure(choice.error());
    const auto options = tuning_options(false);
    if (!options) return to_failure(options.error());
    const auto opened = open_device(o.device);
    if (!opened) return to_failure(opened.error());
    Device& device = **opened;
    const size_t told = device.notices().size();
    const TuneQuery query{.batch = o.batch, .time_limit_s = o.time_limit_s};
    auto report = tune_and_keep(device, choice->model, query, options->folder);
    if (o.device.log) {
        const std::vector<std::string> notices = device.notices();
        for (size_t i = told; i < notices.size(); ++i) o.device.log(notices[i]);
    }
    return outcome_of(std::move(report),
                      [&](const TuneReport& r) { return o.json ? tune_json(r) : tune_text(r); });
}

}  // namespace vkgan::api
