// vkgan: trains and uses GANs from the command line. A client of host/api only.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <exception>

namespace {

int run(int argc, char** argv) {
    CLI::App app{"VkGAN: trains and runs generative adversarial networks as Vulkan compute shaders.",
                 "vkgan"};
    app.set_version_flag("--version", vkgan::api::version());
    app.require_subcommand(1);
    app.footer(
        "Examples:\n"
        "  vkgan devices\n"
        "  vkgan data digits --out digits.png\n"
        "  vkgan train dcgan --data faces --out runs/faces --minutes 10\n"
        "  vkgan sample runs/faces/model.vkgan --out faces.png --count 64\n"
        "  vkgan evaluate runs/faces/model.vkgan --data faces\n"
        "Each command has its own --help.\n"
        "Exit codes: 0 done, 1 failure at run time, 2 wrong usage or bad input.");
    const cli::Registered commands[] = {cli::add_devices(app), cli::add_recipe(app),   cli::add_plan(app),
                                        cli::add_data(app),    cli::add_train(app),    cli::add_sample(app),
                                        cli::add_run(app),     cli::add_info(app),     cli::add_bench(app),
                                        cli::add_tune(app),    cli::add_evaluate(app), cli::add_zoo(app),
                                        cli::add_demo(app)};
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    for (const cli::Registered& command : commands)
        if (command.app->parsed()) return command.run();
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {  // of the standard library: no memory, no stream
        fmt::print(stderr, "vkgan: {}\n", error.what());
        return 1;
    }
}
