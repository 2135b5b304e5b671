// EBGAN: energies of real and generated images.
// SPDX-License-Identifier: MIT
#include "host/zoo/zoo.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

Status verify_ebgan(ZooContext& zoo) {
    Settings settings{{"filters", zoo.small() ? "16" : "32"}, {"ema", zoo.small() ? "0.98" : "0.999"}};
    settings["batch"] = zoo.small() ? "32" : "64";
    VKGAN_ASSIGN(const auto run, zoo.open({"ebgan", settings, "digits"}));
    int low = 0, longest_low = 0;
    const auto watch = [&](const StepResult& result) -> Status {
        low = result.values.at("energy_fake") < result.values.at("energy_real") / 2 ? low + 1 : 0;
        if (result.step > 200) longest_low = std::max(longest_low, low);
        return {};
    };
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 300 : 5000, watch));
    const double real = zoo.recent("energy_real"), fake = zoo.recent("energy_fake");
    zoo.at_least("energy of generated images / of real ones", fake / real, 1);
    zoo.at_most("longest stretch of steps with less than half", longest_low, 200);
    zoo.show("energy of real images", real);
    // The margin is four times the running energy of real images.
    if (zoo.small())
        zoo.show("difference of energies / the margin", std::abs(fake - real) / (4 * real));
    else
        zoo.at_most("difference of energies / the margin", std::abs(fake - real) / (4 * real), 0.25);
    VKGAN_ASSIGN(const Tensor images, zoo.samples(*run, 2000));
    VKGAN_ASSIGN(const SampleQuality quality, quality_of(zoo, images, "digits"));
    if (zoo.small())
        zoo.at_least("IS(eval-digits)", quality.score, 2.6);
    else
        zoo.at_least("IS(eval-digits) / that of the test set", quality.score / quality.real_score, 0.75);
    zoo.show("FID-128(eval-digits)", quality.distance);
    return zoo.picture("samples", rows_of(images, 0, 64));
}

}  // namespace

namespace zoo_def {

extern const ZooEntry ebgan;
const ZooEntry ebgan = {
    .name = "ebgan",
    .title = "EBGAN",
    .what = "the discriminator is an autoencoder, its error the energy; codes are pulled apart",
    .criterion = "energies stay ordered; S: IS 2.6 after 300 steps; M: IS 75 % of the test set's after 5000",
    .verify = verify_ebgan,
};

}  // namespace zoo_def

}  // namespace vkgan
