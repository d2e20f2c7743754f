"""Text messages, ham or spam: the SMS Spam Collection, or the 600 messages bundled with the course.

The SMS Spam Collection is by Tiago A. Almeida and José María Gómez Hidalgo (licence CC BY 4.0). It
is one text file, a message a line: the label, a tab, the message. The bundled messages are in the
same form and were written for this course.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from pathlib import Path

import numpy as np

from gan_lessons.datasets import bundled
from gan_lessons.datasets.fetch import DataError, download_checked, looks_like_html
from gan_lessons.files import written_aside

BUNDLED = "sms_messages.tsv"
FILE = "SMSSpamCollection"
SHA256 = "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d"  # of the text
COUNTS = {"ham": 4_827, "spam": 747}
URLS = (
    "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip",
    "https://archive.ics.uci.edu/ml/machine-learning-databases/00228/smsspamcollection.zip",
)
ZIPS = ("smsspamcollection.zip", "sms+spam+collection.zip", "sms_spam_collection.zip")
LARGEST = 5_000_000  # bytes that are unpacked at most; the real file has a tenth of that
HELP = (
    f"Expected is the SMS Spam Collection: the text file {FILE} with 5,574 lines, or the .zip that "
    "holds it. Fetch it with: gan-lessons data fetch sms_spam"
)


def read(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the SMS Spam Collection from a folder, its text file, or the .zip that holds it.

    Returns the messages (5574,) as strings (dtype object) and the labels (5574,) int64, 1 for spam.
    Raises DataError, naming the file, for anything missing, damaged, or not the original messages.
    """
    return parse(text_of(path), path)


def text_of(path: str | Path) -> bytes:
    """The bytes of the collection's text file, checked by their hash, from any accepted layout."""
    path = Path(path).expanduser()
    if path.is_dir():
        found = file_in(path)
        if found is None:
            there = sorted(entry.name for entry in path.iterdir())
            shown = ", ".join(there[:8]) + (", ..." if len(there) > 8 else "")
            raise DataError(f"{path} has no {FILE}. It holds {shown or 'nothing'}. {HELP}")
        path = found
    elif not path.exists():
        raise DataError(f"{path} does not exist. {HELP}")
    if looks_like_html(path):
        raise DataError(f"{path} is a saved web page, not the data. Delete it. {HELP}")
    with path.open("rb") as stream:
        packed = stream.read(4) == b"PK\x03\x04"
    if packed or path.suffix == ".zip":
        raw = _unpacked(path)
    elif path.stat().st_size > LARGEST:
        raise DataError(f"{path} is far too large ({path.stat().st_size:,} bytes). {HELP}")
    else:
        raw = path.read_bytes()
    raw = raw.replace(b"\r\n", b"\n")  # what some editors make of it
    found_hash = hashlib.sha256(raw).hexdigest()
    if found_hash != SHA256:
        lines = raw.count(b"\n")
        raise DataError(
            f"{path} is not the original collection, or was cut off: {lines:,} lines, {len(raw):,} "
            f"bytes, sha256 {found_hash}; expected {sum(COUNTS.values()):,} lines, sha256 {SHA256}."
            f" {HELP}"
        )
    return raw


def parse(raw: bytes, path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Messages and labels (1 for spam) of a file in the collection's form.

    Raises DataError, naming file and line, where a line is not a label, a tab and a message.
    """
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not text in UTF-8: {error}. {HELP}") from error
    texts, labels = [], []
    for number, line in enumerate(lines, 1):
        if not line and number == len(lines):
            continue
        label, tab, text = line.partition("\t")
        if label not in COUNTS or not tab or not text.strip():
            raise DataError(
                f"{path}, line {number}: expected 'ham' or 'spam', a tab and a message, found "
                f"{line[:60]!r}. {HELP}"
            )
        texts.append(text)
        labels.append(int(label == "spam"))
    return np.array(texts, dtype=object), np.array(labels, dtype="int64")


def read_bundled() -> tuple[np.ndarray, np.ndarray]:
    """The messages of the course: 600 strings and their labels, 1 for spam."""
    path = bundled.checked(BUNDLED)
    return parse(path.read_bytes(), path)


def found_in(folder: str | Path) -> bool:
    """Whether `folder` seems to hold the collection."""
    return file_in(folder) is not None


def file_in(folder: str | Path) -> Path | None:
    """The collection's file in `folder`, plain or as the published .zip, or None."""
    folder = Path(folder).expanduser()
    names = (FILE, f"{FILE}.txt", *ZIPS)
    return next((folder / name for name in names if (folder / name).is_file()), None)


def fetch(cache: str | Path) -> Path:
    """Download the collection into the folder `cache` and return the path of its text file.

    The archive is checked by what it holds. Raises DataError if no address delivers it.
    """
    cache = Path(cache)

    def fault(file: Path) -> str | None:
        try:
            text_of(file)
        except DataError as error:
            return str(error).removesuffix(f" {HELP}")
        return None

    archive = download_checked(URLS, cache / ZIPS[0], fault)
    path = write(text_of(archive), cache / FILE)
    archive.unlink()
    return path


def write(raw: bytes, path: str | Path) -> Path:
    """Write the text file, complete or not at all."""
    with written_aside(path) as aside:
        aside.write_bytes(raw)
    return Path(path)


def split(
    texts: np.ndarray, labels: np.ndarray, seed: int = 0, share: float = 0.2
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training part and of the held-out part, which gets `share` of each label.

    Messages that are nearly the same (see `families`) stay on one side, so that nothing held out
    has been seen in training. Both arrays are sorted. Raises ValueError for a share outside (0, 1).
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"share must lie between 0 and 1, received {share}.")
    labels = np.asarray(labels)
    family = families(texts)
    sizes = np.bincount(family)
    held_out = np.zeros(len(labels), bool)
    order = np.random.default_rng(seed).permutation(len(sizes))
    for label in np.unique(labels):
        room = round(share * np.sum(labels == label))
        for one in order[np.isin(order, family[labels == label])]:
            members = family == one
            if np.all(labels[members] == label) and sizes[one] <= room:
                held_out |= members
                room -= sizes[one]
            if not room:
                break
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def families(texts: np.ndarray, likeness: float = 0.6) -> np.ndarray:
    """A number per message; two share it if a chain of nearly equal messages links them.

    Nearly equal: at least `likeness` of all their different words are common to both (Jaccard
    index), where every number counts as the same word.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    words = [set(re.findall(r"[^\W\d_]+|\d+", re.sub(r"\d+", "0", t.lower()))) for t in texts]
    columns: dict[str, int] = {}
    places = [[columns.setdefault(w, len(columns)) for w in sorted(bag)] for bag in words]
    ends = np.cumsum([0, *(len(p) for p in places)])
    flat = np.array([i for p in places for i in p], dtype=int)
    bags = csr_matrix((np.ones(len(flat)), flat, ends), (len(words), max(1, len(columns))))
    common = (bags @ bags.T).tocoo()
    size = np.diff(ends)
    union = size[common.row] + size[common.col] - common.data
    near = common.data >= likeness * union
    links = csr_matrix((near[near], (common.row[near], common.col[near])), common.shape)
    return connected_components(links, directed=False)[1]


def _unpacked(path: Path) -> bytes:
    """The text file inside the .zip, read into memory; nothing is written, no name is trusted."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [i for i in archive.infolist() if i.filename.rpartition("/")[2] == FILE]
            if len(inside) != 1:
                names = ", ".join(archive.namelist()[:8])
                raise DataError(f"{path} holds {names or 'nothing'}, but not one {FILE}. {HELP}")
            if inside[0].file_size > LARGEST:
                raise DataError(
                    f"{path} would unpack to {inside[0].file_size:,} bytes, far too much. {HELP}"
                )
            with archive.open(inside[0]) as stream:
                return stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise DataError(f"{path} is not a complete .zip: {error}. Delete it. {HELP}") from error
