"""Differentiable augmentation: small changes to every picture that the discriminator sees.

A discriminator learns ten thousand photographs by heart, and then it has nothing to teach. If it
sees real and fake pictures only through random changes, it never sees one twice, and the generator
still gets its gradient through them (Zhao et al. 2020, "DiffAugment"; Karras et al. 2020, "ADA").
All functions take images (batch, height, width, channels) in [-1, 1] and a
`keras.random.SeedGenerator`, and change each image in its own way.
"""

import keras
from keras import ops

from gan_lessons.layers import random_shift


def augment(images, seed, flip=False, shift=0, colour=0.0, cutout=0.0):
    """All changes one after the other; what is 0 or False is left out.

    Args:
        flip: swap left and right in half of the images.
        shift: largest move, in pixels. colour: see `random_colour`. cutout: see `random_cutout`.
    """
    if flip:
        images = random_flip(images, seed)
    if colour:
        images = random_colour(images, colour, seed)
    images = random_shift(images, shift, seed)
    if cutout:
        images = random_cutout(images, cutout, seed)
    return images


def random_flip(images, seed):
    """Swap left and right in each image with probability 1/2."""
    swapped = _uniform(images, seed, 0.0, 1.0) < 0.5
    return ops.where(swapped, ops.flip(images, axis=2), images)


def random_colour(images, strength, seed):
    """Change brightness, saturation and contrast, in this order; values may leave [-1, 1].

    Args:
        strength: at 1 as in DiffAugment: up to half of the range (that is, .5) is added to all
            values, colours are pulled to or pushed from grey by a factor from 0 to 2, and values
            from the image's mean by a factor from .5 to 1.5; less in proportion.
    """
    images = images + 0.5 * strength * _uniform(images, seed, -1.0, 1.0)
    for axes, width in (((3,), 1.0), ((1, 2, 3), 0.5)):  # the grey of each pixel, of the image
        centre = ops.mean(images, axis=axes, keepdims=True)
        factor = 1.0 + width * strength * _uniform(images, seed, -1.0, 1.0)
        images = centre + factor * (images - centre)
    return images


def random_cutout(images, share, seed):
    """Cover a square of each image with grey (0), at a random place, perhaps beyond the edge.

    Args:
        share: the square's side as a share of the image's.
    """
    height, width = images.shape[1:3]
    rows = _covered(images, height, share, seed, 1)  # (batch, height, 1, 1)
    columns = _covered(images, width, share, seed, 2)  # (batch, 1, width, 1)
    return images * (1.0 - rows * columns)


def _covered(images, size, share, seed, axis):
    """1 for the places along an axis that lie in a random window, 0 outside."""
    shape = [1, 1, 1, 1]
    shape[axis] = size
    places = ops.reshape(ops.arange(size, dtype="float32"), shape) + 0.5
    centre = _uniform(images, seed, 0.0, float(size))
    return ops.cast(ops.abs(places - centre) < 0.5 * share * size, "float32")


def _uniform(images, seed, low, high):
    """One number for each image, (batch, 1, 1, 1)."""
    return keras.random.uniform((ops.shape(images)[0], 1, 1, 1), low, high, seed=seed)
