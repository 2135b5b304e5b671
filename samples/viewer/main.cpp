// vkgan-viewer: see, tweak and train a GAN live.
// SPDX-License-Identifier: MIT
#include "host/api/vkgan.hpp"
#include "samples/viewer/app/app.hpp"

#include <cstdio>

namespace {

render::Status run(int argc, char** argv) {
    RENDER_ASSIGN(const viewer::Options options, viewer::parse_options(argc, argv));
    if (options.help) {
        std::fputs(viewer::help_text, stdout);
        return {};
    }
    if (options.version) {
        std::printf("vkgan-viewer %s\n", vkgan::api::version().c_str());
        return {};
    }
    RENDER_ASSIGN(const auto app, viewer::App::create(options));
    return app->run();
}

}  // namespace

int main(int argc, char** argv) {
    const render::Status status = run(argc, argv);
    if (status) return 0;
    std::fprintf(stderr, "vkgan-viewer: %s\n", status.error().text.c_str());
    return status.error().exit_code;
}
