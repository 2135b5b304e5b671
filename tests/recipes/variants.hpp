// Every adversarial recipe in its variants, tiny: what tests of gradients and of training loop over.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vkgan::test {

struct Variant {
    std::string recipe;
    std::map<std::string, std::string, std::less<>> settings;
    std::string data;      // a data set that it can learn from
    bool trained = false;  // by tests/engine, too: those that share no way with another one

    std::string name() const {
        std::string text = recipe;
        for (const auto& [key, value] : settings) text += " " + key + "=" + value;
        return text;
    }
};

inline std::vector<Variant> variants() {
    using Settings = std::map<std::string, std::string, std::less<>>;
    const auto with = [](Settings settings, const Settings& more) {
        for (const auto& [name, value] : more) settings[name] = value;
        return settings;
    };
    const Settings points{{"hidden", "8"}, {"hidden_d", "8"}, {"batch", "8"}};
    const Settings alone{{"hidden", "8"}, {"batch", "8"}};
    const Settings toy2 = with(points, {{"dims", "2"}, {"nz", "2"}});
    const Settings plane{{"nets", "points"}, {"nz", "2"}, {"hidden", "8"}, {"batch", "8"}};
    const Settings small{{"image", "16"}, {"filters", "4"}, {"nz", "6"}, {"batch", "4"}};
    const Settings digits{{"filters", "4"}, {"nz", "6"}, {"batch", "4"}};
    const Settings few{{"k", "2"}, {"early", "0"}};
    const Settings faces = with(
        small, {{"channels", "3"}, {"of", "attributes"}, {"condition", "6"}, {"conditioning", "projection"}});
    const Settings info{{"filters", "4"}, {"noise", "3"}, {"width", "8"}, {"batch", "4"}};
    const Settings vae{{"image", "16"}, {"filters", "4"}, {"latent", "3"}, {"batch", "4"}, {"gamma", "0.3"}};
    const Settings pairs{{"image", "8"}, {"nz", "3"}, {"hidden", "8"}, {"batch", "4"}};
    const Settings tells{{"filters", "2"}, {"features", "8"}, {"batch", "4"}};
    return {
        {"optimal_d", alone, "toy:normal"},
        {"two_distributions", alone, "toy:normal"},
        {"two_distributions", with(alone, {{"loss", "wasserstein"}}), "toy:normal"},
        {"toy", points, "toy:bimodal", true},
        {"toy", with(toy2, {{"pack", "2"}, {"norm", "on"}, {"z", "normal"}, {"k", "2"}}), "toy:ring", true},
        {"toy", with(toy2, {{"loss", "wasserstein"}, {"penalty", "0.1"}, {"pack", "2"}}), "toy:grid"},
        {"toy", with(toy2, {{"r1", "2"}, {"activation_d", "tanh"}, {"loss", "minimax"}}), "toy:moons"},
        {"wgan", with(small, {{"k", "2"}, {"early", "3"}}), "blobs", true},
        {"wgan", with(small, with(few, {{"nets", "mlp"}, {"optimiser", "adam"}})), "blobs"},
        {"wgan", with(plane, few), "toy:ring", true},
        {"wgan_gp", with(small, {{"k", "2"}, {"norm", "layer"}}), "blobs", true},
        {"wgan_gp", with(digits, {{"k", "2"}, {"nets", "digits"}}), "digits", true},
        {"wgan_gp", with(plane, {{"k", "2"}, {"penalty", "0.1"}}), "toy:grid"},
        {"wgan_gp", with(small, {{"k", "2"}, {"nets", "colour"}, {"channels", "3"}}), "toy-faces"},
        {"wgan_gp", with(small, {{"k", "2"}, {"nets", "residual"}, {"channels", "3"}}), "toy-faces", true},
        {"wgan_gp", with(small, {{"k", "2"}, {"nets", "residual"}, {"classes", "10"}}), "digits", true},
        {"cgan_mlp",
         {{"hidden_z", "5"},
          {"hidden_y", "6"},
          {"hidden", "8"},
          {"units", "4"},
          {"units_y", "3"},
          {"nz", "6"},
          {"batch", "4"}},
         "digits",
         true},
        {"cgan", digits, "digits", true},
        {"cgan", with(digits, {{"conditioning", "input"}, {"loss", "least_squares"}, {"wrong", "off"}}),
         "digits"},
        {"cgan", with(digits, {{"conditioning", "acgan"}, {"smooth", "0.9"}, {"class_weight", "0.5"}}),
         "digits", true},
        {"cgan", with(digits, {{"conditioning", "acgan"}, {"class_fakes", "off"}}), "digits"},
        {"cgan", with(digits, {{"conditioning", "projection"}, {"norm", "spectral"}, {"loss", "hinge"}}),
         "digits", true},
        {"cgan", with(faces, {{"augment", "on"}, {"r1", "3"}, {"norm", "none"}}), "toy-faces", true},
        {"cgan", with(faces, {{"r1", "3"}, {"r1_every", "2"}, {"norm", "none"}, {"stddev", "2"}}),
         "toy-faces", true},
        {"cgan", with(faces, {{"conditioning", "acgan"}, {"k", "2"}}), "toy-faces"},
        {"cgan", with(digits, {{"replay", "6"}}), "digits", true},
        {"cgan", with(digits, {{"replay", "4"}, {"conditioning", "acgan"}, {"augment", "on"}}), "digits"},
        {"cgan", with(digits, {{"conditioning", "projection"}, {"norm_g", "conditional"}, {"wrong", "off"}}),
         "digits", true},
        {"cgan", with(faces, {{"conditioning", "acgan"}, {"norm_g", "conditional"}}), "toy-faces", true},
        {"dcgan",
         {{"image", "16"},
          {"channels", "1"},
          {"nets", "small"},
          {"ndf", "4"},
          {"nz", "6"},
          {"batch", "4"},
          {"replay", "6"},
          {"k", "2"}},
         "blobs",
         true},
        {"dcgan",
         {{"image", "16"},
          {"channels", "1"},
          {"ngf", "2"},
          {"ndf", "4"},
          {"nz", "6"},
          {"batch", "4"},
          {"norm", "none"},
          {"r1", "2"}},
         "blobs"},
        {"sngan", with(small, {{"k", "2"}}), "blobs", true},
        {"sngan", with(small, {{"k", "1"}, {"nets", "residual"}, {"channels", "3"}}), "toy-faces", true},
        {"sngan", with(small, {{"k", "1"}, {"pack", "2"}, {"augment", "on"}, {"channels", "3"}}), "blobs",
         true},
        {"infogan", info, "digits", true},
        {"infogan", with(info, {{"routing", "generator"}, {"lambda_codes", "0.1"}}), "digits", true},
        {"ebgan", with(small, {{"code", "3"}}), "blobs", true},
        {"ebgan", with(small, {{"code", "3"}, {"margin", "0.9"}, {"pull_away", "1"}}), "blobs"},
        {"vae_gan", vae, "blobs", true},
        {"vae_gan", with(vae, {{"nets", "paper"}, {"image", "32"}, {"filters", "2"}}), "blobs", true},
        {"vae_gan", with(vae, {{"balance", "off"}, {"loss", "non_saturating"}, {"anneal_steps", "9"}}),
         "blobs"},
        {"bigan", pairs, "blobs", true},
        {"bigan", with(pairs, {{"recon", "2"}}), "blobs"},
        {"classifier", tells, "digits", true},
        {"classifier",
         with(tells, {{"of", "attributes"}, {"image", "16"}, {"channels", "3"}, {"condition", "6"}}),
         "toy-faces"},
    };
}

}  // namespace vkgan::test
