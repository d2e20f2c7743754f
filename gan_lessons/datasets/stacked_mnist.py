"""Stacked MNIST: three digits in the three colour channels, 1,000 modes that can be counted.

Each picture is a number from 000 to 999, red giving the hundreds, green the tens, blue the ones.
No picture exists anywhere: they are put together from digits, in any number, by a seed. Count what
a generator found with `gan_lessons.metrics.stacked_coverage`.
Source: Metz et al., Unrolled Generative Adversarial Networks (2017).
"""

from __future__ import annotations

import numpy as np

TRAIN, TEST = 50_000, 10_000  # pictures that `load("stacked_mnist")` gives: 118 and 24 MB
SEED = 0


def stack(
    images: np.ndarray, labels: np.ndarray, n: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw n stacked digits: pictures (n, 28, 28, 3) uint8 and their numbers (n,) int64, 0 to 999.

    images (m, 28, 28, 1) uint8 and labels (m,) from 0 to 9 are the digits to draw from; each
    channel takes one at random on its own, with replacement. The same seed gives the same pictures.
    The numbers are as uneven as the digits are: those of MNIST have a KL to uniform of .006.
    Raises ValueError for other shapes or n < 1.
    """
    if images.ndim != 4 or images.shape[1:] != (28, 28, 1) or len(images) == 0:
        raise ValueError(f"images have the shape {images.shape}; expected (m, 28, 28, 1).")
    if np.shape(labels) != (len(images),):
        raise ValueError(f"labels have the shape {np.shape(labels)}; expected ({len(images)},).")
    if n < 1:
        raise ValueError(f"n is {n}; expected how many pictures to draw.")
    chosen = np.random.default_rng(seed).integers(len(images), size=(n, 3))
    pictures = np.empty((n, 28, 28, 3), images.dtype)
    for channel in range(3):
        pictures[..., channel] = images[chosen[:, channel], :, :, 0]
    return pictures, np.asarray(labels, "int64")[chosen] @ np.array([100, 10, 1])
