"""MNIST, handwritten digits of 28x28 grey pixels: from your disk, the web, or the bundled 10,000.

MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges (licence CC BY-SA 3.0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gan_lessons.datasets import bundled, idx
from gan_lessons.datasets.fetch import DataError, download
from gan_lessons.datasets.idx import SIZE, write

BUNDLED = "mnist_10k.npz"
FILE = "mnist.npz"
PARTS = idx.parts(
    {
        "x_train": (
            "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        ),
        "y_train": (
            "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
            "d53e105ee54ea40749a09fcbcd1e9432",
        ),
        "x_test": (
            "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
            "9fb629c4189551a2d022fa330f9573f3",
        ),
        "y_test": (
            "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
            "ec29112dd5afa0611ce80d1b7f02629c",
        ),
    }
)
NPZ_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"  # Keras' own copy
NPZ_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
IDX_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)

__all__ = ["fetch", "found_in", "pack", "read", "read_bundled", "unpack", "write"]


def collection() -> idx.Collection:
    """MNIST, as `idx` knows it."""
    return idx.Collection("mnist", "MNIST", PARTS, FILE, IDX_MIRRORS, "Fashion-MNIST")


def read(path: str | Path) -> dict[str, np.ndarray]:
    """The full MNIST from a folder or its mnist.npz, as `idx.Collection.read` gives it."""
    return collection().read(path)


def found_in(folder: str | Path) -> bool:
    """Whether `folder` seems to hold MNIST: mnist.npz, or any of the four IDX files."""
    return collection().found_in(folder)


def fetch(cache: str | Path) -> Path:
    """Download the full MNIST into the folder `cache` as mnist.npz and return its path.

    First Keras' own copy, then the four published files from two mirrors, all checked by hash.
    Raises DataError if nothing could be had.
    """
    try:
        return download([NPZ_URL], Path(cache) / FILE, NPZ_SHA256)
    except DataError as first:
        try:
            return collection().fetch(cache)
        except DataError as second:
            raise DataError(f"{first}\n{second}") from second


def pack(images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Digits (n, 28, 28, 1) uint8 as small arrays: four of five pixels are background.

    Storing which pixels have ink (one bit each) apart from how much compresses better than pixels.
    """
    ink = images.reshape(-1) > 0
    return {
        "ink": np.packbits(ink),
        "grey": images.reshape(-1)[ink],
        "labels": labels.astype("uint8"),
    }


def unpack(arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 28, 28, 1) uint8 and labels (n,) uint8 from what `pack` returned."""
    labels = arrays["labels"]
    images = np.zeros((len(labels), SIZE, SIZE, 1), "uint8")
    ink = np.unpackbits(arrays["ink"], count=images.size).astype(bool)
    images.reshape(-1)[ink] = arrays["grey"]
    return images, labels


def read_bundled() -> tuple[np.ndarray, np.ndarray]:
    """Return the bundled digits: images (10000, 28, 28, 1) and labels (10000,), both uint8."""
    return unpack(bundled.read(BUNDLED))
