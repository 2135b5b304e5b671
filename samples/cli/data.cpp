// vkgan data: what a data set holds, and a look at it.
// SPDX-License-Identifier: MIT
#include "samples/cli/command.hpp"

#include <fmt/core.h>

#include <memory>

namespace cli {

namespace {

namespace api = vkgan::api;

struct DataArguments {
    api::DataQuery query;
    std::string out;
    int count = 0;  // 0: 64 images, 10 points
    int columns = 0;
};

bool is_point(const api::DataInfo& info) { return info.shape[1] == 1 && info.shape[2] == 1; }

void print_info(const DataArguments& a, const api::DataInfo& info) {
    fmt::print("{}: {} samples ({}), each {} x {} x {} (channels, height, width)\n", a.query.data, info.size,
               a.query.split, info.shape[0], info.shape[1], info.shape[2]);
    std::string splits;
    for (const auto& [name, size] : info.splits)
        splits += fmt::format("{}{} {}", splits.empty() ? "" : ", ", name, size);
    fmt::print("splits: {}\n", splits.empty() ? "none" : splits);
    if (info.attributes.empty()) fmt::print("no attributes, no classes\n");
    if (info.attributes.empty()) return;
    fmt::print("{} {}, shares of {} samples:\n", info.attributes.size(),
               info.classes ? "classes" : "independent attributes", info.counted);
    for (const api::DataAttribute& attribute : info.attributes)
        fmt::print("  {:<24} {:.4f}\n", attribute.name, attribute.share);
}

void print_points(const api::DataInfo& info) {
    const auto width = static_cast<size_t>(info.shape[0]);
    const size_t classes = info.classes ? info.attributes.size() : 0;
    for (size_t i = 0; i < static_cast<size_t>(info.images.shape[0]); ++i) {
        for (size_t k = 0; k < width; ++k) fmt::print(" {:9.5f}", info.images.values[i * width + k]);
        for (size_t k = 0; k < classes; ++k)
            if (info.values.values[i * classes + k] > 0) fmt::print("  {}", info.attributes[k].name);
        fmt::print("\n");
    }
}

int data(DataArguments a) {
    constexpr int usual_images = 64, usual_points = 10;
    a.query.samples = a.count > 0 ? a.count : usual_images;
    auto info = api::describe_data(a.query);
    if (!info) return report(info.failure());
    const bool points = is_point(*info);
    if (points && !a.out.empty())
        return report({fmt::format("--out {}: {} has points of {} numbers, not images; without --out they "
                                   "are printed",
                                   a.out, a.query.data, info->shape[0]),
                       true});
    print_info(a, *info);
    if (points) {
        if (a.count == 0) info->images.shape[0] = usual_points;
        print_points(*info);
    }
    if (a.out.empty()) return 0;
    if (auto written = api::write_png_grid(a.out, info->images, a.columns); !written)
        return report(written.failure());
    return 0;
}

}  // namespace

Registered add_data(CLI::App& parent) {
    CLI::App* app = parent.add_subcommand("data", "Tell what a data set holds, and draw some of it");
    auto a = std::make_shared<DataArguments>();
    app->add_option("data", a->query.data, data_help)->required();
    app->add_option("--out", a->out, "PNG to write: the first images as a grid");
    app->add_option("--count", a->count, "Images of --out, or points printed (default 64 images, 10 points)")
        ->check(CLI::Range(1, 65536));
    app->add_option("--columns", a->columns, "Images in a row; 0: about as many as rows")
        ->check(CLI::Range(0, 65536));
    app->add_option("--size", a->query.image_size, "Pixels a side (default: as stored)")
        ->check(CLI::Range(1, 4096));
    app->add_option("--channels", a->query.channels, "1 grey, 3 RGB, 4 RGBA (default: as stored)")
        ->check(CLI::Range(1, 4));
    app->add_option("--split", a->query.split, "train, validation, test or all")->capture_default_str();
    app->footer(
        "Examples:\n"
        "  vkgan data digits --out digits.png --count 100\n"
        "  vkgan data toy:ring\n"
        "  vkgan data folder:photos --size 64 --channels 3 --out photos.png");
    return {app, [a] { return data(*a); }};
}

}  // namespace cli
