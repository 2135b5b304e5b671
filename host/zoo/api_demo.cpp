// vkgan.hpp: demonstrations.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/zoo/demo.hpp"

namespace vkgan::api {

namespace {

Result<std::string> run_one(std::string_view name, const DemoSettings& settings) {
    VKGAN_ASSIGN(const Demo* const demo, find_demo(name));
    VKGAN_ASSIGN(const std::unique_ptr<Device> device, open_device(settings.device));
    VKGAN_ASSIGN(DemoResult result,
                 run(*device, *demo, {settings.folder, settings.seed, settings.quick, settings.device.log}));
    return settings.json ? std::move(result.json) : std::move(result.text);
}

}  // namespace

std::vector<std::string> demo_names() {
    std::vector<std::string> names;
    for (const Demo* demo : all_demos()) names.emplace_back(demo->name);
    return names;
}

std::string describe_demos(bool json) { return demo_list(json); }

Outcome<std::string> run_demo(std::string_view name, const DemoSettings& settings) {
    return outcome_of(run_one(name, settings), [](std::string&& text) { return std::move(text); });
}

}  // namespace vkgan::api
