// The tuner chooses nothing that is wrong, and what it finds is kept and used.
// SPDX-License-Identifier: MIT
#include "host/engine/tuning.hpp"
#include "host/engine/tuning_file.hpp"
#include "host/ops/ops.hpp"
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace vkgan::test {

namespace {

TunedProblem some_problem(const Device& device) {
    Graph graph;
    graph.mark_output("y", op::conv2d(graph.input("x", {2, 8, 16, 16}), graph.input("w", {64, 8, 3, 3})));
    std::vector<TunedProblem> problems = problems_of(graph, device.traits());
    REQUIRE(problems.size() == 1);
    REQUIRE(problems[0].tunable.candidates.size() >= 3);
    return std::move(problems[0]);
}

// A kernel that takes its filters for empty: wrong, and quicker than any other.
void sum_nothing(Plan& plan) {
    for (PlannedKernel& kernel : plan.kernels) {
        if (!kernel.shader.starts_with("conv2d")) continue;
        for (auto& [id, value] : kernel.constants)
            if (id == 0) value = 0;
    }
}

void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

std::string read_text(const std::filesystem::path& file) {
    const auto bytes = read_file(file, 1 << 20);
    REQUIRE(bytes.ok());
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

std::unique_ptr<Device> fresh_device() {
    auto device = Device::create({.validation = true, .cache_folder = ""});
    REQUIRE(device.ok());
    return std::move(*device);
}

// Notices of a fresh device that is prepared with this folder.
std::vector<std::string> notices_with(const std::string& folder) {
    const auto device = fresh_device();
    prepare_tuning(*device, {.folder = folder});
    CHECK(device->validation_messages().empty());
    return device->notices();
}

const PhysicalRecord& record() { return test_device().record(); }

}  // namespace

TEST_CASE("numbers that are checked are exact: sums of so many products of them stay below 2^24") {
    for (const int64_t terms : {1, 2, 9, 576, 8192, 131072, 1 << 24}) {
        const int64_t m = exact_magnitude(terms);
        CHECK(m >= 1);
        CHECK(terms * m * m <= int64_t{1} << 24);
        CHECK((m == 1 << 11 || terms * (m + 1) * (m + 1) > int64_t{1} << 24));
    }
    CHECK(exact_magnitude((1 << 24) + 1) == 0);
    const Tensor tensor = exact_tensor(Shape{1000}, 3, 0);
    for (const float wanted : {-3.0f, -2.0f, -1.0f, 0.0f, 1.0f, 2.0f, 3.0f})
        CHECK(std::ranges::count(tensor.values, wanted) > 50);
    CHECK(std::ranges::all_of(tensor.values, [](float x) { return x >= -3 && x <= 3; }));
}

TEST_CASE("a wrong candidate is never chosen, however quick it is, nor timed") {
    for (const Family family : {Family::shuffle, Family::tile}) {
        Device& device = test_device(family);
        const TunedProblem problem = some_problem(device);
        for (size_t planted = 0; planted < problem.tunable.candidates.size(); ++planted) {
            const std::string name = problem.tunable.candidates[planted].to_string();
            CAPTURE(name);
            const auto result = tune_problem(device, problem, [&](const std::string& way, Plan& plan) {
                if (way == name) sum_nothing(plan);
            });
            REQUIRE(result.ok());
            for (size_t i = 0; i < result->candidates.size(); ++i) {
                CHECK(result->candidates[i].wrong.empty() == (i != planted));
                CHECK((result->candidates[i].ns > 0) == (i != planted));
            }
            CHECK(contains(result->candidates[planted].wrong, "instead of"));
            REQUIRE(result->winner.has_value());
            CHECK(*result->winner != planted);
        }
    }
}

TEST_CASE("where no candidate is right there is no winner, and contractions fall back to their definition") {
    const auto device = fresh_device();
    if (device->traits().family == Family::direct) return;
    const TemporaryFolder folder;
    auto choice = choose_model("dcgan", tiny_settings());
    REQUIRE(choice.ok());
    const AlterPlan alter = [](const std::string& way, Plan& plan) {
        if (way != "by definition") sum_nothing(plan);
    };
    const auto report =
        tune_and_keep(*device, choice->model, {.alter = alter}, (folder.path / "cache").string());
    REQUIRE(report.ok());
    CHECK(report->family_wrong());
    CHECK(report->choices().empty());
    CHECK(!report->messages.empty());
    CHECK(device->traits().family == Family::direct);
    REQUIRE(!device->notices().empty());
    CHECK(contains(device->notices()[0], "contractions is switched off"));
    const auto again = fresh_device();
    prepare_tuning(*again, {.folder = (folder.path / "cache").string()});
    CHECK(again->traits().family == Family::direct);
    CHECK(again->notices().size() == 1);
}

TEST_CASE("a whole model is tuned, within its time, and the table names every problem") {
    const auto device = fresh_device();
    auto choice = choose_model("dcgan", tiny_settings());
    REQUIRE(choice.ok());
    const auto none = tune(*device, choice->model, {.time_limit_s = 1e-9});
    REQUIRE(none.ok());
    CHECK(none->problems.empty());
    if (device->traits().family == Family::direct) return;
    CHECK(none->left_out > 5);
    const auto report = tune(*device, choice->model, {});
    REQUIRE(report.ok());
    CHECK(report->left_out == 0);
    CHECK(int(report->problems.size()) == none->left_out);
    CHECK(report->messages.empty());
    const std::string text = tune_text(*report);
    for (const ProblemResult& problem : report->problems) {
        CHECK(contains(text, problem.problem));
        CHECK(problem.winner.has_value());
        CHECK((problem.winner == problem.rule || problem.gain >= least_gain));
    }
    CHECK(nlohmann::json::parse(tune_json(*report))["problems"].size() == report->problems.size());
}

TEST_CASE("what was found survives a round trip and is used; fixed mode takes no notice of it") {
    const TemporaryFolder temporary;
    const std::string folder = (temporary.path / "a" / "b").string();
    const auto device = fresh_device();
    const TunedProblem problem = some_problem(*device);
    const TuningRecord written{
        .checked = true,
        .switched_off = {},
        .choices = {{problem.tunable.problem, problem.tunable.candidates[2].to_string()}}};
    REQUIRE(write_tuning(tuning_file(record(), folder), record(), written).ok());
    const auto read = read_tuning(tuning_file(record(), folder), record());
    REQUIRE(read.ok());
    CHECK(read->checked);
    CHECK(read->choices == written.choices);
    CHECK(problems_of(problem.graph, device->traits())[0].tunable.chosen == 0);
    prepare_tuning(*device, {.fixed = true, .folder = folder});
    CHECK(problems_of(problem.graph, device->traits())[0].tunable.chosen == 0);
    prepare_tuning(*device, {.folder = folder});
    CHECK(problems_of(problem.graph, device->traits())[0].tunable.chosen == 2);
    CHECK(device->notices().empty());
}

TEST_CASE("a tuning file that is damaged or foreign is ignored with one notice, and written anew") {
    const TemporaryFolder folder;
    const std::filesystem::path file = tuning_file(record(), folder.path.string());
    CHECK(notices_with(folder.path.string()).empty());  // first use: the capabilities are checked
    const std::string good = read_text(file);
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        return text.replace(at, from.size(), to);
    };
    const std::vector<std::pair<std::string, std::string>> bad{
        {"", ""},
        {good.substr(0, good.size() / 2), ""},
        {"{}", "is missing"},
        {"[1, 2]", "not an object"},
        {std::string(1 << 16, '['), ""},
        {changed("tuning 1", "tuning 2"), "tuning 2"},
        {changed("\"kernels\": \"", "\"kernels\": \"0"), "kernels is"},
        {changed("\"device_uuid\": \"", "\"device_uuid\": \"f"), "device_uuid is"},
        {changed("\"driver_version\": ", "\"driver_version\": 1"), "driver_version is"},
        {changed("\"subgroup_size\": ", "\"subgroup_size\": 1"), "subgroup_size is"},
        {changed("\"checked\": true", "\"checked\": 7"), "checked"},
        {changed("\"choices\": {}", "\"choices\": {\"a\": 5}"), "choices"},
        {changed("\"choices\": {}", "\"choices\": [], \"more\": 1"), "more"},
    };
    for (const auto& [text, part] : bad) {
        CAPTURE(text.substr(0, 200));
        write_text(file, text);
        const auto read = read_tuning(file, record());
        REQUIRE(!read.ok());
        CHECK(read.error().code == Code::malformed);
        const std::vector<std::string> notices = notices_with(folder.path.string());
        REQUIRE(notices.size() == 1);
        CHECK(contains(notices[0], file.string()));
        CHECK(contains(notices[0], part));
        CHECK(read_text(file) == good);
        CHECK(notices_with(folder.path.string()).empty());
    }
    PhysicalRecord other = record();
    other.properties.driverVersion += 1;
    CHECK(tuning_file(other, "x") != tuning_file(record(), "x"));
    CHECK(!read_tuning(file, other).ok());
}

TEST_CASE("a folder that cannot be written costs one notice and no run; no folder costs none") {
    const TemporaryFolder temporary;
    write_text(temporary.path / "file", "a file where a folder should be");
    for (const std::string& folder :
         {(temporary.path / "file" / "cache").string(), std::string("/proc/no")}) {
        const std::vector<std::string> notices = notices_with(folder);
        REQUIRE(notices.size() == 1);
        CHECK(contains(notices[0], "is not kept"));
    }
    CHECK(notices_with("").empty());
}

TEST_CASE("a choice that its problem does not have leaves the built-in rule in place") {
    Device& device = test_device(Family::tile);
    const TunedProblem problem = some_problem(device);
    DeviceTraits traits = device.traits();
    for (const char* const choice : {"", "64x64", "65x64 by 128", "-1x9999999999999999999 by 0"}) {
        const TuningTable table{{problem.tunable.problem, choice}};
        traits.tuning = &table;
        CHECK(problems_of(problem.graph, traits)[0].tunable.chosen == 0);
    }
}

TEST_CASE("VKGAN_TUNING is checked") {
    const char* const before = std::getenv("VKGAN_TUNING");
    const std::string kept = before ? before : "";
    ::setenv("VKGAN_TUNING", "fast", 1);
    const auto wrong = tuning_options(false);
    ::setenv("VKGAN_TUNING", "fixed", 1);
    const auto fixed = tuning_options(false);
    ::setenv("VKGAN_TUNING", "found", 1);
    const auto found = tuning_options(false), asked = tuning_options(true);
    before ? ::setenv("VKGAN_TUNING", kept.c_str(), 1) : ::unsetenv("VKGAN_TUNING");
    REQUIRE(!wrong.ok());
    CHECK(contains(wrong.error().message, "\"fast\""));
    REQUIRE((fixed.ok() && found.ok() && asked.ok()));
    CHECK(fixed->fixed);
    CHECK_FALSE(found->fixed);
    CHECK(asked->fixed);
}

}  // namespace vkgan::test
