"""A tiny stand-in for MNIST: the real one is too large for tests, and need not be there."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from gan_lessons.datasets import idx, mnist


def idx_bytes(array):
    """An IDX file, written from the format's description rather than with the course's code."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return header + array.tobytes()


class TinyMnist:
    """Arrays of the tiny set, and its files in every layout that is accepted."""

    npz = "mnist.npz"

    def __init__(self):
        rng = np.random.default_rng(0)
        self.arrays = {
            "x_train": rng.integers(0, 256, (30, 28, 28), dtype="uint8"),
            "y_train": rng.integers(0, 10, 30, dtype="uint8"),
            "x_test": rng.integers(0, 256, (20, 28, 28), dtype="uint8"),
            "y_test": rng.integers(0, 10, 20, dtype="uint8"),
        }
        self.files = {
            "x_train": "train-images-idx3-ubyte",
            "y_train": "train-labels-idx1-ubyte",
            "x_test": "t10k-images-idx3-ubyte",
            "y_test": "t10k-labels-idx1-ubyte",
        }

    def gz(self, key):
        """The compressed IDX file of one array."""
        return gzip.compress(idx_bytes(self.arrays[key]), mtime=0)

    def write(self, folder, layout="npz"):
        folder.mkdir(parents=True, exist_ok=True)
        if layout == "npz":
            np.savez_compressed(folder / self.npz, **self.arrays)
            return folder
        for key, array in self.arrays.items():
            if layout == "idx":
                (folder / self.files[key]).write_bytes(idx_bytes(array))
            else:
                (folder / f"{self.files[key]}.gz").write_bytes(self.gz(key))
        return folder


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Make the course expect the tiny set; no folder, cache or preset of the user interferes."""
    tiny = TinyMnist()
    parts = {
        key: idx.Part(
            file=tiny.files[key],
            shape=array.shape,
            content=hashlib.sha256(array.tobytes()).hexdigest(),
            gz_md5=hashlib.md5(tiny.gz(key)).hexdigest(),
        )
        for key, array in tiny.arrays.items()
    }
    monkeypatch.setattr(mnist, "PARTS", parts)
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GAN_LESSONS_PRESET", "quick")
    monkeypatch.delenv("GAN_LESSONS_DATA", raising=False)
    return tiny
