"""Image sets in the layout of MNIST: four IDX files, or one .npz of four arrays, checked by hash.

MNIST and Fashion-MNIST differ in their values, in their names and in where they come from; what is
accepted, and what is said when something is wrong, is the same.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_lessons.datasets.fetch import DataError, download, looks_like_html
from gan_lessons.files import written_aside

SIZE = 28
FILES = {  # the classic file name and the number of images of each of the four arrays
    "x_train": ("train-images-idx3-ubyte", 60_000),
    "y_train": ("train-labels-idx1-ubyte", 60_000),
    "x_test": ("t10k-images-idx3-ubyte", 10_000),
    "y_test": ("t10k-labels-idx1-ubyte", 10_000),
}


@dataclass(frozen=True)
class Part:
    """One of the four arrays of a set: its classic file name, its shape and its hashes."""

    file: str
    shape: tuple[int, ...]
    content: str  # sha256 of the uint8 values in C order
    gz_md5: str  # of the published .gz file


def parts(hashes: dict[str, tuple[str, str]]) -> dict[str, Part]:
    """The four parts of a set of 60,000 + 10,000 images, from {key: (sha256, md5 of the .gz)}."""
    return {
        key: Part(file, (n, SIZE, SIZE) if key.startswith("x") else (n,), *hashes[key])
        for key, (file, n) in FILES.items()
    }


@dataclass(frozen=True)
class Collection:
    """One such set.

    name: of `datasets.load`. title: as people call it. parts: its four arrays, by their key.
    npz: file name of the archive. mirrors: addresses of folders with the four .gz files.
    lookalike: another set in the same format, which may have been taken for it.
    """

    name: str
    title: str
    parts: dict[str, Part]
    npz: str
    mirrors: tuple[str, ...]
    lookalike: str

    @property
    def help(self) -> str:
        """What is expected, and how to get it."""
        files = ", ".join(part.file for part in self.parts.values())
        return (
            f"Expected is the original {self.title}: {self.npz}, an archive of x_train, y_train, "
            f"x_test and y_test, or the four files {files}, plain or .gz. Fetch it with: "
            f"gan-lessons data fetch {self.name}"
        )

    def read(self, path: str | Path) -> dict[str, np.ndarray]:
        """Read the full set from a folder, or from its .npz, as uint8 arrays.

        Keys x_train (60000, 28, 28), y_train (60000,), x_test (10000, 28, 28), y_test (10000,).
        Looks for the .npz first, then for the four IDX files, plain or .gz. Raises DataError,
        naming the file, for anything missing, damaged, of another shape, or not the original.
        """
        path = Path(path).expanduser()
        if path.is_dir():
            npz = path / self.npz
            arrays = self._read_npz(npz) if npz.is_file() else self._read_idx_folder(path)
        elif not path.exists():
            raise DataError(f"{path} does not exist. {self.help}")
        elif path.suffix == ".npz":
            arrays = self._read_npz(path)
        else:
            raise DataError(f"{path} is neither a folder nor an .npz file. {self.help}")
        return self._checked(arrays)

    def found_in(self, folder: str | Path) -> bool:
        """Whether `folder` seems to hold the set: its .npz, or any of the four IDX files."""
        folder = Path(folder).expanduser()
        return (folder / self.npz).is_file() or any(
            _idx_file(folder, part) is not None for part in self.parts.values()
        )

    def fetch(self, cache: str | Path) -> Path:
        """Download the four files into the folder `cache`, make them one .npz, return its path.

        Raises DataError if no mirror delivers them with the right hashes.
        """
        cache = Path(cache)
        for part in self.parts.values():
            urls = [f"{mirror}{part.file}.gz" for mirror in self.mirrors]
            download(urls, cache / f"{part.file}.gz", part.gz_md5, "md5")
        path = write(self._checked(self._read_idx_folder(cache)), cache / self.npz)
        for part in self.parts.values():
            (cache / f"{part.file}.gz").unlink()
        return path

    def _read_npz(self, path: Path) -> dict[str, tuple[np.ndarray, Path]]:
        """Arrays of the .npz, each with the file it came from."""
        if looks_like_html(path):
            raise DataError(f"{path} is a saved web page, not an archive. Delete it. {self.help}")
        try:
            with np.load(path, allow_pickle=False) as archive:
                missing = [key for key in self.parts if key not in archive.files]
                if missing:
                    raise DataError(
                        f"{path} holds {', '.join(archive.files) or 'nothing'}, but not "
                        f"{', '.join(missing)}. {self.help}"
                    )
                return {key: (archive[key], path) for key in self.parts}
        except DataError:
            raise
        except (
            Exception
        ) as error:  # zip, deflate and .npy each have their own ways to report damage
            raise DataError(
                f"{path} ({path.stat().st_size:,} bytes) is not a complete .npz of plain arrays: "
                f"{error}. Delete it. {self.help}"
            ) from error

    def _read_idx_folder(self, folder: Path) -> dict[str, tuple[np.ndarray, Path]]:
        """Arrays of the four IDX files in `folder`, each with the file it came from."""
        files = {key: _idx_file(folder, part) for key, part in self.parts.items()}
        missing = [self.parts[key].file for key, file in files.items() if file is None]
        if missing:
            there = sorted(entry.name for entry in folder.iterdir())
            shown = ", ".join(there[:8]) + (", ..." if len(there) > 8 else "")
            raise DataError(
                f"{folder} has no {self.npz} and lacks {', '.join(missing)}. It holds "
                f"{shown or 'nothing'}. {self.help}"
            )
        return {key: (self._read_idx(file), file) for key, file in files.items()}

    def _read_idx(self, path: Path) -> np.ndarray:
        """One IDX file: two zero bytes, type 8 (uint8), the rank, big-endian sizes, the values."""
        if looks_like_html(path):
            raise DataError(f"{path} is a saved web page, not the data. Delete it. {self.help}")
        try:
            raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise DataError(
                f"{path} is not a complete .gz file: {error}. Delete it. {self.help}"
            ) from error
        if len(raw) < 4 or raw[:3] != b"\0\0\x08" or len(raw) < 4 + 4 * raw[3]:
            raise DataError(
                f"{path} starts with the bytes {raw[:4].hex(' ') or '(none)'}; expected 00 00 08 "
                f"and the number of dimensions, as an IDX file does. {self.help}"
            )
        shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
        values = np.frombuffer(raw, "uint8", offset=4 + 4 * raw[3])
        if len(values) != np.prod(shape, dtype="int64"):
            raise DataError(
                f"{path} holds {len(values):,} values, but announces "
                f"{' x '.join(map(str, shape))}: it was cut off, or something was appended. Delete "
                f"it. {self.help}"
            )
        return values.reshape(shape)

    def _checked(self, arrays: dict[str, tuple[np.ndarray, Path]]) -> dict[str, np.ndarray]:
        """Return the arrays without their files, if they are exactly the original ones."""
        for key, (values, file) in arrays.items():
            self._check(key, values, file)
        return {key: values for key, (values, _) in arrays.items()}

    def _check(self, key: str, values: np.ndarray, file: Path) -> None:
        """Raise DataError unless `values` are exactly this part of the original set."""
        part = self.parts[key]
        if values.shape != part.shape or values.dtype != np.uint8:
            raise DataError(
                f"{file}: {key} is {values.dtype} of shape {values.shape}; expected uint8 of shape "
                f"{part.shape}. {self.help}"
            )
        found = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
        if found != part.content:
            raise DataError(
                f"{file}: {key} has the right shape but not the values of the original "
                f"{self.title} (sha256 {found}, expected {part.content}). Is it another data set "
                f"in the same format, such as {self.lookalike}? {self.help}"
            )


def write(arrays: dict[str, np.ndarray], path: str | Path) -> Path:
    """Write the four arrays as mnist.npz, complete or not at all."""
    with written_aside(path) as aside, aside.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    return Path(path)


def _idx_file(folder: Path, part: Part) -> Path | None:
    """The file of `part` in `folder`, under any of the names in circulation."""
    dotted = part.file.replace("-idx", ".idx")  # what some archive programs make of it
    for name in (part.file, f"{part.file}.gz", dotted, f"{dotted}.gz"):
        if (folder / name).is_file():
            return folder / name
    return None
