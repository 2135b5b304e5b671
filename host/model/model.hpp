// Model: a GAN as plain data: networks, step program, optimisers, data needs, controls. To JSON and back.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vkgan {

// A named option of a layer or statement: a number, a word, or a list of numbers. Absent means its default.
using Option = std::variant<double, std::string, std::vector<double>>;
using Options = std::map<std::string, Option, std::less<>>;

// One layer of a network. `type` names a row of host/lower's layer tables: linear, conv, conv_transposed,
// embedding (the first three with {"spectral": 1}: spectral norm); batch_norm, conditional_batch_norm (from
// features and a class or attributes), instance_norm, layer_norm, group_norm, pixel_norm, minibatch_stddev;
// activations, maxout, scale, dropout, gaussian_noise; upsample, downsample, pool_all, concat, add (skip),
// multiply, dot, reshape, flatten.
struct Layer {
    std::string type;
    std::string name;               // parameters are "<network>.<name>.weight": PyTorch's names ("main.0")
    std::vector<std::string> from;  // names of layers or network inputs it reads; empty: the layer before it
    Options options;                // {"filters": 64, "kernel": 4, "stride": 2, "pad": 1, "bias": 0}
};

// How a parameter starts, with i = fan_in, o = fan_out (PyTorch's counts) and the gain g = a, where a = 0
// means the default:
//   normal (mean a, deviation b)   uniform (from a to b)   constant (a)
//   kaiming_uniform  U(-g / sqrt(i), g / sqrt(i)), g = 1: what PyTorch's layers start with
//   kaiming_normal   N(0, g / sqrt(i)), g = sqrt(2)
//   xavier_uniform   U(-r, r), r = g sqrt(6 / (i + o)), g = 1
//   xavier_normal    N(0, g sqrt(2 / (i + o))), g = 1
//   orthogonal       rows (or columns) of the [first extent, rest] matrix orthonormal, times g = 1
//   data_logit       log(m / (1 - m)), a value for each entry of an image, m being the mean of the training
//                    images there in [0, 1], kept from 1e-7 to 1 - 1e-7: a sigmoid then starts at the mean
//                    (the authors' init_sigmoid_bias_from_marginals)
struct Initialiser {
    std::string kind = "kaiming_uniform";
    double a = 0, b = 0;
};

struct NetworkInput {
    std::string name;
    std::vector<int64_t> shape;  // of one sample, without the batch: [100, 1, 1]
    std::string type = "float";  // or "index" (labels, i32)
};

struct Network {
    std::string name;  // "G"
    std::vector<NetworkInput> inputs;
    std::vector<Layer> layers;
    std::string output;  // name of the layer whose result it is; empty: the last
    // By parameter kind ("conv.weight", "batch_norm.weight", "linear.bias", ...) or full name
    // ("main.0.weight"); the full name wins.
    std::map<std::string, Initialiser, std::less<>> initialisers;
    // > 0: an exponential moving average of the parameters is kept and used for sampling
    double ema_decay = 0;
};

struct Optimiser {
    std::string network;                // whose parameters it steps
    std::string kind = "adam";          // sgd, rmsprop, adam, adamw
    double learning_rate = 2e-4;        // a live control named "<network>.learning_rate"
    double beta1 = 0.5, beta2 = 0.999;  // adam, adamw; rmsprop: alpha = beta2
    double momentum = 0;                // sgd
    double epsilon = 1e-8;
    double weight_decay = 0;
    double clip = 0;  // > 0: parameters are clamped to [-clip, clip] after each step
    // Learning rate after t steps of this optimiser, s = max(0, t - decay_start) of them with decay:
    // max(minimum, learning_rate * decay^s * (1 - (s / linear_steps)^fall_power)), the last factor at least
    // 0, and only where linear_steps is not 0. Momentum rises linearly to final_momentum over momentum_steps,
    // likewise.
    double decay = 1, minimum_learning_rate = 0;
    int64_t decay_start = 0, linear_steps = 0;
    double fall_power = 1;
    double final_momentum = 0;
    int64_t momentum_steps = 0;
};

// One line of a step program: result = function(arguments; options). Functions are rows of host/lower:
//   apply   a network to arguments: fake = apply(z; {"network": "G", "train": 1})
//   detach  no gradient flows through: fixed = detach(fake)
//   inside  what a layer gave in the application behind a result: h = inside(judged; {"layer": "main.5"})
//   join    several batches as one; part (x; "index", "of") cuts one into equal parts
//   losses  gan_discriminator (real logits, fake logits; "kind": non_saturating | minimax | least_squares |
//           hinge | wasserstein; "smooth": 1) and its halves real_loss (logits; "kind", "smooth") and
//           fake_loss (logits, weights of samples; "kind"), gan_generator (fake logits; "kind"),
//           bce_with_logits (logits; "target"), mse, l1 (a, b),
//           gradient_penalty (real, fake, ..; "network", "weight", "target"), r1 (real, ..; "network",
//           "gamma"): by the first of the network's inputs; the others follow. Rank-0 results; weight and
//           gamma are live
//   sum     of losses: {"weights": [1, 10]}; each weight is live. {"ramps": [0, 2000]}: the second rises from
//           0 to its weight over 2000 steps
//   values  affine (x; "factor", "offset"), mean (x), roll (x; "by": pairs that do not match),
//           differs (x, y), with_noise (x; "deviation"), with_mask (x; "share", "fill"), reparameterise (code
//           of d means and d log variances)
//   codes   kl_normal (code), bernoulli_nll (logits, shares), gaussian_nll (x, mean; "deviation"),
//           cross_entropy (logits; labels or shares), energy (x, reconstruction: one for each sample),
//           energy_margin (real, fake; "margin", live; times a third argument if there is one), pull_away
//           (codes)
//   batches augment (images; "colour", "translation", "cutout"), pack (x; "of"), running_mean (x; "decay"),
//           replay (x, what goes with it ..; "pool", "share": so much of the batch is replaced by earlier
//           samples of a pool, whose places it takes; old_y = inside(old; {"layer": "y"}) goes with it),
//           balance (real cost, fake cost; "player", "around", "margin": 1 if that player is to be stepped)
//   update  step the optimiser of "network" by the gradient of the loss argument; with a second argument only
//           if that is above 0 (Adam's bias correction counts steps left out). Updates of several networks
//           that follow one another happen at once: all gradients are taken before any network is stepped.
struct Statement {
    std::string result;  // empty for update
    std::string function;
    std::vector<std::string> arguments;
    Options options;
};

// Phases run in order, each `repeat` times, and together are one training step. Values are shared inside a
// phase only; every repetition draws new noise and data. Steps are counted from 0.
struct Timing {
    int every = 1;  // only in steps that this divides: a lazy regulariser; one phase at least has 1
    // > 0: so many times instead of `repeat` in the first `early_steps` steps, and in every step that
    // early_every divides (0: none). Arjovsky et al. 2017 bring a critic close to its optimum so.
    int early_repeat = 0;
    int64_t early_steps = 0, early_every = 0;
};
struct Phase {
    std::string name;  // "step", "critic", "generator"
    int repeat = 1;
    std::vector<Statement> statements;
    Timing timing = {};
};

// What a phase reads besides parameters. Of the data set: "image" (in [-1, 1]), "attributes" (-1 or 1 each;
// of exclusive classes 1 for the sample's and 0 for the others), "labels" (i32). Drawn: "normal", "uniform",
// "categorical" (1 for one entry, each as likely, and 0 for the others), "signs" (-1 or 1 each, as likely).
struct Source {
    std::string name;  // "real", "z"
    std::string kind;
    std::vector<int64_t> shape;  // of one sample; of categorical and attributes one extent
    double low = 0, high = 1;    // of uniform
    // Of attributes, categorical and signs: what entries mean, as the data set calls them. Training fills
    // them in where its attributes have as many.
    std::vector<std::string> names;
    // Of signs: combinations as the data set has them, bit i of each number for entry i; samples draw one of
    // them, each as likely, instead of entries by themselves. Training fills them in.
    std::vector<double> patterns;
};

// What a user can turn. Clients (command line, viewer, plugin, docs) are generated from these.
struct Control {
    std::string name;
    // latent, label, attribute, style, truncation, noise, learning_rate, loss_weight, number. Of latent,
    // label and attribute the name is a source's; "z.3" is its entry 3. A label's value is a class, -1 any.
    std::string kind;
    double value = 0, low = 0, high = 1;
    bool live = false;  // may change while training
    std::string help;
};

struct Model {
    std::string recipe;                                     // where it came from; "custom" after an edit
    std::map<std::string, double, std::less<>> parameters;  // the recipe's, as used
    std::vector<Network> networks;
    std::vector<Optimiser> optimisers;
    std::vector<Source> sources;
    std::vector<Phase> phases;
    std::vector<Control> controls;
    // log.jsonl's keys: "loss_d" -> a rank-0 result, "d_real" -> logits whose mean sigmoid is reported.
    std::map<std::string, std::string, std::less<>> reports;
    std::string sample_network = "G";  // what `vkgan sample` draws with; "none": the model draws nothing
    std::string sample_source = "z";
    int batch = 64;
};

std::string to_json(const Model& model);  // stable: equal models give equal bytes
// Errors name origin, JSON path and both values.
Result<Model> model_from_json(std::string_view text, std::string_view origin);
// Names resolve and ranges hold; errors name the place. Layer types, functions and their options are
// lowering's to check.
Status check(const Model& model);

}  // namespace vkgan
