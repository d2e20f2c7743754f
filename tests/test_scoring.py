"""Lesson 11 scores the generator that it says, and puts only the discriminator to sleep."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from gan_lessons import dcgan, measuring, metrics, scoring, spoilt
from gan_lessons.engine.training import train

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def rows(images):
    return {image.tobytes() for image in images}


def test_rank_correlations_take_the_order_only():
    scores = {
        "step": np.arange(6),
        "rFD": np.array([9.0, 5.0, 4.0, 3.0, 2.0, 1.0]),
        "loss of D": np.array([6.0, 5.0, 4.0, 1.0, 2.0, 3.0]) ** 3,
        "loss of G": -np.array([9.0, 5.0, 4.0, 3.0, 2.0, 1.0]),
    }
    found = scoring.rank_correlations(scores)
    assert list(found) == [
        f"{p}, {part}" for p in "DG" for part in ("whole training", "second half")
    ]
    assert found["D, second half"] == pytest.approx(-1)
    assert found["D, whole training"] == pytest.approx(1 - 6 * 8 / (6 * 35))  # 6 sum d^2 / n(n^2-1)
    assert found["G, whole training"] == found["G, second half"] == pytest.approx(-1)


def test_the_same_loss_twice():
    scores = {
        "step": np.array([5, 10, 15, 20]),
        "rFD": np.array([4.0, 3.0, 2.0, 1.0]),
        "loss of D": np.array([1.0, 1.3, 0.9, 0.8]),
        "loss of G": np.array([0.5, 2.0, 1.0, 0.6]),
    }
    found = scoring.same_loss(scores)
    assert found["D"] == {"step": (5, 15), "loss": (1.0, 0.9), "rFD": (4.0, 2.0)}
    assert found["G"] == {"step": (5, 20), "loss": (0.5, 0.6), "rFD": (4.0, 1.0)}


@pytest.fixture(scope="module")
def watched():
    """A tiny DCGAN, scored while it trained, and what is needed to go on."""
    preset = measuring.PRESETS["smoke"]
    seen, held_out = scoring.hold_out(preset.held_out, seed=1)
    scores = scoring.Scores(preset.samples)
    trained = train(dcgan, preset.gan, seen, callbacks=[scores], verbose=False)
    return preset, seen, held_out, scores, trained


def test_held_out_digits_are_not_trained_on(watched):
    preset, seen, held_out, *_ = watched
    assert len(held_out) == preset.held_out and len(seen) + len(held_out) == 10_000
    assert not rows(held_out[:50]) & rows(seen)


def test_scores_are_taken_at_every_report_from_the_generator_of_that_step(watched):
    preset, _, _, scores, trained = watched
    columns = scores.columns()
    np.testing.assert_array_equal(columns["step"], trained.history["step"])
    np.testing.assert_allclose(columns["loss of G"], trained.history["generator_loss"])
    np.testing.assert_allclose(columns["loss of D"], trained.history["discriminator_loss"])
    last, average = (
        metrics.digits.score(trained.model.sample(preset.samples, seed=1, averaged=averaged)).rfd
        for averaged in (False, True)
    )
    assert columns["rFD"][-1] == pytest.approx(last) != pytest.approx(average)


def test_only_the_discriminator_sleeps_and_it_wakes_up_again(watched):
    preset, *_, trained = watched
    model, scores = trained.model, scoring.Scores(preset.samples)
    before = [w.copy() for w in model.discriminator.get_weights()]
    generator = [w.copy() for w in model.generator.get_weights()]
    rates, step = dict(model.base_learning_rates), int(model.step_counter.value)
    scoring.put_to_sleep(trained, 12, callbacks=[scores])
    assert [row["step"] - step for row in scores.rows] == [2, 4, 6, 8, 10, 12]
    for was, weight in zip(before, model.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(was, weight)
    assert not np.array_equal(generator[0], model.generator.get_weights()[0])
    assert model.base_learning_rates == rates and rates["discriminator"] > 0


# --- the benchmark --------------------------------------------------------------------------------


def test_the_benchmark_writes_a_table_that_can_be_read_back(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("benchmark", BENCHMARKS / "measuring.py")
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    sys.modules.pop("table", None)
    out = tmp_path / "t.json"
    benchmark.main(["--preset", "smoke", "--seeds", "2", "--out", str(out)])
    table = json.loads(out.read_text(encoding="utf-8"))
    assert table["settings"]["n"] == measuring.PRESETS["smoke"].n
    assert "splits" not in table["settings"]  # it does not matter here
    comparison = spoilt.from_table(table)
    np.testing.assert_allclose(
        comparison.values["blur"],
        spoilt.compare(2, {"blur": spoilt.blurred}, n=60).values["blur"],
        rtol=1e-3,
    )
    for run in table["runs"]:
        assert -1 <= run["correlation: G, second half"] <= 1
        assert {"awake: rFD", "asleep: rFD", "awake: loss of G", "asleep: loss of G"} <= set(run)
