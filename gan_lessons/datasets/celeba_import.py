"""CelebA into the cache, once: all pictures cut and made small, with their attributes.

After that a training starts at once, however many pictures there are, and needs no more memory than
the batches it looks at. The .zip is read, never unpacked. `gan-lessons data import celeba PATH`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

import numpy as np

from gan_lessons import runtime
from gan_lessons.datasets import celeba, store
from gan_lessons.datasets.celeba import HELP, NAMES
from gan_lessons.datasets.fetch import DataError, looks_like_html

PIECE = 512  # pictures decoded between two writings
VERSION = 1  # of the way in which a picture is cut: another one makes other pictures


def folder() -> Path:
    """Where the cache keeps CelebA."""
    return runtime.cache_dir() / "celeba"


def run(
    path: str | Path,
    target: Path,
    size: int = celeba.SIZE,
    workers: int | None = None,
    verbose: bool = True,
) -> Path:
    """Import the pictures at `path` into the store `target`, which is returned.

    path: a folder that holds `img_align_celeba` (or its .zip) and the table of attributes, or that
    folder or .zip itself with the table beside it. Each picture becomes the middle square (148 of
    178 pixels) in size x size, by Lanczos' filter. Damaged pictures are left out and listed in the
    store's manifest. Killed and started again, it goes on where it was, and the result is the same.

    Raises DataError where there are no pictures, the .zip is damaged or names files outside of
    itself, no picture is whole, or the attributes are missing or not those of these pictures;
    what was in `target` stays as it was then.
    """
    place = celeba.found_in(path)
    if place is None:
        raise DataError(f"{path} holds no faces. {HELP}")
    with ExitStack() as opened:
        members = _members(place, opened)
        known, rows = _attributes(place, members)
        state = [[m.name, m.bytes] for m in members]
        source = {
            "files": len(members),
            "names": hashlib.sha256(json.dumps(state).encode()).hexdigest(),
            "from": str(place.resolve()),
            "version": VERSION,
        }
        with store.alone(target):
            began = time.monotonic()
            filling = store.Filling(target, size, source)
            try:
                _decode(members, filling, size, workers, verbose)
                bad = {name for name, _ in filling.skipped}
                kept = [rows[m.name] for m in members if m.name not in bad]
                if not kept:
                    name, why = filling.skipped[0]
                    raise DataError(f"{place}: no picture is whole ({name}: {why}). {HELP}")
                seconds = round(time.monotonic() - began, 1)
                return filling.finish(np.stack(kept), known, seconds=seconds)
            finally:
                filling.close()


class _Member:
    """A picture file: its name, its number of bytes, and how to read it."""

    __slots__ = ("bytes", "name", "read")

    def __init__(self, name: str, size: int, read: Callable[[], bytes]):
        self.name, self.bytes, self.read = name, size, read


def _members(place: Path, opened: ExitStack) -> list[_Member]:
    """The .jpg files in a folder or a .zip, in the order of their names."""
    if place.is_dir():
        files = [f for f in place.iterdir() if _is_picture(f.name)]
        found = [_Member(f.name, f.stat().st_size, f.read_bytes) for f in files]
    elif looks_like_html(place):
        raise DataError(f"{place} is a saved web page, not the data. Delete it. {HELP}")
    else:
        try:
            archive = opened.enter_context(zipfile.ZipFile(place))
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(f"{place} is not a whole .zip ({error}). {HELP}") from error
        found = [_member(archive, info, place) for info in archive.infolist()]
        found = [member for member in found if member is not None]
    if not found:
        raise DataError(f"{place} holds no .jpg files. {HELP}")
    found.sort(key=lambda member: member.name)
    for one, other in itertools.pairwise(found):
        if one.name == other.name:
            raise DataError(f"{place} holds two files called {one.name}. {HELP}")
    return found


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path) -> _Member | None:
    """A picture in a .zip; None for other files. DataError for a name that leads out of it."""
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or ":" in info.filename:
        raise DataError(f"{place} names a file outside of itself: {info.filename!r}. {HELP}")
    if info.is_dir() or not _is_picture(inside.name) or "__MACOSX" in inside.parts:
        return None
    return _Member(inside.name, info.file_size, lambda: archive.read(info))


def _is_picture(name: str) -> bool:
    return name.lower().endswith((".jpg", ".jpeg")) and not name.startswith(".")


def _attributes(place: Path, members: list[_Member]) -> tuple[list[str], dict[str, np.ndarray]]:
    """CelebA's 40 attributes of exactly these pictures; DataError otherwise."""
    table = celeba.table_beside(place)
    if table is None:
        raise DataError(f"There is no {' or '.join(celeba.ATTRIBUTES)} beside {place}. {HELP}")
    known, rows = celeba.read_attributes(table)
    if sorted(known) != sorted(NAMES):
        raise DataError(
            f"{table} has {len(known)} attributes ({', '.join(known[:3])} ...); expected CelebA's "
            f"{len(NAMES)}. {HELP}"
        )
    names = {member.name for member in members}
    for one, other, what in (
        (names, rows.keys(), "no line for the picture"),
        (rows.keys(), names, "a line without a picture:"),
    ):
        if lacking := one - other:
            raise DataError(
                f"{table} has {len(rows):,} lines and {place} has {len(names):,} pictures; there "
                f"is {what} {min(lacking)}. Both must be of the same pictures. {HELP}"
            )
    return known, rows


def _decode(members, filling, size, workers, verbose) -> None:
    """Fill the store with what is still missing, some pictures at a time, on all cores."""
    progress = store.Progress("Importing CelebA", len(members), filling.seen) if verbose else None
    # Pillow lets go of Python's lock while it decodes and resizes: threads are enough.
    with ThreadPoolExecutor(workers or store.cores()) as pool:
        for start in range(filling.seen, len(members), PIECE):
            piece = members[start : start + PIECE]
            made = list(pool.map(lambda member: _cut(member, size), piece))
            good = [picture for picture, _ in made if picture is not None]
            bad = [[m.name, why] for m, (_, why) in zip(piece, made, strict=True) if why]
            empty = np.zeros((0, size, size, 3), "uint8")
            filling.add(np.stack(good) if good else empty, len(piece), bad)
            if progress:
                progress.told(filling.seen)


def _cut(member: _Member, size: int) -> tuple[np.ndarray | None, str]:
    """A picture, or None and what is wrong with it."""
    try:
        if member.bytes > celeba.LARGEST:
            raise OSError(f"{member.bytes:,} bytes are more than a photograph has")
        return celeba.cut(member.read(), size), ""
    except Exception as error:  # Pillow and zipfile raise many kinds; one bad file must not stop it
        return None, f"{type(error).__name__}: {error}"[:200]
