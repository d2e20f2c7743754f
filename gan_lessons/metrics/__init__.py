"""Measuring generated samples: plain NumPy in, numbers out, and every number with its sample size."""

from gan_lessons.metrics import digits
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance
from gan_lessons.metrics.modes import ModeCoverage, mode_coverage

__all__ = ["ModeCoverage", "digits", "feature_statistics", "frechet_distance", "mode_coverage"]
