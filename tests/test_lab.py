"""The lab of lesson 04: its arithmetic is right, and every measurement runs."""

import dataclasses
import math

import numpy as np
import pytest

from gan_lessons import datasets, failures, hacks, lab, metrics, museum
from gan_lessons.engine.alarms import ADVICE
from gan_lessons.engine.training import train

RNG = np.random.default_rng(0)
SMOKE = lab.PRESETS["smoke"]


@pytest.mark.parametrize("steps", [1, 12, 20, 333, 6000])
@pytest.mark.parametrize("reports", [1, 10, 30])
def test_a_shortened_preset_is_valid_and_has_its_steps(steps, reports):
    short = lab.shortened(failures.COLLAPSE, steps, reports)  # its own rules are checked inside
    assert short.steps == steps and short.report_every <= steps
    assert short.jit == (steps >= 500)


def test_rows_of_a_table():
    value = {"mean": 1.0, "std": 0.5}
    names = ("bare: rates x 3: modes", "bare: rates x 3: high_quality", "early: 4", "seconds")
    found = lab.rows({"summary": dict.fromkeys(names, value)})
    assert found == {
        "bare: rates x 3": {"modes": (1.0, 0.5), "high_quality": (1.0, 0.5)},
        "early": {"4": (1.0, 0.5)},
    }


def test_spreads_apart():
    assert lab.spreads_apart((1.0, 1.0), (11.0, 7.0)) == pytest.approx(2.0)
    assert lab.spreads_apart((3.0, 1.0), (1.0, 1.0)) == pytest.approx(-2.0)
    assert lab.spreads_apart((1.0, 0.0), (0.5, 0.0)) == -math.inf
    assert lab.spreads_apart((1.0, 0.0), (1.0, 0.0)) == 0.0


def test_shrinking_takes_the_mean_of_blocks():
    images = np.arange(2 * 28 * 28.0).reshape(2, 28, 28, 1)
    small = lab.shrunk(images, 4)
    assert small.shape == (2, 4, 4, 1)
    assert small[1, 2, 3, 0] == pytest.approx(images[1, 14:21, 21:28].mean())


def test_d_gets_ahead_while_g_waits():
    looks = lab.ahead(40, looks=4)
    np.testing.assert_array_equal(looks["step"], [10, 20, 30, 40])
    np.testing.assert_allclose(looks["saturating"], looks["D(fake)"], rtol=1e-2)
    np.testing.assert_allclose(looks["nonsaturating"], 1 - looks["D(fake)"], rtol=1e-2)
    assert looks["D(fake)"][-1] < 0.05


def test_every_preset_of_the_sweep_can_be_trained():
    forms = lab.sweep_presets(SMOKE.sweep)
    assert set(forms) == {"bare", "penalised"}
    assert all(len(variants) == len(lab.FACTORS) + len(lab.WIDTHS) for variants in forms.values())
    ring = datasets.load("ring", verbose=False).x_train
    trained = train(failures, forms["bare"]["width 8"], ring, verbose=False)
    assert set(lab.mode_row(trained, 500)) == {"modes", "high_quality", "reverse_kl", "alarms"}


def test_the_row_of_a_toy_holds_what_was_counted(monkeypatch):
    found = metrics.ModeCoverage(7, 0.5, 0.25, 10, 25)
    monkeypatch.setattr(lab.vanilla_gan, "evaluate", lambda model, preset, n: found)
    trained = type("Trained", (), {"model": None, "preset": None, "alarms": ["collapse"]})
    expected = {"modes": 7, "high_quality": 0.5, "reverse_kl": 0.25, "alarms": ["collapse"]}
    assert lab.mode_row(trained) == expected


def test_the_sweep_changes_rates_or_widths_and_nothing_else():
    for form, presets in lab.sweep_presets(100).items():
        base = presets["rates x 1"]
        assert (base.r1 > 0) == (form == "penalised")
        for what, preset in presets.items():
            differ = {
                field.name
                for field in dataclasses.fields(preset)
                if getattr(preset, field.name) != getattr(base, field.name)
            }
            allowed = {"rates"} if what.startswith("rates") else {"generator", "discriminator"}
            assert differ <= allowed, what
        assert presets["rates x 10"].rates == tuple(10 * rate for rate in base.rates)
        assert set(presets["width 8"].generator) == {8} == set(presets["width 8"].discriminator)


@pytest.mark.parametrize("name", ["and flipped labels", "max pooling in D"])
def test_a_hack_is_trained_as_its_row_says(name, monkeypatch):
    built = []
    real_build = hacks.build
    monkeypatch.setattr(
        hacks, "build", lambda preset, seed: built.append(preset) or real_build(preset, seed=seed)
    )
    row = lab.hack(name, hacks.PRESETS["smoke"], seed=3, n=50)
    assert set(row) == {"rfd", "legible", "alarms"} and row["rfd"] > 0
    assert built == [dataclasses.replace(hacks.PRESETS["smoke"], **hacks.ABLATIONS[name])]


def test_every_failure_names_an_alarm_and_a_bug_that_exist():
    assert {alarm for _, alarm, _ in failures.FAILURES.values()} == set(ADVICE)
    assert all(bug in museum.BUGS for *_, bug in failures.FAILURES.values() if bug)


def test_the_moment_of_the_alarm_is_a_share_of_the_run(monkeypatch):
    preset = dataclasses.replace(failures.DENSE, generator=(8,), discriminator=(8,), steps=400)
    monkeypatch.setitem(
        failures.FAILURES, "D not trained", (preset, "standing still", "frozen discriminator")
    )
    row = lab.alarmed("D not trained")
    assert "standing still" in row["alarms"] and row["sounded"] == 6 * 20 / 400
    monkeypatch.setitem(failures.FAILURES, "healthy", (preset, "not finite", None))
    assert lab.alarmed("healthy")["sounded"] == float("inf")


def test_sight_is_chance_for_the_same_and_sure_for_the_different():
    rng = np.random.default_rng(1)  # of its own: other tests must not change it
    same = rng.uniform(-1, 1, (2, 800, 28, 28, 1)).astype("float32")
    assert lab.sight(*same, steps=100) == pytest.approx(0.5, abs=0.12)  # 320 kept aside
    assert lab.sight(same[0], same[1] * 0.5 + 0.5, steps=100) > 0.95  # brighter


def test_a_gan_is_looked_at_in_its_own_size(monkeypatch):
    seen = []
    monkeypatch.setattr(lab, "sight", lambda real, fake, *rest: seen.append((real, fake)) or 0.7)
    digits = RNG.integers(0, 256, (64, 28, 28, 1), dtype=np.uint8)
    assert lab.sight_at(7, 2, 3, digits) == 0.7
    ((real, fake),) = seen
    assert real.shape == fake.shape == (64, 7, 7, 1)
    expected = digits.reshape(64, 7, 4, 7, 4, 1).mean(axis=(2, 4)) / 127.5 - 1
    np.testing.assert_allclose(real, expected, atol=0.5 / 127.5 + 1e-6)  # rounded to whole greys
