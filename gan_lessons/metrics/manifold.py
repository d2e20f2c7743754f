"""Are the fakes like real samples, and do they cover all of them? Two questions, two numbers each.

One distance cannot tell a generator that draws badly from one that draws the same few things. Here
both sets become a union of balls, one around each point, which reach to its k-th neighbour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons.metrics.checked import BLOCK, checked_pair


@dataclass(frozen=True)
class ManifoldScores:
    """Quality (precision, density) and variety (recall, coverage), each best when high.

    precision: share of fakes that lie in a ball around some real point.
    recall: share of real points that lie in a ball around some fake.
    density: in how many real balls a fake lies, over k; 1 for real samples, and more than 1 for
      fakes that crowd where real points crowd.
    coverage: share of real points with a fake in their ball; for n = m real samples on average
      1 - 2^-k and a little more (.969 for k = 5).
    k, real, fake: which neighbour sets the radius, and the number of points on either side.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    k: int
    real: int
    fake: int

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, density "
            f"{self.density:.3f}, coverage {self.coverage:.3f} (k = {self.k}, n = {self.real:,} "
            f"and {self.fake:,})"
        )


def manifold_scores(real: Any, fake: Any, k: int = 5) -> ManifoldScores:
    """Compare features real (n, d) and fake (m, d) by the balls around their points.

    The radius of a ball is the Euclidean distance from its centre to the k-th nearest *other* point
    of the same set; a point exactly on the rim is outside, so that copies of the real points have
    density 1.

    All four depend on n, m and k, and on the scale of each feature: compare only at the same ones,
    with real against real beside it. Precision and recall trust outliers: a real point far off has
    a huge ball that accepts anything, which density and coverage, counting over real balls only,
    bear better. And none of the four sees that fakes are copies of the training set: see
    `memorisation`. Usual are k = 5 and 5,000 to 10,000 points; time grows with n m d (5,000 points
    of 64 features: some 3 seconds), memory does not.

    Raises ValueError for shapes that do not fit, NaN, or k not below both numbers of points.
    Source: precision and recall, Kynkäänniemi et al., Improved Precision and Recall Metric for
    Assessing Generative Models (2019), equations 1 and 2; density and coverage, Naeem et al.,
    Reliable Fidelity and Diversity Metrics for Generative Models (2020), section 3.
    """
    real, fake = checked_pair(real, fake)
    if not 1 <= k < min(len(real), len(fake)):
        raise ValueError(
            f"k is {k}, for {len(real)} real and {len(fake)} fake points; expected a whole number "
            "from 1 to one less than the smaller set, since a point is no neighbour of itself."
        )
    real_radius, fake_radius = _radii(real, k), _radii(fake, k)
    balls = np.zeros(len(fake), "int64")  # how many real balls each fake lies in
    recalled, covered = 0, 0
    for start, distances in _distances(real, fake):
        radius = real_radius[start : start + len(distances), np.newaxis]
        inside = distances < radius
        balls += inside.sum(axis=0)
        covered += inside.any(axis=1).sum()
        recalled += (distances < fake_radius).any(axis=1).sum()
    return ManifoldScores(
        precision=float((balls > 0).mean()),
        recall=float(recalled / len(real)),
        density=float(balls.mean() / k),
        coverage=float(covered / len(real)),
        k=k,
        real=len(real),
        fake=len(fake),
    )


def _radii(points: np.ndarray, k: int) -> np.ndarray:
    """Distance (n,) of each point to its k-th nearest other point."""
    # The nearest of all is the point itself, at 0: so the k-th other one has the index k.
    return np.concatenate(
        [np.partition(distances, k, axis=1)[:, k] for _, distances in _distances(points, points)]
    )


def _distances(x: np.ndarray, y: np.ndarray) -> Any:
    """Distances from x to y, some rows at a time: pairs of the first row's number and an array.

    From differences, not from |x|^2 + |y|^2 - 2 x.y, which is quicker but rounds: a copy would not
    be at 0, nor equal distances equal.
    """
    from scipy.spatial.distance import cdist

    rows = max(1, BLOCK // len(y))
    for start in range(0, len(x), rows):
        yield start, cdist(x[start : start + rows], y)
