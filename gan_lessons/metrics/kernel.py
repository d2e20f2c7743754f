"""The kernel distance: like the Fréchet distance, but without bias, and with an error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons.metrics.checked import BLOCK, checked_pair


@dataclass(frozen=True)
class KernelDistance:
    """The squared maximum mean discrepancy of two point sets.

    value: 0 on average where both come from one distribution, so about half of such values lie
      below 0; that is no mistake and must not be cut off.
    error: standard error of `value`; NaN if it was not asked for.
    real, fake: number of points on either side.
    blocks: how many blocks were averaged; 1 if all points were compared at once.
    """

    value: float
    error: float
    real: int
    fake: int
    blocks: int

    def __str__(self) -> str:
        error = "" if math.isnan(self.error) else f" ± {self.error:.4f}"
        return f"kernel distance {self.value:.4f}{error}, n = {self.real:,} and {self.fake:,}"


def kernel_distance(
    real: Any, fake: Any, blocks: int | None = None, seed: int = 0
) -> KernelDistance:
    """Measure how far features real (n, d) and fake (m, d) are apart; in no unit, see below.

    MMD^2 with the kernel k(x, y) = (x.y / d + 1)^3: the mean of k over pairs of different real
    points, plus that over pairs of different fakes, minus twice that over pairs of one of each. It
    is 0 if and only if the first three moments agree, *whatever the sample size*: a point is never
    paired with itself, so there is no bias, and a value at 1,000 points may be compared with one at
    10,000. (The Fréchet distance falls as n grows.) It depends on the scale of the features; state
    it.

    Without `blocks` all pairs count, which gives the least noise. With it, both sets are shuffled
    and cut into that many blocks that share no point; the value is the mean over the blocks and the
    error their standard deviation / sqrt(blocks). (The custom of the paper's code, 100 overlapping
    draws of 1,000 points, gives values that are not independent, so it cannot tell the error.)

    Raises ValueError for shapes that do not fit, NaN, or fewer than two points in a block.
    Source: Binkowski et al., Demystifying MMD GANs (2018), section 4, who call it KID if the
    features are those of InceptionV3; the estimator: Gretton et al., A Kernel Two-Sample Test
    (2012), equation 3.
    """
    real, fake = checked_pair(real, fake, least=2)
    sizes = {"real": len(real), "fake": len(fake), "blocks": blocks or 1}
    if blocks is None:
        return KernelDistance(_mmd_squared(real, fake), math.nan, **sizes)
    if not 2 <= blocks <= min(len(real), len(fake)) // 2:
        raise ValueError(
            f"blocks is {blocks}, for {len(real)} real and {len(fake)} fake points; expected at "
            "least 2 blocks (one alone shows no spread), each of at least 2 points."
        )
    rng = np.random.default_rng(seed)
    parts = [np.array_split(rng.permutation(points), blocks) for points in (real, fake)]
    values = [_mmd_squared(x, y) for x, y in zip(*parts, strict=True)]
    error = float(np.std(values, ddof=1) / math.sqrt(blocks))
    return KernelDistance(float(np.mean(values)), error, **sizes)


def _mmd_squared(x: np.ndarray, y: np.ndarray) -> float:
    """The unbiased estimate for x (n, d) and y (m, d)."""
    return float(_mean_kernel(x) + _mean_kernel(y) - 2 * _mean_kernel(x, y))


def _mean_kernel(x: np.ndarray, y: np.ndarray | None = None) -> float:
    """Mean of k over all pairs of x and y, or over all pairs of different points of x."""
    other = x if y is None else y
    rows = max(1, BLOCK // len(other))
    total = sum(
        _cubed(x[start : start + rows] @ other.T, x.shape[1]).sum()
        for start in range(0, len(x), rows)
    )
    if y is not None:
        return total / (len(x) * len(y))
    alone = _cubed((x * x).sum(axis=1), x.shape[1]).sum()  # each point with itself
    return (total - alone) / (len(x) * (len(x) - 1))


def _cubed(products: np.ndarray, d: int) -> np.ndarray:
    """k of inner products; multiplied out, because a power of 3 takes NumPy ten times as long."""
    base = products / d + 1
    return base * base * base
