// Directions in a latent space, from numbers alone: what is fitted, without networks.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/state.hpp"

#include <span>
#include <string>
#include <vector>

namespace viewer {

// Rows of samples.
struct Table {
    int rows = 0, columns = 0;
    std::vector<float> values;
};

// Shen & Zhou 2021 (SeFa): eigenvectors of A^T A, where A is the first linear layer's matrix; its columns are
// `outputs` row i + 1 less row 0, of inputs e_i and 0. At most `most`, the largest eigenvalue first.
std::vector<Direction> sefa_directions(const Table& outputs, int most);
// The last row is the output of 2 e_0: whether twice the input gives twice the output, to a thousandth.
bool is_linear(const Table& outputs);

// Härkönen et al. 2020 (GANSpace): principal components of activations, each carried back to the latents by
// least squares on its coordinates.
std::vector<Direction> pca_directions(const Table& latents, const Table& activations, int most);

// As Shen et al. 2020 (InterFaceGAN) find hyperplanes' normals, but by ridge regression on the classifier's
// signs of all samples instead of an SVM of the extreme ones. `verdicts`: a column an attribute, above 0: it
// is there. One that nearly all samples have, or nearly none, gives no direction.
// `source`: who told.
std::vector<Direction> attribute_directions(const Table& latents, const Table& verdicts,
                                            std::span<const std::string> names,
                                            const char* source = "classifier");

}  // namespace viewer
