// The program `vkgan` as its users meet it: exit codes, messages, and one run from training to images.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/samples/cli_run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

using vkgan::test::CliProcess;
using vkgan::test::CliResult;
using vkgan::test::run_cli;
using vkgan::test::TemporaryFolder;

namespace {

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> training(const std::filesystem::path& out, const std::string& steps) {
    return {"train",          "dcgan",   "--out", out.string(), "--set", "image=16",           "ngf=4",
            "ndf=4",          "--batch", "4",     "--steps",    steps,   "--checkpoint-every", "5",
            "--sample-every", "0"};
}

// Until the file is there, or the program has ended.
void wait_for(CliProcess& process, const std::filesystem::path& file) {
    while (!std::filesystem::exists(file) && !process.ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

// Exit code 2, and a message that says all of `parts`.
void check_refused(const std::vector<std::string>& arguments, const std::vector<std::string>& parts) {
    const CliResult result = run_cli(arguments);
    CAPTURE(result.output);
    CHECK(result.exit_code == 2);
    for (const std::string& part : parts) CHECK_MESSAGE(result.output.find(part) != std::string::npos, part);
}

}  // namespace

TEST_CASE("every command explains itself") {
    CHECK(run_cli({"--help"}).exit_code == 0);
    for (const char* command : {"devices", "recipe", "plan", "train", "sample", "run", "info"}) {
        const CliResult help = run_cli({command, "--help"});
        CHECK(help.exit_code == 0);
        CHECK(help.output.find("Example") != std::string::npos);
    }
}

TEST_CASE("bench times steps and calls of any recipe") {
    const std::vector<std::string> settings{"--set", "image=16", "ngf=4", "ndf=4"};
    const auto bench = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), settings.begin(), settings.end());
        const CliResult result = run_cli(arguments);
        CHECK_MESSAGE(result.exit_code == 0, result.output);
        return nlohmann::json::parse(result.output, nullptr, false);
    };
    const auto train = bench({"bench", "train", "dcgan", "--json", "--batch", "4", "--repetitions", "3"});
    REQUIRE(train.is_object());
    CHECK(train["batch"] == 4);
    CHECK(train["repetitions"] == 3);
    CHECK(train["fastest_ms"] > 0);
    CHECK(train["fastest_ms"] <= train["median_ms"]);
    CHECK(train["median_ms"] <= train["slowest_ms"]);
    CHECK(train["dispatches"] > 10);
    CHECK(train["device_bytes"]["parameters"] > 0);
    const auto infer = bench({"bench", "infer", "dcgan", "--json", "--batch", "3", "--repetitions", "2"});
    REQUIRE(infer.is_object());
    CHECK(infer["batch"] == 3);
    CHECK(infer["median_ms"] > 0);
    check_refused({"bench", "train", "dcgan", "--repetitions", "0"}, {"--repetitions", "0"});
    check_refused({"bench", "infer", "dcgam"}, {"dcgam", "dcgan"});
}

TEST_CASE("plan works where training has no room, and measures only where it is asked to") {
    const std::vector<std::string> tiny{"plan",  "dcgan", "--set",   "image=16",
                                        "ngf=4", "ndf=4", "--batch", "4"};
    const auto plan = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments = tiny;
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_cli(arguments);
    };
    const CliResult quick = plan({});
    CHECK_MESSAGE(quick.exit_code == 0, quick.output);
    CHECK(quick.output.find("predicted ms") != std::string::npos);
    CHECK(quick.output.find("measured ms") == std::string::npos);
    const CliResult json = plan({"--measure", "--json"});
    CHECK(json.exit_code == 0);
    CHECK(nlohmann::json::parse(json.output, nullptr, false)["measured"] == true);
    CHECK(plan({"--no-measure"}).output.find("measured ms") == std::string::npos);
    const std::vector<std::string> large{"plan", "dcgan", "--batch", "256", "--memory-limit", "256"};
    CHECK(run_cli(large).exit_code == 0);
    std::vector<std::string> measured = large;
    measured.emplace_back("--measure");
    check_refused(measured, {"measuring dcgan", "is free"});
    check_refused({"plan", "dcgam"}, {"dcgam", "dcgan"});
    check_refused({"plan", "dcgan", "--batch", "0"}, {"--batch", "0"});
    check_refused({"plan", "dcgan", "--measured"}, {"--measured"});
    check_refused({"plan", "dcgan", "--json", "yes"}, {"yes"});
}

TEST_CASE("bench runs any network of a model on random inputs") {
    const std::vector<std::string> tiny{"--batch", "3", "--set", "image=16", "ngf=4", "ndf=4"};
    std::vector<std::string> arguments{"bench", "infer", "dcgan", "--json", "--repetitions", "2"};
    arguments.insert(arguments.end(), {"--network", "D"});
    arguments.insert(arguments.end(), tiny.begin(), tiny.end());
    const CliResult result = run_cli(arguments);
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const auto infer = nlohmann::json::parse(result.output, nullptr, false);
    REQUIRE(infer.is_object());
    CHECK(infer["network"] == "D");
    CHECK(infer["batch"] == 3);
    CHECK(infer["median_ms"] > 0);
    // 2 * 3 images * (4 * 8 * 8 * 48 + 8 * 4 * 4 * 64 + 128) multiplies and adds, and the small change of
    // activations and normalisation
    CHECK(infer["gflop"] >= 123648e-9);
    CHECK(infer["gflop"] < 1.2 * 123648e-9);
    check_refused({"bench", "infer", "dcgan", "--network", "X"}, {"X", "G", "D"});
}

TEST_CASE("bench budget trains in frames as in whole steps, and tells what frames took") {
    const std::vector<std::string> tiny{"--set",   "image=16", "ngf=4",  "ndf=4",         "nz=8",
                                        "--batch", "4",        "--json", "--repetitions", "1"};
    std::vector<std::string> arguments{"bench",    "budget", "dcgan",     "--steps", "6",
                                       "--frames", "20",     "--budgets", "2,5"};
    arguments.insert(arguments.end(), tiny.begin(), tiny.end());
    const CliResult run = run_cli(arguments);
    REQUIRE_MESSAGE(run.exit_code == 0, run.output);
    const auto json = nlohmann::json::parse(run.output);
    CHECK(json["equal"] == true);
    CHECK(json["compared_steps"] == 6);
    CHECK(json["slices"] > 0);
    CHECK(json["unlimited_share"] > 0);
    REQUIRE(json["budgets"].size() == 2);
    for (const auto& point : json["budgets"]) {
        CHECK(point["frames"] == 20);
        CHECK(point["device_most_ms"] > 0);  // of a busy machine's frames most may get nothing
        CHECK(point["device_most_ms"] >= point["device_p99_ms"]);
        CHECK(point["images_per_s"] > 0);
        CHECK(point["host_median_us"] > 0);
    }
    check_refused({"bench", "budget", "dcgan", "--budgets", "0"}, {"--budgets", "0"});
    check_refused({"bench", "budget", "dcgan", "--frames", "0"}, {"--frames", "0"});
}

TEST_CASE("bench memory tells planned bytes, the workspace beside what is live, and the process") {
    const CliResult result = run_cli({"bench", "memory", "dcgan", "--json", "--batch", "4", "--repetitions",
                                      "2", "--set", "image=16", "ngf=4", "ndf=4"});
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const auto memory = nlohmann::json::parse(result.output, nullptr, false);
    REQUIRE(memory.is_object());
    int64_t sum = 0;
    for (const auto& [name, bytes] : memory["device_bytes"].items()) sum += bytes.get<int64_t>();
    CHECK(memory["planned_bytes"] == sum);
    for (const char* name :
         {"parameters", "moments", "averages", "buffers", "inputs", "staging", "workspace"})
        CHECK_MESSAGE(memory["device_bytes"][name] > 0, name);
    CHECK(memory["live_bytes"] > 0);
    CHECK(memory["workspace_bytes"] >= memory["live_bytes"]);
    CHECK(memory["workspace_to_live"] >= 1);
    CHECK(memory["arena"]["reserved_bytes"] >= memory["arena"]["buffer_bytes"]);
    CHECK(memory["arena"]["buffer_bytes"] >= memory["device_bytes"]["workspace"]);
    REQUIRE(memory["resident"].size() == 4);
    CHECK(memory["peak_process_mib"] >= memory["resident"][0]["mib"]);
    check_refused({"bench", "memory", "dcgan", "--batch", "0"}, {"--batch", "0"});
    check_refused({"bench", "memory", "dcgan", "--memory-limit", "16"}, {"MiB", "16.0 MiB is free"});
}

TEST_CASE("bench growth measures each batch and each image size") {
    const CliResult result =
        run_cli({"bench", "growth", "dcgan", "--json", "--repetitions", "5", "--batches", "2,4,8", "--images",
                 "16,32", "--batch", "3", "--set", "ngf=4", "ndf=4"});
    REQUIRE_MESSAGE(result.exit_code == 0, result.output);
    const auto growth = nlohmann::json::parse(result.output, nullptr, false);
    REQUIRE(growth.is_object());
    REQUIRE(growth["batches"].size() == 3);
    REQUIRE(growth["images"].size() == 2);
    for (size_t i = 0; i < 3; ++i) {
        const auto& point = growth["batches"][i];
        CHECK(point["batch"] == (2 << i));
        CHECK(point["median_ms"].get<double>() ==
              doctest::Approx(point["ms_an_image"].get<double>() * (2 << i)));
    }
    for (size_t i = 0; i < 2; ++i) {
        CHECK(growth["images"][i]["batch"] == 3);
        CHECK(growth["images"][i]["pixels"] == (256 << (2 * i)));
        CHECK(growth["images"][i]["gflops"] > 0);
    }
    const auto flat = [&](const char* list) {
        return std::ranges::count_if(growth[list], [](const auto& p) { return p["off_flat_flop"] == 0; });
    };
    CHECK(flat("batches") >= 1);
    CHECK(flat("images") >= 1);
}

TEST_CASE("bench growth refuses what it cannot measure, and says what would be right") {
    const TemporaryFolder folder;
    const CliResult model = run_cli({"recipe", "dcgan", "--set", "image=16", "ngf=4", "ndf=4"});
    const std::string json = folder.write("m.json", std::as_bytes(std::span(model.output))).string();
    check_refused({"bench", "growth", json, "--images", "16,32"}, {"images", json, "recipes"});
    check_refused({"bench", "growth", "dcgan", "--images", "48"}, {"48", "64"});
    check_refused({"bench", "growth", "dcgan", "--images", "0"}, {"--images", "0"});
    check_refused({"bench", "growth", "dcgan", "--batches", "8,x"}, {"--batches", "x"});
    check_refused({"bench", "growth", "dcgan", "--repetitions", "4"}, {"--repetitions", "4", "5"});
    check_refused({"bench", "growth", "dcgam"}, {"dcgam", "dcgan"});
    check_refused({"bench", "grow"}, {"subcommand"});
}

TEST_CASE("wrong usage ends with code 2 and says what would be right") {
    const TemporaryFolder folder;
    const std::string out = (folder.path / "run").string();
    check_refused({}, {"subcommand"});
    check_refused({"train", "dcgan"}, {"--out"});
    check_refused({"train", "dcgam", "--out", out}, {"dcgam", "dcgan"});
    check_refused({"train", "dcgan", "--out", out, "--set", "imgae=64"}, {"imgae", "image"});
    check_refused({"train", "dcgan", "--out", out, "--set", "image=48"}, {"48", "64"});
    check_refused({"train", "dcgan", "--out", out, "--set", "image"}, {"name=value"});
    check_refused({"train", "dcgan", "--out", out, "--set", "loss=hing"}, {"hing", "hinge"});
    check_refused({"train", "dcgan", "--out", out, "--set", "lr=7"}, {"lr", "7", "1"});
    check_refused({"train", "dcgan", "--out", out, "--batch", "-3"}, {"-3"});
    check_refused({"train", "dcgan", "--out", out, "--batch", "99999999"}, {"99999999"});
    check_refused({"train", "dcgan", "--out", out, "--steps", "5", "--minutes", "1"}, {"--minutes"});
    check_refused({"train", "dcgan", "--out", out, "--data", "fodler:x"}, {"fodler", "folder"});
    check_refused({"train", "dcgan", "--out", out, "--data", "folder:" + out}, {out});
    check_refused({"train", "dcgan", "--out", "/proc/vkgan"}, {"/proc/vkgan"});
    check_refused({"train", "dcgan", "--out", out, "--device", "no such device"}, {"no such device"});
    check_refused({"train", "dcgan", "--out", out, "--memory-limit", "16"}, {"MiB", "16.0 MiB is free"});
    check_refused({"train", "dcgan", "--out", out, "--weights", out + ".safetensors"},
                  {out + ".safetensors"});
    check_refused({"sample", out, "--out", "x.png"}, {out});
    CHECK_FALSE(std::filesystem::exists(folder.path / "run" / "model.json"));
}

TEST_CASE("files that are no models are refused by name") {
    const TemporaryFolder folder;
    const std::string text = folder.write("text.vkgan", std::as_bytes(std::span("not a model", 11))).string();
    check_refused({"info", text}, {text});
    check_refused({"sample", text, "--out", (folder.path / "x.png").string()}, {text});
    const std::string json =
        folder.write("model.json", std::as_bytes(std::span("{\"recipe\": 3}", 13))).string();
    check_refused({"train", json, "--out", (folder.path / "run").string()}, {json, "recipe"});
    const uint64_t huge = ~uint64_t{0};
    const std::string hostile = folder.write("w.safetensors", std::as_bytes(std::span(&huge, 1))).string();
    check_refused({"train", "dcgan", "--out", (folder.path / "run").string(), "--weights", hostile},
                  {hostile});
    CHECK_FALSE(std::filesystem::exists(folder.path / "x.png"));
}

TEST_CASE("a model is trained, told about, sampled, run and trained on from its own JSON") {
    const TemporaryFolder folder;
    const auto at = [&](const char* name) { return (folder.path / name).string(); };
    const CliResult trained = run_cli(training(folder.path / "run", "3"));
    REQUIRE_MESSAGE(trained.exit_code == 0, trained.output);
    for (const char* name : {"model.json", "log.jsonl", "checkpoint.vkgan", "model.vkgan", "samples"})
        CHECK(std::filesystem::exists(folder.path / "run" / name));
    const std::string model = at("run/model.vkgan");
    CHECK(run_cli({"info", model}).output.find("dcgan") != std::string::npos);
    for (const char* name : {"a", "b"})
        CHECK(
            run_cli({"sample", model, "--out", at(name) + ".png", "--npy", at(name) + ".npy", "--count", "3"})
                .exit_code == 0);
    CHECK(bytes_of(at("a.npy")) == bytes_of(at("b.npy")));
    CHECK(bytes_of(at("a.png")) == bytes_of(at("b.png")));
    CHECK(run_cli({"run", model, "--network", "D", "--in", "image=" + at("a.npy"), "--out",
                   "output=" + at("d.npy")})
              .exit_code == 0);
    check_refused(
        {"run", model, "--network", "X", "--in", "x=" + at("a.npy"), "--out", "output=" + at("d.npy")},
        {"X", "G", "D"});
    check_refused(
        {"run", model, "--network", "G", "--in", "z=" + at("a.npy"), "--out", "output=" + at("d.npy")},
        {"z", "100"});
    check_refused({"sample", model, "--out", at("c.png"), "--set", "truncatoin=1"}, {"truncatoin"});
    check_refused({"train", at("run/model.json"), "--out", at("run"), "--batch", "5", "--resume"},
                  {"batch", "4", "5"});
    const CliResult again =
        run_cli({"train", at("run/model.json"), "--out", at("again"), "--steps", "1", "--batch", "4"});
    CHECK_MESSAGE(again.exit_code == 0, again.output);
}

TEST_CASE("a run killed at any moment and resumed writes the checkpoint of the uninterrupted one") {
    const TemporaryFolder folder;
    REQUIRE(run_cli(training(folder.path / "whole", "40")).exit_code == 0);
    const std::filesystem::path killed = folder.path / "killed";
    CliProcess process(training(killed, "40"), (folder.path / "output.txt").string());
    wait_for(process, killed / "checkpoint.vkgan");
    process.send(SIGKILL);
    process.wait();
    std::vector<std::string> resume = training(killed, "40");
    resume.push_back("--resume");
    const CliResult resumed = run_cli(resume);
    REQUIRE_MESSAGE(resumed.exit_code == 0, resumed.output);
    CHECK(bytes_of(killed / "checkpoint.vkgan") == bytes_of(folder.path / "whole" / "checkpoint.vkgan"));
    CHECK(bytes_of(killed / "model.vkgan") == bytes_of(folder.path / "whole" / "model.vkgan"));
}

TEST_CASE("an interrupt saves and leaves cleanly") {
    const TemporaryFolder folder;
    const std::filesystem::path out = folder.path / "run";
    CliProcess process(training(out, "1000000"), (folder.path / "output.txt").string());
    wait_for(process, out / "checkpoint.vkgan");
    process.send(SIGINT);
    const CliResult result = process.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.output);
    CHECK(result.output.find("--resume") != std::string::npos);
    CHECK(std::filesystem::exists(out / "model.vkgan"));
}

TEST_CASE("a model that draws nothing is trained, told about and run, and no command falls over it") {
    const TemporaryFolder folder;
    const auto at = [&](const char* name) { return (folder.path / name).string(); };
    const std::vector<std::string> settings{"--set", "filters=2", "features=8"};
    const auto with = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), settings.begin(), settings.end());
        return arguments;
    };
    const CliResult trained = run_cli(with({"train", "classifier", "--data", "digits", "--out", at("run"),
                                            "--batch", "4", "--steps", "2", "--sample-every", "1"}));
    REQUIRE_MESSAGE(trained.exit_code == 0, trained.output);
    const std::string model = at("run/model.vkgan");
    check_refused({"sample", model, "--out", at("x.png")}, {"classifier has no network that draws samples"});
    CHECK(run_cli({"info", model}).exit_code == 0);
    check_refused(with({"bench", "infer", "classifier", "--repetitions", "2"}), {"no network"});
    for (const char* command : {"bench", "plan", "tune"}) {
        std::vector<std::string> arguments{command};
        if (arguments[0] == "bench") arguments = {"bench", "infer", "--network", "C", "--repetitions", "2"};
        if (arguments[0] == "tune") arguments = {"tune", "--time-limit", "1", "--json"};
        arguments.insert(arguments.end(), {"classifier", "--batch", "4"});
        const CliResult result = run_cli(with(arguments));
        CAPTURE(command);
        CHECK_MESSAGE(result.exit_code == 0, result.output);
    }
}
