"""Loads the sets of two unpaired piles: your own, public ones, or procedural horses and zebras."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from gan_lessons import runtime
from gan_lessons.datasets import horses, unpaired
from gan_lessons.datasets.fetch import DataError

PROCEDURAL = "horse2zebra"  # the set that has a stand-in, drawn by the course
DRAWN, HELD_OUT = 1_000, 200  # pictures of each kind that are drawn, and test pictures of each
KEYS = {"x_train": "trainA", "y_train": "trainB", "x_test": "testA", "y_test": "testB"}


def load(
    name: str, source: str | Path, size: int | None, folder: Path | None, verbose: bool
) -> dict[str, Any]:
    """The fields of a `datasets.Dataset`: source, the four arrays and info.

    name: a public set, or the path of your own. folder: where GAN_LESSONS_DATA has it, or None.
    """
    own = name not in unpaired.SETS
    if source == "bundled" and not own and name != PROCEDURAL:
        raise DataError(f"{name} does not come with the course. {_help(name)}")
    if own:
        place, told = Path(name), "your files"
    elif source == "bundled":
        place = None
    else:
        place, told = _find(name, source, folder)
    if place is None and name == PROCEDURAL:
        return drawn(size or horses.SIZE)
    if place is None:
        raise DataError(f"{name} is not here. {_help(name)}")
    arrays = unpaired.read(place, size or unpaired.SIZE, verbose)
    kinds = tuple(name.split("2")) if name.count("2") == 1 and not own else ("A", "B")
    return {
        "source": f"{told} ({place})",
        **{key: arrays.get(part) for key, part in KEYS.items()},
        "info": {"kinds": kinds},
    }


def status(name: str, folder: Path | None) -> str:
    """Where `load` would take a public set from."""
    if folder is not None:
        return f"pictures, in {folder} (from GAN_LESSONS_DATA)"
    if _cached(name).is_file():
        return f"pictures, in the cache: {_cached(name)}"
    first = "procedural horses and zebras; photographs" if name == PROCEDURAL else "not here"
    return f"{first}: gan-lessons data fetch {name} ({unpaired.SETS[name][1]:,} MB)"


def fetch(name: str) -> Path:
    """Download a public set into the cache and return the path of its .zip."""
    return unpaired.fetch(name, _cached(name).parent)


@functools.lru_cache(maxsize=2)
def drawn(size: int) -> dict[str, Any]:
    """Horses and zebras of different scenes, and the hidden partners of those held out."""
    seeds, kinds = {"train": (1, 2), "test": (3, 4)}, horses.ANIMALS
    train = [horses.scenes(DRAWN, seed) for seed in seeds["train"]]
    test = [horses.scenes(HELD_OUT, seed) for seed in seeds["test"]]
    x, y = (horses.draw(s, kind, size) for s, kind in zip(train, kinds, strict=True))
    x_test, y_test = (horses.draw(s, kind, size) for s, kind in zip(test, kinds, strict=True))
    truth = tuple(horses.draw(s, kind, size) for s, kind in zip(test, kinds[::-1], strict=True))
    return {
        "source": "seeds 1 to 4 (procedural horses and zebras, no photographs)",
        "x_train": x,
        "y_train": y,
        "x_test": x_test,
        "y_test": y_test,
        "info": {"kinds": kinds, "truth": truth},
    }


def _find(name: str, source: str | Path, folder: Path | None) -> tuple[Path | None, str]:
    """Where a public set lies, and how to say so; downloads it where that is wanted."""
    if source not in ("auto", "download"):
        return Path(source), "your files"
    if source == "auto" and folder is not None:
        return folder, "GAN_LESSONS_DATA"
    if source == "auto" and _cached(name).is_file():
        return _cached(name), "the cache"
    if source == "download" or runtime.resolve_preset() == "full":
        try:
            return fetch(name), "a download, now in the cache"
        except DataError as error:
            if source == "download" or name != PROCEDURAL:
                raise
            _, _, reason = str(error).partition("\n")  # what the first address answered
            reason = (reason or str(error)).splitlines()[0].strip()
            print(f"No download ({reason}): using horses drawn by the course instead.")
    return None, ""


def _cached(name: str) -> Path:
    return runtime.cache_dir() / "unpaired" / f"{name}.zip"


def _help(name: str) -> str:
    return (
        f"Fetch it ({unpaired.SETS[name][1]:,} MB) with: gan-lessons data fetch {name}; or pass "
        "the path of your own copy."
    )
