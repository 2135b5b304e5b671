// vkgan sample and run: a trained network at work.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct SampleArguments {
    std::string model, out, npy;
    int count = 64, columns = 0;
    uint64_t seed = 1;
    std::vector<std::string> controls;
    std::string precision = "float32";
    api::DeviceSettings device;
};

int sample(const SampleArguments& a) {
    auto controls = parse_numbers(a.controls, "--set");
    if (!controls) return report(controls.failure());
    auto network = api::Network::load(a.model, a.device, a.precision);
    if (!network) return report(network.failure());
    auto images = network->sample(a.count, a.seed, *controls);
    if (!images) return report(images.failure());
    if (!a.npy.empty())
        if (auto written = api::write_npy(a.npy, *images); !written) return report(written.failure());
    if (auto written = api::write_png_grid(a.out, *images, a.columns); !written)
        return report(written.failure());
    return 0;
}

struct RunArguments {
    std::string model, network = "G";
    std::vector<std::string> inputs, outputs;
    std::string precision = "float32";
    api::DeviceSettings device;
};

int run(const RunArguments& a) {
    auto inputs = parse_assignments(a.inputs, "--in");
    if (!inputs) return report(inputs.failure());
    auto outputs = parse_assignments(a.outputs, "--out");
    if (!outputs) return report(outputs.failure());
    auto network = api::Network::load(a.model, a.device, a.precision);
    if (!network) return report(network.failure());
    api::Arrays arrays;
    for (const auto& [name, path] : *inputs) {
        auto array = api::read_npy(path);
        if (!array) return report(array.failure());
        arrays[name] = std::move(*array);
    }
    auto results = network->run(a.network, arrays);
    if (!results) return report(results.failure());
    for (const auto& [name, path] : *outputs) {
        const auto found = results->find(name);
        if (found == results->end()) {
            std::string names;
            for (const auto& entry : *results) names += (names.empty() ? "" : ", ") + entry.first;
            return report({fmt::format("--out {}={}: network {} has no output '{}'; it has {}", name, path,
                                       a.network, name, names),
                           true});
        }
        if (auto written = api::write_npy(path, found->second); !written) return report(written.failure());
    }
    return 0;
}

}  // namespace

Registered add_sample(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("sample", "Draw images with a trained model");
    auto a = std::make_shared<SampleArguments>();
    app->add_option("model", a->model, "model.vkgan or checkpoint.vkgan")->required();
    app->add_option("--out", a->out, "PNG to write: all images as a grid")->required();
    app->add_option("--count", a->count, "Images")->check(CLI::Range(1, 65536))->capture_default_str();
    app->add_option("--columns", a->columns, "Images in a row; 0: about as many as rows")
        ->check(CLI::Range(0, 65536));
    app->add_option("--seed", a->seed, "The same seed gives the same images")->capture_default_str();
    app->add_option("--set", a->controls, "Controls of the model: control=value ...");
    app->add_option("--npy", a->npy,
                    "Also write the images as float32 [count, channels, height, width] in [-1, 1]");
    add_precision(*app, a->precision);
    add_device_options(*app, a->device);
    app->footer("Example:\n  vkgan sample runs/faces/model.vkgan --out faces.png --count 64 --seed 7");
    return {app, [a] { return sample(*a); }};
}

Registered add_run(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("run", "Run a network of a model on arrays");
    auto a = std::make_shared<RunArguments>();
    app->add_option("model", a->model, "model.vkgan or checkpoint.vkgan")->required();
    app->add_option("--network", a->network, "Which network")->capture_default_str();
    app->add_option("--in", a->inputs, "NAME=FILE.npy: an input, float32 with the batch in front")
        ->required();
    app->add_option("--out", a->outputs, "NAME=FILE.npy: where an output goes; the result is called output")
        ->required();
    add_precision(*app, a->precision);
    add_device_options(*app, a->device);
    app->footer("Example:\n  vkgan run model.vkgan --network G --in z=z.npy --out output=images.npy");
    return {app, [a] { return run(*a); }};
}

}  // namespace cli
