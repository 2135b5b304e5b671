// vkgan evaluate, on models of a few steps: every metric, floors, determinism, and every refusal.
// SPDX-License-Identifier: MIT
#include "host/api/vkgan.hpp"
#include "host/engine/inference.hpp"
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace vkgan::test {

namespace {

using nlohmann::json;

struct Made {
    const char* recipe;
    const char* data;
    Settings settings;
};

const Made image_gan{"gan", "digits", {{"hidden", "32"}, {"units", "8"}, {"batch", "16"}}};
const Made vae{"vae", "digits", {{"hidden", "16"}, {"latent", "4"}, {"batch", "16"}}};
const Made class_gan{
    "cgan", "digits", {{"image", "28"}, {"channels", "1"}, {"filters", "4"}, {"nz", "8"}, {"batch", "16"}}};
const Made line{"toy", "toy:normal", {{"hidden", "8"}, {"hidden_d", "8"}}};
const Made plane{"toy", "toy:ring", {{"dims", "2"}, {"nz", "2"}, {"hidden", "8"}, {"hidden_d", "8"}}};
const Made stacks{"dcgan",
                  "stacked-digits",
                  {{"image", "28"}, {"nets", "small"}, {"channels", "2"}, {"ndf", "4"}, {"batch", "16"}}};
const Made eyes{"classifier", "digits", {{"filters", "2"}, {"features", "12"}}};
const Made face_gan{"cgan",
                    "toy-faces",
                    {{"image", "16"},
                     {"channels", "3"},
                     {"filters", "4"},
                     {"nz", "8"},
                     {"condition", "6"},
                     {"of", "attributes"},
                     {"batch", "16"}}};
const Made face_eyes{"classifier",
                     "toy-faces",
                     {{"image", "16"},
                      {"channels", "3"},
                      {"condition", "6"},
                      {"of", "attributes"},
                      {"filters", "2"},
                      {"features", "12"}}};

// Trained for two steps where it is first asked for; all of them lie in one folder.
std::string model_of(const Made& made) {
    static const TemporaryFolder folder;
    const std::string name = std::string(made.recipe) + std::to_string(made.settings.size()) +
                             std::string(made.data).substr(0, 4) + (&made == &plane ? "2" : "");
    const std::filesystem::path path = folder.path / name / "model.vkgan";
    if (std::filesystem::exists(path)) return path.string();
    auto trainer = api::Trainer::open({.model = made.recipe,
                                       .settings = made.settings,
                                       .data = made.data,
                                       .folder = (folder.path / name).string(),
                                       .checkpoint_every = 0,
                                       .sample_every = 0});
    REQUIRE_MESSAGE(trainer, trainer.failure().message);
    for (int i = 0; i < 2; ++i) REQUIRE(trainer->step());
    REQUIRE(trainer->save());
    return path.string();
}

std::string evaluated(const std::string& model, api::EvaluateOptions options) {
    options.json = true;
    auto text = api::evaluate(model, options);
    REQUIRE_MESSAGE(text, text.failure().message);
    return *text;
}

// Name -> row; every value and every floor is finite.
std::map<std::string, json> rows_of(const json& whole) {
    std::map<std::string, json> rows;
    for (const json& row : whole["metrics"]) {
        const auto name = row["name"].get<std::string>();
        CAPTURE(name);
        CHECK(rows.emplace(name, row).second);
        REQUIRE(row["value"].is_number());
        if (name.find("others unchanged") == std::string::npos) CHECK(row["floor"].is_number());
        CHECK(row.contains("higher_is_better"));
        CHECK(row["note"].is_string());
    }
    return rows;
}

std::map<std::string, json> measured(const std::string& model, const api::EvaluateOptions& options) {
    const json whole = json::parse(evaluated(model, options));
    CHECK(whole["left_out"].empty());
    return rows_of(whole);
}

std::string refusal(const std::string& model, const api::EvaluateOptions& options) {
    const auto outcome = api::evaluate(model, options);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.failure().bad_input);
    return outcome.failure().message;
}

}  // namespace

TEST_CASE("all metrics of images have values and floors, and say with which eyes") {
    const std::string model = model_of(image_gan);
    const json whole = json::parse(
        evaluated(model, {.data = "digits", .count = 60, .seed = 3, .evaluator = model_of(eyes)}));
    const auto rows = rows_of(whole);
    for (const char* name :
         {"IS(model)", "FID-12(model)", "KID-12(model)", "precision(model)", "recall(model)",
          "density(model)", "coverage(model)", "SWD 28 px", "MS-SSIM of pairs", "relative diversity",
          "duplicates", "classes hit(model)", "class KL(model)", "class balance(model)", "share of 7"})
        CHECK_MESSAGE(rows.contains(name), name);
    CHECK(rows.at("relative diversity")["floor"].get<double>() == doctest::Approx(1).epsilon(0.2));
    CHECK(rows.at("relative diversity")["higher_is_better"].is_null());
    CHECK(rows.at("FID-12(model)")["higher_is_better"] == false);
    CHECK(rows.at("IS(model)")["std"].is_number());
    CHECK(whole["model"] == model);
    CHECK(whole["data"] == "digits");
    CHECK(whole["count"] == 60);
    CHECK(whole["seed"] == 3);
    CHECK(whole["reference_count"] == 5000);
    CHECK(whole["floor_count"] == 60);
    CHECK(whole["evaluator"]["name"] == "model");
    CHECK(whole["evaluator"]["accuracy"].get<double>() > 0.05);
    CHECK(whole["device"].get<std::string>() != "");
    CHECK(whole["driver"].get<std::string>() != "");
    std::set<std::string> left;
    for (const json& one : whole["left_out"]) left.insert(one["name"].get<std::string>());
    CHECK(left == std::set<std::string>{"conditional", "reconstruction", "jsd"});
}

TEST_CASE("kinds of stacked digits are counted channel by channel, beside as many real ones") {
    const std::string model = model_of(stacks);
    const json whole = json::parse(evaluated(model, {.data = "stacked-digits", .count = 300}));
    const auto rows = rows_of(whole);
    const json& kinds = rows.at("kinds hit(eval-digits)");
    CHECK(contains(kinds["note"].get<std::string>(), "of 100, a class in each of 2 channels"));
    // Of 300 even draws of 100 kinds 95 are seen, with a deviation of 2; the evaluator errs in one of fifty.
    CHECK(kinds["floor"].get<double>() > 85);
    CHECK(kinds["value"].get<double>() >= 1);
    CHECK(kinds["value"].get<double>() < kinds["floor"].get<double>());  // two steps make no digits
    CHECK(rows.at("kind KL(eval-digits)")["value"].get<double>() >
          rows.at("kind KL(eval-digits)")["floor"].get<double>());
    CHECK(whole["floor_count"].get<int>() == 300);
    std::set<std::string> left;
    for (const json& one : whole["left_out"]) left.insert(one["name"].get<std::string>());
    CHECK(left == std::set<std::string>{"is", "fid", "kid", "prdc", "conditional", "reconstruction", "jsd"});
    CHECK(contains(refusal(model, {.data = "stacked-digits", .metrics = "fid", .count = 20}),
                   "looks at the channels of stacked-digits one by one"));
    CHECK(contains(refusal(model, {.data = "stacked-digits", .count = 20, .evaluator = model_of(face_eyes)}),
                   "looks at images [3, 16, 16], but the model draws [1, 28, 28]"));
}

TEST_CASE("the shipped evaluator looks at digits, and the table names it") {
    auto text = api::evaluate(model_of(image_gan), {.data = "digits", .metrics = "is", .count = 20});
    REQUIRE_MESSAGE(text, text.failure().message);
    CHECK(contains(*text, "IS(eval-digits)"));
    CHECK(contains(*text, "evaluator  eval-digits, right about 9"));
    CHECK_FALSE(contains(*text, "Inception"));
}

TEST_CASE("a class that is asked for is looked for in the samples") {
    const auto rows =
        measured(model_of(class_gan),
                 {.data = "digits", .metrics = "conditional", .count = 40, .evaluator = model_of(eyes)});
    const double overall = rows.at("conditional(model)")["value"];
    double mean = 0;
    for (int k = 0; k < 10; ++k)
        mean += rows.at("accuracy of " + std::to_string(k))["value"].get<double>() / 10;
    CHECK(overall == doctest::Approx(mean));
    CHECK(rows.at("conditional, worst class(model)")["value"].get<double>() <= overall);
    CHECK(rows.at("conditional, relative(model)")["floor"] == 1);
}

TEST_CASE("attributes are turned one at a time, and the others watched") {
    const auto rows = measured(
        model_of(face_gan),
        {.data = "toy-faces", .metrics = "conditional,fid", .count = 48, .evaluator = model_of(face_eyes)});
    CHECK(rows.contains("FID-12(model)"));
    CHECK(rows.at("accuracy of Beard")["value"].get<double>() >= 0);
    CHECK(rows.at("others unchanged(model)")["value"].get<double>() <= 1);
    CHECK(rows.at("conditional, worst attribute(model)")["value"].get<double>() <=
          rows.at("conditional(model)")["value"].get<double>() + 1e-9);  // a mean is rounded
}

TEST_CASE("a VAE repeats test images by its codes' means") {
    const auto rows = measured(model_of(vae), {.data = "digits", .metrics = "reconstruction", .count = 60});
    CHECK(
        contains(rows.at("reconstruction PSNR")["note"].get<std::string>(), "60 test images by their codes"));
    CHECK(rows.at("reconstruction SSIM")["value"].get<double>() < 1);
    CHECK(rows.at("reconstruction distance")["floor"] == 1);
}

TEST_CASE("points have modes, or a density, and real ones reach what the truth says") {
    const std::string line_model = model_of(line), plane_model = model_of(plane);
    const auto numbers = measured(line_model, {.data = "toy:normal", .metrics = "jsd,swd,diversity"});
    CHECK(numbers.at("JSD")["floor"].get<double>() < 0.01);  // 100 bins, 2000 points: about 100 / (8 * 2000)
    CHECK(numbers.at("mean")["floor"].get<double>() == doctest::Approx(2).epsilon(0.03));
    CHECK(numbers.at("deviation")["floor"].get<double>() == doctest::Approx(0.5).epsilon(0.06));
    const auto points = measured(plane_model, {.data = "toy:ring", .metrics = "modes"});
    CHECK(points.at("modes well hit")["floor"] == 8);
    CHECK(points.at("high quality")["floor"].get<double>() > 0.95);
    const api::EvaluateOptions options{.data = "toy:ring", .count = 300, .seed = 5};
    CHECK(evaluated(plane_model, options) == evaluated(plane_model, options));
    api::EvaluateOptions other = options;
    other.seed = 6;
    CHECK(rows_of(json::parse(evaluated(plane_model, options)))["SWD"] !=
          rows_of(json::parse(evaluated(plane_model, other)))["SWD"]);
}

TEST_CASE("data without a test split sets some of its images aside") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    REQUIRE(run->save().ok());
    const std::string model = (tiny.temporary.path / "run/model.vkgan").string();
    const json whole = json::parse(evaluated(model, {.data = tiny.data, .metrics = "ms-ssim", .count = 2}));
    CHECK(whole["floor_held_out"] == true);
    CHECK(whole["reference_count"] == 10);
    CHECK(whole["floor_count"] == 2);
    CHECK(refusal(model, {.data = tiny.data, .metrics = "fid"}) ==
          "fid: no evaluator for " + tiny.data +
              " comes with VkGAN (for digits and faces one does): train recipe classifier on it and "
              "name its model.vkgan");
}

TEST_CASE("samples that are drawn in parts are those that are drawn at once") {
    auto trained = read_trained(model_of(plane));
    REQUIRE(trained.ok());
    auto inference = Inference::create(test_device(), std::move(*trained));
    REQUIRE(inference.ok());
    const auto all = (*inference)->sample(9, 4, {}), rest = (*inference)->sample(5, 4, {}, 4);
    REQUIRE((all.ok() && rest.ok()));
    CHECK(std::equal(rest->values.begin(), rest->values.end(), all->values.begin() + 4 * 2));
}

TEST_CASE("what cannot be measured is refused with both values") {
    const std::string gan = model_of(image_gan), classes = model_of(class_gan), ring = model_of(plane);
    const std::string small = model_of(eyes), faces = model_of(face_eyes);
    const auto with = [](const std::string& metrics, int count = 60) {
        return api::EvaluateOptions{.data = "digits", .metrics = metrics, .count = count};
    };
    CHECK(refusal(gan, with("fdi")) == "metrics: there is no metric \"fdi\"; did you mean \"fid\"?");
    CHECK(contains(refusal(gan, with("is,")), "there is no metric \"\"; there are is, fid, kid"));
    CHECK(refusal(gan, with("is", 1)) == "count: 1 is not from 2 to 65536");
    CHECK(refusal(gan, with("is", 65537)) == "count: 65537 is not from 2 to 65536");
    api::EvaluateOptions few = with("is,fid", 12);
    few.evaluator = small;
    CHECK(refusal(gan, few) == "fid: 12 samples are too few for 12 features; it takes 13 or more");
    api::EvaluateOptions wrong = with("swd");
    wrong.evaluator = faces;
    CHECK(refusal(gan, wrong) ==
          "evaluator: model looks at images [3, 16, 16], but the model draws [1, 28, 28]");
    CHECK(refusal(ring, with("all")) == "data: digits has images [1, 28, 28], but the model draws [2, 1, 1]");
    CHECK(refusal(gan, {.data = "toy:ring"}) ==
          "data: toy:ring has points [2, 1, 1], but the model draws [1, 28, 28]");
    CHECK(refusal(gan, with("conditional")) ==
          "conditional: network G of " + gan + " reads no label or attribute");
    CHECK(refusal(gan, with("reconstruction")) ==
          "reconstruction: " + gan + " has no network E whose code of an image [1, 28, 28] network G reads");
    CHECK(refusal(gan, with("jsd")) ==
          "jsd: needs numbers with a density, as toy:normal has them, but "
          "digits has images [1, 28, 28]");
    CHECK(refusal(ring, {.data = "toy:ring", .metrics = "is"}) ==
          "is: toy:ring has points, which no evaluator looks at");
    CHECK(refusal(small, with("is")) == small + ": classifier has no network that draws samples");
    api::EvaluateOptions fixed = with("conditional");
    fixed.controls = {{"y", 3}};
    fixed.evaluator = small;
    CHECK(refusal(classes, fixed) == "conditional: control y is set to 3, but y is to be varied");
    CHECK(contains(refusal(gan + ".none", with("is")), ".none"));
}

TEST_CASE("an evaluator of attributes tells no classes") {
    api::EvaluateOptions options{
        .data = "toy-faces", .metrics = "is", .count = 60, .evaluator = model_of(face_eyes)};
    const std::string model = model_of(face_gan);
    CHECK(refusal(model, options) ==
          "is: needs an evaluator of classes, but model tells 6 independent attributes");
    options.metrics = "modes";
    CHECK(refusal(model, options) ==
          "modes: needs an evaluator of classes, but model tells 6 independent attributes");
}

}  // namespace vkgan::test
