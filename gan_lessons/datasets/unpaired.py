"""Two piles of pictures that do not belong together, in the layout of the CycleGAN data sets.

A folder, or a .zip of it, holds `trainA`, `trainB` and, if you like, `testA` and `testB`, each full
of pictures of any size and kind. Decoded once, they lie in the cache as arrays that are read from
disk as they are needed, so that a set may be larger than the memory.
Source of the public sets: Zhu et al. (2017), and the addresses under MIRRORS.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from gan_lessons import runtime
from gan_lessons.datasets.fetch import DataError, download, looks_like_html
from gan_lessons.files import written_aside

PARTS = ("trainA", "trainB", "testA", "testB")
ENDINGS = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
SIZE = 256
MIRRORS = (
    "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/",
    "https://people.eecs.berkeley.edu/~taesung_park/CycleGAN/datasets/",
)
# The sha256 and the size in MB of each public set's .zip.
SETS = {
    "horse2zebra": ("a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1", 117),
    "apple2orange": ("845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8", 78),
    "summer2winter_yosemite": (
        "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
        133,
    ),
    "monet2photo": ("88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04", 305),
    "cezanne2photo": ("3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff", 280),
    "ukiyoe2photo": ("02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08", 293),
    "vangogh2photo": ("362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff", 307),
    "maps": ("639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e", 1477),
    "facades": ("9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0", 35),
    "cityscapes": ("d2f6910fd056c1ee9873777ae838e7ac4a2c833598ae62a04188e5ab2f4ea036", 280),
    "iphone2dslr_flower": (
        "8fcb5e374d631b107e1d961b8c4cd0a186aa2a4ff3e279923f4c426128de7113",
        340,
    ),
}
HELP = (
    f"Expected is a folder, or a .zip, that holds the folders {PARTS[0]} and {PARTS[1]} and, if "
    f"you like, {PARTS[2]} and {PARTS[3]}, each full of pictures ({' '.join(sorted(ENDINGS))})."
)


def decode(content: bytes, size: int = SIZE) -> np.ndarray:
    """One picture file of any size and mode as its middle square, (size, size, 3) uint8.

    Raises what `as_colours` raises.
    """
    from PIL import Image, ImageOps

    square = ImageOps.fit(as_colours(content), (size, size), Image.Resampling.LANCZOS)
    return np.asarray(square)


def as_colours(content: bytes) -> Any:
    """One picture file as a Pillow picture in red, green and blue.

    What the file is called does not matter. It is turned as its EXIF note says; grey becomes
    three equal colours; what is transparent becomes white; 16 bits become 8. Raises OSError,
    ValueError or SyntaxError where it is no picture, or a damaged one.
    """
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if image.mode.startswith(("I", "F")):  # Pillow would cut off what is above 255
        deep = np.asarray(image, "float64")
        image = Image.fromarray(np.clip(deep / 257.0, 0, 255).round().astype("uint8"))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def read(path: str | Path, size: int = SIZE, verbose: bool = True) -> dict[str, np.ndarray]:
    """The pictures of a set, {part: array (n, size, size, 3) uint8}, as read-only memory maps.

    They are decoded once and kept in the cache, under a name made of the files' names, sizes and
    dates; a test part that is not there is left out. Raises DataError, naming the file, for what is
    missing, empty or damaged.
    """
    place = Path(path).expanduser()
    source = _open(place)
    listed = source.files()
    if missing := [part for part in PARTS[:2] if not listed.get(part)]:
        found = ", ".join(sorted(part for part, files in listed.items() if files)) or "none of them"
        raise DataError(f"{place} has no pictures in {', '.join(missing)} (found: {found}). {HELP}")
    named = json.dumps([str(place.resolve()), size, {k: list(v) for k, v in listed.items()}])
    key = hashlib.sha256(named.encode()).hexdigest()[:16]
    folder = runtime.cache_dir() / "unpaired" / f"{place.stem}-{size}-{key}"
    arrays = {}
    for part, files in listed.items():
        if files:
            target = folder / f"{part}.npy"
            if not target.is_file():
                _write(target, source, part, [name for name, *_ in files], size, verbose)
            arrays[part] = np.load(target, mmap_mode="r")
    return arrays


def found_in(path: str | Path, name: str = "") -> Path | None:
    """The folder or .zip with the layout at `path`, or under `name` in it, or None."""
    path = Path(path).expanduser()
    for place in (path / name, path / f"{name}.zip") if name else (path,):
        if place.is_file() and place.suffix == ".zip":
            return place
        if (place / PARTS[0]).is_dir() and (place / PARTS[1]).is_dir():
            return place
    return None


def fetch(name: str, cache: str | Path) -> Path:
    """Download a public set's .zip into the folder `cache`, checked by its hash; returns its path.

    Raises DataError if no mirror delivers it.
    """
    urls = [f"{mirror}{name}.zip" for mirror in MIRRORS]
    return download(urls, Path(cache) / f"{name}.zip", SETS[name][0])


def _open(place: Path) -> _Folder | _Zip:
    """What reads the files at a place."""
    if place.is_dir():
        return _Folder(place)
    if not place.exists():
        raise DataError(f"{place} does not exist. {HELP}")
    if looks_like_html(place):
        raise DataError(f"{place} is a saved web page, not the data. Delete it. {HELP}")
    return _Zip(place)


def _is_picture(name: str) -> bool:
    """Whether a file counts: no hidden one, none of what systems leave behind."""
    path = PurePosixPath(name)
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".")


class _Folder:
    """A set as a folder, or the folder that lies in it alone."""

    def __init__(self, place: Path):
        inner = [p for p in place.iterdir() if (p / PARTS[0]).is_dir()]
        self.place = inner[0] if not (place / PARTS[0]).is_dir() and len(inner) == 1 else place

    def files(self) -> dict[str, list[tuple]]:
        """{part: [(name, bytes, date)]}, sorted by name."""
        return {
            part: sorted(
                (p.name, p.stat().st_size, p.stat().st_mtime_ns)
                for p in (self.place / part).glob("*")
                if _is_picture(p.name) and p.is_file()
            )
            for part in PARTS
        }

    def contents(self, part: str, names: list[str]) -> Iterator[bytes]:
        for name in names:
            yield (self.place / part / name).read_bytes()


class _Zip:
    """A set as a .zip, at its top or in a folder."""

    def __init__(self, place: Path):
        self.place = place
        try:
            with zipfile.ZipFile(place) as archive:
                self.entries = [i for i in archive.infolist() if not i.is_dir()]
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(f"{place} is not a whole .zip ({error}). {HELP}") from error

    def files(self) -> dict[str, list[tuple]]:
        """{part: [(name in the archive, bytes, checksum)]}, sorted by name."""
        found: dict[str, list[tuple]] = {part: [] for part in PARTS}
        for entry in self.entries:
            path = PurePosixPath(entry.filename)
            if (
                path.parent.name in found
                and "__MACOSX" not in path.parts
                and _is_picture(path.name)
            ):
                found[path.parent.name].append((entry.filename, entry.file_size, entry.CRC))
        return {part: sorted(files) for part, files in found.items()}

    def contents(self, part: str, names: list[str]) -> Iterator[bytes]:
        try:
            with zipfile.ZipFile(self.place) as archive:
                for name in names:
                    yield archive.read(name)
        except (zipfile.BadZipFile, OSError) as error:
            raise DataError(f"{self.place} is damaged ({error}). {HELP}") from error


def _write(target, source, part, names, size, verbose):
    """Decode a part into an .npy file that appears when it is complete."""
    with written_aside(target) as aside:
        array = np.lib.format.open_memmap(aside, "w+", np.uint8, (len(names), size, size, 3))
        for i, content in enumerate(source.contents(part, names)):
            try:
                array[i] = decode(content, size)
            except (OSError, ValueError, SyntaxError) as error:  # Pillow's ways to say no
                raise DataError(
                    f"{source.place}: {part}/{PurePosixPath(names[i]).name} is no picture, or a "
                    f"damaged one ({error}). Mend it or take it out. {HELP}"
                ) from error
            if verbose:
                _report(part, i + 1, len(names))
        array.flush()
        del array


def _report(part, done, of):
    """A line that is redrawn on a terminal; elsewhere one line at the end."""
    if sys.stdout.isatty() and (done % 20 == 0 or done == of):
        print(f"\rDecoding {part}: {done:,} of {of:,}", end="\n" if done == of else "", flush=True)
    elif done == of:
        print(f"Decoded {part}: {of:,} pictures")
