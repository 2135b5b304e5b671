// Two DCGAN steps against PyTorch: the file beside this test is written by tools/reference_dcgan.py.
// SPDX-License-Identifier: MIT
#include "host/io/safetensors.hpp"
#include "host/recipes/recipe.hpp"
#include "tests/lower/reference_state.hpp"

#include <cstring>

using namespace vkgan;

namespace {

DoubleTensor as_double(const StoredTensor& stored) {
    DoubleTensor tensor(stored.shape);
    const size_t width = stored.bytes.size() / tensor.values.size();
    for (size_t i = 0; i < tensor.values.size(); ++i) {
        if (width == 4) {
            float x = 0;
            std::memcpy(&x, stored.bytes.data() + 4 * i, 4);
            tensor.values[i] = x;
        } else {
            std::memcpy(&tensor.values[i], stored.bytes.data() + 8 * i, 8);
        }
    }
    return tensor;
}

// The wanted numbers are a double run's, so what is left is rounding of a different order of summation.
double largest_difference(const DoubleTensor& a, const DoubleTensor& b) {
    REQUIRE(a.shape == b.shape);
    double largest = 0;
    for (size_t i = 0; i < a.values.size(); ++i)
        largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
    return largest;
}

struct Reference {
    TensorFile file;

    DoubleTensor at(const std::string& name) const {
        const auto found = file.tensors.find(name);
        REQUIRE_MESSAGE(found != file.tensors.end(), name);
        return as_double(found->second);
    }
    DoubleTensor feed(const std::string& name, int step) const {
        const DoubleTensor all = at("feed." + name);
        const Shape one(std::span(all.shape.begin() + 1, all.shape.end()));
        const auto begin = all.values.begin() + step * one.element_count();
        return {one, std::vector<double>(begin, begin + one.element_count())};
    }
};

Reference reference() {
    auto file = read_safetensors(VKGAN_SOURCE_DIR "/tests/lower/dcgan_step.safetensors");
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
    return {std::move(*file)};
}

LoweredModel lowered_dcgan() {
    auto model =
        make_model("dcgan", {{"image", "16"}, {"nz", "8"}, {"ngf", "4"}, {"ndf", "4"}, {"batch", "3"}});
    REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().message));
    auto lowered = lower_training(*model, {.batch = 3, .gradients = true, .feed_noise = true});
    REQUIRE_MESSAGE(lowered.ok(), (lowered.ok() ? "" : lowered.error().message));
    return std::move(*lowered);
}

}  // namespace

TEST_CASE("two DCGAN steps equal PyTorch's in double") {
    const Reference wanted = reference();
    const LoweredModel model = lowered_dcgan();
    REQUIRE(model.phases.size() == 1);
    DoubleTensorMap variables;
    for (const auto& [name, tensor] : wanted.file.tensors) {
        if (name.starts_with("init.")) variables[name.substr(5)] = as_double(tensor);
    }
    fill_variables(model, variables);
    for (int step = 0; step < 2; ++step) {
        const DoubleTensorMap inputs{{"real", wanted.feed("real", step)}, {"z", wanted.feed("noise", step)}};
        const DoubleTensorMap outputs = run_phase(model.phases[0], step + 1, inputs, variables);
        CHECK(outputs.at("finite").values[0] == 1);
        if (step > 0) continue;
        CHECK(outputs.at("loss_d").values[0] ==
              doctest::Approx(wanted.at("loss.d").values[0]).epsilon(1e-12));
        CHECK(outputs.at("loss_g").values[0] ==
              doctest::Approx(wanted.at("loss.g").values[0]).epsilon(1e-12));
        CHECK(outputs.at("d_real").values[0] ==
              doctest::Approx(wanted.at("p.real").values[0]).epsilon(1e-12));
        CHECK(outputs.at("d_fake").values[0] ==
              doctest::Approx(wanted.at("p.fake").values[0]).epsilon(1e-12));
        std::map<std::string, double> squares;
        for (const auto& [name, tensor] : wanted.file.tensors) {
            if (!name.starts_with("grad.")) continue;
            const std::string parameter = name.substr(5);
            INFO(parameter);
            CHECK(largest_difference(outputs.at("grad/" + parameter), as_double(tensor)) < 1e-12);
            for (const double x : as_double(tensor).values) squares[parameter.substr(0, 1)] += x * x;
        }
        CHECK(outputs.at("grad_norm/D").values[0] == doctest::Approx(std::sqrt(squares["D"])).epsilon(1e-9));
        CHECK(outputs.at("grad_norm/G").values[0] == doctest::Approx(std::sqrt(squares["G"])).epsilon(1e-9));
    }
    for (const auto& [name, tensor] : wanted.file.tensors) {
        if (!name.starts_with("after.") || name.ends_with("num_batches_tracked")) continue;
        INFO(name);
        CHECK(largest_difference(variables.at(name.substr(6)), as_double(tensor)) < 1e-9);
    }
}

TEST_CASE("batch norm of DCGAN moves three times a step in D and once in G, as PyTorch counts") {
    const Reference wanted = reference();
    const LoweredModel model = lowered_dcgan();
    CHECK(model.phases[0].batches_tracked.at("D.main.3") == 3);
    CHECK(model.phases[0].batches_tracked.at("G.main.1") == 1);
    CHECK(model.phases[0].batches_tracked.at("G.main.4") == 1);
    int64_t after_two = 0;
    std::memcpy(&after_two, wanted.file.tensors.at("after.D.main.3.num_batches_tracked").bytes.data(), 8);
    CHECK(after_two == 6);
}

TEST_CASE("averages start as copies and move towards parameters and running statistics") {
    const LoweredModel model = lowered_dcgan();
    DoubleTensorMap variables;
    fill_variables(model, variables);
    const double before = variables.at("ema/G.main.0.weight").values[0];
    CHECK(before == variables.at("G.main.0.weight").values[0]);
    run_phase(model.phases[0], 1, {}, variables);
    const double weight = variables.at("G.main.0.weight").values[0];
    CHECK(variables.at("ema/G.main.0.weight").values[0] ==
          doctest::Approx(before + 0.001 * (weight - before)));
    const double mean = variables.at("G.main.1.running_mean").values[0];
    CHECK(mean != 0);
    CHECK(variables.at("ema/G.main.1.running_mean").values[0] == doctest::Approx(0.001 * mean));
}
