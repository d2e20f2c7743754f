"""Toy data in the plane and on the line: mixtures of normal distributions whose modes we know.

Because the centres are known, it can be *counted* which of them a generator found (see
`gan_lessons.metrics.mode_coverage`). Ring and grid are those of the PacGAN paper (Lin et al. 2018).
"""

from __future__ import annotations

import numpy as np


def ring_centres(modes: int = 8, radius: float = 1.0) -> np.ndarray:
    """Centres (modes, 2) at equal angles on a circle, the first one at (radius, 0); float64."""
    _positive(modes=modes, radius=radius)
    angle = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def grid_centres(side: int = 5, spacing: float = 2.0) -> np.ndarray:
    """Centres (side * side, 2) of a square grid around the origin, row by row; float64.

    The default has the coordinates -4, -2, 0, 2, 4.
    """
    _positive(side=side, spacing=spacing)
    line = spacing * (np.arange(side) - (side - 1) / 2)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def ring(n: int, seed: int, modes: int = 8, radius: float = 1.0, std: float = 0.01) -> np.ndarray:
    """Draw n points (n, 2) float32 from equally likely normals on a ring; std per coordinate."""
    return mixture(n, seed, ring_centres(modes, radius), std)


def grid(n: int, seed: int, side: int = 5, spacing: float = 2.0, std: float = 0.05) -> np.ndarray:
    """Draw n points (n, 2) float32 from equally likely normals on a grid; std per coordinate."""
    return mixture(n, seed, grid_centres(side, spacing), std)


def mixture_1d(
    n: int,
    seed: int,
    centres: tuple[float, ...] = (-2.0, 2.0),
    std: float = 0.5,
    weights: tuple[float, ...] | None = None,
) -> np.ndarray:
    """Draw n points (n, 1) float32 from normals on the line, with probabilities `weights`."""
    return mixture(n, seed, np.asarray(centres, "float64").reshape(-1, 1), std, weights)


def mixture(
    n: int, seed: int, centres: np.ndarray, std: float, weights: tuple[float, ...] | None = None
) -> np.ndarray:
    """Draw n points (n, d) float32 from normals around centres (k, d), all with the same std.

    Each point picks its centre on its own, with equal probability or with `weights` (made to sum to
    1). The same seed gives the same points. Raises ValueError for n < 1, std < 0, weights that do
    not fit.
    """
    _positive(n=n)
    if std < 0:
        raise ValueError(f"std is {std}; expected 0 or more.")
    if weights is not None:
        weights = np.asarray(weights, "float64")
        if weights.shape != (len(centres),) or (weights < 0).any() or weights.sum() <= 0:
            raise ValueError(
                f"weights are {weights.tolist()}; expected {len(centres)} numbers, one per centre, "
                "none below 0 and not all 0."
            )
        weights = weights / weights.sum()
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(centres), size=n, p=weights)
    return (centres[chosen] + std * rng.normal(size=(n, centres.shape[1]))).astype("float32")


def _positive(**values: float) -> None:
    """Raise ValueError for a count or a length that is not positive."""
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"{name} is {value}; expected a positive number.")
