// Running demonstrations: files, texts, the list.
// SPDX-License-Identifier: MIT
#include "host/zoo/demo.hpp"

#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>

namespace vkgan {

namespace {

using Json = nlohmann::ordered_json;

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

Status write_text(const std::filesystem::path& path, const std::string& text) {
    return write_file_atomic(path, std::as_bytes(std::span(text)));
}

}  // namespace

ZooContext DemoContext::trainings(uint64_t more) const {
    return {device_, quick() ? ZooTier::small : ZooTier::medium, seed() + more,
            options_.folder / "trainings" / name_, [log = options_.log, name = name_](std::string_view text) {
                if (log) log(fmt::format("{}: {}", name, text));
            }};
}

Status DemoContext::plot(const std::string& name, const plot::Plot& plot) {
    const std::filesystem::path path = options_.folder / (name + ".svg");
    VKGAN_TRY(write_text(path, to_svg(plot)));
    files_.push_back(path);
    return {};
}

Status DemoContext::picture(const std::string& name, const Image& image) {
    const std::filesystem::path path = options_.folder / (name + ".png");
    VKGAN_TRY(write_png(path, image));
    files_.push_back(path);
    return {};
}

Result<const Demo*> find_demo(std::string_view name) {
    std::vector<std::string> known;
    for (const Demo* demo : all_demos()) {
        if (demo->name == name) return demo;
        known.emplace_back(demo->name);
    }
    const std::string near = did_you_mean(name, known);
    return Error{Code::not_found,
                 fmt::format("there is no demonstration \"{}\"{}", name,
                             near.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : near)};
}

Result<DemoResult> run(Device& device, const Demo& demo, const DemoOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    VKGAN_TRY(ensure_folder(options.folder));
    DemoContext context(device, std::string(demo.name), options);
    VKGAN_TRY(demo.run(context));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    Json json{{"name", demo.name},      {"title", demo.title},     {"quick", options.quick},
              {"seed", options.seed},   {"device", device.name()}, {"driver", device.record().driver},
              {"date", today()},        {"seconds", seconds},      {"numbers", context.numbers()},
              {"seen", context.lines()}};
    json["files"] = Json::array();
    for (const auto& file : context.files()) json["files"].push_back(file.filename().string());
    DemoResult result{fmt::format("{}: {}\n", demo.name, demo.title), json.dump(2) + "\n"};
    const std::filesystem::path numbers = options.folder / (std::string(demo.name) + ".json");
    VKGAN_TRY(write_text(numbers, result.json));
    for (const std::string& line : context.lines()) result.text += "  " + line + "\n";
    for (const auto& file : context.files()) result.text += "  " + file.string() + "\n";
    result.text += "  " + numbers.string() + "\n";
    return result;
}

std::string demo_list(bool json) {
    std::string text;
    Json list = Json::array();
    for (const Demo* demo : all_demos()) {
        text += fmt::format("{:<22} {}\n", demo->name, demo->what);
        list.push_back({{"name", demo->name}, {"title", demo->title}, {"what", demo->what}});
    }
    return json ? list.dump(2) + "\n" : text;
}

Tensor places_on_line(double low, double high, int count) {
    Tensor x(Shape{count, 1, 1, 1});
    for (int i = 0; i < count; ++i) x.values[size_t(i)] = float(low + (high - low) * (i + 0.5) / count);
    return x;
}

std::vector<double> in_doubles(std::span<const float> values) { return {values.begin(), values.end()}; }

std::vector<double> sigmoids(std::span<const float> logits) {
    std::vector<double> shares;
    for (const float logit : logits) shares.push_back(1 / (1 + std::exp(-double(logit))));
    return shares;
}

}  // namespace vkgan
