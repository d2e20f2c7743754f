"""Measuring generated samples: NumPy arrays in, numbers out, each with its sample size."""

from gan_lessons.metrics import digits, faces
from gan_lessons.metrics.classifier import ClassifierScore, classifier_score
from gan_lessons.metrics.conditional import ConditionalScore, conditional_score
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance
from gan_lessons.metrics.kernel import KernelDistance, kernel_distance
from gan_lessons.metrics.manifold import ManifoldScores, manifold_scores
from gan_lessons.metrics.modes import ModeCoverage, mode_coverage
from gan_lessons.metrics.neighbours import Memorisation, memorisation, nearest
from gan_lessons.metrics.panel import DigitMeasures, Yardstick, measure_digits, standardise
from gan_lessons.metrics.pictures import PictureDistance, enlarged, picture_distance, shrunk
from gan_lessons.metrics.sharpness import power_spectrum, relative_sharpness, sharpness
from gan_lessons.metrics.similarity import Similarity, similarity, ssim
from gan_lessons.metrics.stacked import StackedCoverage, stacked_coverage
from gan_lessons.metrics.wasserstein import exact_wasserstein, sliced_wasserstein, wasserstein_1d

__all__ = [
    "ClassifierScore",
    "ConditionalScore",
    "DigitMeasures",
    "KernelDistance",
    "ManifoldScores",
    "Memorisation",
    "ModeCoverage",
    "PictureDistance",
    "Similarity",
    "StackedCoverage",
    "Yardstick",
    "classifier_score",
    "conditional_score",
    "digits",
    "enlarged",
    "exact_wasserstein",
    "faces",
    "feature_statistics",
    "frechet_distance",
    "kernel_distance",
    "manifold_scores",
    "measure_digits",
    "memorisation",
    "mode_coverage",
    "nearest",
    "picture_distance",
    "power_spectrum",
    "relative_sharpness",
    "sharpness",
    "shrunk",
    "similarity",
    "sliced_wasserstein",
    "ssim",
    "stacked_coverage",
    "standardise",
    "wasserstein_1d",
]
