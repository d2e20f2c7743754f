"""Faces: CelebA from your own files.

CelebA (Liu et al. 2015, "Deep Learning Face Attributes in the Wild") is for non-commercial
research only, and whoever wants it agrees to that first: so the course neither brings nor downloads
it, but reads the files that its authors give out, "aligned and cropped", at full or at half size.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from gan_lessons.datasets.fetch import DataError, looks_like_html

NAME = "img_align_celeba"
ATTRIBUTES = ("list_attr_celeba.txt", "list_attr_celeba.csv")
SIZE = 64
SHARE = 148 / 178  # of an aligned picture's width: the square that is cut out of its middle
AT_MOST = 10_000  # pictures that `load` reads: more than minutes of training need, 123 MB
# The 40 attributes, in the order of CelebA's own list.
_LIST = """5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose
    Black_Hair Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee
    Gray_Hair Heavy_Makeup High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard
    Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair
    Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace Wearing_Necktie
    Young"""
NAMES = tuple(_LIST.split())
LARGEST = 50_000_000  # pixels of a picture, and of bytes in its file
HELP = (
    f"Expected is CelebA, aligned and cropped: the folder {NAME} of .jpg files or {NAME}.zip, and "
    f"beside it {ATTRIBUTES[0]} (or .csv). Its authors give it out for non-commercial research; "
    "how to get it free of charge stands in data/README.md."
)


def read(
    path: str | Path, size: int = SIZE, at_most: int = AT_MOST
) -> tuple[np.ndarray, np.ndarray | None, list[str]]:
    """The first pictures of CelebA in a folder or its .zip, in the order of their names.

    Returns the pictures (n, size, size, 3) uint8, the middle 148 x 148 of 178 x 218 pixels made
    smaller by Lanczos' filter; the attributes (n, 40) bool, or None without their file; and the
    attributes' names. Raises DataError, naming the file, for what is missing or damaged.
    """
    path = Path(path).expanduser()
    place = found_in(path)
    if place is None:
        raise DataError(f"{path} holds no faces. {HELP}")
    if place.is_file() and looks_like_html(place):
        raise DataError(f"{place} is a saved web page, not the data. Delete it. {HELP}")
    pictures, names = [], []
    for name, content in _files(place, at_most):
        try:
            pictures.append(cut(content, size))
        except OSError as error:  # what Pillow raises for a damaged picture
            raise DataError(f"{place}: {name} is damaged ({error}). {HELP}") from error
        names.append(name)
    if not pictures:
        raise DataError(f"{place} holds no .jpg files. {HELP}")
    table = table_beside(place)
    if table is None:
        return np.stack(pictures), None, []
    known, rows = read_attributes(table)
    if missing := [name for name in names if name not in rows]:
        raise DataError(f"{table} has no line for {missing[0]}. {HELP}")
    return np.stack(pictures), np.stack([rows[name] for name in names]), known


def cut(content: bytes, size: int = SIZE) -> np.ndarray:
    """The middle square of one picture file of any size, (size, size, 3) uint8.

    Raises what Pillow raises for a damaged picture, mostly OSError.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(content))
    except UnidentifiedImageError:
        raise OSError("this is no picture") from None
    if image.width * image.height > LARGEST:
        raise OSError(f"{image.width} x {image.height} pixels are more than a photograph has")
    # A JPEG can be decoded at a half, a quarter or an eighth of its size, which costs less: done as
    # long as twice the wanted size is left for the filter.
    enlarged = 2 * size / _side(image)
    image.draft(None, (int(image.width * enlarged) + 1, int(image.height * enlarged) + 1))
    image = image.convert("RGB")
    side = _side(image)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS, box=box))


def _side(image) -> float:
    """Of the square that is cut out: as wide as a face, and never higher than the picture."""
    return min(SHARE * image.width, image.height)


def read_attributes(path: str | Path) -> tuple[list[str], dict[str, np.ndarray]]:
    """The names of the attributes, and {file name: bool (attributes,)} of a table in either form.

    Raises DataError, naming file and line, where a line is not a name and as many 1 or -1, where a
    file has two lines, or where there are not as many lines as the first one says.
    """
    if looks_like_html(path):
        raise DataError(f"{path} is a saved web page, not the data. Delete it. {HELP}")
    names, files, values, stated = None, [], bytearray(), None
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                line = text.replace(",", " ").split()
                if number == 1 and len(line) == 1 and line[0].isdigit():
                    stated = int(line[0])  # the .txt begins with the number of lines
                elif names is None:
                    names = [word for word in line if word != "image_id"]
                elif line:
                    if len(line) != len(names) + 1 or not set(line[1:]) <= {"1", "-1", "0"}:
                        raise DataError(
                            f"{path}, line {number}: expected a file and {len(names)} numbers 1 or "
                            f"-1, found {' '.join(line)[:60]!r}. {HELP}"
                        )
                    files.append(line[0])
                    values += bytes(word == "1" for word in line[1:])
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not a text file ({error}). {HELP}") from error
    if stated is not None and stated != len(files):
        raise DataError(
            f"{path} speaks of {stated:,} pictures in its first line and has lines for "
            f"{len(files):,}. {HELP}"
        )
    table = np.frombuffer(bytes(values), bool).reshape(len(files), len(names or []))
    rows = dict(zip(files, table, strict=True))
    if len(rows) != len(files):
        twice = next(name for i, name in enumerate(files) if name in set(files[:i]))
        raise DataError(f"{path} has two lines for {twice}. {HELP}")
    return names or [], rows


def found_in(path: str | Path) -> Path | None:
    """The folder or .zip of pictures at `path` or in it, or None."""
    path = Path(path).expanduser()
    if path.is_file() or path.name == NAME:
        return path if path.exists() else None
    return next((path / n for n in (NAME, f"{NAME}.zip") if (path / n).exists()), None)


def table_beside(place: Path) -> Path | None:
    """The table of attributes beside a folder or .zip of pictures, or None."""
    return next((place.parent / n for n in ATTRIBUTES if (place.parent / n).is_file()), None)


def _files(place: Path, at_most: int):
    """Name and content of the first .jpg files in a folder or a .zip."""
    if place.is_dir():
        for file in sorted(place.glob("*.jpg"))[:at_most]:
            yield file.name, file.read_bytes()
        return
    try:
        with zipfile.ZipFile(place) as archive:
            for name in sorted(n for n in archive.namelist() if n.endswith(".jpg"))[:at_most]:
                yield Path(name).name, archive.read(name)
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError(f"{place} is not a whole .zip ({error}). {HELP}") from error
