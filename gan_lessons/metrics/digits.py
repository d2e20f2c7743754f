"""A ruler for generated digits: the LeNet Fréchet distance.

A small convolutional network that was trained to *name* handwritten digits looks at every image and
describes it with 64 numbers. Real digits form a cloud in that 64-dimensional space. If generated
digits form the same cloud (same centre, same spread), they are like the real ones.

The distance between the clouds depends on the network that looks. So this is never called FID: the
FID looks with InceptionV3, and numbers from different networks cannot be compared.
"""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons import pretrained, runtime  # noqa: F401  (runtime sets the backend before Keras)
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance

NAME = "digit_classifier"
BATCH_SIZE = 500
SURE = 0.9  # a digit counts as legible if the classifier gives one class more than this


@dataclass(frozen=True)
class DigitScore:
    """How close n images are to real digits; `str` gives the line to report.

    rfd: Fréchet distance / trace of the real covariance. About 1 for noise, `floor` for real.
    fd: the distance itself, in squared feature units; only comparable with this same classifier.
    legible: share of images for which the classifier is more than 90 % sure of one digit. Only
      worth reading beside a low rfd: no classifier knows what it has never seen, and this one is
      sure of its answer for pure noise too.
    n: number of images. Fewer images give a larger distance, whatever their quality.
    floor: rfd of n *real* training digits against the same test digits: the best to hope for.
    real_legible: the legible share of the 10,000 real test digits.
    """

    rfd: float
    fd: float
    legible: float
    n: int
    floor: float
    real_legible: float

    def __str__(self) -> str:
        return (
            f"relative LeNet Fréchet distance (rFD) {self.rfd:.4f}, n = {self.n:,} "
            f"(real digits, same n: {self.floor:.4f}); "
            f"legible {self.legible:.1%} (real digits: {self.real_legible:.1%})"
        )


def build_classifier(initializer: Any = "glorot_uniform") -> Any:
    """Build the untrained digit classifier: two convolutions and two dense layers.

    Takes float images (n, 28, 28, 1) in [-1, 1], returns logits (n, 10). The layer named "features"
    (64 units after a ReLU) holds the description that the Fréchet distance is measured on.
    No dropout: it would draw the classes' clouds so tight that the distance between clouds hangs on
    a few unclear digits. Source: the plan is that of LeCun et al., Gradient-based learning applied
    to document recognition (1998).
    """
    from keras import Input, Model, layers

    image = Input((28, 28, 1), name="image")
    options = {"activation": "relu", "kernel_initializer": initializer}
    x = layers.Conv2D(16, 5, padding="same", name="conv_1", **options)(image)
    x = layers.MaxPooling2D(2, name="pool_1")(x)
    x = layers.Conv2D(32, 5, padding="same", name="conv_2", **options)(x)
    x = layers.MaxPooling2D(2, name="pool_2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(64, name="features", **options)(x)
    logits = layers.Dense(10, kernel_initializer=initializer, name="logits")(x)
    return Model(image, logits, name=NAME)


def weights_as_arrays(model: Any) -> dict[str, np.ndarray]:
    """Kernels and biases of a classifier as {"conv_1/kernel": array, ...}."""
    from keras import ops

    return {
        f"{layer.name}/{weight.name}": ops.convert_to_numpy(weight)
        for layer in model.layers
        for weight in layer.trainable_weights
    }


@functools.cache
def classifier() -> Any:
    """Return the trained, frozen digit classifier (built once, then the same object).

    Takes float images (n, 28, 28, 1) in [-1, 1], returns logits (n, 10). Data, recipe and accuracy:
    `pretrained.card("digit_classifier")`.
    """
    arrays = pretrained.load_weights(NAME)
    # Zeros, because random initial weights would draw from the global seed in the middle of a run.
    model = build_classifier(initializer="zeros")
    for layer in model.layers:
        for weight in layer.trainable_weights:
            weight.assign(arrays[f"{layer.name}/{weight.name}"])
    model.trainable = False
    return model


@functools.cache
def _reader() -> Any:
    """Features and logits in one pass."""
    from keras import Model

    model = classifier()
    return Model(model.input, [model.get_layer("features").output, model.output], name="reader")


def forget() -> None:
    """Drop the classifier and the reference held in memory; the next call reads the files anew."""
    classifier.cache_clear()
    _reader.cache_clear()
    reference.cache_clear()


def predict(images: Any, batch_size: int = BATCH_SIZE) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, 64) and logits (n, 10) of images (n, 28, 28, 1), uint8 or float in [-1, 1].

    Raises ValueError for other shapes, types or ranges.
    """
    images = checked_images(images)
    read = _reader().predict_on_batch
    features, logits = [], []
    for start in range(0, len(images), batch_size):
        batch = as_model_input(images[start : start + batch_size])
        short = batch_size - len(batch)  # always the same shape, so the model is compiled only once
        batch = np.pad(batch, ((0, short), (0, 0), (0, 0), (0, 0)))
        for collected, values in zip((features, logits), read(batch), strict=True):
            collected.append(np.asarray(values)[: batch_size - short])
    return np.concatenate(features), np.concatenate(logits)


def features(images: Any, batch_size: int = BATCH_SIZE) -> np.ndarray:
    """Describe images (n, 28, 28, 1), uint8 or float in [-1, 1], by features (n, 64).

    Raises ValueError for other shapes, types or ranges.
    """
    return predict(images, batch_size)[0]


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax (n, 10), float64, of logits (n, 10)."""
    logits = logits.astype("float64")
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def legible_share(logits: np.ndarray) -> float:
    """Share of rows of logits (n, 10) whose largest softmax probability is above .9."""
    return float((probabilities(logits).max(axis=1) > SURE).mean())


@functools.cache
def reference() -> dict[str, np.ndarray]:
    """Statistics of the real digits that `score` compares with, from `data/`.

    Keys: mean (64,), cov (64, 64) and legible of the 10,000 test digits; sizes and floors, the rfd
    of that many real training digits. Raises ValueError if they were measured with other weights
    than the ones that are here.
    """
    from gan_lessons.datasets import bundled
    from gan_lessons.datasets.fetch import sha256

    arrays = bundled.read("mnist_test_features.npz")
    weights = sha256(pretrained.FOLDER / f"{NAME}.npz")
    if str(arrays["classifier"]) != weights:
        raise ValueError(
            f"data/mnist_test_features.npz was measured with the classifier weights "
            f"{str(arrays['classifier'])[:12]}..., but pretrained/{NAME}.npz is {weights[:12]}.... "
            "Distances between the two mean nothing. Run: python data/build.py --source download"
        )
    return arrays


def floor(n: int) -> float:
    """Return the rfd that n real training digits reach: no generator can be expected to go below.

    Measured for some n when the statistics were built (mean over random draws from the first 10,000
    training digits); between them interpolated in 1/n, which the bias is proportional to. Beyond
    10,000 the floor of 10,000 is given, a little too high.
    """
    arrays = reference()
    return float(np.interp(-1 / n, -1 / arrays["sizes"], arrays["floors"]))


def score(images: Any) -> DigitScore:
    """Measure how close images (n, 28, 28, 1), uint8 or float in [-1, 1], are to real digits.

    10,000 images take a few seconds on 2 cores and are what published figures of the course use.
    Raises ValueError for fewer than 2 images, other shapes, types or ranges, NaN.
    """
    images = checked_images(images)
    if len(images) < 2:
        raise ValueError(f"got {len(images)} image; expected at least 2, better 10,000.")
    return score_described(*predict(images))


def score_described(described: np.ndarray, logits: np.ndarray) -> DigitScore:
    """Return the score of images of which `predict` has given features (n, 64) and logits."""
    real = reference()
    distance = frechet_distance(*feature_statistics(described), real["mean"], real["cov"])
    return DigitScore(
        rfd=distance / float(np.trace(real["cov"])),
        fd=distance,
        legible=legible_share(logits),
        n=len(logits),
        floor=floor(len(logits)),
        real_legible=float(real["legible"]),
    )


def checked_images(images: Any) -> np.ndarray:
    """Return images as an array; ValueError unless (n, 28, 28, 1), uint8 or float in [-1, 1]."""
    if not isinstance(images, np.ndarray):
        from keras import ops

        images = ops.convert_to_numpy(images)
    if images.ndim != 4 or images.shape[1:] != (28, 28, 1) or len(images) == 0:
        raise ValueError(
            f"images have the shape {images.shape}; expected (n, 28, 28, 1): n digits, 28 rows, "
            "28 columns, one grey channel."
        )
    if images.dtype == np.uint8:
        return images
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"images are of type {images.dtype}; expected uint8 (0 to 255) or float in [-1, 1]."
        )
    low, high = images.min(), images.max()  # NaN if any pixel is NaN
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(
            "the images hold NaN or infinity; expected finite pixels. The generator has probably "
            "diverged: look at the loss curves."
        )
    if low < -1.001 or high > 1.001:
        raise ValueError(
            f"float images run from {low:.4g} to {high:.4g}; expected [-1, 1]. Pixels from 0 to "
            "255 are taken as uint8: convert with images.astype('uint8')."
        )
    if 0 <= low < high:
        warnings.warn(
            f"float images run from {low:.4g} to {high:.4g}, so no pixel is dark; expected [-1, 1] "
            "with a background of -1. If they are in [0, 1], pass 2 * images - 1.",
            stacklevel=3,
        )
    return images


def as_model_input(images: np.ndarray) -> np.ndarray:
    """Convert uint8 images to float32 in [-1, 1]; floats only change their type."""
    if images.dtype == np.uint8:
        return images.astype("float32") / 127.5 - 1.0
    return images.astype("float32")
