"""What lesson 08 asks of a generator that takes orders, and of one that does not."""

import numpy as np

from gan_lessons import cgan, show
from gan_lessons.latent import great_circle
from gan_lessons.metrics import digits

BLANK = -1.0  # the background of a digit
FIGURES = {  # of the tables of `benchmarks/conditional.py`: what to call them, how to print them
    "accuracy": ("accuracy", ".2%"),
    "rfd": ("rFD", ".4f"),
    "class_rfd": ("in classes", ".3f"),
    "diversity": ("diversity", ".3f"),
    "coverage": ("coverage", ".3f"),
}


def write(model, text, seed=0):
    """A number as the model writes it: an image (28, 28, 1) for each character, black if no digit.

    Raises:
        ValueError: there is no digit in the text.
    """
    places = [i for i, character in enumerate(text) if character in "0123456789"]
    if not places:
        raise ValueError(f"Expected a text with digits in it, received {text!r}.")
    images = np.full((len(text), 28, 28, 1), BLANK, "float32")
    images[places] = model.sample(seed=seed, labels=[int(text[i]) for i in places])
    return images


def opinions(images):
    """What the digit classifier believes: probabilities (n, 10)."""
    return digits.probabilities(digits.predict(images)[1])


def clearest(model, label, n=500, seed=0):
    """Of n latent points of a model that takes no orders, the one that gives the clearest `label`.

    Returns:
        z (latent_dim,).
    """
    z = model.latent(n, seed)
    return z[opinions(model.sample(z=z))[:, label].argmax()]


def way(model, start, end, points=13, width=0.25):
    """A walk along the great circle that goes slowly where the classifier is least sure.

    Args:
        start, end: latent points of a model that takes no orders.
        points: images to draw; the first and the last one are the ends.
        width: share of the way that the others are spread over.

    Returns:
        images (points, 28, 28, 1), opinions (points, 10), share of the way (points,).
    """
    everywhere = np.linspace(0, 1, 101)
    sure = opinions(model.sample(z=great_circle(start, end, everywhere))).max(axis=1)
    centre = np.clip(everywhere[sure.argmin()], width / 2, 1 - width / 2)
    t = np.concatenate([[0], np.linspace(centre - width / 2, centre + width / 2, points - 2), [1]])
    images = model.sample(z=great_circle(start, end, t))
    return images, opinions(images), t


def paths(model, pairs, points=11, seed=0, ordered=False):
    """Opinions (pairs, points, 10) along the great circles between random latent points.

    Args:
        ordered: order one and the same label all along each path, an even mix over the paths.
    """
    ends = model.latent(2 * pairs, seed).reshape(2, pairs, -1)
    z = great_circle(*ends, np.linspace(0, 1, points))  # (points, pairs, d)
    asked = {"labels": np.tile(model.even_mix(pairs), points)} if ordered else {}
    images = model.sample(z=z.reshape(points * pairs, -1), **asked)
    return opinions(images).reshape(points, pairs, 10).swapaxes(0, 1)


def unclear(beliefs):
    """How much of some paths lies between two kinds, of opinions (pairs, points, 10) along them.

    Returns:
        Share of the images of which the classifier is not sure, and of the paths with any of them.
    """
    doubt = beliefs.max(axis=-1) <= digits.SURE
    return float(doubt.mean()), float(doubt.any(axis=1).mean())


def asked_and_read(images, labels):
    """How often each label that was asked for (row) was read as each digit (column): (10, 10)."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (np.asarray(labels), opinions(images).argmax(axis=1)), 1)
    return counts


def stored(preset):
    """The tables of `benchmarks/conditional.py` for a preset, {way: table}.

    Raises:
        FileNotFoundError: one of them has not been measured.
    """
    return {way: show.results(f"cgan-{way}-{preset}") for way in cgan.ways(preset)}


def side_by_side(tables):
    """Tables of several seeds as text, one line for each: means and standard deviations."""
    return show.compared(tables, FIGURES)
