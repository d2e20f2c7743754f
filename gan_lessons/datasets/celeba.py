"""Faces: CelebA from your own files, or portraits drawn by the course's own code.

CelebA (Liu et al. 2015, "Deep Learning Face Attributes in the Wild") is for non-commercial
research only, and whoever wants it agrees to that first: so the course neither brings nor downloads
it, but reads the files that its authors give out, "aligned and cropped", at full or at half size.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from gan_lessons import faces
from gan_lessons.datasets.fetch import DataError, looks_like_html

NAME = "img_align_celeba"
ATTRIBUTES = ("list_attr_celeba.txt", "list_attr_celeba.csv")
SIZE = 64
SHARE = 148 / 178  # of an aligned picture's width: the square that is cut out of its middle
AT_MOST = 10_000  # pictures that `load` reads: more than minutes of training need, 123 MB
PORTRAITS, PORTRAIT_SEED = 2_000, 0
HELP = (
    f"Expected is CelebA, aligned and cropped: the folder {NAME} of .jpg files or {NAME}.zip, and "
    f"beside it {ATTRIBUTES[0]} (or .csv). Its authors give it out for non-commercial research."
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
    table = next((place.parent / n for n in ATTRIBUTES if (place.parent / n).is_file()), None)
    if table is None:
        return np.stack(pictures), None, []
    known, rows = read_attributes(table)
    if missing := [name for name in names if name not in rows]:
        raise DataError(f"{table} has no line for {missing[0]}. {HELP}")
    return np.stack(pictures), np.stack([rows[name] for name in names]), known


def cut(content: bytes, size: int = SIZE) -> np.ndarray:
    """The middle square of one picture file, (size, size, 3) uint8."""
    from PIL import Image

    image = Image.open(io.BytesIO(content)).convert("RGB")
    side = SHARE * image.width
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS, box=box))


def read_attributes(path: str | Path) -> tuple[list[str], dict[str, np.ndarray]]:
    """The names of the attributes, and {file name: bool (attributes,)} of a table in either form.

    Raises DataError, naming file and line, where a line is not a name and as many 1 or -1.
    """
    lines = [line.replace(",", " ").split() for line in Path(path).read_text("utf-8").splitlines()]
    first = 1 if lines and len(lines[0]) == 1 else 0  # the .txt begins with the number of lines
    names = [word for word in lines[first] if word != "image_id"] if len(lines) > first else []
    rows = {}
    for number, line in enumerate(lines[first + 1 :], first + 2):
        if line:
            if len(line) != len(names) + 1 or not set(line[1:]) <= {"1", "-1", "0"}:
                raise DataError(
                    f"{path}, line {number}: expected a file and {len(names)} numbers 1 or -1, "
                    f"found {' '.join(line)[:60]!r}. {HELP}"
                )
            rows[line[0]] = np.array([word == "1" for word in line[1:]])
    return names, rows


def found_in(path: str | Path) -> Path | None:
    """The folder or .zip of pictures at `path` or in it, or None."""
    path = Path(path).expanduser()
    if path.is_file() or path.name == NAME:
        return path if path.exists() else None
    return next((path / n for n in (NAME, f"{NAME}.zip") if (path / n).exists()), None)


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


def portraits(
    n: int = PORTRAITS, seed: int = PORTRAIT_SEED
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Procedural portraits, framed like CelebA's: nobody's faces, drawn from numbers.

    Returns pictures (n, 64, 64, 3) uint8, attributes (n, 6) bool and their names, CelebA's own
    where it has them. The same n and seed give the same portraits; every prefix is the same too.
    """
    height = round(SIZE / SHARE * 218 / 178)
    width = round(SIZE / SHARE)
    top, left = (height - SIZE) // 2, (width - SIZE) // 2
    drawn = [faces.random_face([seed, i]) for i in range(n)]
    pictures = [
        faces.draw(face, (height, width, 3))[top : top + SIZE, left : left + SIZE] for face in drawn
    ]
    attributes = {
        "Smiling": [face.smile > 0.5 for face in drawn],
        "Black_Hair": [face.hair < 1 / 3 for face in drawn],
        "Brown_Hair": [1 / 3 <= face.hair < 2 / 3 for face in drawn],
        "Blond_Hair": [face.hair >= 2 / 3 for face in drawn],
        "Pale_Skin": [face.skin < 0.25 for face in drawn],
        "Long_Hair": [face.hair_length > 0.5 for face in drawn],
    }
    return np.stack(pictures), np.array(list(attributes.values())).T, list(attributes)
