"""Layers and image operations that the lessons teach."""

import math

import keras
from keras import ops


def random_shift(images, pixels, seed):
    """Move every image by its own random whole number of pixels; -1 (black) comes in at the edge.

    Differentiable, so that a discriminator may see real and fake images through it and the
    generator still gets its gradient (Zhao et al. 2020, "DiffAugment", section 3).

    Args:
        images: (batch, height, width, channels), values in [-1, 1].
        pixels: the largest move in each direction.
        seed: a `keras.random.SeedGenerator`.
    """
    if pixels == 0:
        return images
    n, height, width = ops.shape(images)[0], images.shape[1], images.shape[2]
    moves = keras.random.randint((n, 2), -pixels, pixels + 1, seed=seed)
    # Row i of the result is row i + move of the image: a product with a 0-1 matrix per image.
    rows = _places(moves[:, :1], height)  # (n, height, height)
    columns = _places(moves[:, 1:], width)  # (n, width, width)
    lifted = images + 1.0  # so that what comes in from outside, 0, is black
    return ops.einsum("nij,njkc,nlk->nilc", rows, lifted, columns) - 1.0


def _places(moves, size):
    """0-1 matrices, (n, size, size): row i has its one in column i + move, or none outside."""
    wanted = ops.arange(size, dtype="int32")[None] + ops.cast(moves, "int32")  # (n, size)
    return ops.cast(ops.equal(wanted[..., None], ops.arange(size, dtype="int32")), "float32")


def fourier_features(x, frequencies):
    """x together with sin and cos of 2^k pi x, k = 0 ... frequencies - 1 (Tancik et al. 2020).

    A dense network learns slowly what changes over short distances; waves of many lengths help.

    Args:
        x: (batch, features), of size about 1.

    Returns:
        (batch, features * (1 + 2 * frequencies)).
    """
    if frequencies == 0:
        return x
    waves = [2.0**k * math.pi * x for k in range(frequencies)]
    return ops.concatenate([x, *map(ops.sin, waves), *map(ops.cos, waves)], axis=-1)
