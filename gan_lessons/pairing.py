"""What a pairing is: maps on a line, zebras in another order, pairs given away."""

import dataclasses

import keras
import numpy as np

from gan_lessons import cyclegan_lab, metrics, runtime, translation
from gan_lessons.datasets import horses
from gan_lessons.metrics import domains
from gan_lessons.translators import build_translator

# On a line ----------------------------------------------------------------------------------------

AWAY = 2.0  # the second kind of numbers is the first, moved by this


@dataclasses.dataclass(frozen=True)
class LineMap:
    """One way to answer the numbers x in (0, 1) with numbers y in (2, 3).

    Attributes:
        name: of the way. x: evenly spaced and sorted, (n,). y: the answers, (n,).
    """

    name: str
    x: np.ndarray
    y: np.ndarray

    @property
    def seen(self):
        """How far the answers are, as a pile, from numbers of the second kind: their W1."""
        return metrics.wasserstein_1d(self.y, self.x + AWAY)

    @property
    def error(self):
        """Mean distance from the true partner, x + 2."""
        return float(np.abs(self.y - (self.x + AWAY)).mean())

    @property
    def way_back(self):
        """Of all functions of y the one that comes closest to x, at every y: (n,).

        Where several x have one answer, nobody can tell them apart: their median is best.
        """
        return np.array([np.median(self.x[self.y == y]) for y in self.y])

    @property
    def cycle(self):
        """The cycle error that is left on the best way back."""
        return float(np.abs(self.way_back - self.x).mean())

    @property
    def thrown(self):
        """How far the best way back throws two neighbouring answers apart, on average."""
        return float(np.abs(np.diff(self.way_back[np.argsort(self.y, kind="stable")])).mean())


def line_maps(n=210, seed=0):
    """Five answers to n numbers, a list of `LineMap`.

    True, mirrored, by lot (each the partner of another), folded seven times, all the same.

    Raises ValueError unless n is a multiple of 7.
    """
    if n < 7 or n % 7:
        raise ValueError(f"n must be a multiple of 7, received {n}.")
    x = (np.arange(n) + 0.5) / n
    ways = {
        "the true partner": x,
        "mirrored": 1 - x,
        "by lot": permuted(x, seed),
        "folded seven times": np.tile(x.reshape(-1, 7).mean(axis=1), 7),
        "always the same": np.full(n, 0.5),
    }
    return [LineMap(name, x, y + AWAY) for name, y in ways.items()]


def permuted(things, seed=0):
    """The same things in an order in which none keeps its place.

    Raises ValueError for fewer than two.
    """
    n = len(things)
    if n < 2:
        raise ValueError(f"Expected at least two things to swap, received {n}.")
    order = np.random.default_rng(seed).permutation(n)
    moved = np.empty(n, int)
    moved[order] = np.roll(order, 1)  # one great circle: everybody gets the next one's
    return things[moved]


# What a discriminator cannot see ------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Claim:
    """One way to answer horses with pictures, as everybody sees it.

    Attributes:
        name: of the way. pictures: the answers, uint8 (n, h, w, 3).
        judged: mean answer of a trained Dy, 1 is "a zebra"; None where nobody was asked.
        fooled: share that the witness takes for zebras.
        partner: `metrics.Similarity` to the hidden partners of the horses.
        returned: mean absolute error, on [0, 1], of what a perfect F makes of the answers; it
            turns each zebra into its own horse, and leaves a horse alone.
    """

    name: str
    pictures: np.ndarray
    judged: float | None
    fooled: float
    partner: metrics.Similarity
    returned: float


def claims(data, judge=None, n=None, seed=0):
    """Four ways to answer horses with zebras, three of which Dy cannot fault: a list of `Claim`.

    The hidden partners themselves; the partners of other horses; the partners mirrored; and the
    horses, unchanged. The first three are zebras of the very distribution that Dy was shown (in a
    mirror only the direction changes, and that is drawn by lot), so no discriminator can tell them
    apart; only one of them is a translation.

    Args:
        data: a set of two piles with known partners. judge: Dy of a trained model, to be asked.
    """
    x, truth = translation.held_out(data)[0][:n], data.info["truth"][0][:n]
    ways = {  # the answers, and what a perfect F makes of them
        "the hidden partner": (truth, x),
        "the partner of another horse": (permuted(truth, seed), permuted(x, seed)),
        "the partner, mirrored": (truth[:, :, ::-1], x[:, :, ::-1]),
        "the horse itself": (x, x),
    }
    return [
        Claim(
            name,
            pictures,
            None if judge is None else float(cyclegan_lab.verdicts(judge, pictures).mean()),
            float(np.mean(domains.is_zebra(pictures))),
            metrics.similarity(pictures, truth),
            metrics.similarity(back, x).error,
        )
        for name, (pictures, back) in ways.items()
    ]


def claims_table(found):
    """A list of `Claim` as text."""
    judged = found[0].judged is not None
    heading = ("witness: zebra", *["Dy's answer"] * judged, "error to truth", "cycle error")
    lines = [f"{'':30}" + "".join(f"{name:>16}" for name in heading)]
    for claim in found:
        cells = [f"{claim.fooled:.1%}", f"{claim.partner.error:.3f}", f"{claim.returned:.3f}"]
        if judged:
            cells.insert(1, f"{claim.judged:.3f}")
        lines.append(f"{claim.name:30}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


# With pairs ---------------------------------------------------------------------------------------


def learn_with_pairs(preset, pairs, steps, seed=0):
    """G of a preset's size, trained on true pairs: the mean absolute error, and nothing else.

    Args:
        preset: a `CycleGANPreset`. pairs: how many scenes are drawn with both animals.
        steps: about how many, of the preset's batches.

    Returns:
        A Keras model, pictures in [-1, 1] to pictures.
    """
    scenes = horses.scenes(pairs, seed=5)  # 1 to 4 are the data set's
    x, y = (
        horses.draw(scenes, kind, preset.size) / np.float32(127.5) - 1 for kind in horses.ANIMALS
    )
    runtime.set_seed(seed)
    size = preset.channels, preset.blocks, preset.kernel, preset.brush
    network = build_translator(preset.shape, *size, name="with_pairs")
    network.compile(keras.optimizers.Adam(preset.learning_rate), loss="mean_absolute_error")
    epochs = max(1, round(steps * preset.batch_size / pairs))
    network.fit(x, y, preset.batch_size, epochs, verbose=0)
    return network
