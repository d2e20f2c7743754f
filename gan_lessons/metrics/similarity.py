"""How alike two pictures are, pixel by pixel and in their structure: for pairs that are known."""

from __future__ import annotations

import dataclasses

import numpy as np

WINDOW, SIGMA = 11, 1.5  # of the Gaussian window, in pixels
K1, K2 = 0.01, 0.03


@dataclasses.dataclass(frozen=True)
class Similarity:
    """Means over n pairs of pictures; values count from 0 to 1.

    Attributes:
        ssim: structural similarity, 1 for the same picture.
        error: mean absolute error of a pixel's value.
    """

    ssim: float
    error: float
    n: int

    def __str__(self):
        return f"SSIM {self.ssim:.3f}, mean absolute error {self.error:.4f} (n = {self.n:,})"


def similarity(x, y):
    """The `Similarity` of pictures to their partners.

    Args:
        x, y: (n, h, w, c), each uint8, or floats in [-1, 1].

    Raises:
        ValueError: shapes differ, there is no picture, or one is smaller than the window.
    """
    x, y = _in_unit_range(x), _in_unit_range(y)
    values = ssim(x, y)
    return Similarity(float(values.mean()), float(np.abs(x - y).mean()), len(x))


def ssim(x, y):
    """Structural similarity of each pair, (n,): of pictures (n, h, w, c) with values in [0, 1].

    In a Gaussian window of 11 x 11 pixels around each place, whose whole window lies inside, means,
    variances and the covariance are compared; the mean over places and colours counts.
    Source: Wang et al. (2004), "Image quality assessment: from error visibility to structural
    similarity", equation 13.

    Raises:
        ValueError: as for `similarity`.
    """
    x, y = np.asarray(x, "float64"), np.asarray(y, "float64")
    if x.shape != y.shape or x.ndim != 4 or not len(x):
        raise ValueError(
            f"Expected two arrays of one shape (n, h, w, c), received {x.shape} and {y.shape}."
        )
    if min(x.shape[1:3]) < WINDOW:
        raise ValueError(f"Expected pictures of at least {WINDOW} pixels, received {x.shape[1:3]}.")
    return np.concatenate([_ssim(x[i : i + 64], y[i : i + 64]) for i in range(0, len(x), 64)])


def _ssim(x, y):
    mean_x, mean_y = _smooth(x), _smooth(y)
    both = mean_x * mean_y
    squares = mean_x**2 + mean_y**2
    covariance = _smooth(x * y) - both
    variances = _smooth(x**2 + y**2) - squares
    luminance = (2 * both + K1**2) / (squares + K1**2)
    structure = (2 * covariance + K2**2) / (variances + K2**2)
    return (luminance * structure).mean(axis=(1, 2, 3))


def _smooth(x):
    """Gaussian means of (n, h, w, c) over windows that lie inside: (n, h - 10, w - 10, c)."""
    distance = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-0.5 * (distance / SIGMA) ** 2)
    weights /= weights.sum()
    for axis in (1, 2):
        inside = x.shape[axis] - WINDOW + 1
        x = sum(w * x.take(range(i, i + inside), axis) for i, w in enumerate(weights))
    return x


def _in_unit_range(x):
    """Pictures as float64 in [0, 1]."""
    x = np.asarray(x)
    if x.dtype == np.uint8:
        return x / 255.0
    return (x.astype("float64") + 1.0) / 2.0
