"""Digits spoilt on purpose, and how far each measure moves (lesson 11).

A generator that is perfect except for one defect is easy to make out of real digits: blur them, or
leave some kinds out. `compare` measures such generators by everything that `metrics` has, and says
how far each measure moves in units of its own spread between perfect generators.
"""

import dataclasses

import numpy as np

from gan_lessons import datasets, metrics

N = 2000  # fakes, and real digits to compare them with


@dataclasses.dataclass(frozen=True)
class Parts:
    """Digits in four parts that share none: uint8 (n, 28, 28, 1), labels (n,).

    train: what a generator was trained on, N. held_out: 2 N; half of them is what fakes are
      compared with, the other half gives the floor.
    fakes, labels: what a perfect generator draws, N; other real digits.
    """

    train: np.ndarray
    held_out: np.ndarray
    fakes: np.ndarray
    labels: np.ndarray


def split(seed, n=N):
    """The bundled digits, shuffled and cut into `Parts`."""
    data = datasets.load("mnist", source="bundled", verbose=False)
    if not 1 <= n <= len(data.x_train) // 4:
        raise ValueError(
            f"n is {n}; expected from 1 to {len(data.x_train) // 4:,}, a quarter of the digits."
        )
    order = np.random.default_rng(seed).permutation(len(data.x_train))[: 4 * n]
    images, labels = data.x_train[order], data.y_train[order]
    return Parts(images[:n], images[n : 3 * n], images[3 * n :], labels[3 * n :])


# The defects: each takes the parts and a random generator, and returns N fakes.


def perfect(parts, rng):
    """No defect: the floor of everything."""
    return parts.fakes


def blurred(parts, rng):
    """Each digit through a Gaussian of one pixel's width: what averages look like."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(parts.fakes, sigma=(0, 1, 1, 0))


def noisy(parts, rng):
    """A tenth of the range of grey as noise on every pixel."""
    noise = rng.normal(0.0, 25.5, parts.fakes.shape)
    return np.clip(parts.fakes + noise, 0, 255).astype("uint8")


def dropped(parts, rng):
    """No fours, sevens and nines: the others are drawn more often instead."""
    kept = np.flatnonzero(~np.isin(parts.labels, (4, 7, 9)))
    return parts.fakes[rng.choice(kept, len(parts.fakes))]


def few(parts, rng):
    """Ten good digits of each kind, again and again: collapse inside the kinds."""
    chosen = np.concatenate([np.flatnonzero(parts.labels == digit)[:10] for digit in range(10)])
    return parts.fakes[rng.choice(chosen, len(parts.fakes))]


def memorised(parts, rng):
    """The training set itself: a generator that has learnt it by heart."""
    return rng.permutation(parts.train)


DEFECTS = {
    "blur": blurred,
    "noise": noisy,
    "dropped kinds": dropped,
    "few of each kind": few,
    "memorised": memorised,
}


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Every measure of every defect, over several splits.

    measures: names. values: {defect: array (splits, measures)}; "none" is the perfect generator.
    """

    measures: list
    values: dict

    def shift(self, defect):
        """How far each measure moved, in spreads of the perfect generator: array (measures,)."""
        perfect = self.values["none"]
        moved = self.values[defect].mean(axis=0) - perfect.mean(axis=0)
        spread = perfect.std(axis=0, ddof=1)
        # A measure without any spread that moves has moved infinitely far.
        return np.divide(moved, spread, out=np.where(moved, np.inf, 0.0), where=spread > 0)


def one_split(seed, defects=DEFECTS, n=N):
    """Measure a perfect generator, "none", and spoilt ones: {defect: {measure: value}}.

    Args:
        seed: of the split. defects: {name: function}. n: fakes per measure.
    """
    parts, rng = split(seed, n), np.random.default_rng(seed)
    yardstick = metrics.Yardstick(parts.held_out, parts.train, n, seed=seed)
    measured = {
        name: yardstick.measure(spoil(parts, rng))
        for name, spoil in {"none": perfect, **defects}.items()
    }
    return {
        name: {measure: value for measure, value in found.rows() if "error" not in measure}
        for name, found in measured.items()
    }


def gather(rows):
    """A `Comparison` of what `one_split` found for several seeds, or of a stored table of it.

    Raises:
        ValueError: there are fewer than two.
    """
    if len(rows) < 2:
        raise ValueError(f"There is {len(rows)} split; a spread needs 2 splits at least.")
    names = list(rows[0]["none"])
    values = {
        defect: np.array([[row[defect][name] for name in names] for row in rows])
        for defect in rows[0]
    }
    return Comparison(names, values)


def from_table(table):
    """The `Comparison` in a table that `benchmarks/measuring.py` has stored."""
    names = ("none", *DEFECTS)
    rows = [{defect: {} for defect in names} for _ in table["runs"]]
    for row, run in zip(rows, table["runs"], strict=True):
        for key, value in run.items():
            defect, _, measure = key.partition(": ")
            if defect in row:
                row[defect][measure] = value
    return gather(rows)


def compare(seeds=5, defects=DEFECTS, n=N):
    """Measure perfect and spoilt generators on several splits of the digits.

    Args:
        seeds: how many splits; 2 at least, for a spread.
        defects: {name: function}. n: fakes per measure.
    """
    if seeds < 2:
        raise ValueError(f"seeds is {seeds}; a spread needs 2 splits at least.")
    return gather([one_split(seed, defects, n) for seed in range(seeds)])
