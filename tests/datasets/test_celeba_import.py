"""CelebA into the cache: every layout, damaged files, and a process that is killed half-way."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile

import celeba_files
import numpy as np
import pytest
from PIL import Image

from gan_lessons import cli, datasets
from gan_lessons.datasets import celeba, celeba_import, store


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GAN_LESSONS_DATA", raising=False)
    return tmp_path / "cache" / "celeba"


def content(folder):
    pictures, attributes, told = store.read(folder)
    return np.array(pictures), attributes, told


def expected(data, size=64):
    """The middle square in one go, without draft, threads or pieces."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    side = min(148 / 178 * image.width, image.height)
    x, y = (image.width - side) / 2, (image.height - side) / 2
    box = (x, y, x + side, y + side)
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS, box=box))


@pytest.mark.parametrize("layout", ["zip", "folder"])
@pytest.mark.parametrize("form", ["txt", "csv"])
def test_every_layout_gives_the_same_store(tmp_path, cache, layout, form):
    pictures, table = celeba_files.make(7)
    path = celeba_files.write(tmp_path / "own", pictures, table, layout, form)
    assert celeba_import.run(path, cache, verbose=False) == cache
    images, attributes, told = content(cache)
    assert images.dtype == np.uint8 and isinstance(store.read(cache)[0], np.memmap)
    for name, image, row in zip(sorted(pictures), images, attributes, strict=True):
        np.testing.assert_array_equal(image, expected(pictures[name]))
        np.testing.assert_array_equal(row, table[name])
    assert told["attributes"] == celeba_files.NAMES and told["skipped"] == []
    # The file of pictures is a plain .npy of exactly their number.
    assert (cache / "pictures.npy").stat().st_size == 128 + 7 * 64 * 64 * 3
    direct = celeba.read(path)
    np.testing.assert_array_equal(direct[0], images)
    np.testing.assert_array_equal(direct[1], attributes)


def test_pictures_of_any_size_kind_and_shape(tmp_path, cache):
    pictures, table = celeba_files.make(6)
    rng = np.random.default_rng(3)
    kinds = [(178, 218), (1024, 1254), (300, 100), (20, 24), (640, 480)]
    for name, size in zip(pictures, kinds, strict=False):
        pictures[name] = celeba_files.jpeg(rng, size)
    grey = io.BytesIO()
    Image.open(io.BytesIO(pictures["000006.jpg"])).convert("L").save(grey, "JPEG")
    pictures["000006.jpg"] = grey.getvalue()
    path = celeba_files.write(tmp_path / "own", pictures, table)
    images, _, told = content(celeba_import.run(path, cache, size=32, verbose=False))
    assert told["size"] == 32 and len(images) == 6
    for name, image in zip(pictures, images, strict=True):
        # Large ones are decoded at a part of their size, which is nearly the same.
        np.testing.assert_allclose(image.astype(int), expected(pictures[name], 32), atol=6)
    assert (images[5].max(axis=2) == images[5].min(axis=2)).all()


def test_load_and_the_command_line_use_what_was_imported(tmp_path, cache, capsys):
    pictures, table = celeba_files.make(5)
    path = celeba_files.write(tmp_path / "own", pictures, table)
    assert cli.main(["data", "import", "celeba", str(path), "--size", "16"]) in (0, None)
    told = capsys.readouterr().out
    assert "5 of 5" in told and "5 pictures of 16 x 16" in told and str(cache) in told
    data = datasets.load("celeba")
    assert data.x_train.shape == (5, 16, 16, 3) and data.y_train.shape == (5, 40)
    assert data.info["attributes"] == celeba_files.NAMES
    assert "the cache" in capsys.readouterr().out
    assert any("5 photographs, in the cache" in line for line in datasets.status())
    with pytest.raises(ValueError, match="read-only"):
        data.x_train[0] = 0
    assert cli.main(["data", "import", "mnist", str(path), "--size", "16"]) == 1
    assert "only the pictures of celeba" in capsys.readouterr().err


@pytest.mark.parametrize("layout", ["zip", "folder"])
def test_damaged_pictures_are_listed_and_left_out(tmp_path, cache, layout, capsys):
    pictures, table = celeba_files.make(9)
    whole = pictures["000002.jpg"]
    pictures["000002.jpg"] = whole[: len(whole) // 2]
    pictures["000005.jpg"] = b""
    pictures["000009.jpg"] = b"<html>no picture</html>"
    path = celeba_files.write(tmp_path / "own", pictures, table, layout)
    datasets.import_data("celeba", path)
    images, attributes, told = content(cache)
    assert [name for name, _ in told["skipped"]] == ["000002.jpg", "000005.jpg", "000009.jpg"]
    assert all(why for _, why in told["skipped"])
    good = [name for name in pictures if name not in dict(told["skipped"])]
    assert len(good) == told["pictures"] == 6
    for name, image, row in zip(good, images, attributes, strict=True):
        np.testing.assert_array_equal(image, expected(pictures[name]))
        np.testing.assert_array_equal(row, table[name])
    said = capsys.readouterr().out
    assert "3 damaged ones were left out" in said and "000005.jpg" in said


def test_a_flipped_bit_in_the_zip_costs_one_picture(tmp_path, cache):
    pictures, table = celeba_files.make(4)
    path = celeba_files.write(tmp_path / "own", pictures, table) / "img_align_celeba.zip"
    data = bytearray(path.read_bytes())
    data[data.index(pictures["000003.jpg"]) + 300] ^= 1
    path.write_bytes(data)
    _, _, told = content(celeba_import.run(path, cache, verbose=False))
    assert [name for name, _ in told["skipped"]] == ["000003.jpg"]
    assert "CRC" in told["skipped"][0][1]


def test_only_damaged_pictures_are_an_error(tmp_path, cache):
    pictures, table = celeba_files.make(2)
    path = celeba_files.write(tmp_path / "own", dict.fromkeys(pictures, b"no"), table)
    with pytest.raises(datasets.DataError, match=r"no picture is whole \(000001"):
        celeba_import.run(path, cache, verbose=False)
    assert not store.is_complete(cache)


def test_attributes_that_are_not_those_of_the_pictures_are_an_error(tmp_path, cache):
    pictures, table = celeba_files.make(6)
    celeba_import.run(celeba_files.write(tmp_path / "good", pictures, table), cache, verbose=False)
    before = (cache / "manifest.json").read_bytes()

    def refused(message, pictures=pictures, table=table, change=None, form="txt"):
        path = celeba_files.write(tmp_path / message[:9], pictures, table, form=form)
        if change:
            file = path / "list_attr_celeba.txt"
            file.write_text(change(file.read_text()))
        with pytest.raises(datasets.DataError, match=message):
            celeba_import.run(path, cache, verbose=False)

    refused("no list_attr_celeba.txt or list_attr_celeba.csv", form=None)
    fewer = {k: v for k, v in table.items() if k != "000004.jpg"}
    refused("has 5 lines and .* has 6 pictures; there is no line .* 000004.jpg", table=fewer)
    few = {k: v for k, v in pictures.items() if k != "000006.jpg"}
    refused("6 lines and .* 5 pictures; .* a line without a picture: 000006.jpg", pictures=few)
    moved = {f"{int(name[:6]) + 1:06d}.jpg": row for name, row in table.items()}
    refused("no line for the picture 000001.jpg", table=moved)
    refused("line 3: expected a file and 39", change=lambda t: t.replace(" Young", "", 1))
    refused("line 8: expected a file and 40", change=lambda t: t.rstrip()[:-2])
    refused("line 4: expected", change=lambda t: t.replace("000002.jpg  ", "000002.jpg yes ", 1))
    refused("speaks of 7 pictures .* lines for 6", change=lambda t: t.replace("6\n", "7\n", 1))
    refused("two lines for 000001.jpg", change=lambda t: t.replace("000002.jpg", "000001.jpg"))
    shorter = {name: row[:-1] for name, row in table.items()}
    no_youth = lambda text: text.replace(" Young", "", 1)  # noqa: E731
    refused("39 attributes .* expected CelebA's 40", table=shorter, change=no_youth)
    refused("saved web page", change=lambda _: "<!DOCTYPE html><html></html>")
    assert (cache / "manifest.json").read_bytes() == before


def test_what_is_no_zip_of_pictures_is_refused(tmp_path, cache):
    pictures, table = celeba_files.make(2)

    def refused(message, write):
        path = celeba_files.write(tmp_path / message[:9].strip(), pictures, table)
        write(path / "img_align_celeba.zip")
        with pytest.raises(datasets.DataError, match=message):
            celeba_import.run(path, cache, verbose=False)

    refused("saved web page", lambda p: p.write_bytes(b"\n<!DOCTYPE HTML><html>log in</html>"))
    refused("not a whole", lambda p: p.write_bytes(p.read_bytes()[:-40]))

    def with_file(name, data=b"x"):
        def write(path):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(name, data)

        return write

    refused("names a file outside", with_file("../../000001.jpg"))
    refused("names a f", with_file("/etc/000001.jpg"))
    refused("names a", with_file("C:\\000001.jpg"))
    refused("holds no .jpg", with_file("readme.txt"))

    def twice(path):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a/000001.jpg", pictures["000001.jpg"])
            archive.writestr("b/000001.jpg", pictures["000001.jpg"])

    refused("two files called 000001.jpg", twice)
    with pytest.raises(datasets.DataError, match="holds no faces"):
        celeba_import.run(tmp_path / "nothing", cache)
    # What systems leave in a .zip beside the pictures does no harm.
    path = celeba_files.write(tmp_path / "mac", pictures, table)
    with zipfile.ZipFile(path / "img_align_celeba.zip", "a") as archive:
        archive.writestr("__MACOSX/img_align_celeba/._000001.jpg", b"fork")
        archive.writestr("img_align_celeba/Thumbs.db", b"thumbs")
    celeba_import.run(path, cache, verbose=False)
    assert content(cache)[2]["pictures"] == 2
    assert not (tmp_path / "000001.jpg").exists()


PROGRAM = """
import sys, time
from pathlib import Path
from gan_lessons.datasets import celeba, celeba_import
cut = celeba.cut
celeba.cut = lambda *how: (time.sleep(0.01), cut(*how))[1]
celeba_import.PIECE = 5
celeba_import.run(sys.argv[1], Path(sys.argv[2]), workers=2, verbose=False)
"""


def test_killed_and_started_again_it_ends_the_same(tmp_path, cache):
    pictures, table = celeba_files.make(203)
    for name in ("000003.jpg", "000150.jpg"):
        pictures[name] = b"damaged"
    path = celeba_files.write(tmp_path / "own", pictures, table)
    whole = celeba_import.run(path, tmp_path / "whole", verbose=False)
    progress = cache.with_name("celeba.part") / "progress.json"
    kills, reached = 0, []
    while not store.is_complete(cache):
        command = [sys.executable, "-c", PROGRAM, str(path), str(cache)]
        process = subprocess.Popen(command, env={**os.environ})
        start, patience = reached[-1] if reached else 0, time.monotonic() + 60
        while process.poll() is None and kills < 2 and time.monotonic() < patience:
            try:
                seen = json.loads(progress.read_text())["seen"]
            except (OSError, ValueError):
                seen = 0
            if seen > start + 20:
                process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
                kills += 1
                reached.append(seen)
                break
            time.sleep(0.005)
        process.wait(timeout=60)
    assert kills == 2 and reached[1] > reached[0] + 20 and reached[1] < 203
    assert {f.name for f in cache.iterdir()} == {f.name for f in whole.iterdir()}
    for name in ("pictures.npy", "attributes.npy"):
        assert (cache / name).read_bytes() == (whole / name).read_bytes()
    told, other = content(cache)[2], content(whole)[2]
    told.pop("seconds"), other.pop("seconds")
    assert told == other and len(told["skipped"]) == 2
    assert not progress.parent.exists()


def test_what_was_begun_from_other_files_or_another_size_is_not_continued(
    tmp_path, cache, monkeypatch
):
    pictures, table = celeba_files.make(8)
    other, other_table = celeba_files.make(8, seed=9)
    one = celeba_files.write(tmp_path / "one", pictures, table)
    two = celeba_files.write(tmp_path / "two", other, other_table)
    monkeypatch.setattr(celeba_import, "PIECE", 3)
    add = store.Filling.add

    def stopped(self, *what):
        add(self, *what)
        raise KeyboardInterrupt

    for path, size in ((two, 64), (one, 32)):
        monkeypatch.setattr(store.Filling, "add", stopped)
        with pytest.raises(KeyboardInterrupt):
            celeba_import.run(one, cache, verbose=False)
        monkeypatch.setattr(store.Filling, "add", add)
        images = content(celeba_import.run(path, cache, size, verbose=False))[0]
        source = other if path == two else pictures
        for name, image in zip(source, images, strict=True):
            np.testing.assert_array_equal(image, expected(source[name], size))


def test_a_damaged_store_says_so(tmp_path, cache):
    pictures, table = celeba_files.make(3)
    celeba_import.run(celeba_files.write(tmp_path / "own", pictures, table), cache, verbose=False)
    file = cache / "pictures.npy"
    data = file.read_bytes()
    for bad in (data[:-1000], data[:50], b""):
        file.write_bytes(bad)
        with pytest.raises(datasets.DataError, match="celeba is damaged .*Delete the folder"):
            datasets.load("celeba")
    file.write_bytes(data)
    np.save(cache / "attributes.npy", np.zeros((2, 40), bool))
    with pytest.raises(datasets.DataError, match="do not fit each other"):
        datasets.load("celeba")


def test_an_impossible_cache_is_explained(tmp_path, monkeypatch):
    pictures, table = celeba_files.make(2)
    path = celeba_files.write(tmp_path / "own", pictures, table)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "file"))
    with pytest.raises(datasets.DataError, match="GAN_LESSONS_CACHE"):
        datasets.import_data("celeba", path)
