"""Pictures of one's own: names and sizes stay, nothing is lost, what is damaged is named."""

import numpy as np
import pytest
from PIL import Image

from gan_lessons import cli, cyclegan, photos


@pytest.fixture(scope="module")
def model():
    return cyclegan.build(cyclegan.PRESETS["smoke"])


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for name, (width, height) in {
        "a.jpg": (50, 33),
        "b c.PNG": (32, 32),
        "deep/a.jpg": (17, 90),
        "tall.webp": (8, 120),
    }.items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))
        picture.save(path)
    return tmp_path / "mine"


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_names_places_and_sizes_stay(model, folder, tmp_path):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    done = photos.translate(model, folder, tmp_path / "out", verbose=False)
    assert files(tmp_path / "out") == files(folder) and not done.skipped
    for name in files(folder):
        a, b = Image.open(folder / name), Image.open(tmp_path / "out" / name)
        assert a.size == b.size and a.format == b.format
    assert all(path.read_bytes() == content for path, content in before.items())


def test_what_has_a_format_of_its_own_becomes_png_beside_its_namesake(model, tmp_path):
    (tmp_path / "mine").mkdir()
    for name in ("a.gif", "a.png", "a.tif"):
        Image.new("RGB", (40, 40), "red").save(tmp_path / "mine" / name)
    photos.translate(model, tmp_path / "mine", tmp_path / "out", verbose=False)
    assert files(tmp_path / "out") == ["a.gif.png", "a.png", "a.tif.png"]


def test_a_picture_of_the_trained_size_is_translated_as_in_training(model, tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    (tmp_path / "mine").mkdir()
    Image.fromarray(pixels).save(tmp_path / "mine" / "a.png")
    for to, back in (("y", False), ("x", True)):
        photos.translate(model, tmp_path / "mine" / "a.png", tmp_path / to, to, verbose=False)
        found = np.asarray(Image.open(tmp_path / to / "a.png")).astype(int)
        expected = (model.translate(pixels[None], to)[0] + 1) * 127.5
        assert np.abs(found - expected).max() <= 1, back


def test_a_turned_photograph_comes_out_upright(model, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "mine").mkdir()
    Image.new("RGB", (60, 40), "red").save(tmp_path / "mine" / "a.jpg", exif=exif)
    photos.translate(model, tmp_path / "mine", tmp_path / "out", verbose=False)
    found = Image.open(tmp_path / "out" / "a.jpg")
    assert found.size == (40, 60) and 0x0112 not in found.getexif()


def test_damaged_ones_are_left_out_and_named(model, folder, tmp_path):
    (folder / "broken.jpg").write_bytes(b"no picture")
    done = photos.translate(model, folder, tmp_path / "out", verbose=False)
    assert len(done.written) == 4
    ((path, reason),) = done.skipped
    assert path.name == "broken.jpg" and "cannot identify" in reason
    assert not (tmp_path / "out" / "broken.jpg").exists()


def test_nothing_is_overwritten(model, folder, tmp_path):
    for target in (folder, folder / "deep", tmp_path):
        with pytest.raises(ValueError, match="another folder"):
            photos.translate(model, folder, target)
    with pytest.raises(ValueError, match="would be overwritten"):
        photos.translate(model, folder / "a.jpg", folder)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        photos.translate(model, tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no pictures"):
        photos.translate(model, tmp_path / "empty", tmp_path / "out")


def test_the_command_trains_on_your_folders_and_translates_your_photos(
    folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    for part in ("trainA", "trainB", "testA", "testB"):
        for i in range(3):
            path = tmp_path / "piles" / part / f"{i}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40, 36), (60 * i, 90, 200)).save(path)
    command = ["train", "cyclegan", "--preset", "smoke", "--dataset", "piles", "--out", "run"]
    assert cli.main([*command, "--steps", "5"]) == 0
    told = capsys.readouterr().out
    assert "3 + 3 training and 3 + 3 test" in told and "A to B (n = 3): there and back" in told
    assert Image.open("run/samples.png").size == (6 * 34 - 2, 3 * 34 - 2)
    (folder / "broken.jpg").write_bytes(b"")
    wish = ["translate", "--weights", "run", "--from", str(folder)]
    assert cli.main([*wish, "--to", "out"]) == 0
    printed = capsys.readouterr()
    assert "4 pictures in out" in printed.out and "broken.jpg" in printed.err
    assert cli.main([*wish, "--to", "back", "--back"]) == 0
    a, b = (np.asarray(Image.open(f"{d}/b c.PNG")).astype(int) for d in ("out", "back"))
    assert np.abs(a - b).max() > 2
    assert cli.main([*wish, "--to", str(folder)]) == 1
    assert "another folder" in capsys.readouterr().err
