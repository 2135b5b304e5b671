// Each option is a row that says how its value is taken.
// SPDX-License-Identifier: MIT
#include "samples/embed/options.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <vector>

namespace embed {

const char* const help_text =
    R"(vkgan-embed [MODEL.vkgan] [options]: a renderer whose textures VkGAN's plugin generates while it draws.

  MODEL.vkgan       what draws the pictures; without one, the shipped faces
  --recipe NAME     an untrained model instead, e.g. dcgan, with --train
  --data SPEC       what training learns, e.g. faces, folder:photos      [faces]
  --train           trains from the start; key T in the window
  --headless        no window: draws off-screen
  --frames N        frames to measure, then the program ends             [300 headless, else no end]
  --budget-ms MS    device time of the plugin in a frame                 [4]
  --train-share S   of it, from 0 to 1, for training while pictures wait [0.5]
  --mode MODE       record: into the renderer's commands; submit: on its own  [record]
  --batch N         pictures of a call, a panel each, 1 to 64            [8]
  --size WxH        of the picture or window                             [1280x720]
  --out FILE.png    headless: saves the last frame
  --json FILE       saves statistics of frames
  --plugin FILE     the plugin's library                                 [beside the program]
  --seed S          of latents and training                              [1]
  --device NAME     part of a Vulkan device's name

Keys of the window: F1. VKGAN_VALIDATION=1: validation layers watch, and a message makes the program fail.

Example: vkgan-embed --headless --frames 300 --budget-ms 4 --train --out frame.png --json stats.json
)";

namespace {

Error usage(std::string text) { return {std::move(text) + " (vkgan-embed --help)", 2}; }

template <class T>
bool read_number(const char* text, T low, T high, T& value) {
    const char* const end = text + std::strlen(text);
    T read{};
    const auto [stop, error] = std::from_chars(text, end, read);
    if (error != std::errc() || stop != end || !(read >= low && read <= high)) return false;
    value = read;
    return true;
}

bool read_size(const char* text, Options& options) {
    const char* const x = std::strchr(text, 'x');
    if (!x) return false;
    const std::string width(text, x);
    return read_number(width.c_str(), 1u, 16384u, options.width) &&
           read_number(x + 1, 1u, 16384u, options.height);
}

bool read_mode(const char* text, Mode& mode) {
    mode = std::strcmp(text, "submit") == 0 ? Mode::submit : Mode::record;
    return mode == Mode::submit || std::strcmp(text, "record") == 0;
}

bool read_text(const char* text, std::string& value) {
    value = text;
    return !value.empty();
}

struct Row {
    const char* name;
    const char* takes;  // null: no value
    std::function<bool(const char*, Options&)> read;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        {"--recipe", "a recipe's name", [](auto* text, auto& o) { return read_text(text, o.recipe); }},
        {"--data", "a data set", [](auto* text, auto& o) { return read_text(text, o.data); }},
        {"--train", nullptr, [](auto*, auto& o) { return o.train = true; }},
        {"--headless", nullptr, [](auto*, auto& o) { return o.headless = true; }},
        {"--frames", "a number from 1 to 10000000",
         [](auto* text, auto& o) { return read_number(text, 1, 10'000'000, o.frames); }},
        {"--train-share", "a number from 0 to 1",
         [](auto* text, auto& o) { return read_number(text, 0.0, 1.0, o.training_share); }},
        {"--budget-ms", "milliseconds from 0.01 to 10000",
         [](auto* text, auto& o) { return read_number(text, 0.01, 10'000.0, o.budget_ms); }},
        {"--mode", "record or submit", [](auto* text, auto& o) { return read_mode(text, o.mode); }},
        {"--batch", "a number from 1 to 64",
         [](auto* text, auto& o) { return read_number(text, 1u, 64u, o.batch); }},
        {"--size", "a width and height from 1 to 16384, as in 1280x720",
         [](auto* text, auto& o) { return read_size(text, o); }},
        {"--out", "a file", [](auto* text, auto& o) { return read_text(text, o.out); }},
        {"--json", "a file", [](auto* text, auto& o) { return read_text(text, o.json); }},
        {"--plugin", "a library", [](auto* text, auto& o) { return read_text(text, o.plugin); }},
        {"--seed", "a number from 0 to 2^64 - 1",
         [](auto* text, auto& o) { return read_number(text, uint64_t(0), UINT64_MAX, o.seed); }},
        {"--device", "part of a device's name",
         [](auto* text, auto& o) { return read_text(text, o.device); }},
        {"--help", nullptr, [](auto*, auto& o) { return o.help = true; }},
    };
    return all;
}

Status check_together(Options& options) {
    if (!options.model.empty() && !options.recipe.empty())
        return usage("Give a model (" + options.model + ") or --recipe " + options.recipe + ", not both.");
    if (!options.recipe.empty() && !options.train)
        return usage("--recipe " + options.recipe +
                     " is untrained and draws only what it learns: add --train.");
    if (!options.out.empty() && !options.headless)
        return usage("--out saves what --headless draws: give both.");
    if (options.frames == 0 && options.headless) options.frames = 300;
    if (options.headless && options.train && options.frames < 2)
        return usage(
            "--frames is 1, but --train measures half of the frames without training: give 2 or more.");
    return {};
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!word.starts_with("-")) {
            if (!options.model.empty())
                return usage("Give one model, not " + options.model + " and " + word + ".");
            options.model = word;
            continue;
        }
        const auto row =
            std::find_if(rows().begin(), rows().end(), [&](auto& each) { return word == each.name; });
        if (row == rows().end()) return usage("There is no option " + word + ".");
        if (row->takes && i + 1 == argc)
            return usage(word + " takes " + row->takes + ", but nothing follows it.");
        const char* const value = row->takes ? argv[++i] : "";
        if (!row->read(value, options))
            return usage(word + " takes " + row->takes + ", not \"" + value + "\".");
    }
    if (!options.help) RENDER_TRY(check_together(options));
    return options;
}

}  // namespace embed
