"""Counting modes: how much of a known mixture of Gaussians did the generator find?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

REACH = 3.0  # standard deviations within which a sample counts as high quality
# In the plane, the share of real samples within 3 standard deviations: 1 - exp(-9 / 2), 98.89 %.
CEILING = 1 - math.exp(-(REACH**2) / 2)
CHUNK = 4_096  # samples compared with all centres at a time


@dataclass(frozen=True)
class ModeCoverage:
    """What share of the modes was found, how cleanly, and how evenly.

    modes: number of centres with at least one high-quality sample.
    high_quality: share of samples within 3 std of a centre (real samples in the plane: 98.89 %).
    reverse_kl: KL(p || uniform) in nats, where p is how the high-quality samples spread over the
      modes: 0 if evenly, log(k) if all k modes but one are empty, NaN without such samples.
    samples: how many samples this was measured on.
    total: number of centres there are.
    """

    modes: int
    high_quality: float
    reverse_kl: float
    samples: int
    total: int

    def __str__(self) -> str:
        return (
            f"{self.modes} of {self.total} modes, {self.high_quality:.1%} high quality "
            f"(real samples: {CEILING:.1%}), reverse KL {self.reverse_kl:.4f}, n = {self.samples:,}"
        )


def mode_coverage(samples: np.ndarray, centres: np.ndarray, std: float) -> ModeCoverage:
    """Measure samples (n, 2) against a mixture with centres (k, 2) and standard deviation std.

    Each sample belongs to its nearest centre (Euclidean distance) and is of high quality if that is
    at most 3 std away. A mode is covered as soon as *one* high-quality sample is there: a lenient
    count, so read it beside reverse_kl, which tells a mode that was barely touched from one that
    was learned. Samples that are NaN or infinite count as samples, but never as high quality.

    Raises ValueError for shapes that do not fit or std <= 0.
    Source: Lin et al., PacGAN (2018), section 4.1, where 2,500 samples are drawn.
    """
    samples = np.asarray(samples, dtype="float64")
    centres = np.asarray(centres, dtype="float64")
    if samples.ndim != 2 or samples.shape[1] != 2 or len(samples) == 0:
        raise ValueError(f"samples have the shape {samples.shape}; expected (n, 2) with n > 0.")
    if centres.ndim != 2 or centres.shape[1] != 2 or len(centres) == 0:
        raise ValueError(f"centres have the shape {centres.shape}; expected (k, 2) with k > 0.")
    if not std > 0:
        raise ValueError(f"std is {std}; expected the positive standard deviation of one mode.")

    counts = np.zeros(len(centres), dtype="int64")
    for start in range(0, len(samples), CHUNK):
        chunk = samples[start : start + CHUNK]
        chunk = chunk[np.isfinite(chunk).all(axis=1)]
        squared = ((chunk[:, np.newaxis] - centres) ** 2).sum(axis=2)
        nearest = squared.argmin(axis=1)
        close = squared[np.arange(len(chunk)), nearest] <= (REACH * std) ** 2
        counts += np.bincount(nearest[close], minlength=len(centres))
    return ModeCoverage(
        modes=int((counts > 0).sum()),
        high_quality=float(counts.sum() / len(samples)),
        reverse_kl=kl_to_uniform(counts),
        samples=len(samples),
        total=len(centres),
    )


def kl_to_uniform(counts: np.ndarray) -> float:
    """KL(p || uniform) in nats for p = counts / sum; empty modes add 0, since 0 log 0 = 0."""
    if counts.sum() == 0:
        return math.nan
    share = counts[counts > 0] / counts.sum()
    return float((share * np.log(share * len(counts))).sum())
