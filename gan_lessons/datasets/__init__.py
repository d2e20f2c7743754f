"""The data sets of the course: arrays in, arrays out, and always said where they came from."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gan_lessons import runtime
from gan_lessons.datasets import (
    celeba,
    celeba_import,
    coloured_digits,
    fashion_mnist,
    gaussians,
    horses,
    mnist,
    piles,
    portraits,
    sms_spam,
    stacked_mnist,
    store,
    unpaired,
)
from gan_lessons.datasets.fetch import DataError

NAMES = (
    "mnist",
    "sms_spam",
    "fashion_mnist",
    "stacked_mnist",
    "celeba",
    "coloured_digits",
    *unpaired.SETS,
    "ring",
    "grid",
)
# Sets that live in files, and their modules.
FILES = {"mnist": mnist, "sms_spam": sms_spam, "fashion_mnist": fashion_mnist}
TOY_SIZE, TOY_SEED = 50_000, 0  # of the sets that `load("ring")` and `load("grid")` give

__all__ = [
    "NAMES",
    "DataError",
    "Dataset",
    "celeba",
    "coloured_digits",
    "fashion_mnist",
    "fetch",
    "gaussians",
    "horses",
    "import_data",
    "load",
    "portraits",
    "sms_spam",
    "stacked_mnist",
    "status",
    "unpaired",
]


@dataclass(frozen=True)
class Dataset:
    """Arrays and where they came from; what a data set does not have is None.

    mnist, fashion_mnist: x uint8 (n, 28, 28, 1), y int64 (n,); info of fashion_mnist holds kinds,
    the ten names of its labels. sms_spam: x strings (n,), y int64 (n,), 1 for spam;
    a fifth of each label is held out as test. stacked_mnist: x uint8 (n, 28, 28, 3), y int64 (n,),
    the number from 0 to 999 that its three digits form. celeba: x uint8 (n, 64, 64, 3), y bool
    (n, attributes), absent without their file; info holds the attributes' names; x may be
    memory-mapped and read-only. Sets of
    two piles (horse2zebra and the like, coloured_digits): x and y are both pictures, uint8 (n,
    size, size, 3), of the two kinds, and do not belong together; info holds the kinds' names and,
    where it is known, truth, the hidden partners of x_test and of y_test. ring, grid:
    x_train float32 (n, 2), y absent; info holds centres (modes, 2) and std.
    """

    name: str
    source: str
    x_train: np.ndarray
    y_train: np.ndarray | None = None
    x_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    info: dict[str, Any] = field(default_factory=dict)


def load(
    name: str, source: str | Path = "auto", verbose: bool = True, size: int | None = None
) -> Dataset:
    """Load the data set `name`, one of NAMES, and print in one line where from.

    name may also be the path of a folder or .zip of your own in the layout of the CycleGAN sets
    (see `unpaired`). size: of the pictures of these sets; by default 256, 64 of those drawn here.

    source for sets that live in files, and for stacked_mnist, where it says whose digits are
    stacked:
      "auto": the folder named in GAN_LESSONS_DATA, else the cache, else a download (only in the
        full preset; if it fails, a notice is printed), else what is bundled;
      "bundled": what comes with the course: 10,000 training digits and no test digits, or 600
        messages. Fashion-MNIST does not come with it;
      "download": the cache, filled from the web if need be;
      a path: mnist and fashion_mnist, a folder with their .npz or the four IDX files, or an .npz
        file; sms_spam, a folder with the SMS Spam Collection, its text file, or its .zip.
    For celeba, "auto" is the folder named in GAN_LESSONS_DATA, else what `import_data` put into the
    cache, else portraits drawn by the course, which "bundled" asks for (20,000; "few": 2,000, which
    is also what the smoke preset gets); a path is a folder with the pictures, or their .zip.
    For horse2zebra, "bundled" are horses and zebras drawn by the course, with known partners;
    coloured_digits are drawn from mnist's, and source says which.

    Raises ValueError for an unknown name, DataError (a ValueError) naming the file, what was found
    and what to do where data is missing or damaged.
    """
    if name not in NAMES and unpaired.found_in(name) is None:
        raise ValueError(
            f"there is no data set {name!r}; there are {', '.join(NAMES)}, and folders or .zip "
            "files of your own with trainA and trainB in them."
        )
    if name not in NAMES or name in unpaired.SETS:
        folder = _own_folder(name) if name in NAMES else None
        data = Dataset(name, **piles.load(name, source, size, folder, verbose))
    elif name == "coloured_digits":
        digits = _load_files("mnist", source)
        told = f"{digits.source}, dressed with seed {coloured_digits.SEED}"
        data = Dataset(name, told, **coloured_digits.piles(digits.x_train, digits.y_train))
    elif name in FILES:
        data = _load_files(name, source)
    elif name == "celeba":
        data = _load_celeba(source)
    elif name == "stacked_mnist":
        data = _stacked(_load_files("mnist", source))
    elif source in ("auto", "bundled"):
        data = _load_toy(name)
    else:
        raise ValueError(f"{name} is drawn from a seed; source is {source!r}, expected 'auto'.")
    if verbose:
        many, test = _counted(data.x_train, data.y_train), _counted(data.x_test, data.y_test)
        test = f" and {test} test" if test else ""
        print(f"Data: {name}, {many} training{test} samples, from {data.source}")
    return data


def _counted(x: np.ndarray | None, y: np.ndarray | None) -> str:
    """How many samples; of both piles, where y are pictures too."""
    both = (x, y) if y is not None and y.ndim == 4 else (x,)
    return " + ".join(f"{len(pile):,}" for pile in both if pile is not None)


def fetch(name: str) -> Path:
    """Download a data set into the cache (checked by hash, resumed) and return the file's path.

    What is there already and complete is kept. Raises DataError if no address delivers it,
    ValueError for a set that needs no download.
    """
    if name in unpaired.SETS:
        return piles.fetch(name)
    _downloadable(name)
    path = _cached(name)
    if path.is_file():
        try:
            FILES[name].read(path)
            return path
        except DataError as error:
            print(f"The cached file cannot be used and is fetched again: {error}")
    return FILES[name].fetch(path.parent)


def import_data(name: str, path: str | Path, size: int | None = None) -> Path:
    """Copy your own files of a data set into the cache, checked; returns the path of the copy.

    path: as in `load`; the four IDX files of an image set may be plain or .gz. size: height and
    width that the pictures of celeba get (64), see `celeba_import`.
    Raises DataError for files that are not the original data; the cache then stays as it was.
    """
    if name == "celeba":
        return _import_celeba(path, size or celeba.SIZE)
    if size is not None:
        raise ValueError(f"only the pictures of celeba are resized, not {name}.")
    _downloadable(name)
    content = sms_spam.text_of(path) if name == "sms_spam" else FILES[name].read(path)
    target = _cached(name)
    try:
        return FILES[name].write(content, target)
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> DataError:
    return DataError(
        f"cannot write {target} ({error}). Name a folder that you may write to in "
        "GAN_LESSONS_CACHE."
    )


def status() -> list[str]:
    """Say in one line per data set where `load(name)` would take it from; reads no array.

    A set is only looked for, not checked: a damaged file shows when it is loaded. Raises DataError
    if GAN_LESSONS_DATA names no folder.
    """
    bundled = {
        "mnist": "10,000 bundled training digits",
        "fashion_mnist": "nothing is bundled",
        "sms_spam": "600 bundled messages",
    }
    lines = []
    for name in FILES:
        folder, cached = _own_folder(name), _cached(name)
        if folder is not None:
            place = f"the full set, in {folder} (from GAN_LESSONS_DATA)"
        elif cached.is_file():
            place = f"the full set, in the cache: {cached}"
        else:
            place = f"{bundled[name]}; the full set: gan-lessons data fetch {name}"
        lines.append(f"{name}: {place}")
    return [
        *lines,
        "stacked_mnist: 1,000 modes, three digits of mnist to a picture, drawn from a seed",
        f"celeba: {_celeba_status()}",
        "coloured_digits: digits of mnist, black on white and in colour, dressed from a seed",
        *(f"{name}: {piles.status(name, _own_folder(name))}" for name in unpaired.SETS),
        "ring: 8 Gaussians on a circle, drawn from a seed",
        "grid: 25 Gaussians on a grid, drawn from a seed",
    ]


def _load_files(name: str, source: str | Path) -> Dataset:
    """A set that lives in files, from the source asked for."""
    full, bundled, what = {
        "mnist": (_full_mnist, _bundled_mnist, "digits"),
        "fashion_mnist": (_full_fashion, _bundled_fashion, None),
        "sms_spam": (_full_sms, _bundled_sms, "messages"),
    }[name]
    if source == "bundled":
        return bundled()
    if source == "download":
        return full(fetch(name), "the cache, downloaded")
    if source != "auto":
        return full(Path(source))
    if (folder := _own_folder(name)) is not None:
        return full(folder, "GAN_LESSONS_DATA")
    if (path := _cached(name)).is_file():
        return full(path, "the cache")
    if runtime.resolve_preset() == "full":
        try:
            return full(fetch(name), "a download, now in the cache")
        except DataError as error:
            _, _, reason = str(error).partition("\n")  # what the first address answered
            reason = (reason or str(error)).splitlines()[0].strip()
            if what is None:  # there is nothing to fall back on
                raise
            print(f"No download ({reason}): using the bundled {what} instead.")
    return bundled()


def _full_mnist(path: Path, what: str = "your files") -> Dataset:
    """All 60,000 + 10,000 digits from a folder or an .npz."""
    return _full_images("mnist", path, what)


def _full_fashion(path: Path, what: str = "your files") -> Dataset:
    """All 60,000 + 10,000 pieces of clothing from a folder or an .npz."""
    return _full_images("fashion_mnist", path, what, info={"kinds": fashion_mnist.KINDS})


def _full_images(name: str, path: Path, what: str, **extra: Any) -> Dataset:
    """A set in the layout of MNIST."""
    arrays = FILES[name].read(path)
    return Dataset(
        name=name,
        source=f"{what} ({path})",
        x_train=arrays["x_train"][..., np.newaxis],
        y_train=arrays["y_train"].astype("int64"),
        x_test=arrays["x_test"][..., np.newaxis],
        y_test=arrays["y_test"].astype("int64"),
        **extra,
    )


def _bundled_mnist() -> Dataset:
    """The first 10,000 training digits."""
    images, labels = mnist.read_bundled()
    return Dataset("mnist", "the digits bundled with the course", images, labels.astype("int64"))


def _bundled_fashion() -> Dataset:
    """There is none: the error says where to get it."""
    raise DataError(
        "Fashion-MNIST does not come with the course (31 MB). Fetch it with: gan-lessons data "
        "fetch fashion_mnist; or install Debian's or Ubuntu's package "
        f"{fashion_mnist.PACKAGE} and pass source='{fashion_mnist.PACKAGE_FOLDER}'; or pass the "
        "folder that holds its four files."
    )


def _stacked(digits: Dataset) -> Dataset:
    """Training and, where there are any, test digits, three to a picture."""
    seed, stack = stacked_mnist.SEED, stacked_mnist.stack
    train = stack(digits.x_train, digits.y_train, stacked_mnist.TRAIN, seed)
    test = (None, None)
    if digits.x_test is not None:
        test = stack(digits.x_test, digits.y_test, stacked_mnist.TEST, seed + 1)
    source = f"{digits.source}, stacked with seed {seed}"
    return Dataset("stacked_mnist", source, *train, *test, info={"modes": 1_000})


def _full_sms(path: Path, what: str = "your files") -> Dataset:
    """The SMS Spam Collection from a folder or a file."""
    return _held_out(f"{what} ({path})", *sms_spam.read(path))


def _bundled_sms() -> Dataset:
    """The 600 messages written for the course."""
    return _held_out("the messages bundled with the course", *sms_spam.read_bundled())


def _held_out(source: str, texts: np.ndarray, labels: np.ndarray) -> Dataset:
    """Messages with a fifth of each label put aside, near-duplicates on one side."""
    train, test = sms_spam.split(texts, labels)
    return Dataset("sms_spam", source, texts[train], labels[train], texts[test], labels[test])


def _load_celeba(source: str | Path) -> Dataset:
    """Photographs from your own files or from the cache, or procedural portraits."""
    drawn = {"bundled": portraits.COUNT, "few": portraits.FEW}
    if source == "download":
        raise ValueError(f"celeba cannot be downloaded. {celeba.HELP}")
    cached = celeba_import.folder()
    if source == "auto" and (where := _own_folder("celeba")) is not None:
        found, told = celeba.read(where), f"GAN_LESSONS_DATA ({where})"
    elif source == "auto" and store.is_complete(cached):
        images, attributes, about = store.read(cached)
        found, told = (images, attributes, about["attributes"]), f"the cache ({cached})"
    elif source == "auto" or source in drawn:
        small = os.environ.get("GAN_LESSONS_PRESET") == "smoke"
        found = portraits.load(portraits.FEW if small else drawn.get(source, portraits.COUNT))
        told = f"seed {portraits.SEED} (procedural portraits, no photographs)"
    else:
        found, told = celeba.read(source), f"your files ({source})"
    images, attributes, names = found
    return Dataset("celeba", told, images, attributes, info={"attributes": names})


def _import_celeba(path: str | Path, size: int) -> Path:
    """Photographs into the cache; says what was left out."""
    folder = celeba_import.folder()
    try:
        celeba_import.run(path, folder, size)
    except OSError as error:
        raise _unwritable(folder, error) from error
    about = store.manifest(folder)
    skipped = about["skipped"]
    print(f"{about['pictures']:,} pictures of {size} x {size} pixels")
    if skipped:
        print(f"{len(skipped):,} damaged ones were left out, all named in {store.MANIFEST}:")
        print("\n".join(f"  {name}: {why}" for name, why in skipped[:10]))
    return folder


def _celeba_status() -> str:
    """Where `load("celeba")` would take it from."""
    if (folder := _own_folder("celeba")) is not None:
        return f"photographs, in {folder} (from GAN_LESSONS_DATA)"
    if store.is_complete(cached := celeba_import.folder()):
        return f"{store.manifest(cached)['pictures']:,} photographs, in the cache: {cached}"
    return (
        f"{portraits.COUNT:,} procedural portraits; photographs, from your own copy of CelebA: "
        "gan-lessons data import celeba PATH"
    )


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
    # Fashion-MNIST's files are called like those of MNIST, so they need a folder of their own.
    places = {"fashion_mnist": (root / name, root / "fashion-mnist")}.get(name, (root / name, root))
    if name in unpaired.SETS:
        return unpaired.found_in(root, name)
    finder = celeba if name == "celeba" else FILES[name]
    return next((folder for folder in places if finder.found_in(folder)), None)


def _cached(name: str) -> Path:
    """Where the cache keeps `name`."""
    return runtime.cache_dir() / name / FILES[name].FILE


def _downloadable(name: str) -> None:
    """Raise ValueError unless `name` is a data set that lives in files."""
    if name == "celeba":
        raise ValueError(
            "celeba cannot be fetched; import your own copy: gan-lessons data import celeba PATH. "
            f"{celeba.HELP}"
        )
    if name not in FILES:
        raise ValueError(
            f"{name!r} cannot be fetched or imported; only {', '.join(FILES)} can"
            + {
                "stacked_mnist": "; this one is made of mnist, so fetch that.",
                "coloured_digits": "; this one is made of mnist, so fetch that.",
                **dict.fromkeys(unpaired.SETS, "; pass the path of your own copy instead."),
            }.get(name, ", this one is drawn from a seed." if name in NAMES else ".")
        )
