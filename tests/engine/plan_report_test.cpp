// What `vkgan plan` says of a step: three times a dispatch, sums that add up, text and JSON of one mind.
// SPDX-License-Identifier: MIT
#include "host/engine/plan_report.hpp"
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

namespace vkgan::test {

namespace {

Model tiny_model() {
    auto choice = choose_model("dcgan", tiny_settings());
    REQUIRE(choice.ok());
    return std::move(choice->model);
}

PlanReport tiny_report(bool measure) {
    auto report = report_plan(test_device(), tiny_model(), {.measure = measure});
    if (!report) FAIL(report.error().message);
    return std::move(*report);
}

std::vector<std::string> lines_with(const std::string& text, const std::string& part) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (line.find(part) != std::string::npos) lines.push_back(line);
    return lines;
}

double sum_of(const nlohmann::json& rows, const char* field) {
    double sum = 0;
    for (const auto& row : rows) sum += row[field].get<double>();
    return sum;
}

// Sums of the same numbers in another order.
doctest::Approx same(double value) { return doctest::Approx(value).epsilon(1e-9); }

}  // namespace

TEST_CASE("a device model bounds from below what it predicts") {
    DeviceModel model{
        .peak_gflops = 200, .contraction_gflops = 100, .gigabytes_per_s = 10, .dispatch_ns = 500};
    CHECK(model.bound_ns(4000, 100) == 20);  // compute: 4000 / 200
    CHECK(model.bound_ns(400, 100) == 10);   // bytes: 100 / 10
    CHECK(model.predicted_ns(4000, 100) == 540);
    CHECK(model.predicted_ns(0, 0) == 500);

    const auto measured = measure_device(test_device());
    REQUIRE(measured.ok());
    CHECK(measured->contraction_gflops > 0);
    CHECK(measured->peak_gflops >= measured->contraction_gflops);
    CHECK(measured->gigabytes_per_s > 0);
    CHECK(measured->dispatch_ns > 0);
}

TEST_CASE("the costs of a plan's dispatches add up to its phases, classes and step") {
    const PlanReport report = tiny_report(true);
    CHECK(report.measured);
    CHECK(report.whole_ms > 0);
    DispatchCost classes, dispatches;
    for (const DispatchCost& cost : report.by_class) classes.add(cost);
    for (const PhaseReport& phase : report.phases) {
        for (const DispatchReport& dispatch : phase.dispatches) {
            dispatches.add(dispatch.cost, phase.repeat);
            CHECK(dispatch.cost.bound_ns <= dispatch.cost.predicted_ns);
            CHECK(dispatch.cost.measured_ns > 0);
        }
    }
    CHECK(report.by_class[size_t(KernelClass::contraction)].dispatches > 0);
    CHECK(report.by_class[size_t(KernelClass::update)].dispatches > 0);
    CHECK(classes.dispatches == report.total.dispatches);
    CHECK(dispatches.dispatches == report.total.dispatches);
    CHECK(classes.flops == same(report.total.flops));
    CHECK(dispatches.bound_ns == same(report.total.bound_ns));
    CHECK(dispatches.predicted_ns == same(report.total.predicted_ns));
    CHECK(dispatches.measured_ns == same(report.total.measured_ns));
    CHECK(classes.measured_ns == same(report.total.measured_ns));
}

TEST_CASE("mixed precision's plan shows what is stored as float16, and what that saves") {
    auto choice =
        choose_model("dcgan", Settings{{"image", "32"}, {"ngf", "16"}, {"ndf", "16"}, {"batch", "16"}});
    REQUIRE(choice.ok());
    const auto plain = report_plan(test_device(), choice->model, {});
    const auto mixed = report_plan(test_device(), choice->model, {.precision = Precision::mixed});
    REQUIRE((plain.ok() && mixed.ok()));
    CHECK(mixed->float32_workspace_bytes == plain->memory_bytes.at("workspace"));
    CHECK(mixed->memory_bytes.at("workspace") < mixed->float32_workspace_bytes);
    CHECK(mixed->float32_moved_bytes == plain->total.bytes);
    CHECK(mixed->total.bytes < mixed->float32_moved_bytes);
    size_t halves = 0;
    for (const PhaseReport& phase : plain->phases)
        for (const DispatchReport& dispatch : phase.dispatches)
            halves += dispatch.storage.find('h') != std::string::npos;
    CHECK(halves == 0);
    for (const PhaseReport& phase : mixed->phases)
        for (const DispatchReport& dispatch : phase.dispatches)
            halves += dispatch.storage.find('h') != std::string::npos;
    CHECK(halves > 10);
    CHECK(plan_text(*mixed).find("mixed precision (storage:") != std::string::npos);
    CHECK(plan_text(*plain).find("mixed precision") == std::string::npos);
    const auto json = nlohmann::json::parse(plan_json(*mixed), nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["precision"] == "mixed");
    CHECK(json["float32"]["workspace_bytes"] == mixed->float32_workspace_bytes);
}

TEST_CASE("the most expensive dispatches come in order") {
    const PlanReport report = tiny_report(false);
    const auto places = most_expensive(report, 10);
    REQUIRE(places.size() == 10);
    const auto time = [&](const std::pair<size_t, size_t>& place) {
        const PhaseReport& phase = report.phases[place.first];
        return phase.dispatches[place.second].cost.predicted_ns * phase.repeat;
    };
    CHECK(std::ranges::is_sorted(places, std::ranges::greater{}, time));
    for (const PhaseReport& phase : report.phases)
        for (const DispatchReport& dispatch : phase.dispatches)
            CHECK(dispatch.cost.predicted_ns * phase.repeat <= time(places[0]));
    CHECK(most_expensive(report, 1 << 20).size() == size_t(report.total.dispatches));
}

TEST_CASE("the text has a row for every dispatch, and measured times only where they were asked for") {
    for (const bool measure : {false, true}) {
        const PlanReport report = tiny_report(measure);
        const std::string text = plan_text(report);
        CAPTURE(text);
        CHECK((text.find("measured ms") != std::string::npos) == measure);
        CHECK((text.find("the whole step") != std::string::npos) == measure);
        for (const PhaseReport& phase : report.phases) {
            for (const DispatchReport& dispatch : phase.dispatches) {
                const auto rows = lines_with(text, dispatch.label);
                REQUIRE(!rows.empty());
                CHECK(rows[0].find(dispatch.shader) < rows[0].find(dispatch.label));
            }
        }
        CHECK(lines_with(text, "contraction ").size() >=
              size_t(report.by_class[size_t(KernelClass::contraction)].dispatches));
        CHECK(text.find("workspace") != std::string::npos);
    }
}

TEST_CASE("the JSON parses and its sums agree") {
    const auto json = nlohmann::json::parse(plan_json(tiny_report(true)), nullptr, false);
    REQUIRE(json.is_object());
    const auto& step = json["step"];
    for (const char* field : {"flops", "bytes", "bound_ms", "predicted_ms", "measured_ms"}) {
        CAPTURE(field);
        double phases = 0;
        for (const auto& phase : json["phases"]) {
            CHECK(sum_of(phase["kernels"], field) == same(phase["sum"][field].get<double>()));
            phases += phase["sum"][field].get<double>() * phase["repeat"].get<double>();
        }
        CHECK(phases == same(step["sum"][field].get<double>()));
        CHECK(sum_of(step["classes"], field) == same(step["sum"][field].get<double>()));
    }
    CHECK(sum_of(step["classes"], "share") == same(1));
    CHECK(step["most_expensive"].size() == 10);
    CHECK(step["whole_ms"] > 0);
    CHECK(json["rates"]["gigabytes_per_s"] > 0);
    CHECK(json["memory_bytes"]["workspace"] > 0);
    const auto quick = nlohmann::json::parse(plan_json(tiny_report(false)), nullptr, false);
    REQUIRE(quick.is_object());
    CHECK(quick["measured"] == false);
    CHECK_FALSE(quick["step"].contains("whole_ms"));
    CHECK_FALSE(quick["step"]["sum"].contains("measured_ms"));
}

}  // namespace vkgan::test
