// vkgan.hpp: bench_ops.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/bench_ops.hpp"
#include "host/engine/model_choice.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

namespace vkgan::api {

Outcome<std::string> bench_ops(std::string_view model, const Texts& settings, int batch, bool json,
                               const DeviceSettings& device) {
    const auto choice = choose_model(model, settings);
    if (!choice) return to_failure(choice.error());
    const auto opened = open_device(device);
    if (!opened) return to_failure(opened.error());
    return outcome_of(vkgan::bench_ops(**opened, choice->model, batch),
                      [json](const OpsBench& bench) { return json ? bench_json(bench) : bench_text(bench); });
}

}  // namespace vkgan::api
