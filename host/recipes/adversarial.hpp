// The step program of a generator G and a discriminator D, with what most variants choose from.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/recipes/nets.hpp"

namespace vkgan {

inline constexpr std::array<std::string_view, 5> adversarial_losses{"non_saturating", "minimax",
                                                                    "least_squares", "hinge", "wasserstein"};
inline constexpr std::array<std::string_view, 2> off_on{"off", "on"};

struct Adversarial {
    std::string loss = "non_saturating";
    double smooth = 1;   // D's target for real images
    int k = 1;           // D's steps for each of G
    Timing timing = {};  // of D's phase, where k is not all that there is to it
    int pack = 1;
    double penalty = 0;  // weight of the gradient penalty (Gulrajani et al. 2017); 0: none
    double r1 = 0;       // gamma (Mescheder et al. 2018); 0: none
    int r1_every = 1;    // D's steps between two R1 updates, each so many times stronger (Karras et al. 2020)
    bool augment = false;  // DiffAugment
    int replay = 0;        // images of a pool of earlier ones, half of D's fakes; 0: none
    Conditioning conditioning = Conditioning::none;
    bool exclusive = true;  // the condition is one class, not attributes
    bool wrong_pairs =
        false;                // real images with another sample's condition are fakes, too (Reed et al. 2016)
    double class_weight = 1;  // of acgan's loss in D; G's is class_weight_g
    double class_weight_g = 1;
    bool class_fakes = true;  // D learns classes of generated images, too (Odena et al. 2017)
};

// Sources real, z and, where conditioned, real_y (of the data) and y (drawn: of attributes for sampling
// only); reports loss_d, loss_g, d_real, d_fake and what belongs to the choice: penalty, r1, classes,
// wasserstein (the critic's estimate).
void add_adversarial(Model& model, const Adversarial& choice);
// "replay: ..." where the pool does not go with the batch or with packs.
Status check_replay(const Adversarial& choice, int batch);
// "r1: ..." where batch norm in D couples samples, so that there is no gradient of one score by one image.
Status check_r1(const Adversarial& choice, const std::string& norm);
// Sources of these names; of `latent` normal or uniform entries.
void add_sources(Model& model, const SmallNets& nets, const Adversarial& choice, const std::string& latent);

// Parameters that recipes of images share, to put into their tables.
namespace parameter {
inline constexpr RecipeParameter image{"image", 28,   16,
                                       128,     true, "height and width in pixels: 16, 28, 32, 64 or 128"};
inline constexpr RecipeParameter channels{"channels", 1,    1,
                                          4,          true, "of an image: 1 grey, 3 colour, 4 with opacity"};
inline constexpr RecipeParameter latent{"nz", 64, 1, 4096, true, "entries of the latent vector"};
inline constexpr RecipeParameter filters{
    "filters", 32, 1, 1024, true, "of the discriminator's first layer; others are multiples"};
inline constexpr RecipeParameter batch{"batch", 64, 2, 4096, true, "images a step"};
inline constexpr RecipeParameter rate{"lr", 2e-4, 0, 1, false, "learning rate of all networks"};
inline constexpr RecipeParameter decay_start{
    "decay_start", 0, 0, 1e9, true, "steps before the learning rate begins to fall"};
inline constexpr RecipeParameter beta1{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"};
inline constexpr RecipeParameter ema{
    "ema", 0.999, 0, 0.99999, false, "decay of the averaged generator that draws samples; 0: none"};
inline constexpr RecipeParameter k{"k", 1,    1,
                                   100, true, "steps of the discriminator for each of the generator"};
inline constexpr RecipeParameter augment{
    "augment", 0, 0, 1, true, "DiffAugment of all that the discriminator sees", off_on};
inline constexpr RecipeParameter r1{
    "r1", 0, 0, 1e4, false, "gamma of the penalty on the gradient at real images; 0: none"};
inline constexpr RecipeParameter r1_every{
    "r1_every", 1, 1, 64, true, "R1 is taken in every so many steps, so many times stronger"};
inline constexpr RecipeParameter replay{
    "replay", 0,    0,
    65536,    true, "earlier images kept, which are half of what the discriminator sees as fakes; 0: none"};
inline constexpr RecipeParameter pack{
    "pack", 1, 1, 8, true, "images that the discriminator judges at a time (PacGAN)"};
// Of add_momentum_sgd.
constexpr RecipeParameter lr_decay(double value) {
    return {"lr_decay", value, 1, 2, false, "divides the learning rate after every step, down to 1e-6"};
}
inline constexpr RecipeParameter momentum{"momentum", 0.5, 0, 0.999, false, "momentum at the start"};
inline constexpr RecipeParameter final_momentum{
    "final_momentum", 0.7, 0, 0.999, false, "momentum after momentum_steps"};
inline constexpr RecipeParameter momentum_steps{
    "momentum_steps", 125000, 0, 1e9, true, "steps over which momentum rises; 250 epochs of 50000 digits"};
}  // namespace parameter

}  // namespace vkgan
