"""Measuring generated samples: NumPy arrays in, numbers out, each with its sample size."""

from gan_lessons.metrics import digits
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance
from gan_lessons.metrics.modes import ModeCoverage, mode_coverage
from gan_lessons.metrics.wasserstein import sliced_wasserstein, wasserstein_1d

__all__ = [
    "ModeCoverage",
    "digits",
    "feature_statistics",
    "frechet_distance",
    "mode_coverage",
    "sliced_wasserstein",
    "wasserstein_1d",
]
