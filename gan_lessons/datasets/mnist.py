"""MNIST, handwritten digits of 28x28 grey pixels: from your disk, the web, or the bundled 10,000.

MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges (licence CC BY-SA 3.0).
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_lessons.datasets import bundled
from gan_lessons.datasets.fetch import DataError, download, looks_like_html
from gan_lessons.files import written_aside

BUNDLED = "mnist_10k.npz"
SIZE = 28


@dataclass(frozen=True)
class Part:
    """One of the four arrays of MNIST: its classic file name, its shape and its hashes."""

    file: str
    shape: tuple[int, ...]
    content: str  # sha256 of the uint8 values in C order
    gz_md5: str  # of the published .gz file


PARTS = {
    "x_train": Part(
        "train-images-idx3-ubyte",
        (60_000, SIZE, SIZE),
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    ),
    "y_train": Part(
        "train-labels-idx1-ubyte",
        (60_000,),
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "d53e105ee54ea40749a09fcbcd1e9432",
    ),
    "x_test": Part(
        "t10k-images-idx3-ubyte",
        (10_000, SIZE, SIZE),
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "9fb629c4189551a2d022fa330f9573f3",
    ),
    "y_test": Part(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ),
}
NPZ_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"  # Keras' own copy
NPZ_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
IDX_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
HELP = (
    "Expected is the original MNIST: mnist.npz as keras.datasets.mnist keeps it, or the four files "
    + ", ".join(part.file for part in PARTS.values())
    + ", plain or .gz. Fetch it with: gan-lessons data fetch mnist"
)


def read(path: str | Path) -> dict[str, np.ndarray]:
    """Read the full MNIST from a folder, or from its mnist.npz, as uint8 arrays.

    Keys x_train (60000, 28, 28), y_train (60000,), x_test (10000, 28, 28), y_test (10000,). Looks
    for mnist.npz first, then for the four IDX files, plain or .gz. Raises DataError, naming the
    file, for anything that is missing, damaged, of another shape, or not the original digits.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        npz = path / "mnist.npz"
        arrays = _read_npz(npz) if npz.is_file() else _read_idx_folder(path)
    elif not path.exists():
        raise DataError(f"{path} does not exist. {HELP}")
    elif path.suffix == ".npz":
        arrays = _read_npz(path)
    else:
        raise DataError(f"{path} is neither a folder nor an .npz file. {HELP}")
    return _checked(arrays)


def found_in(folder: str | Path) -> bool:
    """Whether `folder` seems to hold MNIST: mnist.npz, or any of the four IDX files."""
    folder = Path(folder).expanduser()
    return (folder / "mnist.npz").is_file() or any(
        _idx_file(folder, part) is not None for part in PARTS.values()
    )


def fetch(cache: str | Path) -> Path:
    """Download the full MNIST into the folder `cache` as mnist.npz and return its path.

    First Keras' own copy, then the four published files from two mirrors, all checked by hash.
    Raises DataError if nothing could be had.
    """
    cache = Path(cache)
    try:
        return download([NPZ_URL], cache / "mnist.npz", NPZ_SHA256)
    except DataError as first:
        try:
            for part in PARTS.values():
                urls = [f"{mirror}{part.file}.gz" for mirror in IDX_MIRRORS]
                download(urls, cache / f"{part.file}.gz", part.gz_md5, "md5")
        except DataError as second:
            raise DataError(f"{first}\n{second}") from second
        path = write(_checked(_read_idx_folder(cache)), cache / "mnist.npz")
        for part in PARTS.values():
            (cache / f"{part.file}.gz").unlink()
        return path


def write(arrays: dict[str, np.ndarray], path: str | Path) -> Path:
    """Write the four arrays as mnist.npz, complete or not at all."""
    with written_aside(path) as aside, aside.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    return Path(path)


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


def _read_npz(path: Path) -> dict[str, tuple[np.ndarray, Path]]:
    """Arrays of mnist.npz, each with the file it came from."""
    if looks_like_html(path):
        raise DataError(f"{path} is a saved web page, not an archive. Delete it. {HELP}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [key for key in PARTS if key not in archive.files]
            if missing:
                raise DataError(
                    f"{path} holds {', '.join(archive.files) or 'nothing'}, but not "
                    f"{', '.join(missing)}. {HELP}"
                )
            return {key: (archive[key], path) for key in PARTS}
    except DataError:
        raise
    except Exception as error:  # zip, deflate and .npy each have their own ways to report damage
        raise DataError(
            f"{path} ({path.stat().st_size:,} bytes) is not a complete .npz of plain arrays: "
            f"{error}. Delete it. {HELP}"
        ) from error


def _read_idx_folder(folder: Path) -> dict[str, tuple[np.ndarray, Path]]:
    """Arrays of the four IDX files in `folder`, each with the file it came from."""
    files = {key: _idx_file(folder, part) for key, part in PARTS.items()}
    missing = [PARTS[key].file for key, file in files.items() if file is None]
    if missing:
        there = sorted(entry.name for entry in folder.iterdir())
        shown = ", ".join(there[:8]) + (", ..." if len(there) > 8 else "")
        raise DataError(
            f"{folder} has no mnist.npz and lacks {', '.join(missing)}. It holds "
            f"{shown or 'nothing'}. {HELP}"
        )
    return {key: (_read_idx(file), file) for key, file in files.items()}


def _idx_file(folder: Path, part: Part) -> Path | None:
    """The file of `part` in `folder`, under any of the names in circulation."""
    dotted = part.file.replace("-idx", ".idx")  # what some archive programs make of it
    for name in (part.file, f"{part.file}.gz", dotted, f"{dotted}.gz"):
        if (folder / name).is_file():
            return folder / name
    return None


def _read_idx(path: Path) -> np.ndarray:
    """One IDX file: two zero bytes, type 8 (uint8), the rank, big-endian sizes, the values."""
    if looks_like_html(path):
        raise DataError(f"{path} is a saved web page, not the data. Delete it. {HELP}")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError(f"{path} is not a complete .gz file: {error}. Delete it. {HELP}") from error
    if len(raw) < 4 or raw[:3] != b"\0\0\x08" or len(raw) < 4 + 4 * raw[3]:
        raise DataError(
            f"{path} starts with the bytes {raw[:4].hex(' ') or '(none)'}; expected 00 00 08 and "
            f"the number of dimensions, as an IDX file does. {HELP}"
        )
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    values = np.frombuffer(raw, "uint8", offset=4 + 4 * raw[3])
    if len(values) != np.prod(shape, dtype="int64"):
        raise DataError(
            f"{path} holds {len(values):,} values, but announces {' x '.join(map(str, shape))}: it "
            f"was cut off, or something was appended. Delete it. {HELP}"
        )
    return values.reshape(shape)


def _checked(arrays: dict[str, tuple[np.ndarray, Path]]) -> dict[str, np.ndarray]:
    """Return the arrays without their files, if they are exactly the original MNIST."""
    for key, (values, file) in arrays.items():
        _check(key, values, file)
    return {key: values for key, (values, _) in arrays.items()}


def _check(key: str, values: np.ndarray, file: Path) -> None:
    """Raise DataError unless `values` are exactly this part of the original MNIST."""
    part = PARTS[key]
    if values.shape != part.shape or values.dtype != np.uint8:
        raise DataError(
            f"{file}: {key} is {values.dtype} of shape {values.shape}; expected uint8 of shape "
            f"{part.shape}. {HELP}"
        )
    found = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
    if found != part.content:
        raise DataError(
            f"{file}: {key} has the right shape but not the values of the original MNIST (sha256 "
            f"{found}, expected {part.content}). Is it another data set in the same format, such "
            f"as Fashion-MNIST? {HELP}"
        )
