"""A ruler for faces: what a small network sees in them, and how like real ones they are.

The network was trained to name attributes (a smile, glasses, the colour of the hair). Its
probabilities say whether a face has what it was asked for: whether adding the vector of a smile
made people smile. Its last hidden layer describes every face by 64 numbers, and the clouds of these
are compared as for digits (`gan_lessons.metrics.digits`): Fréchet distance over the trace of the
real covariance. That is no FID, and numbers from different networks cannot be compared.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons import pretrained, runtime  # noqa: F401  (runtime sets the backend before Keras)
from gan_lessons.metrics.digits import as_model_input, weights_as_arrays
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance
from gan_lessons.metrics.manifold import manifold_scores

PORTRAITS, CELEBA = "face_attributes", "face_attributes_celeba"  # names of weights
SIZE, BATCH_SIZE, NEIGHBOURS = 64, 250, 5

__all__ = [
    "CELEBA",
    "PORTRAITS",
    "FaceRuler",
    "FaceScore",
    "accuracy",
    "build_network",
    "features",
    "forget",
    "names",
    "network",
    "predict",
    "probabilities",
    "weights_as_arrays",
]


def build_network(attributes: int, width: int = 16, initializer: Any = "he_normal") -> Any:
    """The untrained attribute network: four convolutions with stride 2 and two dense layers.

    Takes float images (n, 64, 64, 3) in [-1, 1], returns logits (n, attributes). The layer named
    "features" (64 units after a ReLU) describes a face. No normalisation: what it says of a picture
    depends on that picture alone.
    """
    from keras import Input, Model, layers

    image = Input((SIZE, SIZE, 3), name="image")
    options = {"activation": "relu", "kernel_initializer": initializer}
    x = layers.Conv2D(width, 5, 2, "same", name="conv_1", **options)(image)
    for number, times in enumerate((2, 3, 4), 2):
        x = layers.Conv2D(times * width, 3, 2, "same", name=f"conv_{number}", **options)(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(64, name="features", **options)(x)
    logits = layers.Dense(attributes, kernel_initializer=initializer, name="logits")(x)
    return Model(image, logits, name="face_attributes")


@functools.cache
def names(weights: str = PORTRAITS) -> tuple[str, ...]:
    """The attributes that a network names, in the order of its outputs, from its card."""
    line = next(x for x in pretrained.card(weights).splitlines() if x.startswith("| attributes |"))
    return tuple(line.split("|")[2].strip().split(", "))


@functools.cache
def network(weights: str = PORTRAITS) -> Any:
    """The trained, frozen attribute network (built once, then the same object).

    weights: PORTRAITS comes with the course; CELEBA is there once it was trained, see
    `gan_lessons.pretrained.build_face_attributes`. Raises FileNotFoundError where it was not.
    """
    arrays = pretrained.load_weights(weights)
    width = arrays["conv_1/kernel"].shape[-1]
    # Zeros, because random initial weights would draw from the global seed in the middle of a run.
    model = build_network(len(arrays["logits/bias"]), width, initializer="zeros")
    for layer in model.layers:
        for weight in layer.trainable_weights:
            weight.assign(arrays[f"{layer.name}/{weight.name}"])
    model.trainable = False
    return model


@functools.cache
def _reader(weights: str) -> Any:
    """Features and logits in one pass."""
    from keras import Model

    model = network(weights)
    return Model(model.input, [model.get_layer("features").output, model.output], name="reader")


def forget() -> None:
    """Drop the networks held in memory; the next call reads the files anew."""
    for kept in (names, network, _reader):
        kept.cache_clear()


def predict(images: Any, weights: str = PORTRAITS) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, 64) and logits (n, k) of images (n, 64, 64, 3), uint8 or float in [-1, 1].

    Larger images are made smaller (by whole factors). Raises ValueError for other shapes, types or
    ranges.
    """
    images, read = _checked(images), _reader(weights).predict_on_batch
    found: tuple[list, list] = ([], [])
    for start in range(0, len(images), BATCH_SIZE):
        batch = as_model_input(images[start : start + BATCH_SIZE])
        short = BATCH_SIZE - len(batch)  # always the same shape, so it is compiled only once
        batch = np.pad(batch, ((0, short), (0, 0), (0, 0), (0, 0)))
        for collected, values in zip(found, read(batch), strict=True):
            collected.append(np.asarray(values)[: BATCH_SIZE - short])
    return np.concatenate(found[0]), np.concatenate(found[1])


def features(images: Any, weights: str = PORTRAITS) -> np.ndarray:
    """What the network's last hidden layer says of images, (n, 64); images as in `predict`."""
    return predict(images, weights)[0]


def probabilities(images: Any, weights: str = PORTRAITS) -> np.ndarray:
    """How sure the network is of each attribute, (n, k) in [0, 1], columns as in `names`.

    Images as in `predict`.
    """
    return _sigmoid(predict(images, weights)[1])


def accuracy(
    images: Any, attributes: np.ndarray, columns: Sequence[str], weights: str = PORTRAITS
) -> dict[str, float]:
    """The share of images for which the network is right, for each attribute that it names.

    attributes (n, k) bool with the names `columns`, as a data set has them. Raises ValueError where
    an attribute is missing or the numbers differ.
    """
    attributes, known = np.asarray(attributes, bool), names(weights)
    if missing := [name for name in known if name not in columns]:
        raise ValueError(f"no attribute {missing[0]!r} is given; there are {', '.join(columns)}.")
    if attributes.shape != (len(images), len(columns)):
        raise ValueError(
            f"attributes have the shape {attributes.shape}; expected ({len(images)}, "
            f"{len(columns)}): a row for each image, a column for each name."
        )
    right = (predict(images, weights)[1] > 0) == attributes[:, [columns.index(n) for n in known]]
    return dict(zip(known, right.mean(axis=0).tolist(), strict=True))


@dataclass(frozen=True)
class FaceScore:
    """How close n images are to real faces; `str` gives the line to report.

    rfd: Fréchet distance over the trace of the real covariance, on the network's features.
    floor: rfd of n other real faces: the best to hope for. ceiling: of these faces, blurred.
    coverage: share of real faces that have an image among their like. real_coverage: the same by
      other real faces. Both count equally many on either side, at most `FaceRuler`'s compared.
    n: number of images. network: whose features. source: of the real faces.
    """

    rfd: float
    floor: float
    ceiling: float
    coverage: float
    real_coverage: float
    n: int
    network: str
    source: str

    @property
    def share(self) -> float:
        """The rfd as a share of the ceiling: 1 is as bad as blurred faces."""
        return self.rfd / self.ceiling

    def __str__(self) -> str:
        return (
            f"relative Fréchet distance (rFD, {self.network}) {self.rfd:.4f}, n = {self.n:,} "
            f"({self.source}, same n: {self.floor:.4f}; these blurred: {self.ceiling:.4f}), "
            f"{self.share:.1%} of blurred; "
            f"coverage {self.coverage:.3f} ({self.source}: {self.real_coverage:.3f})"
        )


class FaceRuler:
    """Measures faces against real ones, which it looks at once.

    Args:
        real: held-out faces that samples are compared with, (m, 64, 64, 3) as in `predict`.
        other: more real faces, for floor and ceiling; no sample can be better than these.
        weights: of the network. source: what the faces are, for the report.
        compared: faces on either side of the coverage, whose time grows with their square.
    """

    def __init__(
        self,
        real: Any,
        other: Any,
        weights: str = PORTRAITS,
        source: str = "real faces",
        compared: int = 2000,
    ):
        self.weights, self.source, self.compared = weights, source, compared
        self.real, self.other = features(real, weights), features(other, weights)
        self.blurred = features(blurred(other), weights)
        self.mean, self.cov = feature_statistics(self.real)

    def distance(self, described: np.ndarray) -> float:
        """The rFD of features (n, 64)."""
        found = frechet_distance(*feature_statistics(described), self.mean, self.cov)
        return found / float(np.trace(self.cov))

    def coverage(self, described: np.ndarray) -> float:
        """The share of real faces that have one of the described ones among their neighbours."""
        n = min(self.compared, len(described), len(self.real), len(self.other))
        return manifold_scores(self.real[:n], described[:n], k=NEIGHBOURS).coverage

    def score(self, images: Any) -> FaceScore:
        """A `FaceScore` of images, as in `predict`; at most as many as there are other faces."""
        described = features(images, self.weights)
        n = len(described)
        if n > len(self.other):
            raise ValueError(
                f"{n:,} images, but only {len(self.other):,} other real faces for the floor at the "
                "same n: pass fewer images, or more faces."
            )
        return FaceScore(
            self.distance(described),
            self.distance(self.other[:n]),
            self.distance(self.blurred[:n]),
            self.coverage(described),
            self.coverage(self.other[:n]),
            n,
            self.weights,
            self.source,
        )


def blurred(images: Any) -> np.ndarray:
    """Images (n, h, w, 3) with each pixel the mean of 5 x 5: what a blurry generator would draw."""
    images, reach = as_model_input(_checked(images)), 2
    for axis in (1, 2):
        border = [(0, 0)] * 4
        border[axis] = (reach, reach)
        padded, length = np.pad(images, border, mode="edge"), images.shape[axis]
        shifted = [padded.take(range(i, i + length), axis) for i in range(2 * reach + 1)]
        images = np.mean(shifted, axis=0, dtype="float32")
    return images


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(logits, "float64")))


def _checked(images: Any) -> np.ndarray:
    """Images as an array (n, 64, 64, 3); ValueError for other shapes, types or ranges."""
    if not isinstance(images, np.ndarray):
        from keras import ops

        images = ops.convert_to_numpy(images)
    height = images.shape[1] if images.ndim == 4 else 0
    if len(images) == 0 or images.shape[1:] != (height, height, 3) or height % SIZE or not height:
        raise ValueError(
            f"images have the shape {images.shape}; expected (n, {SIZE}, {SIZE}, 3): n faces in "
            "three colours (or larger by a whole factor)."
        )
    if images.dtype != np.uint8:
        if not np.issubdtype(images.dtype, np.floating):
            raise ValueError(
                f"images are of type {images.dtype}; expected uint8 (0 to 255) or float in [-1, 1]."
            )
        low, high = images.min(), images.max()
        if not (low >= -1.001 and high <= 1.001):  # NaN is neither
            raise ValueError(
                f"float images run from {low:.4g} to {high:.4g}; expected [-1, 1]. Pixels from 0 "
                "to 255 are taken as uint8: convert with images.astype('uint8')."
            )
    if height == SIZE:
        return images
    step = height // SIZE
    squares = images.reshape(len(images), SIZE, step, SIZE, step, 3)
    small = squares.mean(axis=(2, 4), dtype="float32")
    return np.round(small).astype("uint8") if images.dtype == np.uint8 else small
