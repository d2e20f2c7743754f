"""What lesson 06 measures: sizes, scores, arithmetic; and that the tables can be made and read."""

import dataclasses
import json
import sys
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from gan_lessons import (
    dcgan_faces,
    face_arithmetic,
    faces_lab,
    plots,
    portraits,
    pretrained,
    show,
)
from gan_lessons.metrics import faces

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
SMOKE = faces_lab.PRESETS["smoke"]


@pytest.fixture
def benchmark(monkeypatch):
    """`benchmarks/faces.py`, imported as the programs import each other, with tiny networks."""
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setattr(faces_lab, "CHANNELS", {32: (4,) * 3, 64: (4,) * 4, 128: (4,) * 5})
    sys.modules.pop("faces", None)
    yield __import__("faces")
    for name in ("faces", "table"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("size", [32, 64, 128])
def test_a_preset_of_another_size_differs_in_nothing_else(size):
    quick = dataclasses.replace(dcgan_faces.PRESETS["quick"], shift=4)
    preset = faces_lab.at_size(size, quick)
    assert preset.size == size and preset.shift == size // 16
    changed = {f.name for f in dataclasses.fields(quick)} - {"channels", "shift"}
    assert all(getattr(preset, name) == getattr(quick, name) for name in changed)
    assert faces_lab.at_size(64, quick) == quick


def test_the_lesson_is_about_portraits_even_where_there_are_photographs():
    assert [faces_lab.portraits_preset(name).source for name in ("smoke", "quick", "full")] == [
        "few",
        "bundled",
        "bundled",
    ]
    full = dcgan_faces.PRESETS["full"]
    assert dataclasses.replace(faces_lab.portraits_preset("full"), source=full.source) == full


def test_the_time_of_a_step_leaves_out_the_compilation():
    history = {"step": np.array([10, 20, 30, 40]), "seconds": np.array([60.0, 65, 70, 85])}
    assert faces_lab.seconds_a_step(history) == pytest.approx(0.5)
    assert np.isnan(faces_lab.seconds_a_step({k: v[:1] for k, v in history.items()}))


@pytest.mark.parametrize("extra", [0, 1])
def test_stages_are_where_the_size_or_the_channels_change(extra):
    generator = dcgan_faces.build_generator(8, (2, 3, 5), extra=extra)
    rises = [(8, 8, 5), (16, 16, 3), (32, 32, 2)] if extra else [(8, 8, 3), (16, 16, 2)]
    falls = [(16, 16, 3), (8, 8, 5), (4, 4, 5)] if extra else [(16, 16, 2), (8, 8, 3), (4, 4, 5)]
    assert faces_lab.stages(generator) == [
        ("", (8,)),
        ("dense", (4, 4, 5)),
        *(("rise", shape) for shape in rises),
        ("conv" if extra else "rise", (32, 32, 3)),
    ]
    discriminator = dcgan_faces.build_discriminator((2, 3, 5), extra=extra, dense=7)
    assert faces_lab.stages(discriminator) == [
        ("", (32, 32, 3)),
        *([("conv", (32, 32, 2))] if extra else []),
        *(("fall", shape) for shape in falls),
        ("dense", (7,)),
        ("dense", (1,)),
    ]


def test_multiplications_are_counted_as_the_definitions_say():
    """With all weights and inputs 1 and no edges, the sum of what a layer puts out counts them."""
    inputs = keras.Input((9, 9, 3))
    down = keras.Model(inputs, keras.layers.Conv2D(5, 3, 2, use_bias=False)(inputs))
    up = keras.Model(inputs, keras.layers.Conv2DTranspose(5, 4, 2, use_bias=False)(inputs))
    flat = keras.Input((7,))
    dense = keras.Model(flat, keras.layers.Dense(11, use_bias=False)(flat))
    for network in (down, up, dense):
        network.set_weights([np.ones_like(w) for w in network.get_weights()])
        total = network(np.ones((1, *network.input_shape[1:]), "float32"))
        counted = float(keras.ops.convert_to_numpy(keras.ops.sum(total)))
        assert faces_lab.multiplications(network) == counted


class Linear:
    """A "generator" in whose faces each attribute is one axis of z, or of a sum of two."""

    latent_dim = 40

    def __init__(self, share):
        names = list(faces.names())
        self.weights = np.eye(len(names), self.latent_dim) * 2
        # A smile comes with an open mouth.
        self.weights[names.index("Smiling")] += (
            share * self.weights[names.index("Mouth_Slightly_Open")]
        )

    def latent(self, n, seed=0):
        return np.random.default_rng(seed).standard_normal((n, self.latent_dim))


def test_arithmetic_of_a_world_that_is_known(monkeypatch):
    how = dataclasses.replace(SMOKE, fitted=500, changed=60, tries=50)
    monkeypatch.setattr(face_arithmetic, "reader", lambda m: lambda z: z @ m.weights.T)
    rows = faces_lab.arithmetic(Linear(share=2.0), how)
    assert rows["smile, others kept"]["flipped"] == 1.0
    assert rows["smile, others kept"]["stayed"] == 1.0
    assert rows["smile, others free"]["stayed"] < 0.99 and rows["smile, others free"]["faces"] == 60
    assert rows["glasses, others free"]["stayed"] == 1.0  # an axis of their own
    for name in ("smile", "glasses"):
        lost = rows[f"{name}, a random way"]
        assert lost["step"] == rows[f"{name}, others kept"]["step"] and lost["flipped"] < 0.3
        assert 0.1 < rows[f"{name}, by chance"]["right"] < 0.45  # two signs of four
        few, many = (rows[f"{name}, sums of {m}"]["right"] for m in (1, 10))
        assert many > 0.95 and few <= many
        assert rows[f"{name}, 10, in the shell"]["right"] > 0.95
        # The control carries nothing over, and its third group lacks it.
        assert rows[f"{name}, control of 3"]["right"] < rows[f"{name}, sums of 3"]["right"] / 2


def test_tables_are_made_read_and_told(benchmark, tmp_path, monkeypatch):
    """One seed of every table, as small as can be, and again: what is there is not repeated."""
    monkeypatch.setattr(faces_lab, "PRESETS", {"smoke": dataclasses.replace(SMOKE, scored=12)})
    monkeypatch.setattr(show, "RESULTS", tmp_path)
    command = ["--preset", "smoke", "--seeds", "1", "--out", str(tmp_path)]
    benchmark.main(["portraits", *command])
    benchmark.main(["resolution", "--sizes", "32", *command])
    made = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert set(made) == {"faces-portraits-smoke.json", "faces-resolution-32-smoke.json"}
    benchmark.main(["portraits", *command])
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made
    row = faces_lab.stored("portraits-smoke")["16 x 16"]
    assert row["share"][0] == pytest.approx(row["rfd"][0] / row["ceiling"][0])
    sized = faces_lab.sizes("smoke")
    assert list(sized) == ["16 x 16", "32 x 32"]
    text = faces_lab.told(sized, "resolution")
    generator = dcgan_faces.build_generator(8, (4,) * 3, extra=1)
    assert f"{generator.count_params():,}" in text and "32 x 32" in text
    table = json.loads((tmp_path / "faces-resolution-32-smoke.json").read_text())
    assert table["settings"]["preset"]["channels"] == [4, 4, 4] and "machine" in table


def test_the_table_of_arithmetic_names_its_generator(benchmark, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(benchmark, "sha256", lambda path: f"hash of {path.name}")
    monkeypatch.setattr(pretrained, "load_generator", lambda name: (None, asked.append(name), None))
    rows = {"smile, others kept": {"flipped": 0.9, "stayed": 0.8, "step": 2.0}}
    monkeypatch.setattr(faces_lab, "arithmetic", lambda *_: rows)
    benchmark.main(["arithmetic", "--seeds", "2", "--out", str(tmp_path)])
    assert asked == ["dcgan_portraits"] * 2
    monkeypatch.setattr(show, "RESULTS", tmp_path)
    text = faces_lab.told(faces_lab.stored("arithmetic"), "directions")
    assert "90.0% +- 0.0%" in text and "80.0%" in text
    kept = json.loads((tmp_path / "faces-arithmetic.json").read_text())["settings"]
    assert kept["generator"] == "hash of dcgan_portraits.npz"


def test_large_portraits_are_the_same_people(benchmark):
    large = benchmark._piece(128, range(3))
    assert large.shape == (3, 128, 128, 3)
    small = portraits.draw(3)[0].astype(int)
    halved = large.reshape(3, 64, 2, 64, 2, 3).mean(axis=(2, 4))
    assert np.abs(halved - small).mean() < 12


def test_a_table_that_is_not_there_is_no_accident():
    assert faces_lab.stored("never measured") == {}
    for table in faces_lab.TABLES:
        assert faces_lab.told({}, table) == "no table for this preset"


def test_figures_hold_what_they_are_given():
    stages = [("", (8,)), ("dense", (4, 4, 16)), ("rise", (8, 8, 4))]
    ax = plots.show_blocks({"generator": stages}).axes[0]
    told = [text.get_text() for text in ax.texts if text.get_text()]
    assert told == ["8", "4 x 4 x 16", "dense", "8 x 8 x 4", "rise"]
    fronts = [np.ptp(patch.get_xy(), axis=0) for patch in ax.patches[::3]]
    assert fronts[1][0] == pytest.approx(2 * fronts[2][0])  # wide as the root of the channels
    assert fronts[2][1] == pytest.approx(2**0.5 * fronts[1][1])  # high as the root of the height

    faces_ = portraits.draw(8)[0]
    figure = plots.show_analogy([faces_[:4], faces_[1:5], faces_[2:6]], faces_[7], "abcd")
    assert [ax.get_title() for ax in figure.axes] == list("abcd")
    sheet = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_array_equal(sheet[:64, 66:130], faces_[1])
    assert (sheet[-64:] == 255).mean() > 0.5  # one face below three
    middle = (sheet.shape[1] - 64) // 2
    np.testing.assert_array_equal(sheet[-64:, middle : middle + 64], faces_[3])
    np.testing.assert_array_equal(figure.axes[3].images[0].get_array(), faces_[7])

    values = {"real": np.array([0.2, 0.5]), "fake": np.array([0.3, np.nan])}
    ax = plots.show_dots(values, ["No_Beard", "Bald"], "share").axes[0]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["no beard", "bald"]
    np.testing.assert_allclose(ax.collections[1].get_offsets()[:, 0], [0.2, 0.5])
    assert ax.get_legend() is not None
    low, high = (plots.show_rows({"a": faces_[:2], "b": faces_[2:4]}, height=h) for h in (0.6, 1.2))
    assert high.get_size_inches()[1] == pytest.approx(2 * low.get_size_inches()[1])
    plt.close("all")
