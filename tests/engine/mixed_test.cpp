// Mixed precision in training: near float32 within stated bounds, overflow handled, resumed to the bit,
// smaller.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstring>
#include <sstream>

namespace vkgan::test {

namespace {

// Wide enough that activations are large enough to be stored as float16.
Settings wider() { return {{"image", "16"}, {"ngf", "16"}, {"ndf", "16"}, {"nz", "8"}, {"batch", "16"}}; }

RunOptions mixed(RunOptions options) {
    options.session.precision = Precision::mixed;
    return options;
}

int half_bindings(const Compiled& compiled) {
    int count = 0;
    for (const CompiledPhase& phase : compiled.phases)
        for (const PlannedKernel& kernel : phase.plan.kernels)
            for (const PlannedBinding& binding : kernel.bindings) count += binding.half;
    return count;
}

// Bounds, relative. Rounding by 2^-11 of a value costs little by itself. But a share of about 0.4 x 2^-11 of
// normalised values lies so near 0 that the slope of their ReLU becomes the other one, and the gradient is
// off by the root of that share, 2^-6.2, at each layer; layers are independent, so roots of their number
// count.
double gradient_bound(int layers) { return 0x1p-6 * std::sqrt(double(layers)); }
constexpr double loss_bound = 0x1p-4;

std::string large_pictures(const TinyRun& tiny) {
    Tensor images(Shape{4, 3, 64, 64});
    fill_uniform({}, 1, images.values);
    for (float& x : images.values) x = x * 2 - 1;
    REQUIRE(write_npy(tiny.temporary.path / "large.npy", images).ok());
    return "npy:" + (tiny.temporary.path / "large.npy").string();
}

// A model of bench/models with a quarter of its filters.
std::string narrow_model(const TinyRun& tiny, const std::string& name) {
    const auto bytes = read_file(std::string(VKGAN_SOURCE_DIR) + "/bench/models/" + name, 1 << 20);
    REQUIRE(bytes.ok());
    auto json = nlohmann::json::parse(reinterpret_cast<const char*>(bytes->data()),
                                      reinterpret_cast<const char*>(bytes->data()) + bytes->size());
    for (auto& network : json["networks"])
        for (auto& layer : network["layers"])
            if (layer.contains("options") && layer["options"].value("filters", 0) > 4)
                layer["options"]["filters"] = layer["options"]["filters"].get<int>() / 4;
    tiny.temporary.write(name, json.dump());
    return (tiny.temporary.path / name).string();
}

struct Norms {
    double difference = 0, all = 0;
    int layers = 0;  // with weights, of all networks
};

// The first step's gradients in mixed precision against float32's, network by network.
std::map<char, Norms> compare_gradients(const TinyRun& tiny, const std::string& data,
                                        const std::string& model, const Settings& settings, int batch) {
    std::array<std::map<std::string, StoredTensor>, 2> gradients;
    for (int i = 0; i < 2; ++i) {
        RunOptions options = tiny.options(i == 0 ? "float32" : "mixed");
        options.session.batch = batch;
        if (i == 1) options = mixed(options);
        const std::string path = (tiny.temporary.path / ("gradients" + std::to_string(i))).string();
        options.gradients = path;
        options.session.data = data;
        auto choice = choose_model(model, settings);
        if (!choice) FAIL(choice.error().message);
        auto run = TrainingRun::open(test_device(), std::move(*choice), options);
        if (!run) FAIL(run.error().message);
        CHECK((half_bindings((*run)->session().compiled()) > 0) == (i == 1));
        steps(**run, 1);
        const auto file = read_safetensors(path);
        REQUIRE(file.ok());
        for (const auto& [name, tensor] : file->tensors) gradients[size_t(i)].emplace(name, tensor);
    }
    REQUIRE(gradients[0].size() == gradients[1].size());
    std::map<char, Norms> norms;
    int layers = 0;
    for (const auto& [name, stored] : gradients[0]) {
        const Tensor a = *stored.to_f32(), b = *gradients[1].at(name).to_f32();
        Norms& n = norms[name[0]];
        layers += a.shape.rank() > 1;
        for (size_t i = 0; i < a.values.size(); ++i) {
            n.difference += std::pow(double(a.values[i]) - double(b.values[i]), 2);
            n.all += std::pow(double(a.values[i]), 2);
        }
    }
    for (auto& [network, n] : norms) n.layers = layers;
    return norms;
}

void check_near(const std::map<char, Norms>& norms) {
    for (const auto& [network, n] : norms) {
        CAPTURE(network);
        REQUIRE(n.all > 0);
        const double relative = std::sqrt(n.difference / n.all);
        CHECK(relative > 0);
        CHECK_MESSAGE(relative <= gradient_bound(n.layers), "gradient of ", network, " is off by ", relative);
    }
}

bool same_bits(const Tensor& a, const Tensor& b) {
    return a.shape == b.shape &&
           std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("the first gradients of mixed precision are float32's within the stated bound: DCGAN") {
    const TinyRun tiny;
    check_near(compare_gradients(tiny, tiny.data, "dcgan", wider(), 0));
}

TEST_CASE("the first gradients of mixed precision are float32's within the stated bound: penalty, residual") {
    const TinyRun tiny;
    const std::string data = large_pictures(tiny);
    check_near(compare_gradients(tiny, data, narrow_model(tiny, "wgan_gp64.json"), {}, 2));
    check_near(compare_gradients(tiny, data, narrow_model(tiny, "resnet64.json"), {}, 2));
}

TEST_CASE("losses of a short training stay near those of float32") {
    const TinyRun tiny;
    const auto plain = tiny.open(tiny.options("float32"), wider());
    const auto half = tiny.open(mixed(tiny.options("mixed")), wider());
    for (int i = 0; i < 8; ++i) {
        const auto a = plain->step(), b = half->step();
        REQUIRE((a.ok() && b.ok()));
        REQUIRE(b->notice == "");
        for (const char* loss : {"loss_d", "loss_g"}) {
            const double wanted = a->values.at(loss), had = b->values.at(loss);
            CHECK_MESSAGE(std::fabs(had - wanted) <= loss_bound * std::fabs(wanted), loss, " of step ", i + 1,
                          ": ", had, " and ", wanted);
        }
        CHECK(b->values.at("skipped_steps_d") == 0);
        CHECK(b->values.at("loss_scale_g") == 8192);
    }
}

TEST_CASE(
    "an overflow halves the scale, leaves weights, moments and averages to the bit, and training goes on") {
    const TinyRun tiny;
    auto run = tiny.open(mixed(tiny.options("run")), wider());
    steps(*run, 2);
    TrainingState before = *run->session().state();
    for (const char* name : {"loss_scale/D", "loss_scale/G"})
        before.variables.at(name).values[0] = 0x1p60f;  // no gradient of this loss fits into float16
    REQUIRE(run->session().start(before).ok());
    const auto skipped = run->step();
    REQUIRE(skipped.ok());
    CHECK(skipped->notice == "");
    CHECK(skipped->step == 3);
    CHECK(skipped->values.at("loss_scale_d") == 0x1p60);
    CHECK(skipped->values.at("skipped_steps_d") == 1);
    CHECK(skipped->values.at("skipped_steps_g") == 1);
    TrainingState after = *run->session().state();
    for (const char* network : {"D", "G"}) {
        CHECK(after.variables.at(std::string("loss_scale/") + network).values[0] == 0x1p59f);
        CHECK(after.variables.at(std::string("good_steps/") + network).values[0] == 0);
    }
    int compared = 0;
    for (const auto& [name, tensor] : before.variables) {
        const bool moves = name.starts_with("loss_scale/") || name.starts_with("good_steps/") ||
                           name.starts_with("skipped_steps/") || name.find(".running_") != std::string::npos;
        if (moves) continue;
        CHECK_MESSAGE(same_bits(tensor, after.variables.at(name)), name);
        ++compared;
    }
    CHECK(compared > 20);
    for (const char* name : {"loss_scale/D", "loss_scale/G"}) after.variables.at(name).values[0] = 8192;
    REQUIRE(run->session().start(after).ok());
    const auto next = run->step();
    REQUIRE(next.ok());
    CHECK(next->values.at("skipped_steps_d") == 1);
    CHECK_FALSE(same_bits(after.variables.at("D.main.0.weight"),
                          run->session().state()->variables.at("D.main.0.weight")));
    run.reset();  // writes what is left of the log
    std::istringstream lines(tiny.text("run/log.jsonl"));
    std::vector<nlohmann::json> log;
    for (std::string line; std::getline(lines, line);) log.push_back(nlohmann::json::parse(line));
    REQUIRE(log.size() == 4);
    CHECK(log[2]["skipped_steps_d"] == 1);
    CHECK(log[2]["grad_norm_d"].is_null());
    CHECK(log[3]["loss_scale_g"] == 8192);
    CHECK(log[3]["grad_norm_d"].is_number());
}

TEST_CASE("a mixed run that was killed and resumed equals the uninterrupted one byte for byte") {
    const TinyRun tiny;
    RunOptions whole = mixed(tiny.options("whole")), killed = mixed(tiny.options("killed"));
    whole.checkpoint_every = killed.checkpoint_every = 2;
    { steps(*tiny.open(whole, wider()), 4); }
    { steps(*tiny.open(killed, wider()), 3); }
    killed.resume = true;
    steps(*tiny.open(killed, wider()), 2);
    CHECK(tiny.bytes("whole/checkpoint.vkgan") == tiny.bytes("killed/checkpoint.vkgan"));
    CHECK(tiny.bytes("whole/model.vkgan") == tiny.bytes("killed/model.vkgan"));
    RunOptions other = killed;
    other.session.precision = Precision::float32;
    const auto refused = tiny.try_open(other, wider());
    REQUIRE_FALSE(refused.ok());
    CHECK(is_bad_input(refused.error().code));
    CHECK_MESSAGE(
        contains(refused.error().message, "precision: the checkpoint has mixed, this run has float32"),
        refused.error().message);
}

// Activations and their gradients are half, and so are packed weights; gradients of parameters, 24 MB of up
// to 119, are not, nor are the slices that they are summed from.
TEST_CASE("DCGAN's workspace is smaller in mixed precision, in every family, and nothing else is") {
    const auto choice = choose_model("dcgan", Settings{{"image", "64"}, {"ngf", "64"}, {"ndf", "64"}});
    REQUIRE(choice.ok());
    for (const Family family : {Family::direct, Family::shuffle, Family::tile}) {
        CompileOptions options{.device = test_device(family).traits()};
        options.lower.batch = 32;
        const auto plain = compile_training(choice->model, options);
        options.lower.precision = Precision::mixed;
        const auto half = compile_training(choice->model, options);
        REQUIRE((plain.ok() && half.ok()));
        const int64_t most =
            family == Family::direct ? 75 : 66;  // per cent; the direct family packs no weights
        CHECK(half->workspace_bytes * 100 <= plain->workspace_bytes * most);
        for (const auto& [region, bytes] : plain->layout.region_bytes)
            if (region != "inputs")  // without Adam's corrections
                CHECK_MESSAGE(half->layout.region_bytes.at(region) == bytes, region);
        int64_t values = 0, halves = 0;
        for (const CompiledPhase& phase : half->phases)
            for (const PlannedKernel& kernel : phase.plan.kernels)
                for (const PlannedBinding& binding : kernel.bindings) {
                    if (binding.region != 0 || binding.bytes < 1 << 20) continue;
                    values += binding.bytes * (binding.half ? 2 : 1);
                    halves += binding.half ? binding.bytes * 2 : 0;
                }
        CHECK(halves * 100 > values * 50);  // of what kernels touch of large values
    }
}

}  // namespace vkgan::test
