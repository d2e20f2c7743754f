"""The layout of the CycleGAN sets: any picture, folder or .zip, and what is said when it is not."""

import hashlib
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_lessons import datasets
from gan_lessons.datasets import piles, unpaired

RED, GREEN, BLUE = (220, 30, 20), (20, 160, 40), (30, 40, 200)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GAN_LESSONS_PRESET", "quick")
    monkeypatch.delenv("GAN_LESSONS_DATA", raising=False)


def plain(colour, size=(20, 16), mode="RGB"):
    return Image.new(mode, size, colour)


def content(image, kind="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def layout(folder, **changes):
    """A small set: two red pictures, three green, one blue each to test; `changes` by file."""
    files = {
        "trainA/1.jpg": content(plain(RED), "JPEG"),
        "trainA/2.jpg": content(plain(RED), "JPEG"),
        **{f"trainB/{i}.png": content(plain(GREEN)) for i in range(3)},
        "testA/1.png": content(plain(BLUE)),
        "testB/1.png": content(plain(BLUE)),
        **changes,
    }
    for name, data in files.items():
        if data is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    return folder


def zipped(folder, path, inside=""):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, f"{inside}{file.relative_to(folder)}")
    return path


def halves(left, right, size=(40, 20)):
    image = plain(left, size)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


# One file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "image, kind, expected",
    [
        (plain(RED), "PNG", RED),
        (plain(90, mode="L"), "PNG", (90, 90, 90)),
        (plain(1, mode="1"), "PNG", (255, 255, 255)),
        (plain((90, 0), mode="LA"), "PNG", (255, 255, 255)),
        (plain((*RED, 255), mode="RGBA"), "PNG", RED),
        (plain((*RED, 0), mode="RGBA"), "PNG", (255, 255, 255)),
        (plain(RED).quantize(4), "GIF", RED),
        (plain((0, 255, 255, 0), mode="CMYK"), "TIFF", (255, 0, 0)),
        (Image.fromarray(np.full((16, 20), 90 * 257, np.uint16)), "PNG", (90, 90, 90)),
    ],
    ids=["RGB", "grey", "bits", "grey, clear", "opaque", "clear", "palette", "CMYK", "16 bits"],
)
def test_pictures_of_every_mode_become_colours(image, kind, expected):
    found = unpaired.decode(content(image, kind), 8)
    assert found.shape == (8, 8, 3) and found.dtype == np.uint8
    assert np.abs(found.astype(int) - expected).max() <= 2


def test_the_middle_square_is_cut_out():
    wide = Image.new("RGB", (60, 20), BLUE)
    wide.paste(RED, (20, 0, 40, 20))
    found = unpaired.decode(content(wide), 20)
    assert np.abs(found.astype(int) - RED).max() <= 2


def test_a_turned_photograph_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter, clockwise
    found = unpaired.decode(content(halves(RED, BLUE, (20, 20)), "JPEG", exif=exif, quality=95), 20)
    assert found[2, :, 0].mean() > 180 and found[-3, :, 2].mean() > 180


# A set -------------------------------------------------------------------------------------------


def test_folder_and_zip_hold_the_same(tmp_path):
    folder = layout(tmp_path / "set")
    inner = layout(tmp_path / "outer" / "set").parent
    archive = zipped(folder, tmp_path / "a.zip")
    deep = zipped(folder, tmp_path / "b.zip", "something/")
    for place in (folder, inner, archive, deep):
        found = unpaired.read(place, 8, verbose=False)
        assert [(k, len(v)) for k, v in found.items()] == [
            ("trainA", 2),
            ("trainB", 3),
            ("testA", 1),
            ("testB", 1),
        ]
        assert np.abs(found["trainA"].astype(int) - RED).max() <= 3
        assert np.abs(found["testB"].astype(int) - BLUE).max() <= 1
        assert all(isinstance(array, np.memmap) for array in found.values())


def test_the_content_counts_and_not_the_name(tmp_path):
    folder = layout(tmp_path / "set", **{"trainA/1.jpg": content(plain(BLUE))})
    found = unpaired.read(folder, 8, verbose=False)
    assert np.abs(found["trainA"][0].astype(int) - BLUE).max() <= 1


def test_what_systems_leave_behind_is_no_picture(tmp_path):
    junk = {"trainA/.hidden.jpg": b"", "trainA/Thumbs.db": b"x", "trainA/notes.txt": b"x"}
    folder = layout(tmp_path / "set", **junk)
    archive = zipped(folder, tmp_path / "a.zip")
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("__MACOSX/trainA/._1.jpg", b"x")
        file.writestr("__MACOSX/trainA/3.jpg", b"x")
    for place in (folder, archive):
        assert len(unpaired.read(place, 8, verbose=False)["trainA"]) == 2


def test_it_is_decoded_once_and_again_when_something_changed(tmp_path, monkeypatch):
    folder, asked = layout(tmp_path / "set"), []
    decode = unpaired.decode
    monkeypatch.setattr(unpaired, "decode", lambda *a: asked.append(a[1]) or decode(*a))
    unpaired.read(folder, 8, verbose=False)
    unpaired.read(folder, 8, verbose=False)
    assert asked == [8] * 7
    unpaired.read(folder, 12, verbose=False)
    assert asked[7:] == [12] * 7
    (folder / "trainA" / "3.png").write_bytes(content(plain(GREEN)))
    assert len(unpaired.read(folder, 8, verbose=False)["trainA"]) == 3


def test_a_half_written_cache_is_never_used(tmp_path, monkeypatch):
    folder, decode = layout(tmp_path / "set"), unpaired.decode
    calls = []

    def killed(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return decode(*arguments)

    monkeypatch.setattr(unpaired, "decode", killed)
    with pytest.raises(KeyboardInterrupt):
        unpaired.read(folder, 8, verbose=False)
    assert not list((tmp_path / "cache").rglob("*.npy"))
    monkeypatch.setattr(unpaired, "decode", decode)
    assert np.abs(unpaired.read(folder, 8, verbose=False)["trainA"].astype(int) - RED).max() <= 3


def test_progress_is_told(tmp_path, capsys):
    unpaired.read(layout(tmp_path / "set"), 8)
    assert "Decoded trainB: 3 pictures" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"trainB/1.png": b"no picture"}, "trainB/1.png is no picture"),
        ({"trainA/2.jpg": content(plain(RED, (90, 90)), "JPEG")[:-200]}, "trainA/2.jpg is no pic"),
        ({"trainB/1.png": b""}, "trainB/1.png is no picture"),
    ],
)
def test_a_damaged_picture_is_named(changes, message, tmp_path):
    folder = layout(tmp_path / "set", **changes)
    for place in (folder, zipped(folder, tmp_path / "a.zip")):
        with pytest.raises(datasets.DataError, match=message):
            unpaired.read(place, 8, verbose=False)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(datasets.DataError, match="does not exist.*trainA and trainB"):
        unpaired.read(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(datasets.DataError, match="no pictures in trainA, trainB .found: none of"):
        unpaired.read(tmp_path / "empty")
    half = layout(tmp_path / "half", **{f"trainB/{i}.png": None for i in range(3)})
    with pytest.raises(datasets.DataError, match="no pictures in trainB .found: testA, testB, tra"):
        unpaired.read(half)
    (tmp_path / "page.zip").write_text("<!DOCTYPE html><html>please log in</html>")
    with pytest.raises(datasets.DataError, match="saved web page"):
        unpaired.read(tmp_path / "page.zip")
    whole = zipped(layout(tmp_path / "set"), tmp_path / "set.zip")
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(datasets.DataError, match="not a whole .zip"):
        unpaired.read(tmp_path / "cut.zip")


def test_the_test_parts_may_be_left_out(tmp_path):
    folder = layout(tmp_path / "set", **{"testA/1.png": None, "testB/1.png": None})
    data = datasets.load(str(folder), size=8, verbose=False)
    assert data.x_test is None and data.y_test is None and "truth" not in data.info


# Through load ------------------------------------------------------------------------------------


def test_load_takes_a_path_or_the_name_of_a_public_set(tmp_path, monkeypatch, capsys):
    folder = layout(tmp_path / "data" / "apple2orange")
    data = datasets.load(str(folder), size=8)
    assert data.x_train.shape == (2, 8, 8, 3) and data.y_train.shape == (3, 8, 8, 3)
    assert "2 + 3 training and 1 + 1 test samples" in capsys.readouterr().out
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "data"))
    named = datasets.load("apple2orange", size=8, verbose=False)
    assert named.info["kinds"] == ("apple", "orange") and "GAN_LESSONS_DATA" in named.source
    np.testing.assert_array_equal(named.y_train, data.y_train)
    told = [line for line in datasets.status() if line.startswith("apple2orange")]
    assert str(folder) in told[0]


def test_a_download_is_checked_and_found_again(tmp_path, monkeypatch):
    (tmp_path / "web").mkdir()
    archive = zipped(layout(tmp_path / "set"), tmp_path / "web" / "facades.zip")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    monkeypatch.setattr(unpaired, "MIRRORS", ((tmp_path / "web").as_uri() + "/",))
    monkeypatch.setitem(unpaired.SETS, "facades", (digest, 1))
    with pytest.raises(datasets.DataError, match="facades is not here. Fetch it"):
        datasets.load("facades", size=8)
    path = datasets.fetch("facades")
    assert path.read_bytes() == archive.read_bytes()
    assert len(datasets.load("facades", size=8, verbose=False).y_train) == 3
    monkeypatch.setitem(unpaired.SETS, "maps", ("0" * 64, 1))
    archive.with_name("maps.zip").write_bytes(archive.read_bytes())
    with pytest.raises(datasets.DataError, match="expected 0000"):
        datasets.fetch("maps")


def test_without_a_connection_horses_are_drawn(monkeypatch, capsys):
    monkeypatch.setenv("GAN_LESSONS_PRESET", "full")
    monkeypatch.setattr(unpaired, "MIRRORS", ("file:///nowhere/",))
    monkeypatch.setattr(piles, "DRAWN", 2)
    monkeypatch.setattr(piles, "HELD_OUT", 2)
    piles.drawn.cache_clear()
    data = datasets.load("horse2zebra", size=32)
    piles.drawn.cache_clear()
    assert "procedural" in data.source
    out = capsys.readouterr().out
    assert "No download (file:///nowhere/horse2zebra.zip" in out and "horses drawn" in out
    with pytest.raises(datasets.DataError, match="could not download apple2orange"):
        datasets.load("apple2orange")
    with pytest.raises(datasets.DataError, match="does not come with the course"):
        datasets.load("apple2orange", source="bundled")
