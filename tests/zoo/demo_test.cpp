// Demonstrations: the quick ones write what they promise; names; the command line.
// SPDX-License-Identifier: MIT
#include "host/zoo/demo.hpp"
#include "host/base/file.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace vkgan;

TEST_CASE("demonstrations have names and words; unknown ones get the nearest") {
    std::set<std::string_view> names;
    for (const Demo* demo : all_demos()) {
        CAPTURE(demo->name);
        CHECK(names.insert(demo->name).second);
        CHECK_FALSE(demo->title.empty());
        CHECK_FALSE(demo->what.empty());
        CHECK(bool(demo->run));
        CHECK(demo_list(false).find(demo->what) != std::string::npos);
    }
    const auto unknown = find_demo("figur1");
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().message == "there is no demonstration \"figur1\"; did you mean \"figure1\"?");
    CHECK(nlohmann::json::parse(demo_list(true)).size() == names.size());
}

TEST_CASE("quick demonstrations write pictures and their numbers") {
    for (const char* name : {"figure1", "k_and_loss", "perfect_discriminator", "jsd_wasserstein"}) {
        CAPTURE(name);
        const test::TemporaryFolder folder;
        const auto demo = find_demo(name);
        REQUIRE(demo.ok());
        const auto result = run(test_device(), **demo, {.folder = folder.path, .quick = true});
        REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
        const auto json = nlohmann::json::parse(result->json);
        for (const char* field : {"name", "title", "quick", "seed", "device", "driver", "date", "seconds",
                                  "numbers", "seen", "files"})
            CHECK_MESSAGE(json.contains(field), field);
        CHECK(json["quick"] == true);
        CHECK_FALSE(json["numbers"].empty());
        CHECK_FALSE(json["seen"].empty());
        CHECK_FALSE(json["files"].empty());
        for (const std::string file : json["files"])
            CHECK(std::filesystem::file_size(folder.path / file) > 1000);
        CHECK(std::filesystem::exists(folder.path / (std::string(name) + ".json")));
        const auto svg = read_file(folder.path / (std::string(name) + ".svg"), size_t(1) << 24);
        REQUIRE(svg.ok());
        const std::string text(reinterpret_cast<const char*>(svg->data()), svg->size());
        for (const char* word : {"nan", "inf\""}) CHECK(text.find(word) == std::string::npos);
    }
}

TEST_CASE("vkgan demo lists, and refuses a name that is none with the nearest") {
    const test::CliResult list = test::run_cli({"demo", "list"});
    CHECK(list.exit_code == 0);
    CHECK(list.output.find("figure1") != std::string::npos);
    const test::CliResult unknown = test::run_cli({"demo", "figur1"});
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.output.find("did you mean \"figure1\"?") != std::string::npos);
}
