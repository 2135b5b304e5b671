// vkgan-embed: a small renderer of its own whose textures VkGAN's plugin generates, within a budget of each
// frame.
// SPDX-License-Identifier: MIT
#include "samples/embed/app.hpp"

#include <cstdio>

namespace {

embed::Status run(int argc, char** argv) {
    RENDER_ASSIGN(const embed::Options options, embed::parse_options(argc, argv));
    if (options.help) {
        std::fputs(embed::help_text, stdout);
        return {};
    }
    RENDER_ASSIGN(const auto app, embed::App::create(options));
    return app->run();
}

}  // namespace

int main(int argc, char** argv) {
    const embed::Status status = run(argc, argv);
    if (status) return 0;
    std::fprintf(stderr, "vkgan-embed: %s\n", status.error().text.c_str());
    return status.error().exit_code;
}
