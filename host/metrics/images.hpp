// Likeness of images, pair by pair: PSNR, SSIM, MS-SSIM; and how unlike generated images are to one another.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"
#include "host/metrics/features.hpp"

#include <vector>

namespace vkgan {

// Images are [N, C, H, W]; image i of `a` is compared with image i of `b`. All fail on unequal shapes, values
// that are not finite and a data_range that is not above 0.

struct PsnrOptions {
    double data_range = 2;  // greatest less least possible value: 2 for images in [-1, 1]
    int64_t border = 0;     // pixels left out along each edge, 4 in the tables of super-resolution at x 4
    bool luma =
        false;  // compare Y of ITU-R BT.601 (as MATLAB's rgb2ycbcr, 219/255 of the range) of RGB images
};

// 10 log10(data_range^2 / mean squared error) in dB, one per pair; infinite for equal images.
Result<std::vector<double>> psnr(const Tensor& a, const Tensor& b, const PsnrOptions& options = {});

// Wang et al. 2004, one per pair: Gaussian window of 11 x 11 with deviation 1.5, K1 = 0.01, K2 = 0.03, mean
// over the places where the window fits, then over channels. Fails on a side below 11.
Result<std::vector<double>> ssim(const Tensor& a, const Tensor& b, double data_range = 2);

struct MultiScale {
    std::vector<double> values;  // one per pair, 0 ... 1
    int levels = 0;              // 5, or as many as an 11 x 11 window fits into: 2 for 28 pixels, 3 for 64
};

// Wang et al. 2003: contrast-structure of every level (pixels and channels averaged, at least 0) to the
// powers 0.0448, 0.2856, 0.3001, 0.2363, 0.1333, times luminance of the last; levels are 2 x 2 means, an odd
// last row or column left out. Fewer levels than five use their own powers divided by their sum, and their
// values do not compare with those of five: quote `levels`. Fails on a side below 11.
Result<MultiScale> ms_ssim(const Tensor& a, const Tensor& b, double data_range = 2);

struct PairOptions {
    int64_t pairs = 1000;
    double data_range = 2;
    uint64_t seed = 0;
};

struct PairDiversity {
    MeanStd ms_ssim;    // over pairs; low is diverse, 1 is one image for ever
    int levels = 0;     // as in MultiScale
    int64_t pairs = 0;  // as asked
};

// MS-SSIM of random pairs of different rows (Odena et al. 2017, section 4.2). Fails on fewer than 2 images.
Result<PairDiversity> ms_ssim_of_random_pairs(const Tensor& images, const PairOptions& options = {});

// Population deviation of every pixel over the images: [C, H, W].
Result<Tensor> pixel_std(const Tensor& images);

// mu11 / mu02 of one image of H x W pixels with x to the right and y downwards: the horizontal shift per row
// of the strokes, 0 for upright ones. Ink is value - background, which must not be negative; 0 where no ink
// has height.
Result<double> image_slant(std::span<const float> pixels, int64_t width, float background = -1);

}  // namespace vkgan
