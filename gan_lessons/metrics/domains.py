"""A witness who tells procedural horses from zebras, and has never seen a translation."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from gan_lessons import pretrained, runtime  # noqa: F401  (runtime sets the backend before Keras)

NAME = "horse_zebra_classifier"
KINDS = ("horse", "zebra")
SIZE = 64


def build_classifier() -> Any:
    """Pictures (n, 64, 64, 3) in [-1, 1] to logits (n, 1): above 0 is a zebra."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((SIZE, SIZE, 3)),
            layers.Conv2D(16, 5, 2, "same", activation="relu", name="conv_1"),
            layers.Conv2D(32, 3, 2, "same", activation="relu", name="conv_2"),
            layers.Conv2D(32, 3, 2, "same", activation="relu", name="conv_3"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1, name="logit"),
        ],
        name=NAME,
    )


def is_zebra(pictures: Any) -> np.ndarray:
    """Whether each picture shows a zebra, (n,) bool: uint8, or floats in [-1, 1].

    Pictures of another size are made 64x64 first: their sides must be a multiple of it, or go into
    it. Raises ValueError for others.
    """
    return logits(pictures) > 0


def logits(pictures: Any) -> np.ndarray:
    """The witness's answers (n,)."""
    from keras import ops

    x = np.asarray(pictures)
    x = x.astype("float32") / 127.5 - 1.0 if x.dtype == np.uint8 else x.astype("float32")
    n, height, width = x.shape[:3]
    if height != width or (SIZE % height and height % SIZE):
        raise ValueError(f"Expected squares whose side fits {SIZE}, received {x.shape}.")
    if height > SIZE:
        x = x.reshape(n, SIZE, height // SIZE, SIZE, height // SIZE, 3).mean(axis=(2, 4))
    elif height < SIZE:
        x = x.repeat(SIZE // height, 1).repeat(SIZE // height, 2)
    model = _classifier()
    parts = [model(x[i : i + 100], training=False) for i in range(0, n, 100)]
    return np.concatenate([ops.convert_to_numpy(ops.stop_gradient(p))[:, 0] for p in parts])


@functools.cache
def _classifier() -> Any:
    """The classifier that comes with the course."""
    model, weights = build_classifier(), pretrained.load_weights(NAME)
    model.set_weights([weights[key] for key in sorted(weights)])
    return model


def forget() -> None:
    """Drop the classifier from memory, so that the next call reads its weights again."""
    _classifier.cache_clear()
