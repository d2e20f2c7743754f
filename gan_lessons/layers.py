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


class ReflectionPadding(keras.layers.Layer):
    """Continue pictures beyond their edges by their mirror image, the edge itself not repeated.

    Zeros would draw a frame: an edge that every picture has, and none had.

    Args:
        pixels: how many to add on each side; fewer than the picture has.

    Call arguments: x (batch, height, width, channels).
    """

    def __init__(self, pixels=1, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(pixels, int) or pixels < 1:
            raise ValueError(f"Pixels must be a whole number of at least 1, received {pixels!r}.")
        self.pixels = pixels

    def call(self, x):
        side = (self.pixels, self.pixels)
        return ops.pad(x, ((0, 0), side, side, (0, 0)), mode="reflect")

    def compute_output_shape(self, shape):
        n, *sides, channels = shape
        return (n, *(side and side + 2 * self.pixels for side in sides), channels)

    def get_config(self):
        return {**super().get_config(), "pixels": self.pixels}


class InstanceNormalization(keras.layers.Layer):
    """Every channel of every picture to mean 0 and variance 1, then a learned scale and shift.

    Like batch normalisation, but each picture for itself: so no picture depends on its neighbours,
    training and use are the same, and contrast, which a style brings along, is taken out (Ulyanov
    et al. 2016).

    Call arguments: x (batch, height, width, channels).
    """

    def __init__(self, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, shape):
        self.gamma = self.add_weight(shape=(shape[-1],), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(shape[-1],), initializer="zeros", name="beta")

    def call(self, x):
        x32 = ops.cast(x, "float32")  # 16 bits are too few for a sum over many places
        mean, variance = ops.moments(x32, axes=(1, 2), keepdims=True)  # (batch, 1, 1, channels)
        scale = ops.cast(self.gamma, "float32") * ops.rsqrt(variance + self.epsilon)
        shift = ops.cast(self.beta, "float32") - mean * scale
        return ops.cast(x32 * scale + shift, x.dtype)  # two passes over x instead of four

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}


class ImagePool(keras.layers.Layer):
    """Mixes older pictures among new ones: each comes back, or one kept from before instead.

    Until the pool is full, every picture is kept and handed back. From then on, each with a chance
    of one half takes a random place in the pool, and what was there is handed back instead
    (Shrivastava et al. 2017, section 2.3; Zhu et al. 2017, section 4). A discriminator that sees
    them does not forget what fakes looked like a while ago. The pool is part of the layer's
    weights, so it is saved with them.

    Args:
        shape: of one picture. size: how many are kept; 0 hands everything back.
        seed: of the random places.

    Call arguments: images (batch, *shape); the batch is at most as large as the pool.
    """

    def __init__(self, shape, size=50, seed=0, **kwargs):
        super().__init__(**{**kwargs, "trainable": False})
        if not isinstance(size, int) or size < 0:
            raise ValueError(f"A pool's size must be a whole number >= 0, received {size!r}.")
        self.shape, self.size, self.seed = tuple(shape), size, seed
        if size:
            self.kept = self.add_weight(
                shape=(size, *self.shape), initializer="zeros", trainable=False, name="kept"
            )
            self.filled = self.add_weight(
                shape=(), initializer="zeros", dtype="int32", trainable=False, name="filled"
            )
            self.generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, images):
        if not self.size:
            return images
        n = ops.shape(images)[0]
        number = ops.arange(n, dtype="int32")
        room = ops.minimum(n, self.size - self.filled)  # the first so many pictures just go in
        chance = keras.random.uniform((self.size,), seed=self.generator)
        # Random places, each once, so that no two pictures of a batch meet; those that are being
        # filled now come last, and there are enough others.
        place = ops.arange(self.size, dtype="int32") - self.filled
        taken = ops.logical_and(place >= 0, place < room)
        places = ops.argsort(chance + 2.0 * ops.cast(taken, "float32"))
        old = ops.take(places, ops.maximum(number - room, 0), axis=0)
        fills = number < room
        slot = ops.where(fills, self.filled + number, ops.cast(old, "int32"))
        coin = keras.random.uniform((n,), seed=self.generator) < 0.5
        keeps = ops.logical_or(fills, coin)
        swaps = ops.logical_and(coin, ops.logical_not(fills))

        def chosen(which, a, b):
            return ops.where(ops.reshape(which, (-1, *(1,) * len(self.shape))), a, b)

        images = ops.cast(images, self.kept.dtype)
        before = ops.take(self.kept, slot, axis=0)
        after = chosen(keeps, images, before)
        self.kept.assign(ops.scatter_update(self.kept, slot[:, None], after))
        self.filled.assign(self.filled + room)
        return chosen(swaps, before, images)

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        return {**super().get_config(), "shape": self.shape, "size": self.size, "seed": self.seed}


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
