// Every option once, with what it takes.
// SPDX-License-Identifier: MIT
#include "samples/viewer/options.hpp"

#include <charconv>
#include <functional>
#include <string_view>
#include <vector>

namespace viewer {

using render::Error;
using render::Result;
using render::Status;

const char* const help_text =
    "vkgan-viewer [MODEL|RUN|SESSION|RECIPE] [options]: see, tweak and train a GAN live.\n"
    "\n"
    "  MODEL      a .vkgan file or a model's .json; without any, the faces that come with VkGAN\n"
    "  RUN        a folder that `vkgan train --out` wrote\n"
    "  SESSION    a .json that the viewer saved\n"
    "  RECIPE     the name of an untrained network, as `vkgan recipes` lists them\n"
    "\n"
    "  --data SPEC          what training learns: faces, digits, toy:ring, folder:DIR (docs/data.md)\n"
    "  --train              begins to train at once\n"
    "  --session FILE       reads this session, if it is there, and saves to it\n"
    "  --captures DIR       where pictures are saved (default: here)\n"
    "  --size WxH           of the window in pixels (default 1280x800)\n"
    "  --scale S            of letters and widgets, 0.5 to 4\n"
    "  --device NAME        part of the name of the Vulkan device\n"
    "  --frames N           ends after N frames\n"
    "  --headless           draws without a window: 60 frames, or N\n"
    "  --script FILE        mouse, keys and waiting, as JSON (docs/viewer.md)\n"
    "  --screenshot FILE    the last frame as PNG; with --headless\n"
    "  --help, --version\n"
    "\n"
    "Example: vkgan-viewer --headless --frames 90 --screenshot viewer.png\n";

namespace {

Result<double> number(std::string_view option, const std::string& text, double low, double high) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high))
        return Error{std::string(option) + ": \"" + text + "\" is no number from " +
                         std::to_string(int(low * 10) / 10) + (low < 1 && low > 0 ? ".5" : "") + " to " +
                         std::to_string(int(high)) + ".",
                     2};
    return value;
}

Status read_size(const std::string& text, Options& options) {
    unsigned width = 0, height = 0;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, width);
    const bool crossed = first.ec == std::errc() && first.ptr != end && *first.ptr == 'x';
    const auto second = crossed ? std::from_chars(first.ptr + 1, end, height) : first;
    const auto fits = [](unsigned side) { return side >= 1 && side <= 16384; };
    if (!crossed || second.ec != std::errc() || second.ptr != end || !fits(width) || !fits(height))
        return Error{"--size: \"" + text + "\" is not like 1280x800, each from 1 to 16384.", 2};
    options.width = width;
    options.height = height;
    return {};
}

using Take = std::function<Status(const std::string&, Options&)>;
struct Row {
    std::string_view name;
    Take take;
};

const std::vector<Row>& rows() {
    const auto text = [](std::string Options::*field) {
        return [field](const std::string& value, Options& options) {
            options.*field = value;
            return Status();
        };
    };
    static const std::vector<Row> all{
        {"--data", text(&Options::data)},
        {"--session", text(&Options::session)},
        {"--captures", text(&Options::captures)},
        {"--device", text(&Options::device)},
        {"--script", text(&Options::script)},
        {"--screenshot", text(&Options::screenshot)},
        {"--size", read_size},
        {"--scale",
         [](const std::string& value, Options& options) -> Status {
             RENDER_ASSIGN(options.scale, number("--scale", value, 0.5, 4));
             return {};
         }},
        {"--frames",
         [](const std::string& value, Options& options) -> Status {
             RENDER_ASSIGN(const double frames, number("--frames", value, 1, 1e6));
             if (frames != double(int(frames)))
                 return Error{"--frames: \"" + value + "\" is no whole number.", 2};
             options.frames = int(frames);
             return {};
         }},
    };
    return all;
}

Status check(const Options& options) {
    if (!options.screenshot.empty() && !options.headless)
        return Error{"--screenshot needs --headless; in a window F3 saves it.", 2};
    return {};
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--help" || word == "-h")
            options.help = true;
        else if (word == "--version")
            options.version = true;
        else if (word == "--headless")
            options.headless = true;
        else if (word == "--train")
            options.train = true;
        else if (word.starts_with("-")) {
            const Row* found = nullptr;
            for (const Row& row : rows())
                if (row.name == word) found = &row;
            if (!found) return Error{"There is no option " + word + "; --help lists them.", 2};
            if (i + 1 >= argc) return Error{word + ": nothing follows it; --help says what should.", 2};
            RENDER_TRY(found->take(argv[++i], options));
        } else if (options.open.empty()) {
            options.open = word;
        } else {
            return Error{
                "One thing can be opened, but there are \"" + options.open + "\" and \"" + word + "\".", 2};
        }
    }
    RENDER_TRY(check(options));
    return options;
}

}  // namespace viewer
