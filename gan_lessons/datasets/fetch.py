"""Files that are what they claim to be: hashes and checked downloads."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

BLOCK = 1 << 20  # bytes read at a time
TIMEOUT = 30  # seconds without an answer before the next mirror is tried


class DataError(ValueError):
    """A data file is missing, damaged or not what it should be; the message says what to do."""


def digest(path: str | Path, algorithm: str = "sha256") -> str:
    """Hash of a file's bytes as hexadecimal digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def sha256(path: str | Path) -> str:
    """SHA-256 of a file's bytes as 64 hexadecimal digits."""
    return digest(path, "sha256")


def looks_like_html(path: str | Path) -> bool:
    """Whether a file starts like a web page: what a hotel's login page saves as your download."""
    with Path(path).open("rb") as stream:
        start = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<!--"))


def download(
    urls: Sequence[str], path: str | Path, expected: str, algorithm: str = "sha256"
) -> Path:
    """Download a file to `path` from the first of `urls` that delivers it, checked by its hash.

    What an interrupted attempt left in `<path>.part` is continued, not fetched again. `path`
    appears only when it is complete and its hash is `expected`. A file already there with the right
    hash is used as it is. Raises DataError, naming each address and what went wrong, if none
    delivers.
    """

    def fault(file: Path) -> str | None:
        found = digest(file, algorithm)
        if found == expected:
            return None
        what = "a web page, not the file" if looks_like_html(file) else "the wrong bytes"
        return (
            f"got {what} ({file.stat().st_size:,} bytes, {algorithm} {found}; expected {expected})"
        )

    return download_checked(urls, path, fault)


def download_checked(
    urls: Sequence[str], path: str | Path, fault: Callable[[Path], str | None]
) -> Path:
    """`download` for a file that is known by its content: fault(file) says what is wrong, or None.

    For archives that are packed anew now and then, where only what they hold can be checked.
    """
    path = Path(path)
    if path.is_file() and fault(path) is None:
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"cannot create the folder {path.parent} ({error}). Name another one, which you may "
            "write to, in GAN_LESSONS_CACHE."
        ) from error
    part = path.with_name(path.name + ".part")
    problems = []
    for url in urls:
        # A leftover may stem from another mirror or another edition; then start over, once.
        for _ in range(2):
            resumed = part.is_file() and part.stat().st_size > 0
            try:
                _append(url, part)
            except (OSError, http.client.HTTPException) as error:
                problems.append(f"{url}: {error}")
                break
            wrong = fault(part)
            if wrong is None:
                part.replace(path)
                return path
            part.unlink()
            if not resumed:
                problems.append(f"{url}: {wrong}")
                break
    raise DataError(
        f"could not download {path.name}:\n  " + "\n  ".join(problems) + "\n"
        "Is there an internet connection, and does it ask for a login in the browser first? You "
        "can also fetch the file on another machine and hand it over: gan-lessons data import."
    )


def _append(url: str, part: Path) -> None:
    """Write what `url` holds to `part`, continuing after the bytes that are there already."""
    have = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "gan-lessons"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=TIMEOUT
        )
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing left to send: the hash will tell if it is complete
            return
        raise
    with answer:
        # A server that ignores Range answers 200 and sends everything: start the file afresh.
        continued = answer.status == 206
        length = answer.headers.get("Content-Length")
        written = 0
        with part.open("ab" if continued else "wb") as stream:
            while block := answer.read(BLOCK):
                stream.write(block)
                written += len(block)
    if length is not None and written < int(length):
        raise OSError(
            f"the connection broke off after {written:,} of {int(length):,} bytes; "
            "the next attempt continues there"
        )
