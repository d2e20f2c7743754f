"""The four models of lesson 07 under the same conditions, and their table."""

import dataclasses
import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from some_faces import some_faces

from gan_lessons import comparing, datasets, plots, rulers, show

SMOKE = comparing.PRESETS["smoke"]
PICTURES = some_faces(240)
ROWS = {
    "real, others": rulers.Row(None, 1.0, 0.01, 0.97, 1.0, 0.2),
    "one face": rulers.Row(None, 0.4, 1.8, 0.01, 1.0),
    "VAE": rulers.Row(0.1234, 0.3, 0.2, 0.8, 0.9, 0.25, 1234, 75.0, 12.0),
}
FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


@pytest.fixture
def few_pictures(monkeypatch):
    data = datasets.Dataset("celeba", "a test", PICTURES)
    monkeypatch.setattr(datasets, "load", lambda *_, **__: data)


@pytest.mark.parametrize("preset", comparing.PRESETS)
def test_all_four_have_the_same_decoder_and_the_same_data(preset):
    models = comparing.PRESETS[preset].models
    assert list(models) == ["autoencoder", "VAE", "VAE-GAN", "DCGAN 2016", "DCGAN"]
    form = ("latent_dim", "channels", "kernel", "extra", "dataset", "source", "batch_size")
    assert len({tuple(getattr(p, k) for k in form) for _, p in models.values()}) == 1
    assert len({p.average for _, p in models.values()}) == 1
    assert models["autoencoder"][1].variant == "autoencoder" and models["VAE"][1].beta == 1


def test_the_decoders_have_the_same_weights_by_number():
    shapes = []
    for lesson, preset in SMOKE.models.values():
        shapes.append([w.shape for w in lesson.build(preset).generator.weights])
    assert all(s == shapes[0] for s in shapes)


def test_what_is_held_out_is_never_trained_on(few_pictures):
    faces = comparing.load(SMOKE)
    assert len(faces.test) == len(faces.others) == SMOKE.n and len(faces.train) == 160
    assert faces.train.shape[1:] == (16, 16, 3)
    parts = [{x.tobytes() for x in part} for part in (faces.train, faces.test, faces.others)]
    for i, a in enumerate(parts):
        assert all(not a & b for b in parts[:i])
    again, other = comparing.load(SMOKE), comparing.load(SMOKE, seed=1)
    np.testing.assert_array_equal(faces.test, again.test)
    assert not np.array_equal(faces.test, other.test)
    with pytest.raises(ValueError, match="240 pictures are too few to hold out 200"):
        comparing.load(dataclasses.replace(SMOKE, n=100))


@pytest.mark.parametrize("name, gives_back", [("VAE", True), ("DCGAN", False)])
def test_a_trained_model_becomes_a_row(name, gives_back, few_pictures):
    faces = comparing.load(SMOKE)
    trained = comparing.train_model(name, SMOKE, faces, verbose=False)
    row = rulers.Ruler(faces).measure_trained(trained)
    assert row.steps == SMOKE.faces.steps and row.seconds > 0
    assert (row.reconstruction is not None) == gives_back
    assert all(np.isfinite(v) for v in dataclasses.astuple(row) if v is not None)


def test_the_table_has_a_line_for_each_and_a_dash_for_nothing():
    lines = comparing.table(ROWS).splitlines()
    assert len(lines) == 4 and all(len(line) <= 100 for line in lines)
    assert lines[0].split() == [heading for heading, _ in comparing.COLUMNS.values()]
    assert lines[1].startswith("real, others") and lines[1].split()[-3:] == ["-", "-", "-"]
    told = ["0.123", "0.30", "0.200", "0.80", "0.90", "0.250", "1,234", "75", "12"]
    assert lines[3].split() == ["VAE", *told]


# --- figures --------------------------------------------------------------------------------------


def curves(ax):
    return {line.get_label(): line.get_ydata() for line in ax.lines}


def test_spectra_are_drawn_relative_to_real_ones():
    spectra = {"real": np.array([4.0, 2.0, 1.0]), "VAE": np.array([4.0, 1.0, 0.1])}
    (ax,) = plots.show_spectra(spectra).axes
    np.testing.assert_allclose(curves(ax)["VAE"], [1.0, 0.5, 0.1])
    assert set(curves(ax)["real"]) == {1.0} and ax.get_yscale() == "log"


def test_dimensions_are_drawn_in_order_of_size_and_on_one_scale():
    axes = plots.show_dimensions({"VAE": np.array([0.1, 3.0, 1.0]), "other": np.zeros(3)}).axes
    assert [bar.get_height() for bar in axes[0].patches] == [3.0, 1.0, 0.1]
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_the_map_has_a_point_for_each_row():
    (ax,) = plots.show_map(ROWS).axes
    told = {text.get_text(): text.xy for text in ax.texts}
    assert told == {name: (row.coverage, row.sharpness) for name, row in ROWS.items()}


def test_terms_and_edges_are_drawn_as_they_are():
    history = {"step": [1, 2], "reconstruction": np.array([-5.0, -3.0]), "kl": np.array([0.0, 1.0])}
    axes = plots.show_terms(history | {"rms_error": np.array([0.5, 0.4])}).axes
    assert [list(ax.lines[0].get_ydata()) for ax in axes] == [[5, 3], [0, 1], [0.5, 0.4]]
    edges = np.array([[-1.0, 1.0], [-1.0, -1.0]])
    (ax,) = plots.show_blur(np.arange(2), edges, edges.mean(axis=0)).axes
    np.testing.assert_array_equal(curves(ax)["the best single answer"], [-1, 0])


@pytest.mark.slow
def test_the_benchmark_fills_a_table_that_the_lesson_can_read(few_pictures, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FOLDER))
    program = __import__("vae_vs_gan")
    try:
        out = tmp_path / "vae_vs_gan-smoke.json"
        program.main(["--preset", "smoke", "--seeds", "1", "--out", str(out)])
    finally:
        sys.modules.pop("vae_vs_gan"), sys.modules.pop("table", None)
    found = json.loads(out.read_text())["summary"]
    for name in SMOKE.models:
        assert found[f"{name}: coverage"]["std"] == 0
    assert found["VAE: bits"]["mean"] > 0 and "DCGAN: reconstruction" not in found
    assert comparing.expected("smoke") == "no table for the preset smoke"
    monkeypatch.setattr(show, "RESULTS", tmp_path)
    lines = comparing.expected("smoke").splitlines()
    assert lines[0].split() == ["1", "seeds", *" ".join([*SMOKE.models, "VAE, fitted"]).split()]
    told = {line[:9].strip(): line[9:].split() for line in lines[1:]}
    assert told["sharp"][0] == f"{found['autoencoder: sharpness']['mean']:.2f}"
    assert told["sharp"][-3] == f"{found['VAE, fitted: sharpness']['mean']:.2f}"
    assert told["error"][-2:] == ["-", "-"] and told["KL"][0] == "-"  # a DCGAN gives nothing back
    assert all(len(line) <= 100 for line in lines)
