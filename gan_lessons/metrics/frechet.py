"""The Fréchet distance between two clouds of points, each summed up by its mean and covariance."""

from __future__ import annotations

import numpy as np


def feature_statistics(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and covariance (d, d) of features (n, d), in float64.

    The covariance divides by n - 1, as in the reference implementation of the FID. Raises
    ValueError unless there are at least two rows, all finite.
    """
    features = np.asarray(features, dtype="float64")
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(
            f"features have the shape {features.shape}; expected (n, d), one row per sample and at "
            "least two rows, because one point has no spread."
        )
    if not np.isfinite(features).all():
        bad = int((~np.isfinite(features)).any(axis=1).sum())
        raise ValueError(
            f"{bad} of {len(features)} feature rows hold NaN or infinity; expected finite numbers. "
            "Look at the images first: a diverged generator is the usual cause."
        )
    mean = features.mean(axis=0)
    centred = features - mean
    return mean, centred.T @ centred / (len(features) - 1)


def frechet_distance(
    mean1: np.ndarray, cov1: np.ndarray, mean2: np.ndarray, cov2: np.ndarray
) -> float:
    """Squared Fréchet distance between two normal distributions, given by mean (d,) and cov (d, d).

    |mean1 - mean2|^2 + trace(cov1 + cov2 - 2 (cov1 cov2)^(1/2)), in the squared unit of the
    features. Symmetric, 0 for equal arguments, never negative; singular covariances are fine.

    The textbook formula asks for the square root of cov1 cov2, which is not symmetric, and general
    square roots of it come back with complex leftovers. With A = cov1^(1/2), the symmetric matrix
    A cov2 A has the same eigenvalues, so the trace is the sum of their square roots. Two symmetric
    eigendecompositions are all it takes.

    Raises ValueError for shapes that do not fit, NaN, or a covariance that cannot be one.
    Source: Dowson and Landau (1982); as a score for GANs: Heusel et al. (2017), equation 6.
    """
    mean1, cov1 = _checked(mean1, cov1, "1")
    mean2, cov2 = _checked(mean2, cov2, "2")
    if mean1.shape != mean2.shape:
        raise ValueError(
            f"the two distributions have {len(mean1)} and {len(mean2)} dimensions; expected the "
            "same number. Were both measured with the same feature network?"
        )
    values, vectors = _eigen(cov1, "cov1")
    root1 = (vectors * np.sqrt(values)) @ vectors.T
    product = root1 @ cov2 @ root1
    shared, _ = _eigen((product + product.T) / 2, "cov2")
    distance = (
        np.sum((mean1 - mean2) ** 2) + np.trace(cov1) + np.trace(cov2) - 2 * np.sqrt(shared).sum()
    )
    return float(max(distance, 0.0))  # rounding can leave -1e-13 for equal arguments


def _eigen(matrix: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and eigenvectors of a symmetric matrix; rounding below 0 is cut off at 0."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e-6 * max(values[-1], 1e-300):
        raise ValueError(
            f"{name} leads to an eigenvalue of {values[0]:.3g}; expected a covariance matrix, "
            "which has none below 0. Compute it with feature_statistics."
        )
    return np.clip(values, 0.0, None), vectors


def _checked(mean: np.ndarray, cov: np.ndarray, which: str) -> tuple[np.ndarray, np.ndarray]:
    """A mean as a (d,) and a covariance as a (d, d) float64 array."""
    mean = np.atleast_1d(np.asarray(mean, dtype="float64"))
    cov = np.atleast_2d(np.asarray(cov, dtype="float64"))
    if mean.ndim != 1 or cov.shape != (len(mean), len(mean)):
        raise ValueError(
            f"mean{which} has the shape {mean.shape} and cov{which} {cov.shape}; expected (d,) and "
            "(d, d) with the same d."
        )
    if not (np.isfinite(mean).all() and np.isfinite(cov).all()):
        raise ValueError(
            f"mean{which} or cov{which} holds NaN or infinity; expected finite numbers."
        )
    if not np.allclose(cov, cov.T, rtol=1e-6, atol=1e-9 * np.abs(cov).max()):
        raise ValueError(f"cov{which} is not symmetric; expected a covariance matrix.")
    return mean, cov
