"""Pictures in a folder of the cache: memory-mapped, filled in pieces, all or nothing.

A store is a folder with `pictures.npy` (n, size, size, 3) uint8, `attributes.npy` (n, k) bool and
`manifest.json`, which says what they are and is only there when they are complete. While it is
being filled, the folder's name ends in `.part`; a process that is killed loses the last piece, and
the next one goes on from there. Two processes never fill one store: the second waits for the first.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gan_lessons.datasets.fetch import DataError, sha256
from gan_lessons.files import written_aside

PICTURES, ATTRIBUTES, MANIFEST, PROGRESS = (
    "pictures.npy",
    "attributes.npy",
    "manifest.json",
    "progress.json",
)
AGAIN = "Delete the folder and try again."


def is_complete(folder: Path) -> bool:
    """Whether a whole store is in that folder."""
    return (folder / MANIFEST).is_file()


def manifest(folder: Path) -> dict[str, Any]:
    """What a store says about itself."""
    return json.loads((folder / MANIFEST).read_text("utf-8"))


def read(folder: Path) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Pictures (memory-mapped, read-only), attributes and manifest of a store.

    Raises DataError, saying what to do, where files are missing or do not fit each other.
    """
    try:
        told = manifest(folder)
        pictures = np.load(folder / PICTURES, mmap_mode="r", allow_pickle=False)
        attributes = np.load(folder / ATTRIBUTES, allow_pickle=False)
        size = told["size"]
        fits = pictures.shape == (told["pictures"], size, size, 3) and pictures.dtype == np.uint8
        fits = fits and attributes.shape == (len(pictures), len(told["attributes"]))
    except (OSError, ValueError, KeyError, EOFError, TypeError) as error:
        raise DataError(f"{folder} is damaged ({error}). {AGAIN}") from None
    if not fits:
        raise DataError(f"{folder} is damaged: its files do not fit each other. {AGAIN}")
    return pictures, attributes, told


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process fills this store, and keep others waiting meanwhile."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("a+b") as file:
        try:
            import fcntl
        except ImportError:  # Windows, where a lock holds one byte and a try takes ten seconds
            import msvcrt

            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:
                    continue
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file, or the end of the process, gives the lock back


class Filling:
    """A store that is being filled, perhaps for the second time: `seen` and `kept` say how far.

    Args:
        folder: of the store. size: height and width of a picture. source: what it is filled from,
            a dict for JSON; what was begun from another source is thrown away.
    """

    def __init__(self, folder: Path, size: int, source: dict[str, Any]):
        self.folder, self.size, self.source = folder, size, source
        self.part = folder.with_name(folder.name + ".part")
        self.seen, self.kept, self.skipped = 0, 0, []
        try:
            begun = json.loads((self.part / PROGRESS).read_text("utf-8"))
            if begun["source"] == source and begun["size"] == size:
                self.seen, self.kept = begun["seen"], begun["kept"]
                self.skipped = begun["skipped"]
        except (OSError, ValueError, KeyError, TypeError):
            pass
        if not self.seen:
            shutil.rmtree(self.part, ignore_errors=True)
        self.part.mkdir(parents=True, exist_ok=True)
        self.file = (self.part / PICTURES).open("r+b" if self.seen else "w+b")
        self._header(0)
        self.start = self.file.tell()
        self.file.seek(0, os.SEEK_END)
        if self.file.tell() < self._end():  # what progress speaks of must be there
            raise DataError(f"{self.part} is damaged. {AGAIN}")
        self.file.truncate(self._end())
        self.file.seek(self._end())

    def _end(self) -> int:
        return self.start + self.kept * self.size * self.size * 3

    def _header(self, count: int) -> None:
        """NumPy leaves room in its header for the number of rows to grow, so its length stays."""
        self.file.seek(0)
        shape = (count, self.size, self.size, 3)
        about = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self.file, about)

    def add(self, pictures: np.ndarray, seen: int, skipped: list[list[str]] = ()) -> None:
        """Write pictures down for good: what a kill leaves behind is never more than this."""
        self.file.write(np.ascontiguousarray(pictures).data)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.seen, self.kept = self.seen + seen, self.kept + len(pictures)
        self.skipped = [*self.skipped, *skipped]
        told = {"source": self.source, "size": self.size, "seen": self.seen, "kept": self.kept}
        with written_aside(self.part / PROGRESS) as aside:
            aside.write_text(json.dumps({**told, "skipped": self.skipped}), encoding="utf-8")

    def finish(self, attributes: np.ndarray, names: list[str], **facts: Any) -> Path:
        """Complete the store and put it in its place; returns its folder."""
        self._header(self.kept)
        if self.file.tell() != self.start:
            raise RuntimeError("NumPy's header has grown; the pictures behind it are overwritten.")
        self.file.close()
        np.save(self.part / ATTRIBUTES, attributes, allow_pickle=False)
        told = {
            "source": self.source,
            "pictures": self.kept,
            "size": self.size,
            "attributes": list(names),
            "skipped": self.skipped,
            "sha256": {name: sha256(self.part / name) for name in (PICTURES, ATTRIBUTES)},
            **facts,
        }
        (self.part / PROGRESS).unlink(missing_ok=True)
        with written_aside(self.part / MANIFEST) as aside:
            aside.write_text(json.dumps(told, indent=1), encoding="utf-8")
        replaced = self.folder.with_name(f".{os.getpid()}.{self.folder.name}")
        if self.folder.exists():
            self.folder.replace(replaced)
        self.part.replace(self.folder)
        shutil.rmtree(replaced, ignore_errors=True)
        return self.folder

    def close(self) -> None:
        """Leave it as it is, to be taken up again."""
        self.file.close()


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Progress:
    """A line that says how far something is; `told(done)` as often as you like."""

    def __init__(self, what: str, total: int, done: int = 0):
        self.what, self.total, self.first = what, total, done
        self.began = self.last = time.monotonic()
        self.live = sys.stdout.isatty()

    def told(self, done: int) -> None:
        """Show the line again, at most twice a second (in a file: every ten seconds)."""
        now = time.monotonic()
        if done < self.total and now - self.last < (0.5 if self.live else 10):
            return
        self.last = now
        rate = (done - self.first) / max(now - self.began, 1e-6)
        left = (self.total - done) / max(rate, 1e-6)
        line = f"{self.what}: {done:,} of {self.total:,}, {rate:,.0f} a second, {left:,.0f} s left"
        end = "\n" if done >= self.total or not self.live else ""
        print(("\r" if self.live else "") + f"{line:78}", end=end, flush=True)
