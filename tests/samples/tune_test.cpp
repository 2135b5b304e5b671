// `vkgan tune` and what the other commands make of it.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using vkgan::test::CliResult;
using vkgan::test::run_cli;
using vkgan::test::TemporaryFolder;

namespace {

struct CacheHome {
    std::string before;
    explicit CacheHome(const std::filesystem::path& path) {
        const char* const value = std::getenv("XDG_CACHE_HOME");
        before = value ? value : "";
        ::setenv("XDG_CACHE_HOME", path.c_str(), 1);
    }
    ~CacheHome() {
        if (before.empty())
            ::unsetenv("XDG_CACHE_HOME");
        else
            ::setenv("XDG_CACHE_HOME", before.c_str(), 1);
    }
};

const std::vector<std::string> tune{"tune", "dcgan", "--set", "image=16", "ngf=4", "ndf=4", "--batch", "4"};

CliResult run_tune(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = tune;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_cli(arguments);
}

}  // namespace

TEST_CASE("tune prints a table, keeps what it finds, and says where") {
    const TemporaryFolder folder;
    const CacheHome home(folder.path);
    const CliResult help = run_cli({"tune", "--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.output.find("Example") != std::string::npos);
    const CliResult result = run_tune({"--json", "--time-limit", "20"});
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const auto json = nlohmann::json::parse(result.output, nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["batch"] == 4);
    CHECK(json["problems"].is_array());
    const std::filesystem::path file = json["file"].get<std::string>();
    CHECK(file.parent_path() == folder.path / "vkgan");
    CHECK(std::filesystem::exists(file));
    for (const auto& problem : json["problems"])
        for (const auto& candidate : problem["candidates"]) CHECK(candidate["wrong"] == "");

    std::ofstream(file, std::ios::trunc) << "{\"vkgan\": ";
    const CliResult noticed = run_tune({"--time-limit", "0.000001"});
    CHECK(noticed.exit_code == 0);
    CHECK(noticed.output.find("is ignored, and written anew") != std::string::npos);
    CHECK(run_tune({"--time-limit", "0.000001"}).output.find("is ignored") == std::string::npos);
}

TEST_CASE("tune refuses what it cannot take") {
    CHECK(run_tune({"--time-limit", "-1"}).exit_code == 2);
    const CliResult unknown = run_cli({"tune", "dcgam"});
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.output.find("dcgan") != std::string::npos);
    ::setenv("VKGAN_TUNING", "fast", 1);
    const CliResult mode = run_tune({});
    ::setenv("VKGAN_TUNING", "fixed", 1);
    CHECK(mode.exit_code == 2);
    CHECK(mode.output.find("VKGAN_TUNING is \"fast\"") != std::string::npos);
}
