"""Counting 1,000 modes: three digits in three colour channels make a number from 000 to 999."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons.metrics import digits
from gan_lessons.metrics.modes import kl_to_uniform

MODES = 1_000


@dataclass(frozen=True)
class StackedCoverage:
    """How many of the 1,000 numbers were drawn, and how evenly.

    modes: numbers with at least one sample.
    kl: KL(p || uniform) in nats, where p is how the samples spread over the 1,000 numbers: 0 if
      evenly, log(1000) = 6.9 if all are the same number.
    floor: the mean of `kl` for that many even draws, which are uneven by chance.
    samples: how many samples this was measured on.
    """

    modes: int
    kl: float
    floor: float
    samples: int

    def __str__(self) -> str:
        return (
            f"{self.modes:,} of {MODES:,} modes, KL to uniform {self.kl:.4f} (even draws: "
            f"{self.floor:.4f}), n = {self.samples:,}"
        )


def stacked_coverage(stacked: Any) -> StackedCoverage:
    """Count the modes of stacked digits, images (n, 28, 28, 3) or labels (n,) from 0 to 999.

    Images are uint8 or float in [-1, 1]; the course's digit classifier names each channel (99 % of
    real digits rightly), red giving the hundreds. Papers measure with classifiers of their own, so
    their numbers compare with ours only roughly; it names noise too, so look at the samples.

    Few samples miss modes by chance and raise the KL, by about 999 / (2 n): use the 26,000 of the
    papers. Then even draws find all 1,000 modes and have a KL of .0193 +- .0009, and stacked real
    digits one of about .027, because the ten digits of MNIST are not equally frequent.

    Raises ValueError for other shapes, types or ranges.
    Source: Metz et al., Unrolled GANs (2017); Srivastava et al., VEEGAN (2017); Lin et al., PacGAN
    (2018), section 4.2, with 26,000 samples.
    """
    stacked = np.asarray(stacked)
    labels = _checked_labels(stacked) if stacked.ndim == 1 else stacked_labels(stacked)
    counts = np.bincount(labels, minlength=MODES)
    return StackedCoverage(
        modes=int((counts > 0).sum()),
        kl=kl_to_uniform(counts),
        floor=even_kl(len(labels)),
        samples=len(labels),
    )


def stacked_labels(images: Any) -> np.ndarray:
    """Numbers (n,) from 0 to 999 that the digit classifier reads in images (n, 28, 28, 3)."""
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[1:] != (28, 28, 3) or len(images) == 0:
        raise ValueError(
            f"stacked digits have the shape {images.shape}; expected images (n, 28, 28, 3), one "
            "digit a channel, or labels (n,) from 0 to 999."
        )
    channels = np.moveaxis(images, 3, 1).reshape(-1, 28, 28, 1)
    named = digits.predict(channels)[1].argmax(axis=1)
    return named.reshape(-1, 3) @ np.array([100, 10, 1])


def even_kl(n: int, modes: int = MODES) -> float:
    """Mean of KL(p || uniform) in nats, p being the shares of n even draws from so many modes.

    Exact: a mode's count c follows the binomial distribution B(n, 1 / modes), so the mean is modes
    times the mean of (c / n) log(c modes / n). For many draws it is near (modes - 1) / (2 n).

    Raises ValueError for n < 1 or fewer than two modes.
    """
    if n < 1 or modes < 2:
        raise ValueError(f"n is {n} and modes {modes}; expected n >= 1 and at least two modes.")
    count = np.arange(1, n + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(count))])
    choose = factorials[n] - factorials[count] - factorials[n - count]
    chance = np.exp(choose - count * np.log(modes) + (n - count) * np.log1p(-1 / modes))
    return float(modes * (chance * (count / n) * np.log(count * modes / n)).sum())


def _checked_labels(labels: np.ndarray) -> np.ndarray:
    """Return labels (n,) if they are whole numbers from 0 to 999."""
    whole = np.issubdtype(labels.dtype, np.integer)
    if not whole or len(labels) == 0 or labels.min() < 0 or labels.max() >= MODES:
        seen = f"from {labels.min()} to {labels.max()}" if len(labels) else "none"
        raise ValueError(
            f"labels are {labels.dtype}, {seen}; expected whole numbers from 0 to {MODES - 1}."
        )
    return labels
