"""What all measures ask of their points before they compare them."""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 4_000_000  # distances held at a time, 32 MB: what the chunks of the measures are cut to


def checked_points(points: Any, name: str, least: int = 1) -> np.ndarray:
    """Return points (n, d) as float64; ValueError unless n >= least, d >= 1 and all are finite."""
    points = np.asarray(points, dtype="float64")
    if points.ndim != 2 or len(points) < least or points.shape[1] == 0:
        raise ValueError(
            f"{name} has the shape {points.shape}; expected (n, d), one row per sample and at "
            f"least {least} rows."
        )
    if not np.isfinite(points).all():
        bad = int((~np.isfinite(points)).any(axis=1).sum())
        raise ValueError(
            f"{bad} of {len(points)} rows of {name} hold NaN or infinity; expected finite numbers. "
            "Look at the samples first: a diverged generator is the usual cause."
        )
    return points


def checked_pair(
    x: Any, y: Any, names: tuple[str, str] = ("real", "fake"), least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return two point sets (n, d) and (m, d) as `checked_points`, of one and the same d."""
    x, y = checked_points(x, names[0], least), checked_points(y, names[1], least)
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"{names[0]} has {x.shape[1]} columns and {names[1]} has {y.shape[1]}; expected the "
            "same number. Were both described by the same features?"
        )
    return x, y
