// Halves of the adversarial losses, weighted samples, margins in units, pairs and ramps: by hand.
// SPDX-License-Identifier: MIT
#include "tests/lower/direct_call.hpp"

#include <algorithm>

using namespace vkgan;

namespace {

using Numbers = std::vector<double>;

const DoubleTensor real{{4, 1}, {-3, 0.5, 2, 0.9}}, fake{{4, 1}, {3, -0.5, -2, 0.1}};

double loss(const std::string& function, const Options& options, bool both = false, bool weighted = false) {
    DirectCall direct;
    std::vector<Value> values;
    const bool first = function == "real_loss";
    if (both || first) values.push_back(direct.input("real", real.shape));
    if (!first) values.push_back(direct.input("fake", fake.shape));
    if (weighted) values.push_back(direct.input("weight", fake.shape));
    direct.output(loss_functions(), {"y", function, {}, options}, values);
    return direct.run({{"real", real}, {"fake", fake}, {"weight", {{4, 1}, {1, 0, 1, 0}}}}).at("y").values[0];
}

double sp(double x) { return std::log1p(std::exp(x)); }

std::string failure(std::span<const StatementFunction> table, const Statement& statement,
                    const std::vector<Shape>& shapes) {
    DirectCall direct;
    std::vector<Value> values;
    for (size_t i = 0; i < shapes.size(); ++i)
        values.push_back(direct.input("i" + std::to_string(i), shapes[i]));
    const auto result = direct.call(table, statement, values);
    REQUIRE_FALSE(result.ok());
    CHECK(is_bad_input(result.error().code));
    return result.error().message;
}

}  // namespace

TEST_CASE("the halves of a discriminator's loss add up to it") {
    for (const char* kind : {"non_saturating", "minimax", "least_squares", "hinge", "wasserstein"}) {
        CAPTURE(kind);
        const Options options{{"kind", std::string(kind)}};
        CHECK(loss("real_loss", options) + loss("fake_loss", options) ==
              doctest::Approx(loss("gan_discriminator", options, true)).epsilon(1e-14));
    }
    const Options smooth{{"smooth", 0.9}};
    CHECK(loss("real_loss", smooth) + loss("fake_loss", {}) ==
          doctest::Approx(loss("gan_discriminator", smooth, true)).epsilon(1e-14));
}

TEST_CASE("weights of samples count in a mean over all samples") {
    CHECK(loss("fake_loss", {}, false, true) == doctest::Approx((sp(3) + sp(-2)) / 4));
    const auto of = [](const char* kind) {
        return loss("fake_loss", {{"kind", std::string(kind)}}, false, true);
    };
    CHECK(of("least_squares") == doctest::Approx((4.5 + 2) / 4));
    CHECK(of("hinge") == doctest::Approx((4 + 0) / 4.0));
    CHECK(of("wasserstein") == doctest::Approx((3.0 - 2) / 4));
}

TEST_CASE("weights of the wrong shape and smoothing without a target are refused") {
    CHECK(failure(loss_functions(), {"y", "fake_loss", {}, {}}, {{4, 1}, {3, 1}})
              .find("weights are [3, 1] but must be [4, 1]") != std::string::npos);
    CHECK(failure(loss_functions(), {"y", "real_loss", {}, {{"kind", std::string("hinge")}, {"smooth", 0.9}}},
                  {{4, 1}})
              .find("no meaning for kind hinge") != std::string::npos);
}

TEST_CASE("pairs that were rolled differ where their entries do") {
    DirectCall direct;
    const Value x = direct.input("x", {4, 2});
    const auto rolled = direct.call(latent_functions(), {"r", "roll", {}, {}}, {x});
    REQUIRE(rolled.ok());
    direct.phase.graph.mark_output("rolled", *rolled);
    direct.output(latent_functions(), {"y", "differs", {}, {}}, {x, *rolled});
    const auto outputs = direct.run({{"x", {{4, 2}, {1, 0, 1, 0, 0, 1, 1, 1}}}});
    CHECK(outputs.at("rolled").values == Numbers{1, 1, 1, 0, 1, 0, 0, 1});
    CHECK(outputs.at("y").shape == Shape{4, 1});
    CHECK(outputs.at("y").values == Numbers{1, 0, 1, 1});
    CHECK(failure(latent_functions(), {"y", "differs", {}, {}}, {{4, 1, 2, 2}, {4, 1, 2, 2}})
              .find("vectors [batch, entries]") != std::string::npos);
}

TEST_CASE("a margin may be so many times a number") {
    DirectCall direct;
    const Value good = direct.input("good", {2, 1}), bad = direct.input("bad", {2, 1});
    direct.output(latent_functions(), {"y", "energy_margin", {}, {{"margin", 4.0}}},
                  {good, bad, direct.input("unit", {})});
    const auto outputs = direct.run(
        {{"good", {{2, 1}, {1, 2}}}, {"bad", {{2, 1}, {0.5, 9}}}, {"unit", DoubleTensor(Shape{}, 0.25)}});
    CHECK(outputs.at("y").values[0] == doctest::Approx(1.5 + (1 - 0.5) / 2));
    CHECK(failure(latent_functions(), {"y", "energy_margin", {}, {{"margin", 4.0}}}, {{2, 1}, {2, 1}, {2, 1}})
              .find("must be one number, not [2, 1]") != std::string::npos);
}

TEST_CASE("ramps belong to weights, one each") {
    DirectCall direct;
    const std::vector<Value> values{direct.input("a", {}), direct.input("b", {})};
    const Options options{{"weights", Numbers{2, 3}}, {"ramps", Numbers{0, 500}}};
    direct.output(loss_functions(), {"y", "sum", {}, options}, values);
    REQUIRE(direct.phase.scalars.size() == 2);
    CHECK(direct.phase.scalars[0].ramp == 0);
    CHECK(direct.phase.scalars[1].ramp == 500);
    CHECK(direct.phase.scalars[1].input == "y.weight.1");
    CHECK(failure(loss_functions(), {"y", "sum", {}, {{"ramps", Numbers{1}}}}, {{}})
              .find("1 ramps for 0 weights") != std::string::npos);
}
