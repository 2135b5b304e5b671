// Models as JSON and as files: another k, another model around the same weights, pictures that fit a square.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/model_file.hpp"

#include "host/api/vkgan.hpp"
#include "samples/viewer/studio/pictures.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstring>

using namespace viewer;
namespace api = vkgan::api;

TEST_CASE("a snapshot's model is replaced, and its weights stay") {
    const std::string header = R"({"__metadata__":{"model":"old","steps":"3"},"w":{"dtype":"F32"}})";
    std::string file(8, '\0');
    file[0] = char(header.size());
    file += header + "weights";
    const auto changed = with_model(std::as_bytes(std::span(file)), "new \"model\"");
    REQUIRE(bool(changed));
    std::string text(changed->size(), '\0');
    std::memcpy(text.data(), changed->data(), text.size());
    CHECK(text.find(R"("model":"new \"model\"")") != std::string::npos);
    CHECK(text.find(R"("steps":"3")") != std::string::npos);
    CHECK(text.ends_with("weights"));
    CHECK((text.size() - 8 - std::strlen("weights")) == size_t(uint8_t(text[0])));
    CHECK((text.size() - std::strlen("weights")) % 8 == 0);
    CHECK_FALSE(bool(with_model(std::as_bytes(std::span("short")), "new")));
    CHECK(*model_of(std::as_bytes(std::span(file))) == "old");
    CHECK(*model_of(*changed) == "new \"model\"");
    file[1] = 1;  // a header longer than the file
    CHECK_FALSE(bool(with_model(std::as_bytes(std::span(file)), "new")));
    CHECK_FALSE(bool(model_of(std::as_bytes(std::span(file)))));
}

TEST_CASE("another k makes the model that the recipe makes of it, whatever else was set") {
    const api::Texts settings{{"image", "16"}, {"ngf", "8"}, {"loss", "hinge"}, {"lr", "0.00013"}};
    for (const char* const recipe : {"dcgan", "cgan", "gan", "wgan_gp", "sngan"}) {
        CAPTURE(recipe);
        REQUIRE(has_k(recipe));
        api::Texts own = std::string(recipe) == "dcgan" ? settings : api::Texts{};
        auto before = api::model_json(recipe, own);
        REQUIRE(bool(before));
        own["k"] = "3";
        auto wanted = api::model_json(recipe, own);
        const auto changed = with_k(*before, 3);
        REQUIRE_MESSAGE(bool(changed), changed.error().text);
        CHECK(*changed == *wanted);
        CHECK(nlohmann::json::parse(*changed)["parameters"]["k"] == 3);
    }
    CHECK_FALSE(has_k("vae"));
    CHECK_FALSE(has_k("custom"));
    for (const char* const text : {"", "[]", R"({"recipe": "custom"})", R"({"recipe": "vae"})"}) {
        const auto refused = with_k(text, 3);
        REQUIRE_FALSE(bool(refused));
        CHECK(refused.error().text.find("has no k") != std::string::npos);
    }
    const auto too_many = with_k(*api::model_json("dcgan"), 1000);
    REQUIRE_FALSE(bool(too_many));
    CHECK(too_many.error().text.find("1000") != std::string::npos);
    CHECK(batch_of(*api::model_json("dcgan", {{"batch", "24"}})) == 24);
    CHECK(batch_of("{}") == 0);
}

TEST_CASE("pictures are fitted into a square, whole, and clear around") {
    Pixels wide{8, 4, std::vector<uint8_t>(8 * 4 * 4, 255)};
    const Pixels square = fitted(wide, 16);
    CHECK(square.width == 16);
    REQUIRE(square.rgba.size() == 16 * 16 * 4);
    const auto alpha = [&](int x, int y) { return square.rgba[size_t(y * 16 + x) * 4 + 3]; };
    CHECK(alpha(0, 3) == 0);
    CHECK(alpha(0, 4) == 255);
    CHECK(alpha(15, 11) == 255);
    CHECK(alpha(15, 12) == 0);
    CHECK(fitted({1, 1, {1, 2, 3, 255}}, 4).rgba[4 * 4 * 4 - 4] == 1);
}
