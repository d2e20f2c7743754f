"""Generated digits under every ruler at once, with what real digits reach beside it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons.metrics import digits
from gan_lessons.metrics.checked import checked_pair
from gan_lessons.metrics.classifier import ClassifierScore, classifier_score
from gan_lessons.metrics.kernel import KernelDistance, kernel_distance
from gan_lessons.metrics.manifold import ManifoldScores, manifold_scores
from gan_lessons.metrics.neighbours import Memorisation, memorisation

N, BLOCKS, SPLITS = 5_000, 10, 10
LEAST = 0.05  # of the largest spread: what a feature is divided by at least


@dataclass(frozen=True)
class DigitMeasures:
    """What `measure_digits` found; `str` gives a table.

    digits: rFD and legible share, against the 10,000 test digits.
    kernel, manifold: kernel distance, precision, recall, density and coverage, against n real
      digits, on the standardised features of the digit classifier.
    classifier: the classifier score, from the digit classifier's probabilities.
    memory: memorisation in pixels, unit [-1, 1]; None if the training digits were not given.
    floor: the same measures for n other *real* digits: what to hope for. None for these themselves.
    """

    digits: digits.DigitScore
    kernel: KernelDistance
    manifold: ManifoldScores
    classifier: ClassifierScore
    memory: Memorisation | None
    floor: DigitMeasures | None = None

    def rows(self) -> list[tuple[str, float]]:
        """Names and values, in the order of the table."""
        rows = [
            ("rFD", self.digits.rfd),
            ("legible", self.digits.legible),
            ("kernel distance", self.kernel.value),
            ("  its error", self.kernel.error),
            ("precision", self.manifold.precision),
            ("recall", self.manifold.recall),
            ("density", self.manifold.density),
            ("coverage", self.manifold.coverage),
            ("classifier score", self.classifier.mean),
        ]
        if self.memory is not None:
            rows += [("closer to training", self.memory.closer), ("copies", self.memory.copies)]
        return rows

    def __str__(self) -> str:
        # The rFD compares with the test digits, so that test digits cannot be its floor.
        real = dict((self.floor or self).rows()) | {"rFD": self.digits.floor}
        lines = [f"n = {self.digits.n:,}, k = {self.manifold.k}    measured   real digits"]
        lines += [f"{name:<19}{value:>13.4f}{real[name]:>14.4f}" for name, value in self.rows()]
        return "\n".join(lines)


def measure_digits(
    images: Any, real: Any = None, train: Any = None, n: int = N, k: int = 5, seed: int = 0
) -> DigitMeasures:
    """Measure generated digits (m, 28, 28, 1), uint8 or float in [-1, 1], by all that we have.

    n of the images are compared with n real digits, and n other real digits too (the floor); which
    ones, `seed` decides. The values depend on n: 5,000 is what the course's figures use.

    real: at least 2 n real digits, best ones that were not trained on; None for the bundled 10,000
      *training* digits, which is right for a first look, but blind for copies.
    train: all digits that were trained on, to measure `memorisation` as well; then `real` must be
      given, held out from training: at random from the same digits, for a reason see there.

    To measure several generators by the same real digits, make a `Yardstick` of these once.

    Raises ValueError for too few images, for `train` without `real`, and as `digits.score`.
    """
    if train is not None and real is None:
        raise ValueError(
            "train was given without real; expected held-out digits as real, since the bundled "
            "ones are training digits. Put some aside, at random, before you train."
        )
    images = _pick(digits.checked_images(images), n, seed, "images", "draw more")
    if real is None:
        yardstick = _bundled_yardstick(n, k, seed)
    else:
        yardstick = Yardstick(real, train, n, k, seed)
    return yardstick.measure_picked(images, yardstick.floor)


class Yardstick:
    """Real digits to compare with, and the floor, measured once for any number of generators.

    real, train, n, k, seed: as for `measure_digits`; both must be given, train may be None.
    floor: what n other real digits measure.
    """

    def __init__(self, real: Any, train: Any, n: int = N, k: int = 5, seed: int = 0) -> None:
        # Shuffled: MNIST's test digits begin with the easier half.
        real = digits.checked_images(real)
        chosen = _pick(real, 2 * n, seed, "real digits", "pass a smaller n")
        self.n, self.k, self.seed = n, k, seed
        self.train = None if train is None else _pixels(train)
        self.real = _pixels(chosen[:n])
        self.described = digits.features(chosen[:n])
        self.floor = self.measure_picked(chosen[n:], None)

    def measure(self, images: Any) -> DigitMeasures:
        """What `measure_digits` finds for these images, with the same real digits."""
        images = _pick(digits.checked_images(images), self.n, self.seed, "images", "draw more")
        return self.measure_picked(images, self.floor)

    def measure_picked(self, images: np.ndarray, floor: DigitMeasures | None) -> DigitMeasures:
        """Measure exactly these images."""
        described, logits = digits.predict(images)
        real, fake = (standardise(f, self.described) for f in (self.described, described))
        memory = None
        if self.train is not None:
            memory = memorisation(self.train, self.real, _pixels(images))
        return DigitMeasures(
            digits=digits.score_described(described, logits),
            kernel=kernel_distance(real, fake, BLOCKS, self.seed),
            manifold=manifold_scores(real, fake, self.k),
            classifier=classifier_score(digits.probabilities(logits), SPLITS, self.seed),
            memory=memory,
            floor=floor,
        )


@functools.lru_cache(maxsize=2)
def _bundled_yardstick(n: int, k: int, seed: int) -> Yardstick:
    from gan_lessons.datasets import mnist

    return Yardstick(mnist.read_bundled()[0], None, n, k, seed)


def standardise(features: Any, reference: Any, least: float = LEAST) -> np.ndarray:
    """Shift and scale features (n, d) so that those of reference (m, d) have mean 0 and spread 1.

    Without it, the features with the largest numbers decide every distance. A feature whose spread
    (standard deviation) in the reference is below `least` times the largest one is divided by that
    instead: 23 of the digit classifier's 64 features are 0 for every digit, and one more for 999 of
    1,000, where a mere trifle would otherwise become a huge number. If no feature varies, they are
    only shifted.

    Raises ValueError for shapes that do not fit, NaN, or least outside (0, 1].
    """
    reference, features = checked_pair(reference, features, ("reference", "features"))
    if not 0 < least <= 1:
        raise ValueError(f"least is {least}; expected a share of the largest spread, up to 1.")
    spread = reference.std(axis=0)
    scale = np.maximum(spread, least * spread.max()) if spread.max() > 0 else 1.0
    return (features - reference.mean(axis=0)) / scale


def _pick(images: np.ndarray, n: int, seed: int, name: str, advice: str) -> np.ndarray:
    """Draw n of the images in random order, or explain that there are too few."""
    if n < 2 * BLOCKS:
        raise ValueError(f"n is {n}; expected at least {2 * BLOCKS}, better {N:,}.")
    if len(images) < n:
        raise ValueError(f"there are {len(images):,} {name}; expected {n:,} or more: {advice}.")
    return images[np.random.default_rng(seed).permutation(len(images))[:n]]


def _pixels(images: Any) -> np.ndarray:
    """Images in [-1, 1], one row each, float32: 3 kB a digit."""
    images = digits.as_model_input(digits.checked_images(images))
    return images.reshape(len(images), -1)
