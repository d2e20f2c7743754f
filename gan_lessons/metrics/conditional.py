"""Digits that were ordered: is each the one that was asked for, and are those of a kind varied?"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons.metrics import digits
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance

CLASSES = 10
REAL_ACCURACY = 0.9933  # of the classifier on the 10,000 real test digits, from its card


@dataclass(frozen=True)
class ConditionalScore:
    """How well n images obey their labels; `str` gives the line to report.

    accuracy: share of the images that the digit classifier reads as the digit that was asked for.
      Chance is 10 %; of the real test digits it reads 99.3 % right.
    rfd: of all images together, as `metrics.digits.score` gives it; `floor` is that of real digits.
    class_rfd: the same for each class alone (asked for against real), the mean of ten. Fewer images
      stand behind each, so it is larger: between two halves of the real digits, about 500 of each
      class on either side, it is `class_floor`.
    diversity: how varied the digits of one class are: the root mean square distance of two of them,
      in the classifier's features, over that of two real digits, the mean of ten classes. 1: as
      varied as real ones. 0: one picture for each class. Wrong digits among the right ones raise
      it, so read it beside the accuracy.
    n: number of images.
    """

    accuracy: float
    rfd: float
    class_rfd: float
    diversity: float
    n: int
    floor: float
    class_floor: float

    def __str__(self) -> str:
        return (
            f"label accuracy {self.accuracy:.2%} (real digits: {REAL_ACCURACY:.2%}); "
            f"rFD {self.rfd:.4f}, n = {self.n:,} (real: {self.floor:.4f}), within classes "
            f"{self.class_rfd:.4f} (real halves: {self.class_floor:.4f}); "
            f"diversity within classes {self.diversity:.2f} (real: 1)"
        )


def conditional_score(images: Any, labels: Any) -> ConditionalScore:
    """Measure images (n, 28, 28, 1), uint8 or float in [-1, 1], against the labels asked for, (n,).

    The classes are compared with the 10,000 training digits that come with the course, all images
    together with the statistics of the test digits.

    Raises ValueError where `metrics.digits.score` does; for labels that are not one whole number
    from 0 to 9 per image; for a class with fewer than two images.
    """
    images, labels = digits.checked_images(images), np.asarray(labels)
    if labels.shape != (len(images),):
        raise ValueError(f"received labels of shape {labels.shape} for {len(images)} images.")
    counts = [int(np.sum(labels == c)) for c in range(CLASSES)]
    if sum(counts) != len(labels) or min(counts) < 2:
        raise ValueError(
            f"received {counts} images of the digits 0 to 9 and {len(labels) - sum(counts)} with "
            "other labels; expected at least 2 of each digit and no other label."
        )
    described, logits = digits.predict(images)
    whole = digits.score_described(described, logits)
    real, class_floor = _real_classes()
    fake = class_statistics(described, labels)
    return ConditionalScore(
        accuracy=float(np.mean(logits.argmax(axis=1) == labels)),
        rfd=whole.rfd,
        class_rfd=class_distance(fake, real),
        diversity=class_diversity(fake, real),
        n=len(images),
        floor=whole.floor,
        class_floor=class_floor,
    )


def class_statistics(described: np.ndarray, labels: np.ndarray) -> list:
    """Mean and covariance of the features (n, d) of each class, in the order of the classes."""
    return [feature_statistics(described[labels == c]) for c in np.unique(labels)]


def class_distance(fake: list, real: list) -> float:
    """Fréchet distance over the trace of the real covariance, the mean over the classes."""
    pairs = zip(fake, real, strict=True)
    return float(np.mean([frechet_distance(*f, *r) / np.trace(r[1]) for f, r in pairs]))


def class_diversity(fake: list, real: list) -> float:
    """Root mean square distance of two samples of a class over the real one, the mean of classes.

    E |x - x'|^2 of two independent samples is twice the trace of their covariance.
    """
    pairs = zip(fake, real, strict=True)
    return float(np.mean([np.sqrt(np.trace(f[1]) / np.trace(r[1])) for f, r in pairs]))


@functools.cache
def _real_classes() -> tuple[list, float]:
    """Statistics of the bundled digits by class, and the distance between two halves of them."""
    from gan_lessons.datasets import load

    data = load("mnist", source="bundled", verbose=False)
    described, labels = digits.features(data.x_train), data.y_train
    # At random, since the digits of two groups of writers take turns in the file.
    halves = np.array_split(np.random.default_rng(0).permutation(len(labels)), 2)
    parts = [class_statistics(described[half], labels[half]) for half in halves]
    return class_statistics(described, labels), class_distance(*parts)
