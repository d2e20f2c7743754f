"""Experiments of lesson 09: what a discriminator alone cannot see, and where a brush paints."""

import dataclasses

import keras
import numpy as np
from keras import ops

from gan_lessons import metrics, translation
from gan_lessons.metrics import domains


@dataclasses.dataclass(frozen=True)
class Claim:
    """One way to answer horses with pictures, as everybody sees it.

    Attributes:
        name: of the way. pictures: the answers, uint8 (n, h, w, 3).
        judged: mean answer of the trained Dy; 1 is "a zebra".
        fooled: share that the witness takes for zebras.
        partner: `metrics.Similarity` to the hidden partners of the horses.
    """

    name: str
    pictures: np.ndarray
    judged: float
    fooled: float
    partner: metrics.Similarity


def permuted(pictures, seed=0):
    """The same pictures in an order in which none keeps its place.

    Raises ValueError for fewer than two.
    """
    n = len(pictures)
    if n < 2:
        raise ValueError(f"Expected at least two pictures to swap, received {n}.")
    order = np.random.default_rng(seed).permutation(n)
    moved = np.empty(n, int)
    moved[order] = np.roll(order, 1)  # one great circle: everybody gets the next one's
    return pictures[moved]


def claims(model, data, n=None, seed=0):
    """Four ways to answer horses with zebras, three of which Dy cannot fault: a list of `Claim`.

    The hidden partners themselves; the partners of other horses; the partners mirrored; and the
    horses, unchanged. The first three are zebras of the very distribution that Dy was shown, so no
    discriminator can tell them apart; only one of them is a translation.
    """
    horses, truth = translation.held_out(data)[0][:n], data.info["truth"][0][:n]
    ways = {
        "the hidden partner": truth,
        "the partner of another horse": permuted(truth, seed),
        "the partner, mirrored": truth[:, :, ::-1],
        "the horse itself": horses,
    }
    return [
        Claim(
            name,
            pictures,
            float(verdicts(model.Dy, pictures).mean()),
            float(np.mean(domains.is_zebra(pictures))),
            metrics.similarity(pictures, truth),
        )
        for name, pictures in ways.items()
    ]


def verdicts(judge, pictures):
    """A discriminator's answers to pictures, uint8 or floats in [-1, 1]: (n, rows, columns)."""
    x = np.asarray(pictures)
    x = x / np.float32(127.5) - 1 if x.dtype == np.uint8 else x
    parts = [judge(x[i : i + 50], training=False) for i in range(0, len(x), 50)]
    return np.concatenate([ops.convert_to_numpy(ops.stop_gradient(p))[..., 0] for p in parts])


def masks(model, pictures, to="y"):
    """How much of its own painting a translator with a brush lays on: (n, h, w), 0 to 1.

    Raises ValueError for a translator without one.
    """
    network = model.averaged({"y": model.G, "x": model.F}[to])
    if not model.preset.brush:
        raise ValueError("This translator paints the whole picture anew: it has no mask.")
    looking = keras.Model(network.input, network.get_layer("mask").output)
    return verdicts(looking, pictures)
