"""Digits in two kinds of dress: black on white paper, and bright colours on a dark texture.

Both are drawn over real handwritten digits, and no digit appears in both piles. Which colours a
digit will have cannot be told from its black form; which digit it is can, from either.
"""

from __future__ import annotations

import numpy as np

SEED = 0
TEST = 500  # digits held out of each pile
DARK, BRIGHT = 0.42, 0.85  # the texture's largest value, and the least of a digit's colour


def black(images: np.ndarray) -> np.ndarray:
    """Digits (n, 28, 28, 1), white on black, as black on white: uint8 (n, 28, 28, 3)."""
    return np.repeat(255 - images, 3, axis=-1)


def coloured(images: np.ndarray, seed: int = SEED) -> np.ndarray:
    """Digits (n, 28, 28, 1), white on black, in a bright colour on dark waves: (n, 28, 28, 3).

    The colours and waves of number i depend on (seed, i) alone.
    """
    n, height, width, _ = images.shape
    rng = [np.random.default_rng([seed, i]) for i in range(n)]
    chance = np.stack([r.uniform(size=16) for r in rng]).astype("float32")
    v, u = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype("float32")
    waves = np.zeros((n, height, width), "float32")
    for k in (0, 3, 6):  # three waves, each with a direction, a length and a phase
        turn, length, phase = (chance[:, k + j, None, None] for j in range(3))
        along = np.cos(6.3 * turn) * u + np.sin(6.3 * turn) * v
        waves += np.sin((4 + 10 * length) * along + 6.3 * phase) / 3
    share = (0.5 + 0.5 * waves)[..., None]
    first, second = (DARK * _colour(chance[:, k], 0.55)[:, None, None] for k in (9, 10))
    ground = first + share * (second - first)
    bright = BRIGHT + (1 - BRIGHT) * chance[:, 12]
    ink = (bright[:, None] * _colour(chance[:, 11], 0.75))[:, None, None]
    cover = images.astype("float32") / 255.0
    return np.round(255 * (ground + cover * (ink - ground))).astype("uint8")


def legible(pictures: np.ndarray) -> np.ndarray:
    """Pictures of either kind as white digits on black, uint8 (n, 28, 28, 1), for a classifier.

    Dark ink on white paper is turned round; of colours the brightest channel counts.
    """
    values = np.asarray(pictures, "float32").max(axis=-1, keepdims=True) / 255.0
    edges = np.concatenate([values[:, :2], values[:, -2:]], axis=1)
    paper = edges.mean(axis=(1, 2, 3), keepdims=True) > 0.7
    digit = np.where(paper, 1.0 - values, (values - DARK) / (BRIGHT - DARK))
    return np.round(255 * np.clip(digit, 0, 1)).astype("uint8")


def piles(images: np.ndarray, labels: np.ndarray) -> dict:
    """The two piles of digits (n, 28, 28, 1): what `datasets.load("coloured_digits")` holds.

    Raises ValueError for fewer than 4 * TEST digits.
    """
    if len(images) < 4 * TEST:
        raise ValueError(f"Expected at least {4 * TEST:,} digits, received {len(images):,}.")
    half = (len(images) - 2 * TEST) // 2
    ends = np.cumsum([half, half, TEST, TEST])
    train_a, train_b, test_a, test_b = np.split(images[: ends[-1]], ends[:-1])
    return {
        "x_train": black(train_a),
        "y_train": coloured(train_b, SEED),
        "x_test": black(test_a),
        "y_test": coloured(test_b, SEED + 1),
        "info": {
            "kinds": ("black", "coloured"),
            "labels": tuple(np.split(labels, ends)[2:4]),
            "truth": (coloured(test_a, SEED + 2), black(test_b)),
        },
    }


def _colour(hue: np.ndarray, strength: float) -> np.ndarray:
    """Colours (n, 3) of value 1 and that saturation, for hues (n,) from 0 to 1."""
    corner = (6.0 * hue[:, None] + np.array([0, 4, 2], "float32")) % 6
    pure = np.clip(np.abs(corner - 3) - 1, 0, 1)
    return 1.0 - strength * (1.0 - pure)
