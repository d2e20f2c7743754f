"""The classifier score: sure about each image, and undecided about all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ClassifierScore:
    """From 1 (every image gets the same answer) to the number of classes (sure, and all equal).

    mean, std: over the splits; std is their spread, not the error of the mean.
    n, splits, classes: what it was measured on.
    """

    mean: float
    std: float
    n: int
    splits: int
    classes: int

    def __str__(self) -> str:
        return (
            f"classifier score {self.mean:.2f} ± {self.std:.2f} of at most {self.classes} "
            f"(n = {self.n:,} in {self.splits} splits)"
        )


def classifier_score(probabilities: Any, splits: int = 10, seed: int = 0) -> ClassifierScore:
    """Score fakes by a classifier's answers (n, classes), each row a probability distribution.

    exp of the mean KL(p(y|x) || p(y)), in which p(y) is the mean answer: the exponential of how
    many nats an image and its class tell of each other. The rows are shuffled with `seed` and cut
    into `splits` parts; each gets its score. (Unshuffled, samples in the order of their classes
    would look collapsed.)

    Called Inception score when InceptionV3 answers, and never otherwise. It never sees a real
    image: noise of which the classifier is sure scores well, so does one perfect picture per class
    again and again, and real data need not have the highest score. A part of few rows scores too
    low, by a factor of about 1 - (classes - 1) / (2 rows), because its p(y) is uneven by chance:
    give the number of rows and splits. The paper uses 50,000 rows in 10 splits.

    Raises ValueError for rows that are no distributions, or fewer than one row a split.
    Source: Salimans et al., Improved Techniques for Training GANs (2016), section 4; what is wrong
    with it: Barratt and Sharma, A Note on the Inception Score (2018).
    """
    answers = _checked(probabilities)
    if not 1 <= splits <= len(answers):
        raise ValueError(
            f"splits is {splits}, for {len(answers)} rows; expected from 1 to one row a split."
        )
    parts = np.array_split(np.random.default_rng(seed).permutation(answers), splits)
    scores = [_score(part) for part in parts]
    return ClassifierScore(
        mean=float(np.mean(scores)),
        std=float(np.std(scores)),
        n=len(answers),
        splits=splits,
        classes=answers.shape[1],
    )


def _score(answers: np.ndarray) -> float:
    """exp(mean KL) = exp(entropy of the mean answer - mean entropy of the answers)."""
    return float(np.exp(_entropy(answers.mean(axis=0)) - _entropy(answers).mean()))


def _entropy(p: np.ndarray) -> np.ndarray:
    """Entropy in nats over the last axis; a class of probability 0 adds 0."""
    return -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-1)


def _checked(probabilities: Any) -> np.ndarray:
    """Return rows (n, classes) as float64 distributions."""
    answers = np.asarray(probabilities, dtype="float64")
    if answers.ndim != 2 or len(answers) == 0 or answers.shape[1] < 2:
        raise ValueError(
            f"probabilities have the shape {answers.shape}; expected (n, classes) with at least "
            "one row and two classes."
        )
    sums = answers.sum(axis=1)
    if not (answers >= 0).all() or not (np.abs(sums - 1) < 1e-3).all():  # false for NaN as well
        raise ValueError(
            f"probabilities run from {answers.min():.4g} to {answers.max():.4g} and their rows "
            f"add up to {sums.min():.4g} to {sums.max():.4g}; expected no value below 0 and sums "
            "of 1. Put logits through a softmax first."
        )
    return answers / sums[:, np.newaxis]  # what float32 left over
