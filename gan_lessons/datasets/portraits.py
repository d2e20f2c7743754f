"""The bundled faces: portraits drawn by the course, once, and kept in the cache."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from gan_lessons import portraits, runtime
from gan_lessons.datasets import store

COUNT, FEW = 20_000, 2_000  # portraits of a training set, and of one that is there in seconds
SEED, HELD_OUT_SEED = 0, 1
PIECE = 256  # portraits drawn between two writings


def load(count: int | None = None, seed: int = SEED, verbose: bool = True) -> tuple:
    """Pictures (count, 64, 64, 3) uint8, attributes (count, k) bool, and the names of these.

    count: COUNT by default. Drawn when they are first asked for (a minute and less for 20,000) and
    then memory-mapped from the cache; drawn into memory where there is no cache to write to.
    """
    count = COUNT if count is None else count
    try:
        pictures, attributes = _cached(count, seed, verbose)
    except OSError as error:
        if verbose:
            print(f"The portraits cannot be kept ({error}), so they are drawn again each time.")
        pictures, attributes = portraits.draw(count, seed)
    return pictures[:count], attributes[:count], list(portraits.NAMES)


def _cached(count: int, seed: int, verbose: bool) -> tuple[np.ndarray, np.ndarray]:
    """At least `count` portraits of a seed, from the cache, where they are put if need be."""
    place = folder(count, seed)
    # Every portrait is the same whichever others are drawn: so a larger store will do.
    for there in (place, folder(max(count, COUNT), seed)):
        if store.is_complete(there):
            return store.read(there)[:2]
    with store.alone(place):
        if not store.is_complete(place):
            _fill(place, count, seed, verbose)
    return store.read(place)[:2]


def _fill(place: Path, count: int, seed: int, verbose: bool) -> None:
    """Draw the portraits of a store, from where an earlier try was stopped."""
    source = {"seed": seed, "count": count, "piece": PIECE, "code": code()}
    filling = store.Filling(place, portraits.SIZE, source)
    progress = store.Progress("Drawing portraits", count, filling.kept) if verbose else None
    try:
        for drawn in _pieces(count, seed, filling.kept // PIECE):
            filling.add(drawn, len(drawn))
            if progress:
                progress.told(filling.kept)
        filling.finish(portraits.describe(range(count), seed), portraits.NAMES)
    finally:
        filling.close()
    _forget_others(place)


def _pieces(count: int, seed: int, first: int) -> Iterator[np.ndarray]:
    """The portraits, piece by piece in their order, from piece `first` on: drawn on all cores."""
    numbers = range(first, -(-count // PIECE))
    workers = min(store.cores(), len(numbers))
    with ExitStack() as stack:
        drawing = []
        for i in range(workers if workers > 1 else 0):
            process = _worker(seed, count, PIECE, first + i, workers)
            stack.callback(process.wait)
            stack.callback(process.stdout.close)
            stack.callback(process.kill)
            drawing.append(process)
        for turn, number in enumerate(numbers):
            chosen = range(number * PIECE, min((number + 1) * PIECE, count))
            shape = (len(chosen), portraits.SIZE, portraits.SIZE, 3)
            wanted = int(np.prod(shape))
            sent = drawing[turn % workers].stdout.read(wanted) if drawing else b""
            if len(sent) == wanted:
                yield np.frombuffer(sent, "uint8").reshape(shape)
            else:  # one core, or a process that did not start or was stopped
                yield portraits.draw(chosen, seed)[0]


def _worker(*numbers: int) -> subprocess.Popen:
    """A process that draws, see `gan_lessons.portraits.__main__`."""
    command = [sys.executable, "-m", "gan_lessons.portraits", *map(str, numbers)]
    here = str(Path(portraits.__file__).parents[2])
    path = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)


def folder(count: int, seed: int = SEED) -> Path:
    """Where the cache keeps so many portraits of a seed."""
    return runtime.cache_dir() / "portraits" / f"{count}-seed-{seed}-{code()}"


@functools.cache
def code() -> str:
    """A name for the drawing code as it is: other code draws other portraits."""
    files = sorted(Path(portraits.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _forget_others(place: Path) -> None:
    """Delete what an earlier version of the course drew: nothing will ask for it again."""
    for other in place.parent.glob("*-seed-*"):
        if not other.name.removesuffix(".part").endswith(code()):
            shutil.rmtree(other, ignore_errors=True)
