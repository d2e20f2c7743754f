"""The lab of lesson 10: its arithmetic is right, every measurement runs, every figure draws."""

import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from gan_lessons import earth_mover, metrics, plots, robustness, wgan, wgan_lab, witnesses

HOW = wgan_lab.PRESETS["smoke"]
RNG = np.random.default_rng(0)
FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_rank_correlation_is_about_order_alone():
    x = np.array([0.1, 5.0, 2.0, 9.0])
    assert wgan_lab.rank_correlation(x, np.exp(x)) == pytest.approx(1.0)
    assert wgan_lab.rank_correlation(x, -(x**3)) == pytest.approx(-1.0)


def test_correlations_of_the_whole_and_of_its_second_half():
    columns = {
        "step": np.arange(6),
        "rFD": np.array([9.0, 8.0, 7.0, 3.0, 2.0, 1.0]),
        "w1_estimate": np.array([9.0, 8.0, 7.0, 1.0, 2.0, 3.0]),
    }
    found = wgan_lab.correlations(columns, {"estimate": "w1_estimate"})
    assert found["estimate, second half"] == pytest.approx(-1.0)
    # Only the last three are out of order: 1 - 6 * (4 + 0 + 4) / (6 * 35).
    assert found["estimate, whole training"] == pytest.approx(1 - 48 / 210)


def test_a_training_is_followed_at_every_report():
    trained, columns = wgan_lab.followed(wgan, HOW.digits, HOW)
    assert list(columns["step"]) == [2, 4, 6, 8, 10]
    last = trained.model.sample(HOW.samples, seed=1, averaged=False)
    assert columns["rFD"][-1] == pytest.approx(metrics.digits.score(last).rfd)
    np.testing.assert_allclose(columns["w1_estimate"], trained.history["w1_estimate"])


def test_every_pair_is_measured():
    rows = wgan_lab.known(HOW)
    assert set(rows) == set(witnesses.PAIRS)
    assert all(set(row) == {"exact W1", "estimate", "of W1", "alike"} for row in rows.values())


def test_a_grid_is_measured():
    (row,) = wgan_lab.grid(HOW).values()
    assert row["W1"] > row["floor"] > 0 and 0 <= row["modes"] <= 25


def test_digits_are_measured_with_all_models():
    rows = wgan_lab.digits(HOW)
    assert set(rows) == set(wgan_lab.FOLLOWED) == {"WGAN-GP", "WGAN-GP, patient", "DCGAN"}
    assert {"rfd", "estimate of W1, whole training"} <= set(rows["WGAN-GP"])
    assert {"loss of D, second half", "loss of G, whole training"} <= set(rows["DCGAN"])


def test_a_cell_of_the_robustness_table():
    row = wgan_lab.odd(HOW, "tanh everywhere", "LSGAN")
    assert row["rfd"] > 0.5 and 0 <= row["legible"] <= 1  # four steps teach nothing
    preset = wgan_lab.odd_preset("tanh everywhere", "LSGAN", 100)
    assert preset.steps == 100 and preset.architecture.activation == "tanh"


# Tables -------------------------------------------------------------------------------------------


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield __import__("earth_movers")
    for name in ("earth_movers", "table"):
        sys.modules.pop(name, None)


def test_the_tables_can_be_made(script, tmp_path, monkeypatch):
    def measure(how, seed):
        return {"WGAN-GP": {"W1": 0.25 + seed, "alarms": []}}

    _, fields, depends_on = script.TABLES["grid"]
    monkeypatch.setitem(script.TABLES, "grid", (measure, fields, depends_on))
    out = tmp_path / "t.json"
    script.main(["grid", "--preset", "smoke", "--seeds", "2", "--out", str(out)])
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert [run["WGAN-GP: W1"] for run in kept["runs"]] == [0.25, 1.25]
    assert kept["settings"]["points_gan"]["batch_size"] == HOW.points_gan.batch_size


def test_every_table_says_what_it_depends_on(script):
    for _, fields, _ in script.TABLES.values():
        assert all(hasattr(HOW, field) for field in fields)
    assert script.TABLES["robust"][2]["architectures"] is robustness.ARCHITECTURES


# Figures ------------------------------------------------------------------------------------------


def test_lines_are_drawn_with_every_divergence():
    thetas = [-1.0, 0.0, 0.5]
    found = [earth_mover.parallel_lines(theta) for theta in thetas]
    _, right = plots.show_lines(thetas, found).axes
    curves = {line.get_label(): line for line in right.lines}
    np.testing.assert_allclose(curves["W1"].get_ydata(), [1.0, 0.0, 0.5])
    np.testing.assert_allclose(curves["JS"].get_ydata(), [np.log(2), 0.0, np.log(2)])
    np.testing.assert_allclose(curves["KL: infinite"].get_xdata(), [-1.0, 0.5])


def test_a_plan_is_drawn_with_an_arrow_for_each_way():
    piles, holes = RNG.normal(size=(3, 2)), RNG.normal(size=(2, 2))
    apart = np.linalg.norm(piles[:, None] - holes, axis=2)
    found = earth_mover.transport(np.full(3, 1 / 3), np.full(2, 1 / 2), apart)
    x, y = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5))
    figure = plots.show_transport(
        piles, holes, np.full(3, 1 / 3), np.full(2, 1 / 2), found, (x, y, x + y)
    )
    assert len(figure.axes[0].texts) == (found.plan > 1e-9).sum() == 4


def test_witnesses_are_drawn_at_one_level():
    x = np.linspace(-1, 1, 21)
    p, q = np.full(5, 0.5), np.full(5, -0.5)
    figure = plots.show_witnesses(x, {"a": (p, q, x, {"learned": x + 7.0})})
    exact, learned = figure.axes[1].lines
    np.testing.assert_allclose(exact.get_ydata(), learned.get_ydata())


def test_fields_damage_and_what_follows_are_drawn():
    figure = plots.show_fields({"a": RNG.normal(size=(6, 6))}, np.zeros((2, 2)), np.ones((2, 2)), 1)
    assert len(figure.axes) == 1
    gradients = {"clip": np.array([1e-3, 1.0]), "penalty": np.ones(2)}
    clipped = np.clip(RNG.uniform(-0.3, 0.3, 100_000), -0.1, 0.1).astype(
        "float32"
    )  # ends beyond 0.1
    weights = {"clip": (clipped, 0.1), "penalty": (RNG.normal(size=50), None)}
    figure = plots.show_damage(gradients, weights)
    assert [line.get_label() for line in figure.axes[0].lines][:2] == ["clip", "penalty"]
    assert sum(bar.get_height() for bar in figure.axes[1].patches) == 100_000
    step, logged, rfd = np.arange(3), np.array([3.0, 2.0, 2.5]), np.array([0.5, 0.1, 0.2])
    figure = plots.show_following({"estimate": (step, logged, rfd)})
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), logged)
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), rfd)
