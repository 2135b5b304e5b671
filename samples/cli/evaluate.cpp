// vkgan evaluate: how good a trained model is, in numbers beside those of real data.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct EvaluateArguments {
    std::string model;
    std::vector<std::string> controls;
    api::EvaluateOptions options;
};

int evaluate(EvaluateArguments& a) {
    auto controls = parse_numbers(a.controls, "--set");
    if (!controls) return report(controls.failure());
    a.options.controls = *controls;
    auto text = api::evaluate(a.model, a.options);
    if (!text) return report(text.failure());
    fmt::print("{}", *text);
    return 0;
}

}  // namespace

Registered add_evaluate(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("evaluate", "Measure a trained model against real data");
    auto a = std::make_shared<EvaluateArguments>();
    app->add_option("model", a->model, "model.vkgan or checkpoint.vkgan")->required();
    app->add_option("--data", a->options.data, data_help)->required();
    app->add_option("--metrics", a->options.metrics,
                    "Comma separated: is, fid, kid, prdc, swd, ms-ssim, diversity, modes, conditional, "
                    "reconstruction, jsd; or all that model and data allow (docs/metrics.md)")
        ->capture_default_str();
    app->add_option("--count", a->options.count, "Samples, 2 to 65536")->capture_default_str();
    app->add_option("--seed", a->options.seed, "The same seed gives the same samples")->capture_default_str();
    app->add_option("--evaluator", a->options.evaluator,
                    "FILE.vkgan of recipe classifier, trained on the data (default: the shipped one)");
    app->add_option("--set", a->controls, "Controls of the model: control=value ...");
    app->add_flag("--json", a->options.json, "As JSON");
    add_device_options(*app, a->options.device);
    app->footer(
        "Beside each value stands its floor: what real images of the test split give in the samples' place.\n"
        "Values of one evaluator compare with those of the same evaluator only.\n"
        "Examples:\n"
        "  vkgan evaluate runs/digits/model.vkgan --data digits\n"
        "  vkgan evaluate runs/digits/model.vkgan --data digits --metrics fid,prdc --count 10000 --json");
    return {app, [a] { return evaluate(*a); }};
}

}  // namespace cli
