// vkgan evaluate: what it prints, and its exit codes.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

#include <nlohmann/json.hpp>

using namespace vkgan::test;

TEST_CASE("vkgan evaluate prints a table or JSON, and refuses with exit code 2") {
    const TemporaryFolder folder;
    const std::string run = (folder.path / "run").string(), model = run + "/model.vkgan";
    REQUIRE(run_cli({"train", "toy", "--data", "toy:normal", "--steps", "2", "--out", run}).exit_code == 0);
    const CliResult table = run_cli({"evaluate", model, "--data", "toy:normal", "--count", "200"});
    CHECK(table.exit_code == 0);
    CHECK(contains(table.output, "metric "));
    CHECK(contains(table.output, "floors of 200 of test"));
    CHECK(contains(table.output, "is, fid, kid, prdc: toy:normal has points, which no evaluator looks at"));
    const CliResult result = run_cli({"evaluate", model, "--data", "toy:normal", "--metrics", "jsd",
                                      "--count", "200", "--seed", "9", "--set", "z.0=0.5", "--json"});
    CHECK(result.exit_code == 0);
    const auto json = nlohmann::json::parse(result.output, nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["metrics"][2]["name"] == "deviation");
    CHECK(json["metrics"][2]["value"].get<double>() < 1e-6);  // the only entry of the latent is fixed
    CHECK(json["controls"]["z.0"] == 0.5);
    CHECK(json["evaluator"].is_null());

    const auto refused = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments{"evaluate", model, "--data", "toy:normal"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const CliResult refusal = run_cli(arguments);
        CHECK(refusal.exit_code == 2);
        return refusal.output;
    };
    CHECK(contains(refused({"--metrics", "jds"}), "did you mean \"jsd\"?"));
    CHECK(contains(refused({"--metrics", "modes"}), "modes: needs components"));
    CHECK(contains(refused({"--count", "1"}), "count: 1 is not from 2 to 65536"));
    CHECK(contains(refused({"--set", "z.1=0"}), "the entries of z are z.0 to z.0"));
    CHECK(contains(refused({"--set", "z.0"}), "expected name=value"));
    CHECK(run_cli({"evaluate", model}).exit_code == 2);
    CHECK(run_cli({"evaluate", run + "/none.vkgan", "--data", "digits"}).exit_code == 2);
    CHECK(contains(run_cli({"evaluate", "--help"}).output, "docs/metrics.md"));
}
