"""The data sets of the course: arrays in, arrays out, and always said where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gan_lessons import runtime
from gan_lessons.datasets import gaussians, mnist
from gan_lessons.datasets.fetch import DataError

NAMES = ("mnist", "ring", "grid")
TOY_SIZE, TOY_SEED = 50_000, 0  # of the sets that `load("ring")` and `load("grid")` give

__all__ = ["NAMES", "DataError", "Dataset", "fetch", "gaussians", "import_data", "load", "status"]


@dataclass(frozen=True)
class Dataset:
    """Arrays and where they came from; what a data set does not have is None.

    mnist: x uint8 (n, 28, 28, 1), y int64 (n,). ring, grid: x_train float32 (n, 2), y absent;
    info holds centres (modes, 2) and std.
    """

    name: str
    source: str
    x_train: np.ndarray
    y_train: np.ndarray | None = None
    x_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    info: dict[str, Any] = field(default_factory=dict)


def load(name: str, source: str | Path = "auto", verbose: bool = True) -> Dataset:
    """Load the data set `name`: "mnist", "ring" or "grid", and print in one line where from.

    source for mnist:
      "auto": the folder named in GAN_LESSONS_DATA, else the cache, else a download (only in the
        full preset; if it fails, a notice is printed), else the bundled digits;
      "bundled": the 10,000 training digits that come with the course, no test digits;
      "download": the cache, filled from the web if need be;
      a path: a folder with mnist.npz or the four IDX files, or an .npz file.

    Raises ValueError for an unknown name, DataError (a ValueError) naming the file, what was found
    and what to do where data is missing or damaged.
    """
    if name not in NAMES:
        raise ValueError(f"there is no data set {name!r}; there are {', '.join(NAMES)}.")
    if name == "mnist":
        data = _load_mnist(source)
    elif source in ("auto", "bundled"):
        data = _load_toy(name)
    else:
        raise ValueError(f"{name} is drawn from a seed; source is {source!r}, expected 'auto'.")
    if verbose:
        test = f" and {len(data.x_test):,} test" if data.x_test is not None else ""
        print(f"Data: {name}, {len(data.x_train):,} training{test} samples, from {data.source}")
    return data


def fetch(name: str) -> Path:
    """Download a data set into the cache (checked by hash, resumed) and return the file's path.

    What is there already and complete is kept. Raises DataError if no address delivers it,
    ValueError for a set that needs no download.
    """
    _downloadable(name)
    path = _cached(name)
    if path.is_file():
        try:
            mnist.read(path)
            return path
        except DataError as error:
            print(f"The cached file cannot be used and is fetched again: {error}")
    return mnist.fetch(path.parent)


def import_data(name: str, path: str | Path) -> Path:
    """Copy your own files of a data set into the cache, checked; returns the path of the copy.

    path: for mnist a folder with mnist.npz or the four IDX files, plain or .gz, or an .npz file.
    Raises DataError for files that are not the original data; the cache then stays as it was.
    """
    _downloadable(name)
    arrays, target = mnist.read(path), _cached(name)
    try:
        return mnist.write(arrays, target)
    except OSError as error:
        raise DataError(
            f"cannot write {target} ({error}). Name a folder that you may write to in "
            "GAN_LESSONS_CACHE."
        ) from error


def status() -> list[str]:
    """Say in one line per data set where `load(name)` would take it from; reads no array.

    A set is only looked for, not checked: a damaged file shows when it is loaded. Raises DataError
    if GAN_LESSONS_DATA names no folder.
    """
    folder, cached = _own_folder("mnist"), _cached("mnist")
    if folder is not None:
        digits = f"the full set, in {folder} (from GAN_LESSONS_DATA)"
    elif cached.is_file():
        digits = f"the full set, in the cache: {cached}"
    else:
        digits = "10,000 bundled training digits; the full set: gan-lessons data fetch mnist"
    return [
        f"mnist: {digits}",
        "ring: 8 Gaussians on a circle, drawn from a seed",
        "grid: 25 Gaussians on a grid, drawn from a seed",
    ]


def _load_mnist(source: str | Path) -> Dataset:
    """MNIST from the source asked for."""
    if source == "bundled":
        return _bundled_mnist()
    if source == "download":
        return _full_mnist(fetch("mnist"), "the cache, downloaded")
    if source != "auto":
        return _full_mnist(Path(source))
    if (folder := _own_folder("mnist")) is not None:
        return _full_mnist(folder, "GAN_LESSONS_DATA")
    if (path := _cached("mnist")).is_file():
        return _full_mnist(path, "the cache")
    if runtime.resolve_preset() == "full":
        try:
            return _full_mnist(fetch("mnist"), "a download, now in the cache")
        except DataError as error:
            _, _, reason = str(error).partition("\n")  # what the first address answered
            reason = (reason or str(error)).splitlines()[0].strip()
            print(f"No download ({reason}): using the bundled digits instead.")
    return _bundled_mnist()


def _full_mnist(path: Path, what: str = "your files") -> Dataset:
    """All 60,000 + 10,000 digits from a folder or an .npz."""
    arrays = mnist.read(path)
    return Dataset(
        name="mnist",
        source=f"{what} ({path})",
        x_train=arrays["x_train"][..., np.newaxis],
        y_train=arrays["y_train"].astype("int64"),
        x_test=arrays["x_test"][..., np.newaxis],
        y_test=arrays["y_test"].astype("int64"),
    )


def _bundled_mnist() -> Dataset:
    """The first 10,000 training digits."""
    images, labels = mnist.read_bundled()
    return Dataset("mnist", "the digits bundled with the course", images, labels.astype("int64"))


def _load_toy(name: str) -> Dataset:
    """Ring or grid, with what is needed to score samples of it."""
    draw = {"ring": gaussians.ring, "grid": gaussians.grid}[name]
    centres = {"ring": gaussians.ring_centres, "grid": gaussians.grid_centres}[name]()
    return Dataset(
        name=name,
        source=f"seed {TOY_SEED} (procedural)",
        x_train=draw(TOY_SIZE, TOY_SEED),
        info={"centres": centres, "std": {"ring": 0.01, "grid": 0.05}[name]},
    )


def _own_folder(name: str) -> Path | None:
    """The folder with `name` under GAN_LESSONS_DATA, or None if it is not there."""
    root = runtime.data_dir()
    if root is None:
        return None
    if not root.is_dir():
        raise DataError(
            f"GAN_LESSONS_DATA names {root}, which is not a folder. Name the folder that holds "
            "your data sets, or unset the variable."
        )
    return next((folder for folder in (root / name, root) if mnist.found_in(folder)), None)


def _cached(name: str) -> Path:
    """Where the cache keeps `name`."""
    return runtime.cache_dir() / name / f"{name}.npz"


def _downloadable(name: str) -> None:
    """Raise ValueError unless `name` is a data set that lives in files."""
    if name != "mnist":
        raise ValueError(
            f"{name!r} cannot be fetched or imported; only mnist can"
            + (", this one is drawn from a seed." if name in NAMES else ".")
        )
