"""Writing files all or nothing: a process may be killed at any moment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; it takes the place of `path` if the block succeeds.

    So `path` is the old file or the complete new one, never half of it. If the block fails, the
    temporary file is removed; a process that is killed leaves it, under a name with a dot in front
    that nothing else reads. Creates the folder; OSError where that is impossible.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def is_leftover(path: Path) -> bool:
    """Whether `path` is what a killed process had begun to write aside."""
    return re.match(r"\.\d+\..", path.name) is not None


def remove_leftovers(folder: str | Path) -> None:
    """Remove what killed processes left aside in `folder` and in the folders below it."""
    for path in filter(is_leftover, Path(folder).rglob(".*")):
        path.unlink(missing_ok=True)
