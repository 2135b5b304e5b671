// The zoo's verdicts: figures over seeds, texts, the page; entries are well formed.
// SPDX-License-Identifier: MIT
#include "host/base/file.hpp"
#include "host/zoo/report.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/house/source_tree.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <set>

using namespace vkgan;

namespace {

// By seed: a 1, 2, 9; b 9, 2, 1; c always 3.
Status counted(ZooContext& zoo) {
    const double seed = double(zoo.seed());
    zoo.at_least("a", seed == 3 ? 9 : seed, 2);
    zoo.at_most("b", seed == 1 ? 9 : 4 - seed, 1.5);
    zoo.show("c", 3);
    return {};
}

Status best_of(ZooContext& zoo) {
    VKGAN_TRY(counted(zoo));
    for (Figure& figure : zoo.figures()) figure.best = true;
    return {};
}

Status not_a_number(ZooContext& zoo) {
    zoo.at_most("a", zoo.seed() == 2 ? std::numeric_limits<double>::quiet_NaN() : 1.0, 5);
    return {};
}

ZooVerdict verdict_of(Status (*verify_with)(ZooContext&), int seeds) {
    const test::TemporaryFolder folder;
    const ZooEntry entry{.name = "x", .title = "X", .verify = verify_with};
    auto verdict = verify(test_device(), entry, {.seeds = seeds, .folder = folder.path});
    REQUIRE(verdict.ok());
    return std::move(*verdict);
}

}  // namespace

TEST_CASE("a verdict is by the median over seeds, or by the best") {
    const ZooVerdict median = verdict_of(counted, 3);
    REQUIRE(median.figures.size() == 3);
    CHECK(median.figures[0].value == 2);
    CHECK(median.figures[0].passed());
    CHECK(median.figures[1].value == 2);
    CHECK_FALSE(median.figures[1].passed());
    CHECK(median.figures[2].passed());
    CHECK_FALSE(median.passed);
    CHECK(median.by_seed.size() == 3);

    const ZooVerdict best = verdict_of(best_of, 3);
    CHECK(best.figures[0].value == 9);
    CHECK(best.figures[1].value == 1);
    CHECK(best.passed);
    CHECK(verdict_of(counted, 2).figures[0].value == 1.5);
}

TEST_CASE("a NaN of any seed fails") {
    const ZooVerdict verdict = verdict_of(not_a_number, 3);
    CHECK(std::isnan(verdict.figures[0].value));
    CHECK_FALSE(verdict.passed);
}

TEST_CASE("reports tell value, threshold and verdict as text and as JSON") {
    ZooReport report{"x", "S", "a device", "a driver", "2026-11-22", 3, verdict_of(counted, 3)};
    const std::string text = to_text(report);
    CHECK(text.find("x (S), 3 seeds") != std::string::npos);
    CHECK(text.find(">= 2") != std::string::npos);
    CHECK(text.find("FAIL") != std::string::npos);
    report.verdict.pictures = {"/somewhere/on/this/machine/x/samples-1.png"};
    const auto json = nlohmann::json::parse(to_json(report));
    CHECK(json["pictures"] == nlohmann::json{"x/samples-1.png"});
    CHECK(json["passed"] == false);
    CHECK(json["figures"][0]["must_be"] == ">=");
    CHECK(json["figures"][1]["passed"] == false);
    CHECK_FALSE(json["figures"][2].contains("threshold"));
    CHECK(json["by_seed"].size() == 3);
}

TEST_CASE("entries have names, words and a criterion; unknown ones get the nearest") {
    std::set<std::string_view> names;
    for (const ZooEntry* entry : all_zoo_entries()) {
        CAPTURE(entry->name);
        CHECK(names.insert(entry->name).second);
        CHECK_FALSE(entry->title.empty());
        CHECK_FALSE(entry->what.empty());
        CHECK_FALSE(entry->criterion.empty());
        CHECK(bool(entry->verify));
    }
    const auto unknown = find_zoo_entry("dcgn");
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().message == "the zoo has no \"dcgn\"; did you mean \"dcgan\"?");
}

TEST_CASE("the page has a row for every entry, with what was measured") {
    const test::TemporaryFolder folder;
    const ZooReport report{"dcgan", "S", "a device", "a driver", "2026-11-22", 3, verdict_of(counted, 3)};
    const std::string json = to_json(report);
    REQUIRE(write_file_atomic(folder.path / "dcgan-S.json", std::as_bytes(std::span(json))).ok());
    const auto page = zoo_page(folder.path, "zoo");
    REQUIRE(page.ok());
    CHECK(page->find("**failed** on a device (a driver), 2026-11-22") != std::string::npos);
    for (const ZooEntry* entry : all_zoo_entries())
        CHECK(page->find("`" + std::string(entry->name) + "`") != std::string::npos);
    REQUIRE(write_file_atomic(folder.path / "vae-M.json", std::as_bytes(std::span("nonsense", 8))).ok());
    const auto broken = zoo_page(folder.path, "zoo");
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().message.find("vae-M.json: is not a result") != std::string::npos);
}

TEST_CASE("docs/zoo.md is the page of docs/zoo") {
    const std::filesystem::path docs = std::filesystem::path(VKGAN_SOURCE_DIR) / "docs";
    const auto page = zoo_page(docs / "zoo", "zoo");
    REQUIRE_MESSAGE(page.ok(), (page.ok() ? "" : page.error().message));
    const auto bytes = read_file(docs / "zoo.md", size_t(1) << 24);
    REQUIRE(bytes.ok());
    const std::string text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    CHECK_MESSAGE(text == *page, "run: build/dev/vkgan zoo page > docs/zoo.md");
    // Names of figures hold bars: a row has the six of its five columns only, the others escaped.
    for (const std::string& line : house::lines_of(text)) {
        if (!line.starts_with("| **")) continue;
        CAPTURE(line.substr(0, 60));
        int bars = 0;
        for (size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        CHECK(bars == 6);
    }
}
