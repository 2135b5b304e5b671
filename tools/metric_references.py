#!/usr/bin/env python3
"""Computes every metric of host/metrics a second time, with numpy, scipy, scikit-image and scikit-learn.
SPDX-License-Identifier: MIT

Usage, from the repository's root:  /usr/bin/python3 tools/metric_references.py > tests/metrics/references.json
(Debian: python3-numpy python3-scipy python3-skimage python3-sklearn.) The inputs come from a linear congruential
generator that tests/metrics/reference_inputs.hpp repeats, so the file holds results alone.
"""
import json
import sys

import numpy as np
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.spatial.distance as distance
import scipy.stats
import skimage.color
import skimage.measure
import skimage.metrics
import sklearn.decomposition
import sklearn.metrics
import sklearn.neighbors
import sklearn.svm


def lcg(seed, *shape):
    """float32 in [0, 1): the upper 24 bits of x -> 1664525 x + 1013904223 mod 2^32."""
    values, state = [], seed
    for _ in range(int(np.prod(shape))):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append((state >> 8) / 2**24)
    return np.array(values, np.float32).reshape(shape)


def labels(seed, count, classes):
    return (lcg(seed, count) * np.float32(classes)).astype(int)


def scores():
    logits = lcg(3, 40, 5) * np.float32(6)
    p = np.exp(logits.astype(float))
    p /= p.sum(1, keepdims=True)
    parts = [np.exp(np.mean([scipy.stats.entropy(row, part.mean(0)) for row in part])) for part in np.split(p, 4)]
    return {"mean": np.mean(parts), "std": np.std(parts), "marginal_entropy": scipy.stats.entropy(p.mean(0)),
            "conditional_entropy": np.mean([scipy.stats.entropy(row) for row in p]),
            "mean_confidence": p.max(1).mean()}


def features():
    return lcg(1, 60, 8).astype(float), (lcg(2, 50, 8) * np.float32(1.25) + np.float32(0.125)).astype(float)


def frechet():
    a, b = features()
    root = scipy.linalg.sqrtm(np.cov(a.T) @ np.cov(b.T)).real
    return np.sum((a.mean(0) - b.mean(0))**2) + np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root)


def kernel():
    a, b = features()
    a, n = a[:50], 50
    k = lambda x, y: (x @ y.T / x.shape[1] + 1)**3
    within = sum((k(x, x).sum() - np.trace(k(x, x))) / (n * (n - 1)) for x in (a, b))
    return within - 2 * k(a, b).mean()


def prdc():
    real, fake = features()
    radius = lambda x, k: np.sort(distance.cdist(x, x), 1)[:, k]
    d = distance.cdist(real, fake)
    far = d < radius(real, 5)[:, None]
    return {"precision": (d < radius(real, 3)[:, None]).any(0).mean(),
            "recall": (d < radius(fake, 3)[None, :]).any(1).mean(),
            "density": far.sum(0).mean() / 5, "coverage": far.any(1).mean()}


def neighbours():
    a, b = features()
    classifier = sklearn.neighbors.KNeighborsClassifier(1).fit(a, labels(5, 60, 3))
    nearest = np.sort(distance.cdist(a, a), 1)[:, 1]
    return {"one_nearest": np.mean(classifier.predict(b) == labels(6, 50, 3)),
            "threshold": np.sort(nearest)[int(0.25 * 59 + 0.5)], "duplicates": np.mean(nearest < 0.5)}


def sliced():
    a, b = features()
    directions = lcg(4, 5, 8).astype(float) - 0.5
    return {"one_dimension": scipy.stats.wasserstein_distance(a.ravel(), b.ravel()),
            "along": np.mean([scipy.stats.wasserstein_distance(a @ d, b @ d) for d in directions])}


def smooth(x):
    kernel = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    return np.stack([scipy.ndimage.convolve(plane, kernel, mode="mirror") for plane in x])


def laplacian(x):
    coarse = smooth(x)[:, ::2, ::2]
    sparse = np.zeros_like(x)
    sparse[:, ::2, ::2] = coarse
    return x - 4 * smooth(sparse), coarse


def pyramid():
    sets = [lcg(7, 2, 32, 32).astype(float), (lcg(8, 2, 32, 32)**2).astype(float)]
    fine, coarse = laplacian(sets[0])
    descriptors = []
    for x in sets:
        rows = [laplacian(x)[0][:, i * 3 % 26:i * 3 % 26 + 7, i * 5 % 26:i * 5 % 26 + 7] for i in range(20)]
        rows = np.stack(rows)
        rows = (rows - rows.mean((0, 2, 3), keepdims=True)) / rows.std((0, 2, 3), keepdims=True)
        descriptors.append(rows.reshape(20, -1))
    directions = lcg(9, 6, 98).astype(float) - 0.5
    pairs = [(np.sort(descriptors[0] @ d), np.sort(descriptors[1] @ d)) for d in directions]
    return {"fine": list(fine[1, 15, :8]), "coarse": list(coarse[1, 15, :8]), "energy": np.mean(fine**2),
            "patches": np.mean([np.abs(p - q).mean() for p, q in pairs])}


def image_pair(channels, side):
    """Two alike images in [-1, 1], smoothed so that their structure survives halving."""
    a = lcg(10, channels, side, side)
    noise = lcg(11, channels, side, side)
    a = a * np.float32(0.25) + np.linspace(0, 0.75, side, endpoint=False, dtype=np.float32)[:, None]
    b = a * np.float32(0.75) + noise * np.float32(0.25)
    return a.astype(float) * 2 - 1, b.astype(float) * 2 - 1


def ms_ssim(a, b, levels):
    blur = lambda x: scipy.ndimage.gaussian_filter(x, 1.5, truncate=3.5)[5:-5, 5:-5]
    powers = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[:levels]
    result = 1
    for level, power in enumerate(powers / powers.sum()):
        contrast, whole = [], []
        for x, y in zip(a, b):
            mx, my = blur(x), blur(y)
            cs = (2 * (blur(x * y) - mx * my) + 0.06**2) / (blur(x * x) - mx**2 + blur(y * y) - my**2 + 0.06**2)
            contrast.append(cs.mean())
            whole.append((cs * (2 * mx * my + 0.02**2) / (mx**2 + my**2 + 0.02**2)).mean())
        result *= np.mean(whole if level == levels - 1 else contrast)**power
        a, b = (skimage.measure.block_reduce(x, (1, 2, 2), np.mean) for x in (a, b))
    return result


def images():
    small, rgb, large = image_pair(1, 28), image_pair(3, 64), image_pair(1, 176)
    ssim = lambda a, b: np.mean([skimage.metrics.structural_similarity(
        x, y, data_range=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False) for x, y in zip(a, b)])
    luma = [skimage.color.rgb2ycbcr((x + 1) / 2, channel_axis=0)[0][4:-4, 4:-4] for x in rgb]
    moments = skimage.measure.moments_central(small[0][0] + 1)
    return {"ssim_28": ssim(*small), "ssim_64": ssim(*rgb), "ms_ssim_28": ms_ssim(*small, 2),
            "ms_ssim_64": ms_ssim(*rgb, 3), "ms_ssim_176": ms_ssim(*large, 5),
            "psnr": skimage.metrics.peak_signal_noise_ratio(*rgb, data_range=2),
            "psnr_luma": skimage.metrics.peak_signal_noise_ratio(*luma, data_range=255),
            "slant": moments[1, 1] / moments[2, 0]}


def divergences():
    p, q = lcg(12, 20).astype(float), lcg(13, 20).astype(float)
    return {"jsd": distance.jensenshannon(p, q)**2, "kl": scipy.stats.entropy(p, q), "entropy": scipy.stats.entropy(p)}


def tables():
    codes, truth = labels(14, 200, 7), labels(15, 200, 5)
    truth = np.where(np.arange(200) % 3 == 0, codes % 5, truth)
    table = np.zeros((7, 5))
    np.add.at(table, (codes, truth), 1)
    rows, columns = scipy.optimize.linear_sum_assignment(table, maximize=True)
    gains = lcg(16, 12, 12).astype(float)
    best = scipy.optimize.linear_sum_assignment(gains, maximize=True)
    return {"purity": table.max(1).sum() / 200, "mutual_information": sklearn.metrics.mutual_info_score(codes, truth),
            "matched": table[rows, columns].sum() / 200, "gain": gains[best].sum(),
            "pearson": scipy.stats.pearsonr(codes, truth)[0], "spearman": scipy.stats.spearmanr(codes, truth)[0]}


def diagnosis():
    a, b = features()
    shares = np.linalg.eigvalsh(np.cov(a.T))
    return {"pairwise": distance.pdist(a).mean(), "relative": distance.pdist(b).mean() / distance.pdist(a).mean(),
            "effective_rank": np.exp(scipy.stats.entropy(shares)),
            "effective_rank_wide": np.exp(scipy.stats.entropy(np.linalg.eigvalsh(np.cov(a[:5].T)).clip(0)))}


def linear():
    a, b = features()
    pca = sklearn.decomposition.PCA(3, svd_solver="full").fit(a)
    wide = sklearn.decomposition.PCA(3, svd_solver="full").fit(a[:6])
    svm = sklearn.svm.LinearSVC(loss="squared_hinge", C=0.5, tol=1e-10, max_iter=10**7, random_state=0)
    svm.fit(a, labels(5, 60, 3))
    z = distance.cdist(a, b[:4])
    return {"variances": list(pca.explained_variance_), "axis": list(pca.components_[0]),
            "error": np.mean((pca.inverse_transform(pca.transform(b)) - b)**2),
            "wide_variances": list(wide.explained_variance_),
            "wide_error": np.mean((wide.inverse_transform(wide.transform(b)) - b)**2),
            "svm": [list(np.append(w, c)) for w, c in zip(svm.coef_, svm.intercept_)],
            "svm_accuracy": svm.score(a, labels(5, 60, 3)),
            "triangle": list(np.maximum(0, z.mean(1, keepdims=True) - z)[0])}


if __name__ == "__main__":
    parts = [scores, frechet, kernel, prdc, neighbours, sliced, pyramid, images, divergences, tables, diagnosis, linear]
    json.dump({part.__name__: part() for part in parts}, sys.stdout, indent=1)
    print()
