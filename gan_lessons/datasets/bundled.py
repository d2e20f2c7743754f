"""The data files that come with the course, in the folder `data/` beside the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gan_lessons.datasets.fetch import DataError, sha256

FOLDER = Path(__file__).resolve().parents[2] / "data"
HASHES = "SHA256SUMS"  # one "hash  name" a line, written by data/build.py


def read(name: str) -> dict[str, np.ndarray]:
    """Arrays of the bundled file `name` (.npz), checked as in `checked`. Never unpickles."""
    with np.load(checked(name), allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def checked(name: str) -> Path:
    """Path of the bundled file `name`, its bytes checked against data/SHA256SUMS.

    Raises DataError if the file is missing or has been changed.
    """
    path = FOLDER / name
    if not path.is_file():
        raise DataError(
            f"{path} is missing. It comes with the course: install from a clone of the repository "
            "(pip install -e .), or restore it with: git checkout -- data"
        )
    expected, found = _expected(name), sha256(path)
    if found != expected:
        raise DataError(
            f"{path} has been changed or damaged ({path.stat().st_size:,} bytes): sha256 {found}, "
            f"expected {expected}. Restore it with: git checkout -- data"
        )
    return path


def _expected(name: str) -> str:
    """The hash that SHA256SUMS gives for `name`."""
    sums = FOLDER / HASHES
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    for line in lines:
        value, _, listed = line.partition("  ")
        if listed == name:
            return value
    raise DataError(f"{sums} lists no hash for {name}. Restore it with: git checkout -- data")
