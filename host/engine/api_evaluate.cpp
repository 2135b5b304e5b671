// vkgan.hpp: evaluate.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/evaluate.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

namespace vkgan::api {

namespace {

// What is wrong with the query is told before a device is looked for.
Result<Evaluation> run(const std::string& model, const EvaluateOptions& options) {
    const EvaluateQuery query{.model = model,
                              .data = options.data,
                              .metrics = options.metrics,
                              .count = options.count,
                              .seed = options.seed,
                              .evaluator = options.evaluator,
                              .controls = options.controls};
    VKGAN_ASSIGN(TrainedModel trained, read_trained(model));
    VKGAN_TRY(check_query(trained.model, query));
    VKGAN_ASSIGN(const std::unique_ptr<Device> device, open_device(options.device));
    return evaluate(*device, std::move(trained), query);
}

}  // namespace

Outcome<std::string> evaluate(const std::string& model, const EvaluateOptions& options) {
    return outcome_of(run(model, options), [&](const Evaluation& evaluation) {
        return options.json ? evaluation_json(evaluation) : evaluation_text(evaluation);
    });
}

}  // namespace vkgan::api
