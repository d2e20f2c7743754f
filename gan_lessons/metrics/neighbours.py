"""Nearest neighbours: does the generator draw, or does it copy its training set?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

ROWS = 2_000  # compared with as many at a time: 32 MB of distances


@dataclass(frozen=True)
class Memorisation:
    """How much nearer fakes are to what was trained on than to what was held out.

    closer: share of fakes whose nearest real sample, of training and held-out ones together, is a
      training sample; a tie counts half.
    chance: what `closer` is for an honest generator: the share of training samples in all. It is .5
      if both sets have one size.
    copies: share of fakes that are at least as near to a training sample as the nearest `quantile`
      of held-out samples are: about `quantile` for an honest generator, 1 for one that copies.
    limit: that distance, in the unit of the samples.
    quantile, train, test, fake: the quantile, and the number of samples of each kind.
    """

    closer: float
    chance: float
    copies: float
    limit: float
    quantile: float
    train: int
    test: int
    fake: int

    def __str__(self) -> str:
        return (
            f"closer to training than to held-out samples {self.closer:.1%} (by chance "
            f"{self.chance:.1%}), near-copies {self.copies:.1%} (real: {self.quantile:.1%}), "
            f"n = {self.fake:,} against {self.train:,} and {self.test:,}"
        )


def nearest(real: Any, fake: Any) -> tuple[np.ndarray, np.ndarray]:
    """Distance (m,) of fakes (m, ...) to the nearest real sample (n, ...), and its index (m,).

    Euclidean, in the unit of the samples, over all axes but the first: images may be passed as they
    are, both of one type and range. Distances are exact (0 for a copy); of several samples equally
    near, rounding decides. In pixels, an image moved by one pixel is far away, so a small distance
    proves a copy, but a large one does not disprove it: look at the pairs, and measure in features
    as well.

    Raises ValueError for shapes that do not fit, no samples, or NaN.
    """
    real, fake = _flat_pair(real, fake, ("real", "fake"))
    centre = real.mean(axis=0, dtype="float64")  # the products of small numbers round less
    best = np.full(len(fake), np.inf)
    index = np.zeros(len(fake), "int64")
    for first in range(0, len(real), ROWS):
        y = real[first : first + ROWS] - centre
        squares = (y * y).sum(axis=1)
        for start in range(0, len(fake), ROWS):
            here = slice(start, start + ROWS)
            x = fake[here] - centre
            # |x - y|^2 without |x|^2, which is the same for all y.
            far = squares - 2 * (x @ y.T)
            found = far.argmin(axis=1)
            value = far[np.arange(len(x)), found]
            nearer = value < best[here]
            best[here][nearer] = value[nearer]
            index[here][nearer] = first + found[nearer]
    return _distances(real, fake, index), index


def memorisation(train: Any, test: Any, fake: Any, quantile: float = 0.01) -> Memorisation:
    """Measure whether fakes (m, ...) copy training samples; held-out samples are the yardstick.

    Precision and every distance between distributions reward a copy. But a held-out sample has the
    same distribution as a training sample, so a generator that learned the distribution has no
    reason to be nearer to the ones than to the others.

    Distances as in `nearest`. `closer` says whether the generator leans towards its training set as
    a whole, `copies` whether it repeats single samples. The training samples must be all that were
    used, the held-out ones none of them, put aside at *random* before training. MNIST's test digits
    will not do, since other people wrote them: 5,000 of them, measured as if they were fakes
    against 10,000 training and 5,000 other test digits, are nearest to a training digit in 60 % of
    cases, where chance is 67 %. With 10,000 fakes, and 5,000 of each kind of real digits, an honest
    generator's `closer` varies by .007 and its `copies` by .002 from draw to draw (standard
    deviations; more than if fakes were independent, because they share their neighbours).

    Raises ValueError for shapes that do not fit, no samples, NaN, or a quantile outside (0, 1).
    Source: held-out samples as the yardstick, Meehan, Chaudhuri and Dasgupta, A Non-Parametric Test
    to Detect Data-Copying in Generative Models (2020); they test ranks, we count.
    """
    if not 0 < quantile < 1:
        raise ValueError(f"quantile is {quantile}; expected a share between 0 and 1.")
    _, test = _flat_pair(train, test, ("train", "test"))
    train, fake = _flat_pair(train, fake, ("train", "fake"))
    to_train, to_test = nearest(train, fake)[0], nearest(test, fake)[0]
    limit = float(np.quantile(nearest(train, test)[0], quantile))
    return Memorisation(
        closer=float(np.mean((to_train < to_test) + 0.5 * (to_train == to_test))),
        chance=len(train) / (len(train) + len(test)),
        copies=float((to_train <= limit).mean()),
        limit=limit,
        quantile=quantile,
        train=len(train),
        test=len(test),
        fake=len(fake),
    )


def _distances(real: np.ndarray, fake: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Distance of each fake to real[index], from the differences themselves."""
    parts = []
    for start in range(0, len(fake), ROWS):
        here = slice(start, start + ROWS)
        gap = fake[here].astype("float64") - real[index[here]]
        parts.append(np.sqrt((gap * gap).sum(axis=1)))
    return np.concatenate(parts)


def _flat_pair(x: Any, y: Any, names: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Return both as (n, d), still in their own types, so that bytes take no more room."""
    x, y = np.asarray(x), np.asarray(y)
    for values, name in ((x, names[0]), (y, names[1])):
        if values.ndim < 2 or values.size == 0:
            raise ValueError(
                f"{name} has the shape {values.shape}; expected (n, d) or images (n, ...), n >= 1."
            )
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name} holds NaN or infinity; expected finite numbers. A diverged generator is "
                "the usual cause."
            )
    if x.shape[1:] != y.shape[1:]:
        raise ValueError(
            f"{names[0]} has samples of shape {x.shape[1:]} and {names[1]} of {y.shape[1:]}; "
            "expected the same shape."
        )
    if (x.dtype == np.uint8) != (y.dtype == np.uint8):
        raise ValueError(
            f"{names[0]} is {x.dtype} and {names[1]} is {y.dtype}; expected both as bytes (uint8, "
            "0 to 255) or both as numbers of one range, or the distances mean nothing."
        )
    return x.reshape(len(x), -1), y.reshape(len(y), -1)
