// Texts of the zoo.
// SPDX-License-Identifier: MIT
#include "host/zoo/report.hpp"

#include "host/base/file.hpp"
#include "host/base/markdown.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace vkgan {

namespace {

using Json = nlohmann::ordered_json;

const char* sign_of(const Figure& figure) {
    if (figure.judge == Figure::Judge::shown) return "";
    return figure.judge == Figure::Judge::at_least ? ">=" : "<=";
}

Json json_of(const Figure& figure) {
    Json json{{"name", figure.name}, {"value", figure.value}};
    if (figure.judge == Figure::Judge::shown) return json;
    json["must_be"] = sign_of(figure);
    json["threshold"] = figure.threshold;
    json["passed"] = figure.passed();
    return json;
}

std::string figures_of(const Json& json) {
    std::string text;
    for (const Json& figure : json.value("figures", Json::array())) {
        if (!text.empty()) text += "<br>";
        // JSON has no NaN: a figure that could not be measured is null.
        const Json value = figure.value("value", Json());
        text += fmt::format("{}: {}", markdown_cell(figure.value("name", "")),
                            value.is_number() ? fmt::format("{:.4g}", value.get<double>()) : "none");
        if (figure.contains("threshold"))
            text += fmt::format(" ({} {:.4g})", figure.value("must_be", ""), figure.value("threshold", 0.0));
    }
    return text;
}

// A results file, or null where there is none.
Result<Json> read_result(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return Json();
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path, size_t(1) << 20));
    Json json = Json::parse(reinterpret_cast<const char*>(bytes.data()),
                            reinterpret_cast<const char*>(bytes.data()) + bytes.size(), nullptr, false);
    if (!json.is_object())
        return Error{Code::malformed,
                     fmt::format("{}: is not a result of `vkgan zoo verify`", path.string())};
    return json;
}

std::string tier_cell(const Json& json, const char* otherwise) {
    if (json.is_null()) return otherwise;
    // Mesa's software driver is its own device, and its text names both.
    const std::string device = json.value("device", ""), driver = json.value("driver", "");
    const bool same = device.starts_with("llvmpipe") && driver.starts_with("llvmpipe");
    return fmt::format("**{}** on {}, {}, {:.0f} s<br>{}", json.value("passed", false) ? "passed" : "failed",
                       same ? driver : fmt::format("{} ({})", device, driver), json.value("date", ""),
                       json.value("seconds", 0.0), figures_of(json));
}

}  // namespace

std::string to_text(const ZooReport& report) {
    std::string text =
        fmt::format("{} ({}), {} seed{}, {:.0f} s on {}\n", report.name, report.tier, report.seeds,
                    report.seeds == 1 ? "" : "s", report.verdict.seconds, report.device);
    for (const Figure& figure : report.verdict.figures) {
        const char* verdict = figure.judge == Figure::Judge::shown ? "" : figure.passed() ? "pass" : "FAIL";
        const std::string must = figure.judge == Figure::Judge::shown
                                     ? std::string{}
                                     : fmt::format("{} {:.4g}", sign_of(figure), figure.threshold);
        text += fmt::format("  {:<64} {:>10.4g}  {:<12} {}\n", figure.name, figure.value, must, verdict);
    }
    for (const auto& picture : report.verdict.pictures) text += "  " + picture.string() + "\n";
    return text + (report.verdict.passed ? "  passed\n" : "  FAILED\n");
}

std::string to_json(const ZooReport& report) {
    Json json{{"name", report.name},
              {"tier", report.tier},
              {"passed", report.verdict.passed},
              {"seeds", report.seeds},
              {"device", report.device},
              {"driver", report.driver},
              {"date", report.date},
              {"seconds", report.verdict.seconds}};
    json["figures"] = Json::array();
    for (const Figure& figure : report.verdict.figures) json["figures"].push_back(json_of(figure));
    json["by_seed"] = Json::array();
    for (const std::vector<Figure>& seed : report.verdict.by_seed) {
        Json figures = Json::array();
        for (const Figure& figure : seed) figures.push_back(json_of(figure));
        json["by_seed"].push_back(std::move(figures));
    }
    json["pictures"] = Json::array();
    for (const auto& picture : report.verdict.pictures)
        json["pictures"].push_back(fmt::format("{}/{}", report.name, picture.filename().string()));
    return json.dump(2) + "\n";
}

std::string zoo_list(bool json) {
    if (!json) {
        std::string text;
        for (const ZooEntry* entry : all_zoo_entries())
            text += fmt::format("{:<16} {:<26} {}\n", entry->name, entry->title, entry->what);
        return text;
    }
    Json list = Json::array();
    for (const ZooEntry* entry : all_zoo_entries())
        list.push_back({{"name", entry->name},
                        {"title", entry->title},
                        {"what", entry->what},
                        {"criterion", entry->criterion},
                        {"seeds", entry->seeds}});
    return list.dump(2) + "\n";
}

Result<std::string> zoo_page(const std::filesystem::path& results, const std::string& link) {
    std::string text =
        "# The zoo\n\n"
        "Every system that VkGAN trains, what it must reach, and what it reached. This page is made by\n"
        "`vkgan zoo page`; do not edit it. Tier S asserts that a system is wired right and learns, in "
        "minutes on "
        "a CPU;\ntier M is what it is judged by. A row's figures come from `vkgan zoo verify NAME --tier "
        "S|M`.\n\n"
        "| system | what it is, and the criterion | S | M | picture |\n|---|---|---|---|---|\n";
    for (const ZooEntry* entry : all_zoo_entries()) {
        const std::string name(entry->name);
        VKGAN_ASSIGN(const Json small, read_result(results / (name + "-S.json")));
        VKGAN_ASSIGN(const Json medium, read_result(results / (name + "-M.json")));
        std::error_code error;
        const bool pictured = std::filesystem::is_regular_file(results / (name + ".png"), error);
        text += fmt::format("| **{}**<br>`{}` | {}. Criterion: {} | {} | {} | {} |\n", entry->title, name,
                            markdown_cell(entry->what), markdown_cell(entry->criterion),
                            tier_cell(small, "not run yet"), tier_cell(medium, "not run yet"),
                            pictured ? fmt::format("![{}]({}/{}.png)", name, link, name) : "");
    }
    return text;
}

}  // namespace vkgan
