"""Fashion-MNIST, 28x28 grey pictures of clothes in ten kinds, in the layout of MNIST.

By Han Xiao, Kashif Rasul and Roland Vollgraf, copyright Zalando SE (licence MIT). It does not come
with the course: give a folder, or download it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gan_lessons.datasets import idx
from gan_lessons.datasets.idx import write

FILE = "fashion_mnist.npz"
KINDS = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
PARTS = idx.parts(
    {
        "x_train": (
            "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ),
        "y_train": (
            "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
            "25c81989df183df01b3e8a0aad5dffbe",
        ),
        "x_test": (
            "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
            "bef4ecab320f06d8554ea6380940ec79",
        ),
        "y_test": (
            "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
    }
)
IDX_MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",  # Keras' own copy
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
# Where Debian and Ubuntu put what their package dataset-fashion-mnist brings.
PACKAGE, PACKAGE_FOLDER = "dataset-fashion-mnist", Path("/usr/share/datasets/fashion-mnist")

__all__ = ["KINDS", "fetch", "found_in", "read", "write"]


def collection() -> idx.Collection:
    """Fashion-MNIST, as `idx` knows it."""
    return idx.Collection("fashion_mnist", "Fashion-MNIST", PARTS, FILE, IDX_MIRRORS, "MNIST")


def read(path: str | Path) -> dict[str, np.ndarray]:
    """Fashion-MNIST from a folder or its .npz, as `idx.Collection.read` gives it."""
    return collection().read(path)


def found_in(folder: str | Path) -> bool:
    """Whether `folder` seems to hold Fashion-MNIST: its .npz, or any of the four IDX files."""
    return collection().found_in(folder)


def fetch(cache: str | Path) -> Path:
    """Download Fashion-MNIST into the folder `cache` as one .npz, checked; returns its path."""
    return collection().fetch(cache)
