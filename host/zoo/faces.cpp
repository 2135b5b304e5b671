// The shipped faces: attributes that are asked for are seen, the others stay, and the faces are like real ones.
// SPDX-License-Identifier: MIT
#include "host/data/shipped.hpp"
#include "host/engine/evaluate.hpp"
#include "host/engine/inference.hpp"
#include "host/zoo/zoo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int attributes = 8, people = 8;

Result<Score> score_named(const Evaluation& evaluation, std::string_view start) {
    const auto found = std::ranges::find_if(
        evaluation.scores, [&](const Score& score) { return score.name.starts_with(start); });
    if (found != evaluation.scores.end()) return *found;
    return Error{Code::internal, fmt::format("the evaluation of {} has no {}", evaluation.query.model, start)};
}

// A row a person: without any attribute, then with each one alone.
Status picture_of_controls(ZooContext& zoo, TrainedModel trained) {
    VKGAN_ASSIGN(const auto networks, Inference::create(zoo.device(), std::move(trained)));
    Tensor grid(Shape{people * (attributes + 1), 3, 64, 64});
    for (int column = 0; column <= attributes; ++column) {
        Controls controls;
        for (int i = 0; i < attributes; ++i) controls[fmt::format("y.{}", i)] = i + 1 == column ? 1 : -1;
        VKGAN_ASSIGN(const Tensor images, networks->sample(people, zoo.seed(), controls));
        const auto each = int64_t(images.values.size()) / people;
        for (int64_t i = 0; i < people; ++i)
            std::copy_n(images.values.begin() + i * each, each,
                        grid.values.begin() + (i * (attributes + 1) + column) * each);
    }
    VKGAN_TRY(zoo.picture("attributes", grid, attributes + 1));
    VKGAN_ASSIGN(const Tensor images, networks->sample(64, zoo.seed(), {}));
    return zoo.picture("samples", images);
}

Status verify_faces(ZooContext& zoo) {
    VKGAN_ASSIGN(const std::filesystem::path file, find_shipped_model("faces.vkgan"));
    VKGAN_ASSIGN(TrainedModel trained, read_trained(file));
    const EvaluateQuery query{.model = file.string(),
                              .data = "faces",
                              .metrics = "conditional,fid",
                              .count = zoo.small() ? 1000 : 5000,
                              .seed = zoo.seed()};
    VKGAN_ASSIGN(const Evaluation evaluation, evaluate(zoo.device(), trained, query));
    VKGAN_ASSIGN(const Score shown, score_named(evaluation, "conditional(eval-faces)"));
    VKGAN_ASSIGN(const Score worst, score_named(evaluation, "conditional, worst attribute(eval-faces)"));
    VKGAN_ASSIGN(const Score stay, score_named(evaluation, "others unchanged(eval-faces)"));
    VKGAN_ASSIGN(const Score distance, score_named(evaluation, "FID-128(eval-faces)"));
    zoo.at_least("attributes asked for that are seen", shown.value, 0.9);
    zoo.show(fmt::format("the same of the worst, {}", worst.note), worst.value);
    zoo.at_least("other attributes that stay when one is turned", stay.value, 0.9);
    zoo.at_most("FID-128(eval-faces) / that of the test set", distance.value / distance.floor.value_or(0), 12);
    zoo.show("steps of its training", double(evaluation.steps));
    return picture_of_controls(zoo, std::move(trained));
}

}  // namespace

namespace zoo_def {

extern const ZooEntry faces;
const ZooEntry faces = {
    .name = "faces",
    .title = "Faces by attributes",
    .what = "the shipped model: AC-GAN with R1, DiffAugment, averaged weights (models/README.md has its command)",
    .criterion =
        "of 1,000 (S) or 5,000 (M) samples: 90 % of attributes asked for are seen, 90 % of the others stay, FID "
        "at most 12 times its floor",
    .verify = verify_faces,
};

}  // namespace zoo_def

}  // namespace vkgan
