// Stacked digits: which of many kinds a generator leaves out, with a discriminator that judges pairs.
// SPDX-License-Identifier: MIT
#include "host/metrics/modes.hpp"
#include "host/zoo/zoo.hpp"

#include <algorithm>

namespace vkgan {

namespace {

// Two channels have no colours: the second is shown as red, the first as green and blue.
Tensor in_colours(const Tensor& images) {
    const int64_t count = images.shape[0], channels = images.shape[1];
    const int64_t area = images.shape[2] * images.shape[3];
    Tensor colours(Shape{count, 3, images.shape[2], images.shape[3]});
    for (int64_t i = 0; i < count; ++i)
        for (int64_t c = 0; c < 3; ++c)
            std::copy_n(images.values.begin() + (i * channels + (channels == 3 ? c : int64_t(c == 0))) * area,
                        area, colours.values.begin() + (i * 3 + c) * area);
    return colours;
}

Status verify_stacked_digits(ZooContext& zoo) {
    Settings settings{{"image", "28"}, {"nets", "small"}, {"pack", "2"}};
    settings["channels"] = zoo.small() ? "2" : "3";
    settings["nz"] = "64";
    settings["ndf"] = zoo.small() ? "16" : "64";
    settings["batch"] = zoo.small() ? "32" : "64";
    settings["ema"] = zoo.small() ? "0.98" : "0.999";
    if (zoo.small()) settings["lr"] = "0.001";
    VKGAN_ASSIGN(const auto run, zoo.open({"dcgan", settings, "stacked-digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 400 : 50'000));
    const int modes = zoo.small() ? 100 : 1000, count = zoo.small() ? 2600 : 26'000;
    VKGAN_ASSIGN(const Tensor images, zoo.samples(*run, count));
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    VKGAN_ASSIGN(const std::vector<int> labels, evaluator->look_at_channels(images));
    VKGAN_ASSIGN(const LabelModes found, count_label_modes(labels, modes));
    zoo.at_least(
        zoo.small() ? "kinds of 100 that 2,600 samples show" : "kinds of 1,000 that 26,000 samples show",
        double(found.hit), zoo.small() ? 90 : 900);
    zoo.show("divergence of kinds from uniform, nats", found.kl_to_uniform);
    return zoo.picture("samples", in_colours(rows_of(images, 0, 64)));
}

}  // namespace

namespace zoo_def {

extern const ZooEntry stacked_digits;
const ZooEntry stacked_digits = {
    .name = "stacked_digits",
    .title = "PacGAN on stacked digits",
    .what = "a discriminator that judges two images at once, so that missing kinds show; a digit a channel",
    .criterion = "S: 90 of 100 kinds after 400 steps on two channels; M: 900 of 1,000 on three after 50,000",
    .verify = verify_stacked_digits,
};

}  // namespace zoo_def

}  // namespace vkgan
