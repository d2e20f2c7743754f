"""The benchmark of photographs with known partners: it pairs by name, and its errors are errors."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_lessons import cyclegan

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def program(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return __import__("photo_pairs")


def picture(grey):
    file = io.BytesIO()
    Image.new("RGB", (40, 32), (grey, grey, grey)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def streets(tmp_path):
    """Label maps of grey 10 i, photographs of 10 i + 5; one of each has no partner."""
    path = tmp_path / "streets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part, names, more in (("A", (1, 2, 10, 7), 0), ("B", (10, 2, 3, 1), 5)):
            for i in names:
                archive.writestr(f"streets/test{part}/{i}.png", picture(10 * i + more))
                archive.writestr(f"streets/train{part}/{i}.png", picture(10 * i + more))
        archive.writestr("streets/testA/readme.txt", "1, 2, 10")
    return path


def test_partners_are_those_of_the_same_name(program, streets):
    x, y = program.pairs(streets, 16)
    assert x.shape == y.shape == (3, 16, 16, 3)
    assert sorted(x[:, 0, 0, 0]) == [10, 20, 100]
    np.testing.assert_array_equal(y, x + 5)


def test_errors_are_shares_of_the_whole_scale(program):
    x, y = (np.full((4, 8, 8, 3), grey, "uint8") for grey in (0, 255))
    y[1:] = 51
    black, grey = np.zeros((1, 8, 8, 3)), np.full((1, 8, 8, 3), 51.0)
    found = program.figures(x, y, made_y=y, made_x=y, mean_x=black, mean_y=grey)
    assert found["photographs: error"] == 0 and found["labels: error of the mean picture"] == 0
    assert found["labels: error"] == found["photographs: error of copying"] == pytest.approx(0.4)
    assert found["photographs: error of the mean picture"] == pytest.approx(0.8 / 4)
    assert found["photographs: error of another's"] == pytest.approx(2 * 0.8 / 4)


def test_a_run_leaves_pictures_and_figures(program, streets, tmp_path, monkeypatch):
    smoke = dataclasses.replace(cyclegan.PRESETS["smoke"], report_every=1, pool=4)
    monkeypatch.setattr(program, "PRESET", smoke)
    out = tmp_path / "run"
    program.main([str(streets), "--steps", "2", "--size", "16", "--out", str(out)])
    told = json.loads((out / "figures.json").read_text())
    assert told["steps"] == 2 and told["n"] == 3
    assert told["photographs: error of copying"] == pytest.approx(5 / 255, abs=1e-4)
    photos, made = np.load(out / "photos.npy"), np.load(out / "made.npy")
    assert photos.shape == made.shape == (3, 16, 16, 3) and photos.dtype == made.dtype == np.uint8
    error = np.abs(photos / 255 - made / 255).mean()
    assert told["photographs: error"] == pytest.approx(error, abs=1e-4)
    assert Image.open(out / "strip.png").size[0] > 6 * 16
