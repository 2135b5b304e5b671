// vkgan data.
// SPDX-License-Identifier: MIT
#include "host/io/image.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("vkgan data tells size, splits and attributes, and draws a grid") {
    const TemporaryFolder folder;
    const std::string file = (folder.path / "faces.png").string();
    const CliResult faces = run_cli({"data", "toy-faces", "--size", "16", "--count", "9", "--out", file});
    CHECK(faces.exit_code == 0);
    CHECK(contains(faces.output, "10000 samples (train), each 3 x 16 x 16"));
    CHECK(contains(faces.output, "splits: train 10000, test 1000, all 11000"));
    CHECK(contains(faces.output, "6 independent attributes, shares of 10000 samples"));
    const auto grid = read_image(file);
    REQUIRE(grid.ok());
    CHECK(grid->width == 3 * 18 + 2);
    const CliResult digits = run_cli({"data", "digits", "--split", "test"});
    CHECK(contains(digits.output, "10 classes, shares of 1000 samples"));
    CHECK(contains(digits.output, "0.1000"));
}

TEST_CASE("vkgan data prints points, and does not draw them") {
    const CliResult ring = run_cli({"data", "toy:ring", "--count", "2"});
    CHECK(ring.exit_code == 0);
    CHECK(contains(ring.output, "100000 samples (train), each 2 x 1 x 1"));
    CHECK(contains(ring.output, "-1.41798   0.00963  4\n"));
    const CliResult refused = run_cli({"data", "toy:ring", "--out", "x.png"});
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.output, "toy:ring has points of 2 numbers, not images"));
    CHECK(run_cli({"data", "toy:rnig"}).exit_code == 2);
}
