"""Faces: files in every accepted layout, the cut, and the attributes."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_lessons import datasets
from gan_lessons.datasets import celeba

NAMES = ["Eyeglasses", "Smiling"]
TABLE = {"000001.jpg": (-1, 1), "000002.jpg": (1, -1), "000003.jpg": (1, 1)}


def picture(colour, size=(89, 109)):
    """A .jpg of one colour, with another one outside the middle square."""
    side = round(celeba.SHARE * size[0])
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    pixels[top - 1 : top + side + 1, left - 1 : left + side + 1] = colour
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return file.getvalue()


COLOURS = {"000002.jpg": (20, 120, 40), "000001.jpg": (200, 30, 30), "000003.jpg": (10, 10, 220)}


def write(folder, layout="folder", table="txt"):
    folder.mkdir(parents=True, exist_ok=True)
    if layout == "folder":
        (folder / celeba.NAME).mkdir()
        for name, colour in COLOURS.items():
            (folder / celeba.NAME / name).write_bytes(picture(colour))
    else:
        with zipfile.ZipFile(folder / f"{celeba.NAME}.zip", "w") as archive:
            for name, colour in COLOURS.items():
                archive.writestr(f"{celeba.NAME}/{name}", picture(colour))
    if table == "txt":
        rows = [f"{name} {a:2d} {b:2d}" for name, (a, b) in TABLE.items()]
        text = "\n".join([str(len(rows)), " ".join(NAMES) + " ", *rows]) + "\n"
        (folder / "list_attr_celeba.txt").write_text(text)
    elif table == "csv":
        rows = [f"{name},{a},{b}" for name, (a, b) in TABLE.items()]
        (folder / "list_attr_celeba.csv").write_text(
            "\n".join(["image_id," + ",".join(NAMES), *rows])
        )
    return folder


@pytest.mark.parametrize("layout", ["folder", "zip"])
@pytest.mark.parametrize("table", ["txt", "csv", None])
def test_every_layout_gives_the_same_faces_in_the_order_of_their_names(tmp_path, layout, table):
    images, attributes, names = celeba.read(write(tmp_path / "a", layout, table))
    assert images.shape == (3, 64, 64, 3) and images.dtype == np.uint8
    for image, name in zip(images, sorted(COLOURS), strict=True):
        assert np.abs(image[4:-4, 4:-4].astype(int) - COLOURS[name]).max() < 12
    if table is None:
        assert attributes is None and names == []
    else:
        assert names == NAMES and attributes.dtype == bool
        assert attributes.tolist() == [[v == 1 for v in TABLE[name]] for name in sorted(TABLE)]


def test_the_cut_is_the_whole_square(tmp_path):
    """At full size: the first and the last pixel of the 148 x 148 square both count."""
    pixels = np.zeros((218, 178, 3), np.uint8)
    pixels[35:183, 15:163] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    assert celeba.cut(file.getvalue(), 148).min() == 255
    pixels[35, 15:163] = pixels[35:183, 162] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    edge = celeba.cut(file.getvalue(), 148)
    assert edge[0].max() == 0 and edge[:, -1].max() == 0 and edge[1:, :-1].min() == 255


def test_a_zip_by_its_path_and_no_more_than_asked_for(tmp_path):
    path = write(tmp_path / "a", "zip") / f"{celeba.NAME}.zip"
    images, attributes, _ = celeba.read(path, size=32, at_most=2)
    assert images.shape == (2, 32, 32, 3) and attributes.shape == (2, 2)


def test_what_is_missing_or_damaged_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(datasets.DataError, match=r"empty holds no faces.*non-commercial"):
        celeba.read(tmp_path / "empty")
    folder = write(tmp_path / "a")
    (folder / celeba.NAME / "000002.jpg").write_bytes(b"half a pic")
    with pytest.raises(datasets.DataError, match=r"000002\.jpg is damaged"):
        celeba.read(folder)
    folder = write(tmp_path / "b", "zip")
    (folder / f"{celeba.NAME}.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(datasets.DataError, match=r"\.zip is not a whole"):
        celeba.read(folder)
    (folder / f"{celeba.NAME}.zip").write_bytes(b"<!DOCTYPE html><html>")
    with pytest.raises(datasets.DataError, match="saved web page"):
        celeba.read(folder)
    folder = write(tmp_path / "c")
    table = folder / "list_attr_celeba.txt"
    table.write_text(table.read_text().replace("000002.jpg", "000009.jpg"))
    with pytest.raises(datasets.DataError, match=r"no line for 000002\.jpg"):
        celeba.read(folder)
    table.write_text(table.read_text().replace("-1", "no", 1))
    with pytest.raises(datasets.DataError, match="line 3: expected a file and 2 numbers"):
        celeba.read(folder)


def test_load_prefers_your_own_folder_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(datasets.portraits, "COUNT", 5)
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GAN_LESSONS_DATA", raising=False)
    drawn = datasets.load("celeba")
    assert len(drawn.x_train) == 5 and "procedural" in capsys.readouterr().out
    assert "Smiling" in drawn.info["attributes"]
    own = write(tmp_path / "own" / "celeba").parent
    assert len(datasets.load("celeba", source=own / "celeba").x_train) == 3
    monkeypatch.setenv("GAN_LESSONS_DATA", str(own))
    data = datasets.load("celeba")
    assert data.y_train.shape == (3, 2) and data.info["attributes"] == NAMES
    assert "GAN_LESSONS_DATA" in capsys.readouterr().out
    assert any("celeba: photographs" in line for line in datasets.status())
    assert len(datasets.load("celeba", source="bundled").x_train) == 5
    for call in (lambda: datasets.load("celeba", "download"), lambda: datasets.fetch("celeba")):
        with pytest.raises(ValueError, match="celeba"):
            call()
