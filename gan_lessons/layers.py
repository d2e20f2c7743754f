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


def packed(x, size):
    """Join every `size` neighbours of a batch into one sample, side by side in the last axis.

    A discriminator that judges packs sees when the samples in them are too alike (Lin et al. 2018,
    "PacGAN").

    Args:
        x: (batch, ..., channels); the batch must be a multiple of `size`.

    Returns:
        (batch / size, ..., size * channels).
    """
    if size == 1:
        return x
    middle, channels = tuple(x.shape[1:-1]), x.shape[-1]
    x = ops.reshape(x, (-1, size, *middle, channels))  # (packs, size, ..., channels)
    x = ops.moveaxis(x, 1, -2)  # (packs, ..., size, channels)
    return ops.reshape(x, (-1, *middle, size * channels))


class MinibatchStddev(keras.layers.Layer):
    """Append one feature: how much the samples of a group differ (Karras et al. 2018, section 3).

    The standard deviation of every feature over the group, averaged over all features. Groups are
    neighbours in the batch: a call on real and fake one after the other mixes none of them, as
    long as each is a multiple of `group`.

    Args:
        group: samples per group; the batch must be a multiple of it.

    Call arguments: x (batch, features) or (batch, height, width, channels).
    Returns: the same with one more feature or channel.
    """

    def __init__(self, group=4, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(group, int) or group < 2:
            raise ValueError(f"A group needs at least 2 samples, received {group!r}.")
        self.group = group

    def call(self, x):
        shape = x.shape[1:]
        groups = ops.reshape(x, (-1, self.group, *shape))  # (groups, group, ...)
        # The square root is infinitely steep at 0, where all samples are the same.
        spread = ops.sqrt(ops.var(groups, axis=1) + 1e-8)  # (groups, ...)
        spread = ops.mean(ops.reshape(spread, (-1, math.prod(shape))), axis=1)  # (groups,)
        spread = ops.repeat(spread, self.group)  # (batch,)
        spread = ops.reshape(spread, (-1, *[1] * len(shape)))
        feature = ops.ones_like(x[..., :1]) * spread
        return ops.concatenate([x, feature], axis=-1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group": self.group}
